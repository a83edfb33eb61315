//! `dependency`: beside Helm's, with servers of the test's own.

use std::fs;
use std::path::Path;

use pintle_testkit::Home;
use pintle_testkit::web::{Page, Pages, Web};

use crate::{Case, as_helm_apart_from, as_helm_on_web, pintle};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

/// Archives of the charts that others depend on, made by `helm package` with
/// `SOURCE_DATE_EPOCH=1600000000`.
const DB: &[u8] = include_bytes!("charts/db-1.2.0.tgz");
const DB_OLD: &[u8] = include_bytes!("charts/db-1.0.0.tgz");

/// Charts, and what is in their `charts/`.
const LIST: &[Case] = &[
    case(&["dependency", "list", "states"]),
    case(&["dep", "ls", "./states/"]),
    case(&["dependencies", "list", "states", "--max-col-width", "10"]),
    case(&["dependency", "list", "none"]),
    case(&["dependency", "list", "empty"]),
    case(&["dependency", "list", "old"]),
    case(&["dependency", "list", "db-1.2.0.tgz"]),
    case(&["dependency", "list", "nope"]),
    case(&["dependency", "list", "text.txt"]),
    case(&["dependency", "list", "a", "b"]),
    case(&["dependency", "list"]),
];

fn listed(home: &Home) {
    home.write("text.txt", "text\n");
    home.write("db-1.2.0.tgz", DB);
    home.write("none/Chart.yaml", "apiVersion: v2\nname: none\nversion: 1.0.0\n");
    home.write(
        "empty/Chart.yaml",
        "apiVersion: v2\nname: empty\nversion: 1.0.0\ndependencies: []\n",
    );
    home.write("old/Chart.yaml", "name: old\nversion: 1.0.0\n");
    home.write(
        "old/requirements.yaml",
        "dependencies:\n- name: db\n  version: 1.x\n  repository: http://charts.example\n",
    );
    let wanted = [
        ("db", "^1.0.0"),
        ("gone", "1.0.0"),
        ("folder", "1.x"),
        ("wrong", "2.x"),
        ("badly", "x.y"),
        ("twice", "1.0.0"),
        ("one-of-two", "1.0.0"),
    ];
    let mut text = "apiVersion: v2\nname: states\nversion: 1.0.0\ndependencies:\n".to_owned();
    for (name, version) in wanted {
        text.push_str(&format!(
            "- name: {name}\n  version: '{version}'\n  repository: http://charts.example/a/long/path\n"
        ));
    }
    home.write("states/Chart.yaml", text);
    home.write("states/charts/db-1.2.0.tgz", DB);
    for name in ["folder", "wrong", "badly", "more"] {
        chart(home, &format!("states/charts/{name}"), name, "1.0.0");
    }
    home.write("states/charts/twice-1.0.0.tgz", DB);
    home.write("states/charts/twice-1.1.0.tgz", DB);
    home.write("states/charts/one-of-two-1.0.0.tgz", DB);
    home.write("states/charts/one-of-two-more-1.0.0.tgz", DB);
}

fn chart(home: &Home, folder: &str, name: &str, version: &str) {
    home.write(
        &format!("{folder}/Chart.yaml"),
        format!("apiVersion: v2\nname: {name}\nversion: {version}\n"),
    );
}

#[test]
fn states_of_dependencies() {
    crate::as_helm("dependency_list.txt", LIST, listed);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let sum = sha2::Sha256::digest(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn index() -> String {
    let entry = |version: &str, bytes: &[u8]| {
        format!(
            "  - name: db\n    version: {version}\n    digest: {}\n    urls: [db-{version}.tgz]\n",
            sha256(bytes)
        )
    };
    format!(
        "apiVersion: v1\nentries:\n  db:\n{}{}  nourl:\n  - name: nourl\n    version: 1.0.0\n    urls: []\n\
         \x20 lost:\n  - name: lost\n    version: 1.0.0\n    urls: [lost-1.0.0.tgz]\n",
        entry("1.2.0", DB),
        entry("1.0.0", DB_OLD)
    )
}

fn pages() -> Pages {
    let page = |url: &str, page: Page| (url.to_owned(), page);
    let mut pages = Pages::new();
    for site in ["charts.example", "other.example"] {
        pages.extend([
            page(&format!("http://{site}/index.yaml"), Page::new(index())),
            page(&format!("http://{site}/db-1.2.0.tgz"), Page::new(DB)),
            page(&format!("http://{site}/db-1.0.0.tgz"), Page::new(DB_OLD)),
        ]);
    }
    pages.extend([page("http://broken.example/index.yaml", Page::status(503))]);
    pages
}

/// A chart that depends on others, as `name version repository`.
fn depends(home: &Home, name: &str, on: &[(&str, &str, &str)]) {
    let mut text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n");
    for (name, version, repository) in on {
        text.push_str(&format!(
            "- name: {name}\n  version: '{version}'\n  repository: '{repository}'\n"
        ));
    }
    home.write(&format!("{name}/Chart.yaml"), text);
}

const ONE: &str = "http://charts.example";

fn depending(home: &Home) {
    chart(home, "local", "local", "0.3.0");
    home.write("text.txt", "text\n");
    home.write("none/Chart.yaml", "apiVersion: v2\nname: none\nversion: 1.0.0\n");
    depends(home, "web", &[("db", "^1.0.0", ONE)]);
    depends(home, "alias", &[("db", "1.0.0", "@one")]);
    depends(home, "alias2", &[("db", "1.x", "alias:one")]);
    depends(home, "file", &[("local", ">=0.1.0", "file://../local")]);
    depends(home, "file-wrong", &[("local", "^1.0.0", "file://../local")]);
    depends(home, "file-gone", &[("local", "*", "file://../nowhere")]);
    depends(home, "unlisted", &[("db", "*", "http://other.example/")]);
    depends(home, "silent", &[("db", "*", "http://silent.example")]);
    depends(home, "unknown", &[("db", "*", "stable"), ("x", "*", "@two")]);
    depends(home, "no-version", &[("db", "^9", ONE)]);
    depends(home, "no-chart", &[("nope", "*", ONE)]);
    depends(home, "no-url", &[("nourl", "*", ONE)]);
    depends(home, "lost", &[("lost", "*", ONE)]);
    depends(home, "bad-range", &[("db", "x.y.z", ONE)]);
    depends(home, "inside", &[("sub", "1.x", "")]);
    chart(home, "inside/charts/sub", "sub", "1.5.0");
    depends(home, "inside-wrong", &[("sub", "2.x", "")]);
    chart(home, "inside-wrong/charts/sub", "sub", "1.5.0");
    depends(home, "inside-gone", &[("sub", "2.x", "")]);
    depends(home, "outdated", &[("db", "1.2.0", ONE)]);
    home.write("outdated/charts/db-1.0.0.tgz", DB_OLD);
    chart(home, "outdated/charts/kept", "kept", "1.0.0");
    depends(home, "not-a-folder", &[("db", "1.2.0", ONE)]);
    home.write("not-a-folder/charts", "text");
    depends(home, "mixed", &[("db", "1.0.0", ONE), ("local", "*", "file://../local")]);
    home.write(
        "repositories.yaml",
        "apiVersion: ''\ngenerated: '0001-01-01T00:00:00Z'\nrepositories:\n- name: one\n  url: http://charts.example\n",
    );
}

const CONFIG: &[(&str, &str)] = &[("HELM_REPOSITORY_CONFIG", "repositories.yaml")];

const fn with_list(words: &'static [&'static str]) -> Case {
    Case {
        variables: CONFIG,
        words,
    }
}

const UPDATE: &[Case] = &[
    with_list(&["dependency", "update", "web", "--skip-refresh"]),
    with_list(&["dependency", "update", "web"]),
    with_list(&["dependency", "list", "web"]),
    with_list(&["dependency", "update", "web"]),
    with_list(&["dependency", "update", "web", "--skip-refresh"]),
    with_list(&["dependency", "build", "web"]),
    with_list(&["dependency", "build", "web", "--skip-refresh"]),
    with_list(&["dep", "up", "alias"]),
    with_list(&["dep", "build", "alias"]),
    with_list(&["dep", "up", "alias2", "--debug=false"]),
    with_list(&["dependency", "update", "unknown"]),
    with_list(&["dependency", "update", "no-version"]),
    with_list(&["dependency", "update", "no-chart"]),
    with_list(&["dependency", "update", "no-url"]),
    with_list(&["dependency", "update", "lost"]),
    with_list(&["dependency", "update", "bad-range"]),
    with_list(&["dependency", "update", "outdated"]),
    with_list(&["dependency", "list", "outdated"]),
    with_list(&["dependency", "update", "not-a-folder"]),
    with_list(&["dependency", "update", "mixed"]),
    with_list(&["dependency", "build", "mixed"]),
    with_list(&["package", "alias", "-u"]),
    with_list(&["dependency", "update", "web", "--verify", "--keyring", "text.txt"]),
    with_list(&["dependency", "build", "web", "--verify"]),
];

/// Without repositories on the list, since Helm fetches all indexes whatever is referenced.
const LOCAL: &[Case] = &[
    case(&["dependency", "update", "none"]),
    case(&["dependency", "build", "none"]),
    case(&["dependency", "update", "nope"]),
    case(&["dependency", "update", "text.txt"]),
    case(&["dependency", "build", "text.txt"]),
    case(&["dependency", "update", "a", "b"]),
    case(&["dependency", "update", "file"]),
    case(&["dependency", "list", "file"]),
    case(&["dependency", "build", "file"]),
    case(&["dependency", "update", "file-wrong"]),
    case(&["dependency", "update", "file-gone"]),
    case(&["dependency", "update", "inside"]),
    case(&["dependency", "update", "inside-wrong"]),
    case(&["dependency", "update", "inside-gone"]),
    case(&["dependency", "update", "unknown"]),
];

const UNLISTED: &[Case] = &[
    case(&["dependency", "update", "unlisted"]),
    case(&["dependency", "list", "unlisted"]),
    case(&["dependency", "build", "unlisted"]),
    case(&["dependency", "update", "silent"]),
];

#[test]
fn dependencies_of_repositories() {
    let web = Web::new(pages());
    as_helm_on_web("dependency_update.txt", UPDATE, &web, depending);
}

#[test]
fn dependencies_on_this_machine() {
    crate::as_helm("dependency_local.txt", LOCAL, depending);
}

#[test]
fn repositories_that_are_not_on_the_list() {
    let web = Web::new(pages());
    as_helm_on_web("dependency_unlisted.txt", UNLISTED, &web, depending);
}
