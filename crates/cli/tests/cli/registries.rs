//! `push`, `pull` and `registry`, beside Helm's.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use flate2::{Compression, GzBuilder};
use pintle_testkit::registry::{Door, Registry, digest};
use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use crate::{Case, as_helm_on_web, compare_with_helm};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

/// An archive that is the same with every compressor.
pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // Names that the library would not write are written all the same.
        let field = &mut header.as_old_mut().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, text.as_bytes()).expect("memory");
    }
    let tar = tar.into_inner().expect("memory");
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::none());
    gzip.write_all(&tar).expect("memory");
    gzip.finish().expect("memory")
}

const WEB: &str = "\
apiVersion: v2
name: web
version: 0.1.0
appVersion: \"1 <b>\"
description: A \"chart\" & more
home: https://web.example/
icon: https://web.example/icon.svg
sources: [https://src.example/a, https://src.example/b]
keywords: [a, z]
kubeVersion: \">=1.20\"
maintainers: [{name: A, email: a@x.example}, {name: B, url: u}, {email: only@x.example}]
annotations:
  org.opencontainers.image.title: no
  org.opencontainers.image.url: https://over.example
  k: \"v\\u2028\\x07\"
dependencies:
- {name: d, version: ^1, repository: \"oci://r/x\", tags: [a], import-values: [x, {child: a, parent: b}]}
type: application
";

fn chart(text: &str) -> Vec<u8> {
    let files = [
        ("web/Chart.yaml", text),
        ("web/values.yaml", "a: 1\n"),
        ("web/templates/a.yaml", "kind: ConfigMap\n"),
    ];
    archive(&files)
}

pub fn charts(home: &Home) {
    let keep = |name: &str, bytes: &[u8]| {
        let path = home.write(name, bytes);
        let file = fs::File::options()
            .append(true)
            .open(path)
            .expect("the file is there");
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_164_645);
        file.set_modified(written).expect("a time can be set");
    };
    keep("web-0.1.0.tgz", &chart(WEB));
    keep(
        "web-0.2.0+b.1.tgz",
        &chart(&WEB.replace("0.1.0", "0.2.0+b.1")),
    );
    keep(
        "web-0.3.0-rc.1.tgz",
        &chart(&WEB.replace("0.1.0", "0.3.0-rc.1")),
    );
    keep(
        "small.tgz",
        &archive(&[("s/Chart.yaml", "apiVersion: v1\nname: s\nversion: 1.0.0\n")]),
    );
    keep("small.tgz.prov", b"signed");
    home.write("web/Chart.yaml", WEB);
    fs::create_dir(home.path().join("there")).expect("a folder");
}

/// Answers each command as Helm did, with a registry for all hosts.
fn as_helm_on_registry(name: &str, cases: &[Case], door: Door) {
    compare_with_helm(name, |program| {
        let home = Home::new();
        charts(&home);
        let registry = Registry::new(door);
        let config = || fs::read_to_string(home.path().join(CONFIG)).unwrap_or_default();
        let mut before = config();
        let run = |case: &Case| {
            let command = home.command(&program).called("helm").env("TZ", "UTC");
            let answer = case.run(command.env("HTTP_PROXY", registry.proxy()));
            let mut answer = answer.map(|text| home.redact(text));
            let now = config();
            if now != before {
                answer.stdout += &format!("=== file config.json\n{now}\n");
                before = now;
            }
            answer
        };
        cases.iter().map(run).collect()
    });
}

const CONFIG: &str = ".config/helm/registry/config.json";

macro_rules! plain {
    ($($word:literal),* $(,)?) => { case(&[$($word),*, "--plain-http"]) };
}

#[test]
fn charts_go_to_registries_and_back_as_with_helm() {
    let cases = &[
        case(&["push"]),
        case(&["push", "web-0.1.0.tgz"]),
        plain!("push", "web-0.1.0.tgz", "http://registry.example/charts"),
        plain!("push", "web-0.1.0.tgz", "registry.example/charts"),
        plain!("push", "nope.tgz", "oci://registry.example/charts"),
        plain!("push", "web", "oci://registry.example/charts"),
        plain!("push", "web/Chart.yaml", "oci://registry.example/charts"),
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/Charts"),
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/charts"),
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/charts/"),
        plain!("push", "web-0.2.0+b.1.tgz", "oci://registry.example/charts"),
        plain!(
            "push",
            "web-0.3.0-rc.1.tgz",
            "oci://registry.example/charts"
        ),
        plain!("push", "small.tgz", "oci://registry.example/a/b"),
        plain!("pull", "oci://registry.example/charts/web"),
        plain!(
            "pull",
            "oci://registry.example/charts/web",
            "--devel",
            "-d",
            "there"
        ),
        plain!(
            "pull",
            "oci://registry.example/charts/web",
            "--version",
            "<0.2"
        ),
        plain!(
            "pull",
            "oci://registry.example/charts/web",
            "--version",
            "0.2.0+b.1"
        ),
        plain!("pull", "oci://registry.example/charts/web:0.1.0"),
        plain!(
            "pull",
            "oci://registry.example/charts/web:0.1.0",
            "--version",
            "0.1.0"
        ),
        plain!(
            "pull",
            "oci://registry.example/charts/web:0.1.0",
            "--version",
            "0.1.1"
        ),
        plain!(
            "pull",
            "oci://registry.example/charts/web",
            "--version",
            "^2"
        ),
        plain!(
            "pull",
            "oci://registry.example/charts/web",
            "--version",
            "a b"
        ),
        plain!("pull", "oci://registry.example/charts/web:9.9.9"),
        plain!("pull", "oci://registry.example/charts/web:latest"),
        plain!("pull", "oci://registry.example/charts/web@sha256:00"),
        plain!(
            "pull",
            "oci://registry.example/charts/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"
        ),
        plain!("pull", "oci://registry.example/nope"),
        plain!("pull", "oci://registry.example"),
        plain!("pull", "oci://registry.example/Upper"),
        plain!("pull", "oci://registry.example/charts/web", "--prov"),
        plain!("pull", "oci://registry.example/a/b/s", "--prov"),
        plain!("pull", "oci://registry.example/a/b/s", "--untar"),
        plain!("pull", "oci://registry.example/a/b/s", "--untar"),
        plain!(
            "pull",
            "oci://registry.example/a/b/s",
            "--untar",
            "--untardir",
            "x/y",
            "-d",
            "there"
        ),
        plain!(
            "pull",
            "oci://registry.example/a/b/s",
            "--untar",
            "--untardir",
            "x/y",
            "-d",
            "there"
        ),
        plain!(
            "template",
            "r",
            "oci://registry.example/charts/web",
            "--version",
            "0.1.0"
        ),
        plain!("show", "chart", "oci://registry.example/a/b/s"),
        plain!(
            "show",
            "chart",
            "oci://registry.example/a/b/s",
            "--version",
            ">1"
        ),
        plain!(
            "show",
            "chart",
            "oci://registry.example/charts/web",
            "--devel"
        ),
        case(&["pull"]),
        case(&["pull", "nope"]),
        case(&["pull", "nope/x"]),
        case(&[
            "pull",
            "oci://registry.example/charts/web",
            "--ca-file",
            "nope",
        ]),
        case(&[
            "push",
            "web-0.1.0.tgz",
            "oci://registry.example/x",
            "--ca-file",
            "nope",
        ]),
        case(&[
            "push",
            "nope",
            "x",
            "--cert-file",
            "nope",
            "--key-file",
            "web-0.1.0.tgz",
        ]),
    ];
    as_helm_on_registry("registry.txt", cases, Door::Open);
}

#[test]
fn logging_in_is_as_with_helm() {
    let cases = &[
        case(&["registry", "login"]),
        case(&["registry", "logout"]),
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/charts"),
        plain!(
            "push",
            "web-0.1.0.tgz",
            "oci://registry.example/charts",
            "--username",
            "me",
            "--password",
            "no"
        ),
        plain!(
            "push",
            "web-0.1.0.tgz",
            "oci://registry.example/charts",
            "--username",
            "me",
            "--password",
            "word"
        ),
        plain!(
            "registry",
            "login",
            "registry.example",
            "-u",
            "me",
            "-p",
            "no"
        ),
        plain!(
            "registry",
            "login",
            "registry.example",
            "-u",
            "me",
            "-p",
            "word"
        ),
        plain!(
            "registry",
            "login",
            "registry.example/x",
            "-u",
            "me",
            "-p",
            "word"
        ),
        plain!(
            "registry",
            "login",
            "oci://registry.example",
            "-u",
            "me",
            "-p",
            "word"
        ),
        plain!(
            "registry",
            "login",
            "registry.example",
            "-u",
            "m:e",
            "-p",
            "word"
        ),
        plain!("registry", "login", "registry.example", "-u", "me"),
        plain!("registry", "login", "registry.example", "--password-stdin"),
        plain!(
            "registry",
            "login",
            "other.example:5000",
            "-u",
            "me",
            "-p",
            "word"
        ),
        plain!("pull", "oci://registry.example/charts/web"),
        plain!("pull", "oci://third.example/charts/web"),
        case(&["registry", "logout", "other.example:5000"]),
        case(&["registry", "logout", "other.example:5000"]),
        case(&["registry", "logout", "registry.example"]),
        plain!("pull", "oci://registry.example/charts/web"),
    ];
    as_helm_on_registry("registry_login.txt", cases, Door::Basic("me:word"));
}

#[test]
fn tokens_are_fetched_as_with_helm() {
    let cases = &[
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/charts"),
        plain!(
            "push",
            "web-0.1.0.tgz",
            "oci://registry.example/charts",
            "--username",
            "me",
            "--password",
            "no"
        ),
        plain!(
            "registry",
            "login",
            "registry.example",
            "-u",
            "me",
            "-p",
            "no"
        ),
        plain!(
            "registry",
            "login",
            "registry.example",
            "-u",
            "me",
            "-p",
            "word"
        ),
        plain!("push", "web-0.1.0.tgz", "oci://registry.example/charts"),
        case(&["registry", "logout", "registry.example"]),
        plain!("pull", "oci://registry.example/charts/web"),
        plain!("pull", "oci://registry.example/charts/nope"),
    ];
    as_helm_on_registry("registry_token.txt", cases, Door::Token("me:word"));
}

/// Runs `pintle` with a registry for all hosts.
fn with(home: &Home, registry: &Registry, words: &[&str]) -> Finished {
    home.command(pintle_testkit::pintle!())
        .called("pintle")
        .env("HTTP_PROXY", registry.proxy())
        .args(words)
        .run()
        .map(|text| home.redact(text))
}

const PUSH: [&str; 4] = [
    "push",
    "web-0.1.0.tgz",
    "oci://registry.example/charts",
    "--plain-http",
];

#[test]
fn what_the_registry_has_is_not_sent_again() {
    let (home, registry) = (Home::new(), Registry::new(Door::Open));
    charts(&home);
    with(&home, &registry, &PUSH).success();
    let sent = |registry: &Registry| {
        let asked = registry.asked();
        asked
            .iter()
            .filter(|line| line.starts_with("PUT /v2/charts/web/blobs"))
            .count()
    };
    assert_eq!(sent(&registry), 2);
    with(&home, &registry, &PUSH).success();
    assert_eq!(
        registry.asked(),
        [
            "HEAD /v2/charts/web/manifests/".to_owned()
                + &digest(&registry.manifest("charts/web", "0.1.0").unwrap()),
            "PUT /v2/charts/web/manifests/0.1.0".to_owned(),
        ]
    );
    // The same archive, written at another time: only what is said of it is another.
    let path = home.path().join("web-0.1.0.tgz");
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    with(&home, &registry, &PUSH).success();
    assert_eq!(sent(&registry), 0);
}

#[test]
fn one_token_with_the_one_right_scope() {
    let (home, registry) = (Home::new(), Registry::new(Door::Token("me:word")));
    charts(&home);
    let login = ["--username", "me", "--password", "word"];
    with(&home, &registry, &[&PUSH[..], &login].concat()).success();
    let asked = registry.asked();
    let tokens: Vec<_> = asked.iter().filter(|line| line.contains("scope")).collect();
    assert_eq!(
        tokens,
        ["scopes scope=repository%3Acharts%2Fweb%3Apull%2Cpush&service=registry.example"]
    );
    let passwords: Vec<_> = asked
        .iter()
        .filter(|line| line.contains("me:word"))
        .collect();
    assert_eq!(passwords, ["GET /token me:word"]);
    let pull = [
        "pull",
        "oci://registry.example/charts/web",
        "--plain-http",
        "--debug",
    ];
    let done = with(&home, &registry, &pull).success();
    assert!(
        done.stderr
            .contains("msg=credential registry=registry.example source=none"),
        "{done}"
    );
    let asked = registry.asked();
    let tokens = asked.iter().filter(|line| line.contains("scope"));
    assert_eq!(
        tokens.collect::<Vec<_>>(),
        ["scopes scope=repository%3Acharts%2Fweb%3Apull&service=registry.example"]
    );
}

#[test]
fn credentials_are_dockers_too_and_debug_says_whose() {
    let (home, registry) = (Home::new(), Registry::new(Door::Basic("me:word")));
    charts(&home);
    home.write(
        ".docker/config.json",
        "{\"auths\": {\"registry.example\": {\"auth\": \"bWU6d29yZA==\"}}}",
    );
    let done = with(&home, &registry, &[&PUSH[..], &["--debug"]].concat()).success();
    assert!(
        done.stderr
            .contains("source=[HOME]/.docker/config.json username=me"),
        "{done}"
    );
    assert!(
        !done.stderr.contains("word") && !done.stderr.contains("bWU6"),
        "{done}"
    );
    home.write(
        CONFIG,
        "{\"auths\": {\"registry.example\": {\"auth\": \"!\"}}}",
    );
    let done = with(&home, &registry, &PUSH);
    assert!(
        done.stderr
            .contains("failed to decode auth field: invalid config format"),
        "{done}"
    );
}

#[test]
fn versions_of_a_registry_are_listed() {
    let (home, registry) = (Home::new(), Registry::new(Door::Open));
    charts(&home);
    for file in ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "web-0.3.0-rc.1.tgz"] {
        with(
            &home,
            &registry,
            &[
                "push",
                file,
                "oci://registry.example/charts",
                "--plain-http",
            ],
        )
        .success();
    }
    for other in ["latest", "v9", "0.10.0", "1_2"] {
        registry.tag("charts/web", "0.1.0", other);
    }
    let reference = "oci://registry.example/charts/web";
    let answer = |words: &[&str]| {
        with(&home, &registry, &[words, &["--plain-http"]].concat())
            .success()
            .stdout
    };
    assert_eq!(
        answer(&["show", "versions", reference]),
        "0.10.0\n0.2.0+b.1\n0.1.0\n"
    );
    assert_eq!(
        answer(&["show", "versions", reference, "--devel", "-o", "json"]),
        "[\"0.10.0\",\"0.3.0-rc.1\",\"0.2.0+b.1\",\"0.1.0\"]\n"
    );
    assert_eq!(
        answer(&["show", "versions", reference, "--version", "~0.1"]),
        "0.1.0\n"
    );
    assert_eq!(
        answer(&["search", "oci", "registry.example/charts/web"]),
        "NAME                             \tCHART VERSION\tAPP VERSION\tDESCRIPTION     \n\
         oci://registry.example/charts/web\t0.10.0       \t1 <b>      \tA \"chart\" & more\n"
    );
    let listed = answer(&[
        "search",
        "oci",
        reference,
        "--versions",
        "--version",
        "<0.10",
        "-o",
        "yaml",
    ]);
    assert_eq!(
        listed,
        "- name: oci://registry.example/charts/web\n  version: 0.2.0+b.1\n\
         - name: oci://registry.example/charts/web\n  version: 0.1.0\n"
    );
    assert_eq!(
        answer(&["search", "oci", reference, "--version", ">5"]),
        "No results found\n"
    );
}

#[test]
fn versions_of_a_repository_are_listed() {
    let home = Home::new();
    let entry =
        |version: &str| format!("  - name: web\n    version: {version}\n    urls: [x.tgz]\n");
    let entries: String = ["0.9.0", "0.10.0", "1.0.0-rc.1"].map(entry).concat();
    let index = format!("apiVersion: v1\nentries:\n  web:\n{entries}");
    let url = "http://charts.example/index.yaml";
    let web = Web::new(Pages::from([(url.to_owned(), Page::new(index))]));
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!()).called("pintle");
        command.env("HTTP_PROXY", web.proxy()).args(words).run()
    };
    run(&["repo", "add", "one", "http://charts.example"]).success();
    let answer = |words: &[&str]| {
        run(&[&["show", "versions"], words].concat())
            .success()
            .stdout
    };
    assert_eq!(answer(&["one/web"]), "0.10.0\n0.9.0\n");
    assert_eq!(
        answer(&["one/web", "--devel", "-o", "json"]),
        "[\"1.0.0-rc.1\",\"0.10.0\",\"0.9.0\"]\n"
    );
    assert_eq!(
        answer(&[
            "web",
            "--repo",
            "http://charts.example",
            "--version",
            "<0.10"
        ]),
        "0.9.0\n"
    );
    for words in [
        &["one/nope"][..],
        &["two/web"],
        &["web"],
        &["nope", "--repo", "http://charts.example"],
    ] {
        let done = run(&[&["show", "versions"], words].concat());
        assert!(
            done.code == Some(1) && done.stderr.contains("\nhint: "),
            "{done}"
        );
    }
}

#[test]
fn json_stays_json_with_charts_of_registries() {
    let (home, registry) = (Home::new(), Registry::new(Door::Open));
    charts(&home);
    with(
        &home,
        &registry,
        &[
            "push",
            "small.tgz",
            "oci://registry.example/charts",
            "--plain-http",
        ],
    )
    .success();
    let install = [
        "install",
        "r",
        "oci://registry.example/charts/s",
        "--plain-http",
        "--dry-run=client",
    ];
    let plain = with(&home, &registry, &install).success();
    assert!(
        plain
            .stdout
            .starts_with("Pulled: registry.example/charts/s:1.0.0\nDigest: sha256:"),
        "{plain}"
    );
    let json = with(&home, &registry, &[&install[..], &["-o", "json"]].concat()).success();
    assert!(json.stdout.starts_with("{\"name\":\"r\""), "{json}");
    let kept = files(&home, ".cache/helm/content");
    let archive = fs::read(home.path().join("small.tgz")).unwrap();
    let hex = digest(&archive).replace("sha256:", "");
    assert_eq!(
        kept,
        [format!(".cache/helm/content/{}/{hex}.chart", &hex[..2])]
    );
}

#[test]
fn a_version_with_a_plus_may_be_in_the_reference() {
    let (home, registry) = (Home::new(), Registry::new(Door::Open));
    charts(&home);
    with(
        &home,
        &registry,
        &[
            "push",
            "web-0.2.0+b.1.tgz",
            "oci://registry.example/charts",
            "--plain-http",
        ],
    )
    .success();
    let pull = [
        "pull",
        "oci://registry.example/charts/web:0.2.0+b.1",
        "--plain-http",
        "-d",
        "there",
    ];
    with(&home, &registry, &pull).success();
    let pulled = fs::read(home.path().join("there/web-0.2.0+b.1.tgz")).unwrap();
    assert_eq!(
        pulled,
        fs::read(home.path().join("web-0.2.0+b.1.tgz")).unwrap()
    );
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let (home, registry) = (Home::new(), Registry::new(Door::Open));
    let login = [
        "registry",
        "login",
        "registry.example",
        "-u",
        "u",
        "-p",
        "p",
        "--ca-file",
        "nope",
    ];
    let done = with(&home, &registry, &login);
    assert!(
        done.stderr.ends_with("Error: can't create TLS config for client: can't read CA file: \"nope\": open nope: no such file or directory\n"),
        "{done}"
    );
    assert!(registry.asked().is_empty());
}

/// Pulls an archive from a URL, and unpacks it.
fn unpacked(home: &Home, bytes: &[u8]) -> Finished {
    let url = "http://charts.example/web.tgz";
    let web = Web::new(Pages::from([(url.to_owned(), Page::new(bytes))]));
    home.command(pintle_testkit::pintle!())
        .called("pintle")
        .env("HTTP_PROXY", web.proxy())
        .args(["pull", url, "--untar", "-d", "in"])
        .run()
        .map(|text| home.redact(text))
}

/// All files below a folder of the home.
fn files(home: &Home, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![home.path().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let inside = path.strip_prefix(home.path()).expect("a path inside");
                found.push(inside.display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn charts_are_unpacked_whole_or_not_at_all() {
    let home = Home::new();
    unpacked(&home, &chart(WEB)).success();
    let whole = [
        "in/web/Chart.yaml",
        "in/web/templates/a.yaml",
        "in/web/values.yaml",
    ];
    assert_eq!(files(&home, "in"), whole);
    home.write("in/web/values.yaml", "mine");
    let done = unpacked(&home, &chart(WEB));
    assert_eq!(
        done.stderr,
        "Error: failed to untar: a file or directory with the name in/web already exists\n"
    );
    assert_eq!(
        (
            home.read("in/web/values.yaml").as_str(),
            files(&home, "in").len()
        ),
        ("mine", 3)
    );
    let bytes = chart(WEB);
    let home = Home::new();
    let done = unpacked(&home, &bytes[..bytes.len() / 2]);
    assert_eq!(done.code, Some(1), "{done}");
    assert_eq!(files(&home, ""), Vec::<String>::new());
}

// CVE-2019-1000008: names in an archive that lead out of it; CVE-2024-25620 and CVE-2026-35206:
// names of charts that do.
#[test]
fn cve_2019_1000008_nothing_is_written_outside() {
    for name in [
        "web/../../x",
        "web/a/../../../x",
        "/abs",
        "web/C:\\x",
        "..\\x",
        "../x",
        "web/..",
        "web/a\\..\\..\\x",
    ] {
        let home = Home::new();
        let done = unpacked(&home, &archive(&[("web/Chart.yaml", WEB), (name, "bad")]));
        let found = files(&home, "");
        let inside = found.iter().all(|file| file.starts_with("in/web/"));
        assert!(
            inside && (done.code == Some(1) || !found.is_empty()),
            "{name}: {found:?}\n{done}"
        );
    }
    for name in [".", "..", "../x", "a/b", "\"a\\\\b\"", "\"\""] {
        let home = Home::new();
        let done = unpacked(
            &home,
            &chart(&WEB.replace("name: web", &format!("name: {name}"))),
        );
        assert_eq!(
            (done.code, files(&home, "")),
            (Some(1), Vec::new()),
            "{name}\n{done}"
        );
    }
}

#[test]
fn urls_are_pulled_as_with_helm() {
    let page = |url: &str, page: Page| (url.to_owned(), page);
    let signed = Page::new("signed");
    let index = format!(
        "apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: 0.1.0\n    digest: {}\n    urls: [web-0.1.0.tgz]\n",
        digest(&chart(WEB)).replace("sha256:", "")
    );
    let pages = Pages::from([
        page("http://charts.example/index.yaml", Page::new(index)),
        page("http://charts.example/web-0.1.0.tgz", Page::new(chart(WEB))),
        page("http://charts.example/s.tgz", Page::new(chart(WEB))),
        page("http://charts.example/s.tgz.prov", signed),
        page(
            "http://secret.example/web.tgz",
            Page::new(chart(WEB)).login("me:word"),
        ),
        page(
            "http://moved.example/web.tgz",
            Page::status(302).header("Location", "http://secret.example/web.tgz"),
        ),
        page("http://cut.example/web.tgz", Page::new("x").cut_off()),
    ]);
    let cases = &[
        case(&["repo", "add", "one", "http://charts.example"]),
        case(&["pull", "one/web"]),
        case(&["pull", "one/web", "--version", "^0.1"]),
        case(&["pull", "one/nope"]),
        case(&["pull", "one/web", "--untar"]),
        case(&["pull", "one/web", "--untar"]),
        case(&["pull", "web", "--repo", "http://charts.example"]),
        case(&["pull", "nope", "--repo", "http://charts.example"]),
        case(&["pull", "one/web", "--prov"]),
        case(&["pull", "two/web"]),
        case(&["pull", "http://charts.example/web-0.1.0.tgz"]),
        case(&["pull", "http://charts.example/web-0.1.0.tgz", "--prov"]),
        case(&["pull", "http://charts.example/s.tgz", "--prov"]),
        case(&["pull", "http://charts.example/nope.tgz"]),
        case(&["pull", "http://secret.example/web.tgz"]),
        case(&[
            "pull",
            "http://secret.example/web.tgz",
            "--username",
            "me",
            "--password",
            "word",
        ]),
        case(&[
            "pull",
            "http://moved.example/web.tgz",
            "--username",
            "me",
            "--password",
            "word",
        ]),
        case(&[
            "pull",
            "http://moved.example/web.tgz",
            "--username",
            "me",
            "--password",
            "word",
            "--pass-credentials",
        ]),
        case(&["pull", "http://cut.example/web.tgz"]),
        case(&["pull", "ftp://charts.example/web.tgz"]),
    ];
    as_helm_on_web("pull_url.txt", cases, |_| (), pages, &["s.tgz.prov"]);
}
