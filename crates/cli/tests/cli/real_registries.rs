//! Real registries, over TLS, with passwords and with tokens, between Helm and us.

mod dependencies;
mod login;
mod token;
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::server::{Server, installed};
use pintle_testkit::{Finished, Home, skip};

use self::token::TokenServer;
use crate::dependency::without_process;
use crate::registries::charts;
use crate::without_hints;

/// A registry that nobody here wrote.
#[derive(Clone, Copy)]
enum Kind {
    /// Debian's `docker-registry`, which is distribution 2.
    Debian,
    /// Distribution 3.
    Distribution,
}

/// Helm and the registry; or the test is skipped by its name.
fn peers(kind: Kind, test: &str) -> Option<(PathBuf, PathBuf)> {
    let helm = oracle::find_or_skip(Peer::Helm4, test)?;
    let registry = match kind {
        Kind::Debian => installed("docker-registry"),
        Kind::Distribution => oracle::find_or_skip(Peer::Distribution3, test),
    };
    if registry.is_none() && matches!(kind, Kind::Debian) {
        skip(test, "docker-registry is not here (tests/oracle/packages)");
    }
    Some((helm, registry?))
}

/// Starts a registry below `home`; `more` is added to its configuration.
fn start(program: &Path, home: &Home, tls: &str, more: &str) -> Server {
    let root = home.path().display();
    Server::start(|address| {
        let config = home.write(
            "server/config.yml",
            format!(
                "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {root}/server/data}}}}\n\
                 {more}http:\n  addr: {address}\n  secret: x\n{tls}"
            ),
        );
        let mut command = Command::new(program);
        command.arg("serve").arg(config);
        command.env("OTEL_TRACES_EXPORTER", "none");
        command
    })
}

/// A certificate for this machine, which is its own authority, and where it is.
fn certificate(home: &Home) -> String {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    home.write("server/cert.pem", made.cert.pem());
    home.write("server/key.pem", made.signing_key.serialize_pem());
    tls_of(home)
}

/// The part of the configuration that names the certificate below `home`.
fn tls_of(home: &Home) -> String {
    let folder = home.path().join("server");
    let folder = folder.display();
    format!("  tls: {{certificate: {folder}/cert.pem, key: {folder}/key.pem}}\n")
}

fn run(program: &Path, home: &Home, words: &[&str]) -> Finished {
    let command = home.command(program).called("helm").env("TZ", "UTC");
    without_hints(command.args(words).run().map(|text| home.redact(text)))
}

const HTPASSWD: &str = "auth: {htpasswd: {realm: x, path: [HOME]/server/htpasswd}}\n";

fn with_passwords(home: &Home) -> String {
    let hash = bcrypt::hash_with_result("word", 4).expect("a hash");
    let hash = hash.format_for_version(bcrypt::Version::TwoY);
    home.write("server/htpasswd", format!("me:{hash}\n"));
    HTPASSWD.replace("[HOME]", &home.path().display().to_string())
}

/// The same words to both programs, with the same answer.
fn alike(helm: &Path, home: &Home, words: &[&str]) -> Finished {
    let theirs = run(helm, home, words);
    let ours = run(&pintle_testkit::pintle!(), home, words);
    assert_eq!(theirs.to_string(), ours.to_string(), "{words:?}");
    ours
}

/// A chart goes there by one program and back by the other, whichever began.
fn round_trips(helm: &Path, home: &Home, server: &Server, flags: &[&str]) {
    let ours = pintle_testkit::pintle!();
    let archives = ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "small.tgz"];
    let pulled = ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "s-1.0.0.tgz"];
    let mut digests = Vec::new();
    for (path, from, to) in [("mine", &ours, helm), ("theirs", &helm.to_owned(), &*ours)] {
        let remote = format!("oci://{}/{path}", server.address());
        let mut told = String::new();
        for archive in archives {
            let words = [&["push", archive, &remote], flags].concat();
            told += &run(from, home, &words)
                .success()
                .stdout
                .replace(&format!("/{path}/"), "/x/");
        }
        digests.push(told);
        let folder = format!("from-{path}");
        fs::create_dir(home.path().join(&folder)).expect("a folder");
        for (name, version) in [("web", "0.1.0"), ("web", "0.2.0+b.1"), ("s", "")] {
            let chart = format!("{remote}/{name}");
            let words = [
                "pull",
                &chart,
                "--version",
                version,
                "--prov",
                "-d",
                &folder,
            ];
            run(to, home, &[&words, flags].concat()).success();
        }
        let read = |path: &str| fs::read(home.path().join(path)).expect(path);
        for (archive, pulled) in archives.iter().zip(pulled) {
            assert_eq!(read(archive), read(&format!("{folder}/{pulled}")));
        }
        assert_eq!(
            read("small.tgz.prov"),
            read(&format!("{folder}/s-1.0.0.tgz.prov"))
        );
    }
    // The digest of a manifest is that of its bytes, which hold the digest of the config.
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn a_real_registry_with_tls_and_passwords_between_helm_and_us() {
    tls_and_passwords(
        Kind::Debian,
        "a_real_registry_with_tls_and_passwords_between_helm_and_us",
    );
}

#[test]
fn another_real_registry_with_tls_and_passwords_between_helm_and_us() {
    tls_and_passwords(
        Kind::Distribution,
        "another_real_registry_with_tls_and_passwords_between_helm_and_us",
    );
}

fn tls_and_passwords(kind: Kind, test: &str) {
    let Some((helm, program)) = peers(kind, test) else {
        return;
    };
    let home = Home::new();
    charts(&home);
    let server = start(&program, &home, &certificate(&home), &with_passwords(&home));
    let address = server.address();
    let trusted = ["--ca-file", "server/cert.pem"];
    let login = |password: &'static str| ["registry", "login", address, "-u", "me", "-p", password];
    let both = |words: &[&str]| alike(&helm, &home, words);
    both(&login("word"));
    both(&[&login("no")[..], &trusted].concat());
    let remote = format!("oci://{address}/charts/web");
    both(&[&["pull", &remote][..], &trusted].concat());
    both(&["pull", &remote, "--plain-http"]);
    let read = |path: &str| fs::read_to_string(home.path().join(path)).expect(path);
    const CONFIG: &str = ".config/helm/registry/config.json";
    run(
        &pintle_testkit::pintle!(),
        &home,
        &[&login("word")[..], &trusted].concat(),
    )
    .success();
    let ours = read(CONFIG);
    fs::remove_file(home.path().join(CONFIG)).expect("it was there");
    run(
        &helm,
        &home,
        &[&login("word")[..], &["--insecure"]].concat(),
    )
    .success();
    assert_eq!(ours, read(CONFIG));
    round_trips(&helm, &home, &server, &trusted);
    let insecure = ["--insecure-skip-tls-verify"];
    both(&[&["pull", &remote][..], &insecure].concat());
    let there = format!("oci://{address}/mine/web");
    both(&[&["pull", &there][..], &insecure].concat());
    both(&[&["pull", &there, "--version", "<0.2"][..], &trusted].concat());
    both(&[&["show", "chart", &there][..], &trusted].concat());
    // Helm has no words for these.
    for words in [["search", "oci"], ["show", "versions"]] {
        let found = [&words[..], &[&there], &trusted].concat();
        let found = run(&pintle_testkit::pintle!(), &home, &found).success();

        assert!(found.stdout.contains("0.2.0+b.1"), "{found}");
    }
    both(&["registry", "logout", address]);
    both(&[&["pull", &there][..], &trusted].concat());
    let named = ["--username", "me", "--password", "word"];
    both(&[&["pull", &there][..], &trusted, &named].concat());
}

#[test]
fn a_real_registry_with_tokens_between_helm_and_us() {
    tokens(
        Kind::Debian,
        "a_real_registry_with_tokens_between_helm_and_us",
    );
}

#[test]
fn another_real_registry_with_tokens_between_helm_and_us() {
    tokens(
        Kind::Distribution,
        "another_real_registry_with_tokens_between_helm_and_us",
    );
}

fn tokens(kind: Kind, test: &str) {
    let Some((helm, program)) = peers(kind, test) else {
        return;
    };
    let home = Home::new();
    charts(&home);
    let tokens = TokenServer::new(&home);
    let server = start(&program, &home, "", &tokens.auth(&home));
    let address = server.address();
    let both = |words: &[&str]| alike(&helm, &home, &[words, &["--plain-http"]].concat());
    let remote = format!("oci://{address}/charts");
    both(&["push", "web-0.1.0.tgz", &remote]);
    both(&["registry", "login", address, "-u", "me", "-p", "no"]);
    both(&["registry", "login", address, "-u", "me", "-p", "word"]);
    both(&["push", "web-0.1.0.tgz", &remote]);
    round_trips(&helm, &home, &server, &["--plain-http"]);
    alike(&helm, &home, &["registry", "logout", address]);
    both(&["pull", &format!("{remote}/web")]);
    both(&["pull", &format!("{remote}/nope")]);
    both(&["push", "small.tgz", &remote]);
    tokens.scopes();
    let ours = pintle_testkit::pintle!();
    let words = ["pull", &format!("{remote}/web"), "--plain-http"];
    run(&ours, &home, &words).success();
    assert_eq!(tokens.scopes(), ["repository:charts/web:pull"]);
}
