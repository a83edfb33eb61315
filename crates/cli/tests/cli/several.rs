//! Several downloads at once, and what a terminal shows of them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use pintle_testkit::registry::{Door, Registry};
use pintle_testkit::server::installed;
use pintle_testkit::web::{Page, Pages};
use pintle_testkit::{Home, skip};

use crate::registries::{archive, charts};
use crate::{Case, as_helm_on_web, compare_with_helm};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

fn chart(name: &str) -> Vec<u8> {
    let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    archive(&[(&format!("{name}/Chart.yaml"), &text)])
}

/// What is told, left behind and said to be wrong is what fetching them in turn would.
#[test]
fn several_charts_are_pulled_as_with_helm() {
    const FILES: &[&str] = &["a-1.0.0.tgz", "b-1.0.0.tgz", "c-1.0.0.tgz", "e-1.0.0.tgz"];
    let mut index = "apiVersion: v1\nentries:\n".to_owned();
    let mut pages = Pages::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        index += &format!(
            "  {name}:\n  - name: {name}\n    version: 1.0.0\n    urls: [{name}-1.0.0.tgz]\n"
        );
        if name != "d" {
            pages.insert(
                format!("http://charts.example/{name}-1.0.0.tgz"),
                Page::new(chart(name)),
            );
        }
    }
    pages.insert(
        "http://charts.example/index.yaml".to_owned(),
        Page::new(index),
    );
    let cases = &[
        case(&["repo", "add", "one", "http://charts.example"]),
        case(&["pull", "one/a", "one/b", "--prov"]),
        case(&["pull", "one/a", "one/b", "one/c", "one/a", "one/e", "one/f"]),
        case(&["pull", "one/a", "one/a", "--untar"]),
        case(&["pull", "nope/a", "nope/b"]),
    ];
    as_helm_on_web("several.txt", cases, |_| (), pages, FILES);
}

/// A chart that fails stops those after it, though they may have come already.
#[test]
fn charts_after_one_that_fails_are_not_written() {
    compare_with_helm("several_registry.txt", |program| {
        let home = Home::new();
        charts(&home);
        let registry = Registry::new(Door::Open);
        let run = |words: &[&str]| {
            let words = [words, &["--plain-http"]].concat();
            let command = home.command(&program).called("helm").args(words);
            let command = command.env("HTTP_PROXY", registry.proxy());
            command.run().map(|text| home.redact(text))
        };
        let host = "oci://registry.example/charts";
        for archive in ["web-0.1.0.tgz", "web-0.3.0-rc.1.tgz", "small.tgz"] {
            run(&["push", archive, host]).success();
        }
        std::fs::create_dir_all(home.path().join("out")).expect("a folder");
        let at = |name: &str| format!("{host}/{name}");
        let (web, newer, small, nope) = (
            at("web:0.1.0"),
            at("web:0.3.0-rc.1"),
            at("s:1.0.0"),
            at("nope:1.0.0"),
        );
        let good = run(&["pull", "-d", "out", &small, &web, &newer]);
        std::fs::create_dir_all(home.path().join("out/bad")).expect("a folder");
        let mut stopped = run(&["pull", "-d", "out/bad", &web, &nope, &small, &newer]);
        let left = std::fs::read_dir(home.path().join("out/bad")).expect("a folder");
        for entry in left.flatten() {
            stopped.stdout += &format!("=== left: {}\n", entry.file_name().to_string_lossy());
        }
        vec![good, stopped]
    });
}

/// A server that sends an archive slowly: a half at once, some more after the time that a
/// program may be silent, and then the rest.
fn slow(size: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked);
            let mut body = vec![0; size];
            body[..2].copy_from_slice(b"\x1f\x8b");
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
            for (number, part) in body.chunks(size / 2).enumerate() {
                thread::sleep(Duration::from_millis(1200 * number as u64));
                let _ = stream.write_all(part);
            }
        }
    });
    format!("http://{address}/web-1.0.0.tgz")
}

#[test]
fn terminals_see_how_much_has_come_and_how_fast() {
    if installed("script").is_none() {
        skip(
            "terminals_see_how_much_has_come_and_how_fast",
            "script is not here (tests/oracle/packages)",
        );
        return;
    }
    let url = slow(4 << 20);
    let program = pintle_testkit::pintle!();
    let home = Home::new();
    let shown = on_a_terminal(&home, &program, &format!("pull {url}"));
    assert!(shown.contains("\r\u{1b}[2Kweb-1.0.0.tgz: "), "{shown:?}");
    assert!(shown.contains(" of 4.0 MiB, "), "{shown:?}");
    assert!(shown.contains(" MiB/s"), "{shown:?}");
    assert!(
        shown.ends_with("\r\u{1b}[2K"),
        "the line goes away: {shown:?}"
    );
    // Nobody looks here.
    let done = home.command(&program).args(["pull", &url]).run().success();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
}

fn on_a_terminal(home: &Home, program: &Path, words: &str) -> String {
    let mut command = Command::new("script");
    let line = format!("{} {words}", program.display());
    command
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(home.path())
        .env_clear()
        .envs([
            ("PATH", "/usr/bin:/bin"),
            ("TERM", "xterm"),
            ("SHELL", "/bin/sh"),
        ])
        .env("HOME", home.path())
        .stdin(Stdio::null());
    let output = command.output().expect("script");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
