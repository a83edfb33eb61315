//! `dependency`: beside Helm's, with servers of the test's own.

use std::fs;

use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use crate::{Case, as_helm, compare_with_helm, pintle};

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
    home.write(
        "none/Chart.yaml",
        "apiVersion: v2\nname: none\nversion: 1.0.0\n",
    );
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
    as_helm("dependency_list.txt", LIST, listed);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let sum = sha2::Sha256::digest(bytes);
    sum.iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
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
    home.write(
        "none/Chart.yaml",
        "apiVersion: v2\nname: none\nversion: 1.0.0\n",
    );
    depends(home, "web", &[("db", "^1.0.0", ONE)]);
    depends(home, "alias", &[("db", "1.0.0", "@one")]);
    depends(home, "alias2", &[("db", "1.x", "alias:one")]);
    depends(home, "file", &[("local", ">=0.1.0", "file://../local")]);
    depends(
        home,
        "file-wrong",
        &[("local", "^1.0.0", "file://../local")],
    );
    depends(home, "file-gone", &[("local", "*", "file://../nowhere")]);
    depends(home, "unlisted", &[("db", "*", "http://other.example/")]);
    depends(home, "silent", &[("db", "*", "http://silent.example")]);
    depends(
        home,
        "unknown",
        &[("db", "*", "stable"), ("x", "*", "@two")],
    );
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
    depends(
        home,
        "mixed",
        &[("db", "1.0.0", ONE), ("local", "*", "file://../local")],
    );
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
    with_list(&[
        "dependency",
        "update",
        "web",
        "--verify",
        "--keyring",
        "text.txt",
    ]),
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

/// Asks both programs with servers of their own. What is then in the folders `left`, and the
/// locks, belongs to the answer.
fn beside_helm(name: &str, cases: &[Case], left: &[&str]) {
    compare_with_helm(name, |program| {
        let home = Home::new();
        let web = Web::new(pages());
        depending(&home);
        let run = |case: &Case| {
            let command = home.command(&program).called("helm");
            let answer = case.run(command.env("HTTP_PROXY", web.proxy()));
            answer.map(|text| without_process(&home.redact(text)))
        };
        let mut answers: Vec<Finished> = cases.iter().map(run).collect();
        if let Some(last) = answers.last_mut() {
            for folder in left {
                last.stdout.push_str(&inside(&home, folder));
            }
        }
        answers
    });
}

/// The names in a chart's `charts/`, and its lock without the time.
fn inside(home: &Home, chart: &str) -> String {
    let mut text = format!("--- {chart}\n");
    let mut names: Vec<String> = fs::read_dir(home.path().join(chart).join("charts"))
        .into_iter()
        .flatten()
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    for name in names {
        text.push_str(&format!("charts/{name}\n"));
    }
    let lock = fs::read_to_string(home.path().join(chart).join("Chart.lock")).unwrap_or_default();
    for line in lock.lines().filter(|line| !line.starts_with("generated:")) {
        text.push_str(&format!("{line}\n"));
    }
    text
}

/// Names of folders with a process number in them.
pub fn without_process(text: &str) -> String {
    let mut pieces = text.split("tmpcharts-");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        out.push_str(&format!("tmpcharts-[PID]{rest}"));
    }
    out
}

#[test]
fn dependencies_of_repositories() {
    let left = ["web", "alias", "mixed", "outdated", "no-version", "lost"];
    beside_helm("dependency_update.txt", UPDATE, &left);
}

#[test]
fn dependencies_on_this_machine() {
    let left = ["none", "file", "inside", "inside-wrong", "file-wrong"];
    beside_helm("dependency_local.txt", LOCAL, &left);
}

#[test]
fn repositories_that_are_not_on_the_list() {
    beside_helm("dependency_unlisted.txt", UNLISTED, &["unlisted", "silent"]);
}

/// Only the repositories that are referenced are asked, each once, and an archive that is known
/// by its digest is not fetched again.
#[test]
fn nobody_is_asked_twice() {
    let home = Home::new();
    let web = Web::new(pages());
    depending(&home);
    home.write(
        "repositories.yaml",
        "repositories:\n- name: one\n  url: http://charts.example\n- name: two\n  url: http://other.example\n",
    );
    depends(
        &home,
        "many",
        &[
            ("db", "1.2.0", ONE),
            ("lost", "*", ONE),
            ("nourl", "*", ONE),
        ],
    );
    depends(
        &home,
        "some",
        &[("db", "1.2.0", ONE), ("local", "*", "file://../local")],
    );
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!()).args(words);
        let command = command.env("HELM_REPOSITORY_CONFIG", "repositories.yaml");
        command.env("HTTP_PROXY", web.proxy()).run()
    };
    run(&["dependency", "update", "some"]).success();
    let index = "GET http://charts.example/index.yaml";
    let archive = "GET http://charts.example/db-1.2.0.tgz";
    let asked = |log: Vec<String>| -> Vec<String> {
        let url = |line: String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        log.into_iter().map(url).collect()
    };
    assert_eq!(asked(web.asked()), [archive, index]);
    run(&["dependency", "build", "some"]).success();
    assert_eq!(asked(web.asked()), [index]);
    // What the lock says is here already: no server is needed.
    run(&["dependency", "build", "some", "--skip-refresh"]).success();
    assert!(web.asked().is_empty());
    // What cannot be had leaves charts/ as it was.
    let failed = run(&["dependency", "update", "many"]);
    assert_eq!(failed.code, Some(1), "{failed}");
    assert!(!home.path().join("many/charts/db-1.2.0.tgz").exists());
    assert!(!home.path().join("many/Chart.lock").exists());
}

/// `--dependency-update` fetches what is missing, and nothing when all is there.
#[test]
fn what_is_missing_is_fetched_before_it_is_used() {
    const CASES: &[Case] = &[
        with_list(&["template", "r", "web"]),
        with_list(&["template", "r", "web", "--dependency-update"]),
        with_list(&["template", "r", "web", "--dependency-update"]),
        with_list(&["template", "r", "alias", "--dependency-update"]),
        with_list(&["template", "r", "lost", "--dependency-update"]),
        // No cluster is needed to get so far.
        with_list(&["install", "r", "mixed"]),
        with_list(&["install", "r", "mixed", "--dependency-update"]),
        with_list(&["upgrade", "r", "file"]),
        case(&["upgrade", "r", "file", "--dependency-update"]),
        case(&["upgrade", "r", "file", "--dependency-update"]),
        case(&["upgrade", "r", "file-gone", "--dependency-update"]),
        with_list(&["upgrade", "-i", "r", "outdated", "--dependency-update"]),
    ];
    let left = ["web", "alias", "lost", "mixed", "file", "outdated"];
    beside_helm("dependency_update_used.txt", CASES, &left);
}

/// A lock that is not of what `Chart.yaml` says, and locks of Helm 2.
#[test]
fn locks_must_be_of_what_is_declared() {
    const CASES: &[Case] = &[
        case(&["dependency", "build", "v2"]),
        case(&["dependency", "build", "v1"]),
        case(&["dependency", "build", "nothing"]),
        case(&["dependency", "update", "linked"]),
        case(&["dependency", "build", "linked"]),
        case(&["dependency", "build", "unlisted"]),
        case(&["dependency", "update", "v1"]),
        case(&["dependency", "build", "v1"]),
    ];
    let lock = "dependencies:\n- name: local\n  repository: file://../local\n  version: 0.3.0\ndigest: sha256:00\ngenerated: 2020-01-01T00:00:00Z\n";
    let prepare = |home: &Home| {
        chart(home, "local", "local", "0.3.0");
        depends(home, "v2", &[("local", "*", "file://../local")]);
        home.write("v2/Chart.lock", lock);
        chart(home, "nothing", "nothing", "1.0.0");
        home.write(
            "nothing/Chart.lock",
            "dependencies: []\ndigest: sha256:00\ngenerated: 2020-01-01T00:00:00Z\n",
        );
        home.write("v1/Chart.yaml", "name: v1\nversion: 1.0.0\n");
        home.write(
            "v1/requirements.yaml",
            "dependencies:\n- name: local\n  version: '*'\n  repository: file://../local\n",
        );
        home.write("v1/requirements.lock", lock);
        depends(home, "unlisted", &[("db", "1.0.0", ONE)]);
        home.write(
            "unlisted/Chart.lock",
            "dependencies:\n- name: db\n  repository: http://charts.example\n  version: 1.0.0\ndigest: sha256:fa7187f2c4e55b1e8a1b36aab32b1c26a02eb25cf5b43ab35e6d5ad6e85d2d60\ngenerated: 2020-01-01T00:00:00Z\n",
        );
        depends(home, "linked", &[("local", "*", "file://../local")]);
    };
    as_helm("dependency_locks.txt", CASES, prepare);
}

/// CVE-2025-53547: a `Chart.lock` that is a link must not lead to another file of the user's.
#[cfg(unix)]
#[test]
fn cve_2025_53547_a_lock_that_is_a_link_is_not_written() {
    const CASES: &[Case] = &[case(&["dependency", "update", "linked"])];
    let prepare = |home: &Home| {
        chart(home, "local", "local", "0.3.0");
        depends(home, "linked", &[("local", "*", "file://../local")]);
        let lock = "dependencies: []\ndigest: sha256:00\ngenerated: 2020-01-01T00:00:00Z\n";
        home.write("victim", lock);
        let link = home.path().join("linked/Chart.lock");
        std::os::unix::fs::symlink("../victim", link).expect("a link can be made");
    };
    as_helm("dependency_link.txt", CASES, prepare);
    let home = Home::new();
    prepare(&home);
    let before = home.read("victim");
    let done = pintle(&home, &["dependency", "update", "linked"]);
    assert_eq!(done.code, Some(1), "{done}");
    assert_eq!(home.read("victim"), before);
}

/// CVE-2020-15184: an alias with parts of a path in it.
#[test]
fn cve_2020_15184_aliases_are_no_paths() {
    const CASES: &[Case] = &[
        case(&["dependency", "update", "up"]),
        case(&["dependency", "build", "up"]),
        case(&["dependency", "list", "up"]),
    ];
    as_helm("dependency_alias.txt", CASES, |home| {
        chart(home, "local", "local", "0.3.0");
        home.write(
            "up/Chart.yaml",
            "apiVersion: v2\nname: up\nversion: 1.0.0\ndependencies:\n- name: local\n  version: '*'\n  repository: file://../local\n  alias: ../../x\n",
        );
    });
}
