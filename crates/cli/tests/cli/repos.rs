//! `repo`: the list of repositories, beside Helm's.

use pintle_testkit::Home;
use pintle_testkit::web::{Page, Pages, Web};

use crate::{Case, as_helm_on_web, pintle};

const INDEX: &str = "\
apiVersion: v1
entries:
  db:
  - apiVersion: v2
    appVersion: \"16\"
    created: \"2024-01-02T03:04:05Z\"
    description: A database
    digest: 75a9ad6e9b9b2bcd6b7bc7a7c4b0b3d3c5b37a9f6b0b1c2d3e4f5061728394a5
    keywords: [sql]
    name: db
    type: application
    urls:
    - db-1.2.0.tgz
    version: 1.2.0
  web:
  - name: web
    version: 0.1.0
    urls: [http://charts.example/web-0.1.0.tgz]
generated: \"2024-01-02T03:04:05Z\"
";

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

/// What the servers have.
fn pages() -> Pages {
    let page = |url: &str, page: Page| (url.to_owned(), page);
    Pages::from([
        page("http://charts.example/index.yaml", Page::new(INDEX)),
        page(
            "http://charts.example/sub/index.yaml?token=1",
            Page::new(INDEX),
        ),
        page(
            "http://secret.example/index.yaml",
            Page::new(INDEX).login("me:word"),
        ),
        page(
            "http://moved.example/index.yaml",
            Page::status(302).header("Location", "http://secret.example/index.yaml"),
        ),
        page(
            "http://page.example/index.yaml",
            Page::new("<!DOCTYPE html>\n<html lang=\"en\">\n<title>x: y</title>\n</html>\n"),
        ),
        page("http://empty.example/index.yaml", Page::new("")),
        page(
            "http://cut.example/index.yaml",
            Page::new(&INDEX[..200]).cut_off(),
        ),
        page(
            "http://short.example/index.yaml",
            Page::new(&INDEX[..INDEX.len() - 300]),
        ),
        page("http://forbidden.example/index.yaml", Page::status(403)),
        page("http://busy.example/index.yaml", Page::status(429)),
        page("http://broken.example/index.yaml", Page::status(503)),
        page(
            "http://strict.example/index.yaml",
            Page::new(INDEX.replace("    type:", "    kind:")),
        ),
        page(
            "http://odd.example/index.yaml",
            Page::new(INDEX.replace("version: 0.1.0", "version: x")),
        ),
    ])
}

const ADDING: &[Case] = &[
    case(&["repo", "list"]),
    case(&["repo", "list", "-o", "json"]),
    case(&["repo", "update"]),
    case(&["repo", "remove", "one"]),
    case(&["repo", "add", "one"]),
    case(&["repo", "add", "one", "http://charts.example"]),
    case(&["repo", "add", "one", "http://charts.example"]),
    case(&["repo", "add", "one", "http://charts.example/"]),
    case(&[
        "repo",
        "add",
        "one",
        "http://charts.example/",
        "--force-update",
    ]),
    case(&["repo", "add", "a/b", "http://charts.example"]),
    case(&["repo", "add", "two", "http://charts.example/sub?token=1"]),
    case(&["repo", "add", "x", "ftp://charts.example"]),
    case(&["repo", "add", "x", "charts.example"]),
    case(&["repo", "add", "x", "http://charts.example/%zz"]),
    case(&["repo", "add", "x", "http://nowhere.example"]),
    case(&["repo", "add", "x", "http://secret.example"]),
    case(&[
        "repo",
        "add",
        "x",
        "http://secret.example",
        "--username",
        "me",
        "--password",
        "no",
    ]),
    case(&[
        "repo",
        "add",
        "secret",
        "http://secret.example",
        "--username",
        "me",
        "--password",
        "word",
    ]),
    case(&[
        "repo",
        "add",
        "x",
        "http://secret.example",
        "--username",
        "me",
    ]),
    case(&["repo", "add", "x", "http://moved.example"]),
    case(&["repo", "add", "x", "http://page.example"]),
    case(&["repo", "add", "x", "http://empty.example"]),
    case(&["repo", "add", "x", "http://cut.example"]),
    case(&["repo", "add", "x", "http://short.example"]),
    case(&["repo", "add", "x", "http://forbidden.example"]),
    case(&["repo", "add", "x", "http://busy.example"]),
    case(&["repo", "add", "x", "http://broken.example"]),
    case(&["repo", "add", "x", "http://strict.example"]),
    case(&[
        "repo",
        "add",
        "odd",
        "http://odd.example",
        "--pass-credentials",
        "--insecure-skip-tls-verify",
    ]),
    case(&[
        "repo",
        "add",
        "x",
        "https://kubernetes-charts.storage.googleapis.com",
    ]),
    case(&[
        "repo",
        "add",
        "x",
        "http://charts.example",
        "--timeout",
        "5",
    ]),
    case(&[
        "repo",
        "add",
        "x",
        "https://charts.example",
        "--ca-file",
        "nope.pem",
    ]),
    case(&["repo", "list"]),
    case(&["repo", "list", "--no-headers"]),
    case(&["repo", "ls", "-o", "yaml"]),
    case(&["repo", "update", "one"]),
    case(&["repo", "up", "one", "nope"]),
    case(&["repo", "update", "odd"]),
    case(&["repo", "remove"]),
    case(&["repo", "remove", "odd", "nope", "one"]),
    case(&["repo", "rm", "two", "secret", "x"]),
    case(&["repo", "list"]),
    case(&["repo", "update", "--timeout", "1m"]),
    case(&["repo", "remove", "one"]),
    case(&["repo", "list"]),
    case(&["repo", "remove", "one"]),
];

#[test]
fn repositories_are_kept_as_helm_keeps_them() {
    as_helm_on_web("repos.txt", ADDING, |_| {}, pages(), FILES);
}

/// Files that are shown after each command, and must be the same.
const FILES: &[&str] = &[
    ".config/helm/repositories.yaml",
    ".cache/helm/repository/one-index.yaml",
    ".cache/helm/repository/one-charts.txt",
    ".cache/helm/repository/odd-charts.txt",
];

const LISTS: &[(&str, &str)] = &[
    ("empty", ""),
    ("null", "repositories:\n"),
    ("broken", "a: b: c\n"),
    ("list", "[]\n"),
    ("wrong", "repositories: 5\n"),
    ("generated", "generated: x\n"),
    (
        "foreign",
        "apiVersion: v1\ngenerated: \"2021-01-01T01:00:00.5+01:00\"\nmore: 1\nrepositories:\n- name: one\n  url: http://charts.example\n  cache: x\n- name: two\n  url: http://nowhere.example\n  Username: 5\n",
    ),
];

#[test]
fn lists_of_other_hands() {
    const CASES: &[Case] = &[
        case(&["repo", "list"]),
        case(&["repo", "update", "one"]),
        case(&["repo", "update", "two"]),
        case(&["repo", "add", "three", "http://charts.example"]),
        case(&["repo", "remove", "two"]),
        case(&["repo", "list"]),
    ];
    for (name, text) in LISTS {
        let prepare = |home: &Home| {
            home.write(".config/helm/repositories.yaml", text);
        };
        let name = format!("repos_{name}.txt");
        as_helm_on_web(&name, CASES, prepare, pages(), FILES);
    }
}

#[test]
fn registries_are_no_repositories() {
    let answer = pintle(
        &Home::new(),
        &["repo", "add", "x", "oci://charts.example/x"],
    );
    assert!(
        answer.stderr.starts_with(
            "Error: could not find protocol handler for: oci\nhint: charts in registries"
        ),
        "{answer}"
    );
}

/// Programs that change the list at the same time wait for each other.
#[test]
fn many_programs_change_the_list_at_once() {
    let home = Home::new();
    let web = Web::new(pages());
    std::thread::scope(|scope| {
        for number in 0..8 {
            let command = home
                .command(pintle_testkit::pintle!())
                .env("HTTP_PROXY", web.proxy())
                .args([
                    "repo",
                    "add",
                    &format!("r{number}"),
                    "http://charts.example",
                ]);
            scope.spawn(move || command.run().success());
        }
    });
    let list = home.read(".config/helm/repositories.yaml");
    assert_eq!(list.matches("- caFile").count(), 8, "{list}");
}
