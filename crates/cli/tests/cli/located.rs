//! Charts from repositories and URLs, beside Helm's.

use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Home, oracle, oracle::Peer};
use sha2::{Digest as _, Sha256};

use crate::{Case, as_helm_on_web};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

/// An archive of a small chart.
fn archive(name: &str, version: &str) -> Vec<u8> {
    let home = Home::new();
    home.write(
        "chart/Chart.yaml",
        format!("apiVersion: v2\nname: {name}\nversion: {version}\n"),
    );
    home.write("chart/values.yaml", "a: 1\n");
    home.write(
        "chart/templates/a.yaml",
        "kind: A\nof: {{ .Chart.Name }}-{{ .Chart.Version }}\n",
    );
    let command = home.command(pintle_testkit::pintle!());
    let command = command.env("SOURCE_DATE_EPOCH", "1700000000");
    command.args(["package", "chart"]).run().success();
    std::fs::read(home.path().join(format!("{name}-{version}.tgz"))).expect("an archive")
}

fn digest(archive: &[u8]) -> String {
    let digest = Sha256::digest(archive);
    digest
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Charts of every kind, on several servers.
fn pages() -> Pages {
    let web = archive("web", "1.2.0");
    let old = archive("web", "1.1.0");
    let next = archive("web", "2.0.0-rc.1");
    let index = format!(
        "apiVersion: v1
entries:
  web:
  - {{name: web, version: 1.1.0, urls: [web-1.1.0.tgz]}}
  - {{name: web, version: 1.2.0, digest: {}, urls: [web-1.2.0.tgz]}}
  - {{name: web, version: 2.0.0-rc.1, digest: 'sha256:{}', urls: ['http://files.example/web-2.0.0-rc.1.tgz']}}
  absent:
  - {{name: absent, version: 1.0.0, urls: [absent.tgz]}}
  bad-digest:
  - {{name: bad-digest, version: 1.0.0, digest: zz, urls: [web-1.2.0.tgz]}}
  short-digest:
  - {{name: short-digest, version: 1.0.0, digest: abcd, urls: [web-1.2.0.tgz]}}
  ftp:
  - {{name: ftp, version: 1.0.0, urls: ['ftp://files.example/web.tgz']}}
  no-url:
  - {{name: no-url, version: 1.0.0}}
  no-chart:
  - {{name: no-chart, version: 1.0.0, urls: [page.tgz]}}
  cut:
  - {{name: cut, version: 1.0.0, urls: [cut.tgz]}}
  wrong-url:
  - {{name: wrong-url, version: 1.0.0, urls: ['http://files.example/%zz']}}
",
        digest(&web),
        digest(&next)
    );
    let page = |url: &str, page: Page| (url.to_owned(), page);
    let host = |host: &str, login: Option<&str>| {
        let shown = |page: Page| login.map_or(page.clone(), |login| page.login(login));
        [
            page(
                &format!("http://{host}/index.yaml"),
                shown(Page::new(&index)),
            ),
            page(
                &format!("http://{host}/web-1.2.0.tgz"),
                shown(Page::new(&web)),
            ),
            page(
                &format!("http://{host}/web-1.1.0.tgz"),
                shown(Page::new(&old)),
            ),
            page(
                &format!("http://{host}/page.tgz"),
                Page::new("<html></html>\n"),
            ),
            page(&format!("http://{host}/cut.tgz"), Page::new(&web[..200])),
        ]
    };
    let mut pages = Pages::new();
    pages.extend(host("charts.example", None));
    pages.extend(host("secret.example", Some("me:word")));
    pages.extend([
        page("http://files.example/web-2.0.0-rc.1.tgz", Page::new(&next)),
        page("http://query.example/index.yaml?t=1", Page::new(&index)),
        page("http://query.example/web-1.2.0.tgz?t=1", Page::new(&web)),
    ]);
    pages
}

const ADD: &[&str] = &["repo", "add", "one", "http://charts.example"];
const ADD_SECRET: &[&str] = &[
    "repo",
    "add",
    "secret",
    "http://secret.example",
    "--username",
    "me",
    "--password",
    "word",
];

const CASES: &[Case] = &[
    case(&["show", "chart", "one/web"]),
    case(&["show", "chart", "http://charts.example/web-1.2.0.tgz"]),
    case(ADD),
    case(&["show", "chart", "one/web"]),
    case(&["show", "chart", "one/web"]),
    case(&["template", "one/web", "--version", "1.2.0"]),
    case(&["template", "x", "one/web", "--version", "1.1"]),
    case(&["template", "x", "one/web", "--version", "1.1.0"]),
    case(&["template", "x", "one/web", "--version", "~1.1"]),
    case(&[
        "template",
        "x",
        "one/web",
        "--version",
        "^1.0.0-0",
        "--devel",
    ]),
    case(&["template", "x", "one/web", "--devel"]),
    case(&["show", "chart", "one/web", "--version", "9"]),
    case(&["show", "chart", "one/web", "--version", "x.y.z"]),
    case(&["show", "chart", "one/nope"]),
    case(&["show", "chart", "one/nope", "--version", "1.0.0"]),
    case(&["show", "chart", "nope/web"]),
    case(&["show", "chart", "web"]),
    case(&["show", "chart", "./web"]),
    case(&["show", "chart", "a:b/c"]),
    case(&["show", "chart", "%zz/c"]),
    case(&["show", "chart", "ftp://charts.example/a"]),
    case(&["show", "chart", "http://charts.example"]),
    case(&["show", "chart", "one/absent"]),
    case(&["show", "chart", "one/bad-digest"]),
    case(&["show", "chart", "one/short-digest"]),
    case(&["show", "chart", "one/ftp"]),
    case(&["show", "chart", "one/no-url"]),
    case(&["show", "chart", "one/no-chart"]),
    case(&["show", "chart", "one/wrong-url"]),
    case(&["show", "values", "http://charts.example/web-1.1.0.tgz"]),
    case(&["show", "values", "http://charts.example//web-1.1.0.tgz"]),
    case(&["install", "x", "one/nope"]),
    case(&["template", "x", "web", "--repo", "http://charts.example"]),
    case(&[
        "template",
        "x",
        "web",
        "--repo",
        "http://charts.example",
        "--devel",
    ]),
    case(&["template", "x", "nope", "--repo", "http://charts.example"]),
    case(&[
        "template",
        "x",
        "web",
        "--repo",
        "http://charts.example",
        "--version",
        "7",
    ]),
    case(&[
        "template",
        "x",
        "no-url",
        "--repo",
        "http://charts.example",
        "--version",
        "1.0.0",
    ]),
    case(&["template", "x", "web", "--repo", "http://nowhere.example"]),
    case(&["template", "x", "web", "--repo", "charts.example"]),
    case(&["template", "x", "web", "--repo", "http://query.example?t=1"]),
];

#[test]
fn charts_are_located_as_helm_locates_them() {
    as_helm_on_web("located.txt", CASES, |_| {}, pages(), &[]);
}

// CVE-2021-32690: who has the password of one server tells it to no other.
const SECRETS: &[Case] = &[
    case(&["repo", "add", "x", "http://secret.example"]),
    case(ADD_SECRET),
    case(&["show", "chart", "secret/web"]),
    case(&["show", "chart", "secret/web", "--version", "1.1.0"]),
    case(&["show", "chart", "secret/web", "--devel"]),
    case(&["show", "chart", "http://secret.example/web-1.1.0.tgz"]),
    case(&[
        "show",
        "chart",
        "http://secret.example/web-1.1.0.tgz",
        "--username",
        "me",
        "--password",
        "word",
    ]),
    case(&["show", "chart", "web", "--repo", "http://secret.example"]),
    case(&[
        "show",
        "chart",
        "web",
        "--repo",
        "http://secret.example",
        "--username",
        "me",
        "--password",
        "word",
        "--version",
        "1.1.0",
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
        "--pass-credentials",
        "--force-update",
    ]),
];

#[test]
fn cve_2021_32690_passwords_stay_with_their_server() {
    as_helm_on_web("located_secrets.txt", SECRETS, |_| {}, pages(), &[]);
}

/// The archive on another server is asked for without a password, or with it where the user
/// wants that. (Fresh homes: what was fetched before is not asked for.)
#[test]
fn passwords_go_elsewhere_when_they_may() {
    for (name, case_of) in [
        (
            "none",
            &[
                "show",
                "chart",
                "web",
                "--repo",
                "http://secret.example",
                "--username",
                "me",
                "--password",
                "word",
                "--devel",
            ][..],
        ),
        (
            "all",
            &[
                "show",
                "chart",
                "web",
                "--repo",
                "http://secret.example",
                "--username",
                "me",
                "--password",
                "word",
                "--devel",
                "--pass-credentials",
            ],
        ),
    ] {
        let cases = [Case {
            variables: &[],
            words: case_of,
        }];
        as_helm_on_web(
            &format!("located_secrets_{name}.txt"),
            &cases,
            |_| {},
            pages(),
            &[],
        );
    }
}

/// An archive that is not the one of the index is refused, and not kept.
#[test]
fn an_archive_with_another_digest_is_refused() {
    let mut pages = pages();
    let other = Page::new(archive("web", "6.6.6"));
    pages.insert("http://charts.example/web-1.2.0.tgz".to_owned(), other);
    let (home, web) = (Home::new(), Web::new(pages));
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!());
        command.env("HTTP_PROXY", web.proxy()).args(words).run()
    };
    run(ADD).success();
    let answer = run(&["show", "chart", "one/web"]);
    assert_eq!(answer.code, Some(1), "{answer}");
    let start = "Error: http://charts.example/web-1.2.0.tgz has the digest ";
    assert!(answer.stderr.starts_with(start), "{answer}");
    assert!(!home.path().join(".cache/helm/content").exists());
}

/// Helm finds what we fetched, and we find what it fetched.
#[test]
fn downloads_are_shared_with_helm() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::downloads_are_shared_with_helm")
    else {
        return;
    };
    let programs = [helm, pintle_testkit::pintle!()];
    for (first, second) in [(0, 1), (1, 0)] {
        let (home, web) = (Home::new(), Web::new(pages()));
        let run = |program: usize, words: &[&str]| {
            let command = home.command(&programs[program]);
            command
                .env("HTTP_PROXY", web.proxy())
                .args(words)
                .run()
                .success()
        };
        run(first, ADD);
        run(first, &["show", "chart", "one/web"]);
        web.asked();
        run(second, &["show", "chart", "one/web"]);
        assert_eq!(web.asked(), Vec::<String>::new());
        // A broken copy is fetched again.
        let name = digest(&archive("web", "1.2.0"));
        let copy = format!(".cache/helm/content/{}/{name}.chart", &name[..2]);
        home.write(&copy, "broken");
        run(1, &["show", "chart", "one/web"]);
        assert_eq!(web.asked(), ["GET http://charts.example/web-1.2.0.tgz"]);
    }
}
