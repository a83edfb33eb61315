//! What shells are told, beside Helm's answers, and what real shells make of it.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use pintle_testkit::{Home, skip};

use crate::{Case, as_helm_apart_from, pintle};

/// Releases, repositories and a kubeconfig.
const VARIABLES: &[(&str, &str)] = &[
    ("HELM_DRIVER", "memory"),
    ("HELM_MEMORY_DRIVER_DATA", "records.yaml"),
    ("HELM_REPOSITORY_CONFIG", "repositories.yaml"),
    ("HELM_REPOSITORY_CACHE", "cache"),
    ("KUBECONFIG", "kubeconfig"),
];

/// The same where completion may not speak to the user.
const SILENT: &[(&str, &str)] = &[("HELM_ACTIVE_HELP", "0")];

const RECORDS: &str = r#"
- name: web
  version: 1
  namespace: default
  info: {status: superseded}
  chart: {metadata: {name: web, version: 0.1.0, appVersion: "1.2"}}
- name: web
  version: 2
  namespace: default
  info: {status: deployed}
  chart: {metadata: {name: web, version: 0.2.0}}
- name: shop
  version: 3
  namespace: default
  info: {status: failed}
  chart: {metadata: {name: shop, version: 0.1.0}}
- name: far
  version: 1
  namespace: other
  info: {status: deployed}
  chart: {metadata: {name: far, version: 0.1.0}}
"#;

const REPOSITORIES: &str = "\
apiVersion: \"\"
repositories:
- name: stable
  url: https://charts.example/stable
- name: st
  url: https://charts.example/st
";

const INDEX: &str = "\
apiVersion: v1
entries:
  db:
  - {apiVersion: v2, name: db, version: 1.2.0, appVersion: \"16\", created: \"2024-03-04T05:06:07Z\", urls: [a.tgz]}
  - {apiVersion: v2, name: db, version: 1.1.0, deprecated: true, urls: [b.tgz]}
  web:
  - {apiVersion: v2, name: web, version: 0.1.0, urls: [c.tgz]}
";

const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
contexts:
- {name: there, context: {cluster: far-away, user: me}}
";

fn write(home: &Home) {
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("records.yaml", RECORDS);
    write("repositories.yaml", REPOSITORIES);
    write("cache/stable-index.yaml", INDEX);
    write("cache/stable-charts.txt", "db\nweb\n");
    write("kubeconfig", KUBECONFIG);
}

/// Command lines whose last word is at the cursor.
const LINES: &[&[&str]] = &[
    // commands
    &["get", ""],
    &["get", "v"],
    &["show", ""],
    &["completion", ""],
    &["bogus", ""],
    &["get", "bogus", ""],
    &["help", "ge"],
    &["help", "get", ""],
    &["help", "bogus", ""],
    // flags
    &["install", "-"],
    &["install", "--ver"],
    &["install", "-g", "--"],
    &["install", "--set", "a=b", "--set"],
    &["install", "--force-replace", "--force"],
    &["install", "--help", ""],
    &["install", "-h", ""],
    &["upgrade", "-"],
    &["template", "--"],
    &["lint", "-"],
    &["get", "-"],
    &["get", "values", "-"],
    &["list", "-"],
    &["status", "--out"],
    &["rollback", "--"],
    &["uninstall", "--ca"],
    &["history", "-"],
    &["repo", "add", "-"],
    &["repo", "update", "-"],
    &["search", "repo", "-"],
    &["package", "-"],
    // values of flags
    &["install", "--output", ""],
    &["install", "--output="],
    &["install", "--output=j"],
    &["install", "-o", ""],
    &["install", "-o="],
    &["install", "-oj"],
    &["install", "--color", ""],
    &["install", "--color", "al"],
    &["install", "--kube-context", ""],
    &["install", "--devel", ""],
    &["install", "-f", ""],
    &["install", "--values="],
    &["install", "--timeout", ""],
    &["install", "--timeout", "abc", ""],
    &["install", "--bogus", ""],
    &["install", "--bogus"],
    &["install", "--bogus="],
    &["install", "--dry-run", ""],
    &["install", "--dry-run="],
    &["install", "web", "stable/db", "--version", ""],
    &["install", "-g", "stable/db", "--version", ""],
    &["install", "stable/db", "--version", ""],
    &["upgrade", "web", "stable/db", "--version", ""],
    &["show", "values", "stable/db", "--version", ""],
    &["show", "values", "stable/none", "--version", ""],
    &["show", "values", "./db", "--version", ""],
    &["search", "repo", "--version", ""],
    &["status", "web", "--revision", ""],
    &["status", "none", "--revision", ""],
    &["status", "--revision", ""],
    &["get", "values", "web", "--revision", ""],
    // after --
    &["install", "--", ""],
    &["install", "--", "-"],
    &["get", "values", "web", "--", "-"],
    // releases
    &["status", ""],
    &["status", "x"],
    &["status", "web", ""],
    &["history", ""],
    &["get", "values", ""],
    &["uninstall", ""],
    &["uninstall", "web", ""],
    &["status", "-n", "other", ""],
    &["rollback", ""],
    &["rollback", "web", ""],
    &["rollback", "none", ""],
    &["rollback", "web", "1", ""],
    &["upgrade", ""],
    // charts
    &["install", ""],
    &["install", "web", ""],
    &["install", "-g", ""],
    &["install", "-g", "x", ""],
    &["install", "web", "s"],
    &["install", "web", "stab"],
    &["install", "web", "stable/"],
    &["install", "web", "st/"],
    &["install", "web", "h"],
    &["install", "web", "./"],
    &["install", "web", "rec"],
    &["upgrade", "web", ""],
    &["upgrade", "web", "x", ""],
    &["template", "web", "stable/d"],
    &["show", "chart", ""],
    &["show", "chart", "x", ""],
    &["pull", ""],
    &["pull", "stable/"],
    &["pull", "x", ""],
    &["push", ""],
    &["push", "x", ""],
    &["push", "x", "y", ""],
    // the rest
    &["list", ""],
    &["create", ""],
    &["create", "x", ""],
    &["lint", ""],
    &["env", ""],
    &["env", "HELM_BIN", ""],
    &["version", ""],
    &["verify", ""],
    &["verify", "x", ""],
    &["registry", "login", ""],
    &["repo", "add", ""],
    &["repo", "add", "x", ""],
    &["repo", "add", "x", "y", ""],
    &["repo", "index", ""],
    &["repo", "index", "x", ""],
    &["repo", "remove", ""],
    &["repo", "remove", "st", ""],
    &["repo", "update", ""],
    &["search", "repo", ""],
    &["search", "hub", ""],
];

/// Flags and commands that Helm has not.
const OURS: [&str; 7] = [
    "--dialect",
    "--explain",
    "--sandbox",
    "--source-map",
    "--strict-values",
    "sandbox",
    "versions",
];

fn without_ours(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !OURS.contains(&line.trim_end()))
        .collect()
}

#[test]
fn words_are_completed_as_helm_does() {
    let line = |words: &&'static [&'static str]| Case {
        variables: VARIABLES,
        words: Vec::leak([&["__completeNoDesc"], *words].concat()),
    };
    let cases: Vec<Case> = LINES.iter().map(line).collect();
    as_helm_apart_from("complete.txt", &cases, write, without_ours);
}

/// Where descriptions come from what was found, they are Helm's too.
#[test]
fn what_is_found_is_described_as_helm_does() {
    const LINES: &[&[&str]] = &[
        &["status", ""],
        &["rollback", "web", ""],
        &["install", "web", "s"],
        &["install", "web", ""],
        &["install", "web", "stable/db", "--version", ""],
        &["repo", "remove", ""],
        &["install", "--kube-context", ""],
        &["install", "--output", ""],
        &["list", ""],
    ];
    let line = |variables: &'static [(&'static str, &'static str)]| {
        move |words: &&'static [&'static str]| Case {
            variables,
            words: Vec::leak([&["__complete"], *words].concat()),
        }
    };
    let mut cases: Vec<Case> = LINES.iter().map(line(VARIABLES)).collect();
    cases.extend([["list", ""].as_slice()].iter().map(line(SILENT)));
    as_helm_apart_from("complete_described.txt", &cases, write, without_ours);
}

/// What a hostile index says stays text.
#[test]
fn candidates_cannot_command_the_terminal() {
    let home = Home::new();
    write(&home);
    let charts = home.path().join("cache/stable-charts.txt");
    fs::write(charts, "good\nb\u{1b}]0;owned\u{7}ad\n").expect("a file");
    let answer = home
        .command(pintle_testkit::pintle!())
        .called("pintle")
        .env("HELM_REPOSITORY_CONFIG", "repositories.yaml")
        .env("HELM_REPOSITORY_CACHE", "cache")
        .args(["__complete", "show", "chart", "stable/"])
        .run();
    assert!(answer.stdout.contains("stable/b]0;ownedad\n"), "{answer:?}");
}

/// A folder with a program that notes its arguments, and asks the real one what to complete.
fn noting_program(home: &Home) -> String {
    let folder = home.path().join("bin");
    fs::create_dir_all(&folder).expect("a folder");
    let program = folder.join("pintle");
    let real = pintle_testkit::pintle!();
    let script = format!(
        "#!/bin/sh\n\
         case \"$1\" in __complete*|completion) exec {} \"$@\";; esac\n\
         for word in \"$@\"; do printf '[%s]' \"$word\"; done >> \"$NOTES\"\n\
         echo >> \"$NOTES\"\n",
        Path::new(&real).display()
    );
    fs::write(&program, script).expect("a file");
    executable(&program);
    folder.display().to_string()
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Command lines with a tab where the user presses that key, and what the program is called with.
const TYPED: [(&str, &str); 8] = [
    ("pintle sta\t\n", "[status]"),
    ("pintle status w\t\n", "[status][web]"),
    ("pintle rollback sh\t 3\n", "[rollback][shop][3]"),
    ("pintle install x stable/d\t\n", "[install][x][stable/db]"),
    (
        "pintle install x oc\tr.example/c\n",
        "[install][x][oci://r.example/c]",
    ),
    ("pintle list --output=j\t\n", "[list][--output=json]"),
    ("pintle list -o y\t\n", "[list][-o][yaml]"),
    ("pintle lint rec\t\n", "[lint][records.yaml]"),
];

/// Types into an interactive shell on a terminal of its own (`script` makes one).
fn type_into(shell: &str, start: &str, name: &str) {
    let has = |program: &str| {
        let mut command = std::process::Command::new(program);
        let command = command
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let program = shell.split(' ').next().unwrap_or(shell);
    if !has(program) || !has("script") {
        skip(name, &format!("no {program}, or no script"));
        return;
    }
    for (typed, expected) in TYPED {
        let home = Home::new();
        write(&home);
        let bin = noting_program(&home);
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = std::process::Command::new("script");
        command
            .args(["--quiet", "--return", "--command", shell, "/dev/null"])
            .current_dir(home.path())
            .env_clear()
            .env("PATH", format!("{bin}:{path}"))
            .env("HOME", home.path())
            .env("NOTES", home.path().join("notes"))
            .env("TERM", "dumb")
            .envs(VARIABLES.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("script");
        let mut input = child.stdin.take().expect("its input");
        let lines = format!("{start}\n{typed}exit\n");
        std::io::Write::write_all(&mut input, lines.as_bytes()).expect("a terminal");
        drop(input);
        let output = child.wait_with_output().expect("an end");
        let notes = fs::read_to_string(home.path().join("notes")).unwrap_or_default();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert_eq!(notes.trim_end(), expected, "{shell}: {typed:?}\n{shown}");
    }
}

#[test]
fn bash_completes() {
    let start = "source <(pintle completion bash)";
    type_into("bash --norc --noprofile -i", start, "bash_completes");
}

#[test]
fn zsh_completes() {
    let start = "autoload -U compinit; compinit -D; source <(pintle completion zsh)";
    type_into("zsh -f -i", start, "zsh_completes");
}

#[test]
fn fish_completes() {
    let ask = |line: &str| {
        let home = Home::new();
        write(&home);
        let bin = noting_program(&home);
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = std::process::Command::new("fish");
        command
            .args(["--no-config", "--command"])
            .arg(format!(
                "pintle completion fish | source; complete -C '{line}'"
            ))
            .current_dir(home.path())
            .env_clear()
            .env("PATH", format!("{bin}:{path}"))
            .env("HOME", home.path())
            .env("NOTES", home.path().join("notes"))
            .envs(VARIABLES.iter().copied());
        let output = command.output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let lines = [
        ("pintle sta", "status\tshow a release's state and objects\n"),
        ("pintle status w", "web\tweb-0.2.0 -> deployed\n"),
        ("pintle install x stable/d", "stable/db\n"),
        (
            "pintle list --output=j",
            "--output=json\tOutput result in JSON format\n",
        ),
        ("pintle list -o y", "yaml\tOutput result in YAML format\n"),
        ("pintle lint rec", "records.yaml\n"),
        ("pintle repo add ", ""),
    ];
    for (line, expected) in lines {
        let Some(answer) = ask(line) else {
            skip("fish_completes", "no fish");
            return;
        };
        assert_eq!(answer, expected, "{line}");
    }
}

#[test]
fn scripts_are_for_four_shells() {
    let home = Home::new();
    for shell in ["bash", "fish", "powershell", "zsh"] {
        let described = pintle(&home, &["completion", shell]);
        assert!(described.stdout.contains("__complete "), "{described:?}");
        let plain = pintle(&home, &["completion", shell, "--no-descriptions"]);
        assert!(plain.stdout.contains("__completeNoDesc "), "{plain:?}");
    }
}
