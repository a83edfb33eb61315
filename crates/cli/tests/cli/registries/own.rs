//! What we do with registries otherwise than Helm, or Helm does not at all.

use std::fs;
use std::time::SystemTime;

use pintle_testkit::registry::{Door, Registry, digest};
use pintle_testkit::{Finished, Home};

use super::pulled::files;
use super::{CONFIG, charts};

/// A home with charts, and a registry for all hosts.
struct Own {
    home: Home,
    registry: Registry,
}

impl Own {
    fn behind(door: Door) -> Self {
        let own = Self {
            home: Home::new(),
            registry: Registry::new(door),
        };
        charts(&own.home);
        own
    }

    /// Runs `pintle`.
    fn run(&self, words: &[&str]) -> Finished {
        self.home
            .command(pintle_testkit::pintle!())
            .called("pintle")
            .env("HTTP_PROXY", self.registry.proxy())
            .args(words)
            .run()
            .map(|text| self.home.redact(text))
    }

    fn push(&self, file: &str) {
        let place = "oci://registry.example/charts";
        self.run(&["push", file, place, "--plain-http"]).success();
    }
}

const PUSH: [&str; 4] = [
    "push",
    "web-0.1.0.tgz",
    "oci://registry.example/charts",
    "--plain-http",
];

#[test]
fn what_the_registry_has_is_not_sent_again() {
    let own = Own::behind(Door::Open);
    own.run(&PUSH).success();
    let sent = || {
        let asked = own.registry.asked();
        asked
            .iter()
            .filter(|line| line.starts_with("PUT /v2/charts/web/blobs"))
            .count()
    };
    assert_eq!(sent(), 2);
    own.run(&PUSH).success();
    assert_eq!(
        own.registry.asked(),
        [
            "HEAD /v2/charts/web/manifests/".to_owned()
                + &digest(&own.registry.manifest("charts/web", "0.1.0").unwrap()),
            "PUT /v2/charts/web/manifests/0.1.0".to_owned(),
        ]
    );
    // The same archive, written at another time: only what is said of it is another.
    let path = own.home.path().join("web-0.1.0.tgz");
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    own.run(&PUSH).success();
    assert_eq!(sent(), 0);
}

#[test]
fn one_token_with_the_one_right_scope() {
    let own = Own::behind(Door::Token("me:word"));
    let login = ["--username", "me", "--password", "word"];
    own.run(&[&PUSH[..], &login].concat()).success();
    let asked = own.registry.asked();
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
    let done = own.run(&pull).success();
    assert!(
        done.stderr
            .contains("msg=credential registry=registry.example source=none"),
        "{done}"
    );
    let asked = own.registry.asked();
    let tokens = asked.iter().filter(|line| line.contains("scope"));
    assert_eq!(
        tokens.collect::<Vec<_>>(),
        ["scopes scope=repository%3Acharts%2Fweb%3Apull&service=registry.example"]
    );
}

#[test]
fn credentials_are_dockers_too_and_debug_says_whose() {
    let own = Own::behind(Door::Basic("me:word"));
    own.home.write(
        ".docker/config.json",
        "{\"auths\": {\"registry.example\": {\"auth\": \"bWU6d29yZA==\"}}}",
    );
    let done = own.run(&[&PUSH[..], &["--debug"]].concat()).success();
    assert!(
        done.stderr
            .contains("source=[HOME]/.docker/config.json username=me"),
        "{done}"
    );
    assert!(
        !done.stderr.contains("word") && !done.stderr.contains("bWU6"),
        "{done}"
    );
    own.home.write(
        CONFIG,
        "{\"auths\": {\"registry.example\": {\"auth\": \"!\"}}}",
    );
    let done = own.run(&PUSH);
    assert!(
        done.stderr
            .contains("failed to decode auth field: invalid config format"),
        "{done}"
    );
}

#[test]
fn versions_of_a_registry_are_listed() {
    let own = Own::behind(Door::Open);
    for file in ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "web-0.3.0-rc.1.tgz"] {
        own.push(file);
    }
    for other in ["latest", "v9", "0.10.0", "1_2"] {
        own.registry.tag("charts/web", "0.1.0", other);
    }
    let reference = "oci://registry.example/charts/web";
    let answer = |words: &[&str]| {
        own.run(&[words, &["--plain-http"]].concat())
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
fn json_stays_json_with_charts_of_registries() {
    let own = Own::behind(Door::Open);
    own.push("small.tgz");
    let install = [
        "install",
        "r",
        "oci://registry.example/charts/s",
        "--plain-http",
        "--dry-run=client",
    ];
    let plain = own.run(&install).success();
    assert!(
        plain
            .stdout
            .starts_with("Pulled: registry.example/charts/s:1.0.0\nDigest: sha256:"),
        "{plain}"
    );
    let json = own.run(&[&install[..], &["-o", "json"]].concat()).success();
    assert!(json.stdout.starts_with("{\"name\":\"r\""), "{json}");
    let kept = files(&own.home, ".cache/helm/content");
    let archive = fs::read(own.home.path().join("small.tgz")).unwrap();
    let hex = digest(&archive).replace("sha256:", "");
    assert_eq!(
        kept,
        [format!(".cache/helm/content/{}/{hex}.chart", &hex[..2])]
    );
}

#[test]
fn a_version_with_a_plus_may_be_in_the_reference() {
    let own = Own::behind(Door::Open);
    own.push("web-0.2.0+b.1.tgz");
    let pull = [
        "pull",
        "oci://registry.example/charts/web:0.2.0+b.1",
        "--plain-http",
        "-d",
        "there",
    ];
    own.run(&pull).success();
    let pulled = fs::read(own.home.path().join("there/web-0.2.0+b.1.tgz")).unwrap();
    assert_eq!(
        pulled,
        fs::read(own.home.path().join("web-0.2.0+b.1.tgz")).unwrap()
    );
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let own = Own::behind(Door::Open);
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
    let done = own.run(&login);
    assert!(
        done.stderr.ends_with("Error: can't create TLS config for client: can't read CA file: \"nope\": open nope: no such file or directory\n"),
        "{done}"
    );
    assert!(own.registry.asked().is_empty());
}
