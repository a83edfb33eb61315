//! Charts pulled from URLs, and unpacked.

use std::fs;

use pintle_testkit::registry::digest;
use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use super::{WEB, archive, case, chart};
use crate::as_helm_on_web;

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
pub(super) fn files(home: &Home, folder: &str) -> Vec<String> {
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
