//! Plugins that are commands: the same plugins through Helm and through us.

use pintle_testkit::Home;

use crate::{Case, as_helm, as_helm_apart_from};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins:more")],
        words,
    }
}

const CASES: &[Case] = &[
    // What they are told.
    case(&["environment"]),
    case(&[
        "environment",
        "--kube-context",
        "c",
        "--kubeconfig",
        "/k",
        "-n",
        "there",
    ]),
    case(&[
        "-n",
        "before",
        "environment",
        "--burst-limit",
        "7",
        "--debug",
    ]),
    case(&["legacy-environment"]),
    // Which words they get.
    case(&["say"]),
    case(&["say", "a", "b c", "--flag", "-x", "--", "-n", "z", "--help"]),
    case(&[
        "say",
        "--namespace=x",
        "a",
        "--kube-token",
        "t",
        "b",
        "--qps=2",
        "--color",
        "never",
    ]),
    case(&["--debug", "say", "a"]),
    case(&[
        "--repository-cache",
        "/x",
        "say",
        "--repository-config",
        "/y",
        "--content-cache",
        "/z",
    ]),
    case(&["say", "--kube-insecure-skip-tls-verify", "eaten"]),
    case(&["say", "-n"]),
    case(&["say", "--kube-as-group"]),
    case(&["say", "--color", "sometimes"]),
    case(&["silent", "a", "--flag"]),
    case(&["usage-name", "a"]),
    case(&["named"]),
    case(&["5"]),
    // How they end.
    case(&["fail"]),
    case(&["killed"]),
    case(&["absent"]),
    case(&["absent-path"]),
    case(&["not-a-program"]),
    case(&["elsewhere"]),
    case(&["commandless"]),
    // What is not there.
    case(&["sayy"]),
    case(&["getter"]),
    case(&["second"]),
    Case {
        variables: &[("HELM_PLUGINS", "plugins:more"), ("HELM_NO_PLUGINS", "1")],
        words: &["say"],
    },
    Case {
        variables: &[
            ("HELM_PLUGINS", "plugins:more"),
            ("HELM_NO_PLUGINS", "true"),
        ],
        words: &["say"],
    },
    Case {
        variables: &[("HELM_PLUGINS", "twice")],
        words: &["say"],
    },
    Case {
        variables: &[("HELM_PLUGINS", "conflict")],
        words: &["say"],
    },
];

fn v1(home: &Home, folder: &str, name: &str, config: &str, command: &str) {
    home.write(
        &format!("{folder}/plugin.yaml"),
        format!(
            "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: cli/v1\nruntime: subprocess\n\
             config: {config}\nruntimeConfig:\n  platformCommand:\n  - {command}\n"
        ),
    );
}

fn prepare(home: &Home) {
    let sh = |script: &str| format!("{{command: sh, args: [-c, '{script}', sh]}}");
    let add = |name: &str, config: &str, command: &str| {
        v1(home, &format!("plugins/{name}"), name, config, command);
    };
    let environment = "env | grep -E \"^(HELM|KUBE|TILLER)\" | sort";
    add("environment", "{}", &sh(environment));
    home.write(
        "plugins/legacy-environment/plugin.yaml",
        "name: legacy-environment\nversion: 1.2.3\nusage: says its\tenvironment\ndescription: long\nuseTunnel: true\n\
             platformCommand:\n- os: plan9\n  command: never\n- os: linux\n  command: $HELM_PLUGIN_DIR/run.sh ${HELM_PLUGIN_NAME}\n  args: [$@, a$1b]\n\
             another: field\n",
    );
    let script = home.write(
        "plugins/legacy-environment/run.sh",
        format!("#!/bin/sh\nfor word; do echo \"[$word]\"; done\n{environment}\n"),
    );
    executable(&script);
    let say = "for word; do echo \"[$word]\"; done";
    home.write("plugins/say/run.sh", format!("{say}\n"));
    add(
        "say",
        "{shortHelp: says it}",
        "{command: sh $HELM_PLUGIN_DIR/run.sh}",
    );
    add(
        "silent",
        "{ignoreFlags: true}",
        "{command: sh plugins/say/run.sh}",
    );
    add(
        "other",
        "{usage: \"usage-name [A] [B]\"}",
        "{command: sh plugins/say/run.sh}",
    );
    home.write(
        "plugins/number/plugin.yaml",
        "name: 5\nversion: 1.0.0\ncommand: echo five\n",
    );
    add("fail", "{}", &sh("echo problem >&2; exit 7"));
    add("killed", "{}", &sh("kill -9 $$"));
    add("absent", "{}", "{command: does-not-exist}");
    add("absent-path", "{}", "{command: /does/not/exist}");
    home.write("plugins/not-a-program/file", "text");
    add("not-a-program", "{}", "{command: $HELM_PLUGIN_DIR/file}");
    add("elsewhere", "{}", "{os: plan9, command: x}");
    home.write("plugins/commandless/plugin.yaml", "name: commandless\n");
    home.write(
        "plugins/getter/plugin.yaml",
        "name: getter\ncommand: echo cli\ndownloaders:\n- {command: x, protocols: [x]}\n",
    );
    v1(
        home,
        "more/second",
        "second",
        "{}",
        "{command: echo the second folder}",
    );
    v1(home, "twice/a", "say", "{}", "{command: echo}");
    v1(home, "twice/b", "say", "{}", "{command: echo}");
    v1(home, "conflict/a", "say", "{}", "{command: echo said}");
    v1(home, "conflict/b", "list", "{}", "{command: echo}");
}

/// Makes a file a program.
#[cfg(unix)]
pub fn executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("the mode can be set");
}

#[cfg(not(unix))]
pub fn executable(_: &std::path::Path) {}

#[test]
fn plugins_are_commands() {
    // Helm looks for files about completion that no command needs, and tells of it.
    let hide = |text: &str| {
        let lines = text.split_inclusive('\n');
        lines
            .filter(|line| !line.contains("plugin completion file loading"))
            .collect()
    };
    as_helm_apart_from("plugin_commands.txt", CASES, prepare, hide);
}

const BAD: &[(&str, &str)] = &[
    (
        "a-duplicate",
        "name: a\nversion: 1.0.0\nname: b\ncommand: x\n",
    ),
    (
        "b-strict",
        "apiVersion: v1\nname: b\nversion: 1.0.0\nfoo: 1\nbar: 2\ntype: cli/v1\nruntime: subprocess\n",
    ),
    (
        "c-types",
        "name: [a]\nversion: 1.0.0\ncommand: {a: b}\nignoreFlags: a long text\nhooks: []\n",
    ),
    (
        "d-config",
        "apiVersion: v1\nname: d\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\nconfig:\n  shortHelp: a\n  foo: b\n  bar: c\n",
    ),
    (
        "e-runtime",
        "apiVersion: v1\nname: e\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\nruntimeConfig:\n  foo: 1\n  platformCommand: nope\n",
    ),
    ("f-nameless", "version: 1.0.0\n"),
    (
        "g-version",
        "apiVersion: v1\nname: g\nversion: \"1.0\"\ntype: cli/v1\nruntime: subprocess\n",
    ),
    ("h-null", "null\n"),
    ("i-scalar", "abc\n"),
    ("j-list", "[a]\n"),
    ("k-empty", ""),
    ("l-comment", "# nothing\n"),
    ("m-tab", "name: a\n\tb: c\n"),
    (
        "n-getter",
        "apiVersion: v1\nname: n\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\n",
    ),
    (
        "o-getter",
        "apiVersion: v1\nname: o\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\nconfig: {protocols: [a, '']}\n",
    ),
    (
        "p-legacy",
        "name: p\ncommand: a\nplatformCommand: [{command: b}]\n",
    ),
    (
        "q-hooks",
        "name: q\nhooks: {install: a}\nplatformHooks: {install: [{command: b}]}\n",
    ),
    ("r-downloader", "name: r\ndownloaders: [{protocols: [a]}]\n"),
    ("s-downloader", "name: s\ndownloaders: [{command: a}]\n"),
    (
        "t-downloader",
        "name: t\ndownloaders: [{command: a, protocols: [b, '']}]\n",
    ),
    (
        "u-wasm",
        "apiVersion: v1\nname: u\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\n",
    ),
    (
        "v-limit",
        "apiVersion: v1\nname: v\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\nruntimeConfig: {memory: {maxPages: -1}, timeout: x, allowedHosts: a}\n",
    ),
    ("w-version", "name: w\nversion: 1.0.0/../../x\ncommand: x\n"),
    ("x-name", "name: ../x\nversion: 1.0.0\ncommand: x\n"),
    (
        "y-nested",
        "name: y\nplatformCommand: [{command: a, command: b}]\n",
    ),
    (
        "z-config",
        "apiVersion: v1\nname: z\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\nconfig: a\n",
    ),
    (
        "zz-kind",
        "apiVersion: v1\nname: z\nversion: 1.0.0\ntype: other/v1\nruntime: subprocess\n",
    ),
    ("zzz-api", "apiVersion: v2\nname: z\n"),
];

/// Such plugins are not used, and said to be bad.
#[test]
fn bad_plugins_are_told_of() {
    as_helm("plugin_bad.txt", &[case(&["no-such-command"])], |home| {
        for (folder, text) in BAD {
            home.write(&format!("plugins/{folder}/plugin.yaml"), text);
        }
    });
}

/// Commands of our own never look at plugins; help shows them among its commands.
#[test]
fn help_shows_plugins() {
    let home = Home::new();
    prepare(&home);
    home.write("plugins/bad/plugin.yaml", "");
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!()).called("pintle");
        command.env("HELM_PLUGINS", "plugins").args(words).run()
    };
    let list = run(&["--help"]).stdout;
    assert!(list.contains("\n  say                says it\n"), "{list}");
    assert!(
        list.contains("\n  fail               the \"fail\" plugin\n"),
        "{list}"
    );
    assert!(
        list.contains("\n  usage-name         the \"other\" plugin\n"),
        "{list}"
    );
    assert!(!list.contains("\n  getter "), "{list}");
    // DIFF: to Helm an empty word is a flag of its own, which also takes the word behind it away.
    let said = run(&["say", "a", "", "--flag"]).stdout;
    assert_eq!(said, "[a]\n[]\n[--flag]\n");
    let help = run(&["help", "usage-name"]).stdout;
    assert!(
        help.contains("Usage:\n  pintle usage-name [A] [B] [flags]\n"),
        "{help}"
    );
    assert_eq!(run(&["version"]).stderr, "");
    assert!(
        run(&["say"])
            .stderr
            .contains("failed to load plugin (ignoring)")
    );
}
