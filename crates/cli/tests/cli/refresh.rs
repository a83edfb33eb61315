//! What is kept of repositories: fetched once, and never spoiled by servers that are in trouble.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use crate::registries::archive;
use crate::without_hints;

const URL: &str = "http://charts.example/index.yaml";
const CACHED: &str = ".cache/helm/repository/one-index.yaml";
const NAMES: &str = ".cache/helm/repository/one-charts.txt";

/// An index with a chart of this version, and one entry that is left out.
fn index(version: &str) -> String {
    format!(
        "apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: {version}\n    urls: [web-{version}.tgz]\n\
         \x20 - name: web\n    version: x.y\n    urls: [web-x.tgz]\n"
    )
}

fn chart(version: &str) -> Vec<u8> {
    let text = format!("apiVersion: v2\nname: web\nversion: {version}\n");
    archive(&[("web/Chart.yaml", &text)])
}

fn one(url: &str, page: Page) -> Web {
    Web::new(Pages::from([(url.to_owned(), page)]))
}

fn run(home: &Home, web: &Web, words: &[&str]) -> Finished {
    let command = home.command(pintle_testkit::pintle!()).called("helm");
    let command = command.env("HTTP_PROXY", web.proxy());
    without_hints(command.args(words).run())
}

fn tagged(version: &str) -> Page {
    Page::new(index(version)).header("ETag", &format!("\"{version}\""))
}

const UPDATE: [&str; 2] = ["repo", "update"];

#[test]
fn an_index_that_is_the_newest_is_not_sent_again() {
    let home = Home::new();
    let web = one(URL, tagged("1.0.0"));
    run(
        &home,
        &web,
        &["repo", "add", "one", "http://charts.example"],
    )
    .success();
    let whole = [format!("GET {URL}")];
    let unchanged = [format!("GET {URL} (unchanged)")];
    assert_eq!(web.asked(), whole);
    let first = run(&home, &web, &UPDATE).success();
    assert_eq!(web.asked(), unchanged);
    // What is said is what is said of a new one: what was left out too.
    let again = run(&home, &web, &UPDATE).success();
    assert_eq!(web.asked(), unchanged);
    let removed = home.path().join(".cache/helm/repository/one-index.seen");
    fs::remove_file(removed).expect("it is kept");
    let fetched = run(&home, &web, &UPDATE).success();
    assert_eq!(web.asked(), whole);
    assert_eq!(
        [&first.stdout, &first.stderr],
        [&fetched.stdout, &fetched.stderr]
    );
    assert_eq!(again, fetched);
    assert!(
        fetched.stderr.contains("skipping loading invalid entry"),
        "{fetched}"
    );
    // A newer one is fetched.
    let newer = one(URL, tagged("2.0.0"));
    run(&home, &newer, &UPDATE).success();
    assert_eq!(newer.asked(), whole);
    assert_eq!(home.read(CACHED), index("2.0.0"));
    run(&home, &newer, &UPDATE).success();
    assert_eq!(newer.asked(), unchanged);
    // Another program has written the index since: what the server said counts no longer.
    home.write(CACHED, index("1.5.0"));
    run(&home, &newer, &UPDATE).success();
    assert_eq!(newer.asked(), whole);
    assert_eq!(home.read(CACHED), index("2.0.0"));
    // A file of Helm's that is gone is made again.
    fs::remove_file(home.path().join(NAMES)).expect("it is kept");
    run(&home, &newer, &UPDATE).success();
    assert_eq!(
        (newer.asked(), home.read(NAMES)),
        (whole.to_vec(), "web\n".to_owned())
    );
    // To add a repository again is to begin anew, and nothing of one that is removed is left.
    let force = [
        "repo",
        "add",
        "one",
        "http://charts.example",
        "--force-update",
    ];
    run(&home, &newer, &force).success();
    run(
        &home,
        &newer,
        &[
            "repo",
            "add",
            "one",
            "http://charts.example",
            "--username",
            "a",
            "--password",
            "b",
            "--force-update",
        ],
    )
    .success();
    assert_eq!(newer.asked()[0], whole[0]);
    run(&home, &newer, &["repo", "remove", "one"]).success();
    let left = fs::read_dir(home.path().join(".cache/helm/repository")).expect("a folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn dependencies_ask_whether_an_index_is_the_newest() {
    let home = Home::new();
    home.write(
        "app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: web\n  version: 1.x\n  repository: http://charts.example\n",
    );
    let pages = [
        (URL.to_owned(), tagged("1.0.0")),
        (
            "http://charts.example/web-1.0.0.tgz".to_owned(),
            Page::new(chart("1.0.0")),
        ),
    ];
    let web = Web::new(Pages::from(pages));
    // Whether it is on the list or not.
    for listed in [false, true] {
        if listed {
            run(
                &home,
                &web,
                &["repo", "add", "one", "http://charts.example"],
            )
            .success();
        } else {
            run(&home, &web, &["dependency", "update", "app"]).success();
        }
        web.asked();
        let again = run(&home, &web, &["dependency", "update", "app"]).success();
        let index = format!("GET {URL} (unchanged)");
        assert_eq!(web.asked()[0], index, "{again}");
    }
    run(&home, &web, &["dependency", "build", "app"]).success();
    assert_eq!(web.asked()[0], format!("GET {URL} (unchanged)"));
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).expect("memory");
    gzip.finish().expect("memory")
}

fn compressed(body: &[u8]) -> Page {
    Page::new(body).header("Content-Encoding", "gzip")
}

/// What servers in trouble answer.
fn troubles(good: &[u8], name: &str) -> Vec<(String, Page)> {
    let retry = Page::status(429).header("Retry-After", "3600");
    let mut short = Page::new(good);
    short.missing = 10_000;
    let mut whole = Vec::new();
    for (what, page) in [
        (
            "no login",
            Page::status(401).header("WWW-Authenticate", "Basic realm=\"x\""),
        ),
        ("forbidden", Page::status(403)),
        ("gone", Page::status(404)),
        ("too many", retry),
        ("broken", Page::status(500)),
        ("busy", Page::status(503).header("Retry-After", "3600")),
        ("unasked", Page::status(304)),
        ("hangs up", Page::hangs_up()),
        ("half", short),
        (
            "page",
            Page::new("<!DOCTYPE html>\n<html><head><title>x: y</title></head></html>\n"),
        ),
        ("nothing", Page::new("")),
    ] {
        whole.push((format!("{name}: {what}"), page));
    }
    whole
}

/// Both programs, whose caches were filled by a good server, ask a bad one. What is kept stays as
/// it was, and they say the same.
#[test]
fn servers_in_trouble_spoil_nothing() {
    let helm = pintle_testkit::oracle::find_or_skip(
        pintle_testkit::oracle::Peer::Helm4,
        "servers_in_trouble_spoil_nothing",
    );
    let good = index("1.0.0");
    for (what, page) in troubles(good.as_bytes(), "index") {
        let home = Home::new();
        let web = one(URL, Page::new(&good));
        run(
            &home,
            &web,
            &["repo", "add", "one", "http://charts.example"],
        )
        .success();
        let bad = one(URL, page);
        let words = ["repo", "update", "one"];
        let answer = run(&home, &bad, &words);
        assert_eq!(home.read(CACHED), good, "{what}: {answer}");
        assert_eq!(home.read(NAMES), "web\n", "{what}");
        let left = fs::read_dir(home.path().join(".cache/helm/repository")).expect("a folder");
        assert_eq!(left.count(), 2, "{what}");
        assert_eq!(answer.code, Some(1), "{what}: {answer}");
        assert!(
            answer.stdout.contains("http://charts.example"),
            "{what}: {answer}"
        );
        if let Some(helm) = &helm {
            let command = home.command(helm).called("helm").args(words);
            let theirs = command.env("HTTP_PROXY", bad.proxy()).run();
            assert_eq!(theirs.to_string(), answer.to_string(), "{what}");
        }
    }
}

#[test]
fn archives_of_servers_in_trouble_are_not_kept() {
    let helm = pintle_testkit::oracle::find_or_skip(
        pintle_testkit::oracle::Peer::Helm4,
        "archives_of_servers_in_trouble_are_not_kept",
    );
    let place = "http://charts.example/web-1.0.0.tgz";
    for (what, page) in troubles(&chart("1.0.0"), "archive") {
        let pages = [
            (URL.to_owned(), Page::new(index("1.0.0"))),
            (place.to_owned(), page),
        ];
        let web = Web::new(Pages::from(pages));
        let home = Home::new();
        run(
            &home,
            &web,
            &["repo", "add", "one", "http://charts.example"],
        )
        .success();
        let words = ["show", "chart", "one/web", "--version", "1.0.0"];
        let answer = run(&home, &web, &words);
        assert_eq!(answer.code, Some(1), "{what}: {answer}");
        if let Some(helm) = &helm {
            let command = home.command(helm).called("helm").args(words);
            let theirs = command.env("HTTP_PROXY", web.proxy()).run();
            let hide = |text: &str| home.redact(text);
            assert_eq!(
                theirs.map(hide).to_string(),
                answer.map(hide).to_string(),
                "{what}"
            );
        }
        let pulled = run(&home, &web, &["pull", "one/web", "--version", "1.0.0"]);
        let kept = home.path().join("web-1.0.0.tgz").exists();
        assert!(pulled.code == Some(1) && !kept, "{what}: {pulled}");
        let good = [
            (URL.to_owned(), Page::new(index("1.0.0"))),
            (place.to_owned(), Page::new(chart("1.0.0"))),
        ];
        run(&home, &Web::new(Pages::from(good)), &words).success();
    }
}

/// An archive without a digest in the index is looked at before it is a file.
#[test]
fn what_is_no_archive_is_not_pulled() {
    let home = Home::new();
    let url = "http://charts.example/web.tgz";
    for (body, kind) in [
        (
            "<!DOCTYPE html><title>404</title>",
            "text/html; charset=utf-8",
        ),
        ("", "application/octet-stream"),
        ("a: b\n", "application/octet-stream"),
    ] {
        let answer = run(&home, &one(url, Page::new(body)), &["pull", url]);
        let text = format!("{url} does not appear to be a gzipped archive; got '{kind}'");
        assert!(answer.stderr.contains(&text), "{answer}");
        assert!(!home.path().join("web.tgz").exists());
    }
}

#[test]
fn indexes_may_come_compressed() {
    let home = Home::new();
    let good = packed(&index("1.0.0"));
    let add = ["repo", "add", "one", "http://charts.example"];
    run(&home, &one(URL, compressed(&good)), &add).success();
    assert_eq!(home.read(CACHED), index("1.0.0"));
    for (body, reason) in [
        (&good[..good.len() / 2], "unexpected EOF"),
        (&good[..good.len() - 2], "unexpected EOF"),
        (b"entries: {}\n", "gzip: invalid header"),
        (b"", "unexpected EOF"),
    ] {
        let answer = run(&home, &one(URL, compressed(body)), &UPDATE);
        assert!(
            answer.stdout.contains(&format!("\n\t{reason}\n")),
            "{answer}"
        );
        assert_eq!(home.read(CACHED), index("1.0.0"), "{answer}");
    }
    let mut changed = good.clone();
    let sum = changed.len() - 6;
    changed[sum] ^= 1;
    let answer = run(&home, &one(URL, compressed(&changed)), &UPDATE);
    assert!(
        answer.stdout.contains("\n\tgzip: invalid checksum\n"),
        "{answer}"
    );
}
