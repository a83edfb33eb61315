//! `serve`, with Helm, programs and a browser as its clients.

mod access;
mod api;
mod hostile;
mod http;
mod page;

use std::fs;

use pintle_testkit::background::Background;
use pintle_testkit::http::{Reply, ask};
use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Finished, Home};

use crate::registries::archive;

/// A server that ends with the test.
struct Served {
    process: Background,
    address: String,
}

impl Served {
    /// Serves the folder `charts` of a home.
    fn start(home: &Home, words: &[&str]) -> Self {
        Self::start_with(home, words, &[])
    }

    fn start_with(home: &Home, words: &[&str], variables: &[(&str, &str)]) -> Self {
        fs::create_dir_all(home.path().join("charts")).expect("a folder");
        let mut command = home
            .command(pintle_testkit::pintle!())
            .called("pintle")
            .args(["serve", "charts", "--address", "127.0.0.1:0"])
            .args(words);
        for (name, value) in variables {
            command = command.env(name, value);
        }
        let mut process = command.start();
        let line = process.line();
        let Some((_, address)) = line.trim_end().split_once("://") else {
            panic!("it did not start: {line}{}", process.stop("TERM").1);
        };
        Self {
            address: address.to_owned(),
            process,
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn get(&self, path: &str) -> Reply {
        ask(&self.address, "GET", path, &[], b"")
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        ask(&self.address, method, path, headers, body)
    }

    /// `STATUS BODY`
    fn said(&self, method: &str, path: &str, body: &[u8]) -> String {
        said(&self.ask(method, path, &[], body))
    }
}

fn said(reply: &Reply) -> String {
    format!("{} {}", reply.status, reply.text())
}

/// The archive of a small chart.
fn chart(name: &str, version: &str, more: &str) -> Vec<u8> {
    let text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n{more}");
    archive(&[
        (&format!("{name}/Chart.yaml"), text.as_str()),
        (&format!("{name}/values.yaml"), "# how many\nreplicas: 1\n"),
        (
            &format!("{name}/templates/a.yaml"),
            "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {n: \"{{ .Values.replicas }}\"}\n",
        ),
    ])
}

/// A form with files.
fn form(parts: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, content) in parts {
        let head = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../../{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    ("multipart/form-data; boundary=xyz".to_owned(), body)
}

/// Helm and we add, update, search, pull and install from the server; the folder changes
/// meanwhile.
#[test]
fn helm_uses_what_serve_serves() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "helm_uses_what_serve_serves") else {
        return;
    };
    let home = Home::new();
    home.write(
        "charts/web-1.0.0.tgz",
        chart("web", "1.0.0", "description: first\n"),
    );
    let served = Served::start(&home, &[]);
    for program in [helm, pintle_testkit::pintle!()] {
        let own = Home::new();
        let run =
            |words: &[&str]| -> Finished { own.command(&program).called("helm").args(words).run() };
        let told = run(&["repo", "add", "mine", &served.url()]).success();
        assert!(told.stdout.contains("has been added"), "{told}");
        served.said(
            "POST",
            "/api/charts",
            &chart("web", "1.1.0+b", "description: second\n"),
        );
        run(&["repo", "update"]).success();
        let found = run(&["search", "repo", "web", "--versions"]).success();
        for part in ["1.1.0+b", "second", "1.0.0", "first"] {
            assert!(found.stdout.contains(part), "{part}\n{found}");
        }
        run(&["pull", "mine/web", "--version", "1.0.0"]).success();
        let pulled = fs::read(own.path().join("web-1.0.0.tgz")).expect("an archive");
        assert_eq!(
            pulled,
            fs::read(home.path().join("charts/web-1.0.0.tgz")).expect("it")
        );
        let rendered = run(&["template", "x", "mine/web", "--set", "replicas=7"]).success();
        assert!(rendered.stdout.contains("n: \"7\""), "{rendered}");
        run(&[
            "template",
            "x",
            "web",
            "--repo",
            &served.url(),
            "--version",
            "1.0.0",
        ])
        .success();
        let words = ["install", "x", "mine/web", "--dry-run=client"];
        let installed = run(&words).success();
        assert!(installed.stdout.contains("n: \"1\""), "{installed}");
        assert_eq!(
            served.said("DELETE", "/api/charts/web/1.1.0%2Bb", b""),
            "200 {\"deleted\":true}"
        );
        run(&["repo", "update"]).success();
        let found = run(&["search", "repo", "web", "--versions"]).success();
        assert!(!found.stdout.contains("1.1.0"), "{found}");
    }
}

#[test]
fn it_ends_when_told_to() {
    for signal in ["TERM", "INT"] {
        let home = Home::new();
        let served = Served::start(&home, &["--debug"]);
        assert_eq!(served.said("GET", "/health", b""), "200 {\"healthy\":true}");
        served.get("/%1b[31m?secret");
        let (code, told) = served.process.stop(signal);
        assert_eq!(code, Some(0), "{told}");
        assert!(
            told.starts_with("everybody on this machine may upload and delete\n"),
            "{told}"
        );
        assert!(told.contains("GET \"/health\" 200 16 bytes "), "{told}");
        assert!(
            !told.contains("secret") && !told.contains('\u{1b}'),
            "{told}"
        );
    }
}

#[test]
fn what_cannot_be_served_is_said() {
    let home = Home::new();
    home.write("file", "x");
    home.write("tokens", "admin x\n");
    home.write("pass", "\n");
    fs::create_dir(home.path().join("charts")).expect("a folder");
    for (words, wanted) in [
        (&["serve"][..], "which folder is to be served?\nhint: "),
        (
            &["serve", "a", "--repo-path", "b"],
            "name the folder once, not also by --repo-path\n",
        ),
        (
            &["serve", "nowhere"],
            "open [HOME]/nowhere: no such file or directory\nhint: ",
        ),
        (
            &["serve", "file"],
            "open [HOME]/file: not a directory\nhint: ",
        ),
        (
            &["serve", "charts", "--address", "nonsense"],
            "listen tcp nonsense: ",
        ),
        (
            &["serve", "charts", "--token-file", "tokens"],
            "tokens: line 1 is neither",
        ),
        (
            &["serve", "charts", "--basic-auth-user", "me"],
            "the user has no password\nhint: ",
        ),
        (
            &[
                "serve",
                "charts",
                "--basic-auth-user",
                "me",
                "--basic-auth-pass-file",
                "pass",
            ],
            "pass has no password in its first line\n",
        ),
        (
            &["serve", "charts", "--tls-cert", "file"],
            "HTTPS needs both --tls-cert and --tls-key\n",
        ),
        (
            &["serve", "charts", "--tls-cert", "file", "--tls-key", "file"],
            "file has no certificate\n",
        ),
        (
            &["serve", "charts", "--max-upload-size=-1"],
            "--max-upload-size must not be negative\n",
        ),
    ] {
        let done = crate::pintle(&home, words);
        assert_eq!(done.code, Some(1), "{done}");
        assert!(
            done.stderr.starts_with(&format!("Error: {wanted}")),
            "{done}"
        );
    }
}
