//! `push`, `pull` and `registry`, beside Helm's.
//!
//! - `own`: what we do otherwise, or Helm does not at all
//! - `pulled`: charts pulled from URLs, and unpacked

mod own;
mod pulled;

use std::fs;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use flate2::{Compression, GzBuilder};
use pintle_testkit::Home;
use pintle_testkit::registry::{Door, Registry};

use crate::{Case, compare_with_helm};

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
