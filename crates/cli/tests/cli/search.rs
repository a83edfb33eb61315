//! `search`: charts of repositories, beside Helm's.

use pintle_testkit::web::Pages;
use pintle_testkit::{Home, oracle, oracle::Peer};

use crate::{Case, as_helm, as_helm_on_web};

const LIST: &str = "\
apiVersion: \"\"
generated: \"0001-01-01T00:00:00Z\"
repositories:
- {name: one, url: 'http://one.example'}
- {name: two, url: 'http://two.example'}
- {name: gone, url: 'http://gone.example'}
- {name: broken, url: 'http://broken.example'}
";

const ONE: &str = "\
apiVersion: v1
entries:
  alpha:
  - {name: alpha, version: 1.0.0, appVersion: '7', description: The first of all letters, keywords: [greek, letter]}
  - {name: alpha, version: 2.0.0-rc.1, description: A release to come}
  - {name: alpha, version: 0.9.0, description: An older one with a word that is gone}
  - {name: alpha, version: v1.1.0, appVersion: '8', description: The first of all Letters, keywords: [greek, letter]}
  beta:
  - {name: beta, version: 0.1.0-alpha, description: Nothing stable}
  delta:
  - null
  - {name: delta, version: x}
  - {name: delta, version: 1.2.3, description: \"A tab\\there, a bell\\a, an escape \\e[31m and ÄÖÜ İΣ\", type: library}
  empty: []
  gamma:
  - {name: gamma, version: 1.0.0, description: alpha comes first, deprecated: true}
  omega:
  - {name: other, version: 3.0.0, description: named otherwise}
";

const TWO: &str = "{\"apiVersion\":\"v1\",\"unknown\":1,\"entries\":{\"alpha\":[{\"name\":\"alpha\",\"version\":\"5.0.0\",\"description\":\"Another alpha\"}]}}";

fn prepare(home: &Home) {
    home.write(".config/helm/repositories.yaml", LIST);
    home.write(".cache/helm/repository/one-index.yaml", ONE);
    home.write(".cache/helm/repository/two-index.yaml", TWO);
    home.write(
        ".cache/helm/repository/broken-index.yaml",
        "apiVersion: v1\nentries:\n  a:\n  - {name: a, name: b, version: 1.0.0}\n",
    );
}

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const CASES: &[Case] = &[
    case(&["search", "repo"]),
    case(&["search", "repo", ""]),
    case(&["search", "repo", "alpha"]),
    case(&["search", "repo", "ALPHA", "-o", "json"]),
    case(&["search", "repo", "one/alpha"]),
    case(&["search", "repo", "word", "that"]),
    case(&["search", "repo", "letter", "-o", "yaml"]),
    case(&["search", "repo", "greek", "--devel"]),
    case(&["search", "repo", "alpha", "--devel"]),
    case(&["search", "repo", "alpha", "-l"]),
    case(&["search", "repo", "alpha", "-l", "--devel"]),
    case(&["search", "repo", "gamma", "--version", ">=1"]),
    case(&["search", "repo", "alpha", "--version", "<1"]),
    case(&[
        "search",
        "repo",
        "alpha",
        "--version",
        "~1.0",
        "--devel",
        "-l",
    ]),
    case(&["search", "repo", "alpha", "--version", "x.y"]),
    case(&["search", "repo", "-r", "^alpha\\v"]),
    case(&["search", "repo", "-r", "Letters$|stable"]),
    case(&["search", "repo", "-r", "("]),
    case(&["search", "repo", "äöü"]),
    case(&["search", "repo", "i\u{307}σ"]),
    case(&["search", "repo", "iσ"]),
    case(&["search", "repo", "other"]),
    case(&["search", "repo", "--max-col-width", "10"]),
    case(&["search", "repo", "--max-col-width", "0"]),
    case(&["search", "repo", "--max-col-width", "2"]),
    case(&["search", "repo", "--max-col-width", "-1"]),
    case(&["search", "repo", "nothing-like-it"]),
    case(&["search", "repo", "nothing-like-it", "-o", "json"]),
    case(&["search", "repo", "nothing-like-it", "--fail-on-no-result"]),
    case(&[
        "search",
        "repo",
        "nothing-like-it",
        "--fail-on-no-result",
        "-o",
        "yaml",
    ]),
];

#[test]
fn charts_are_found_as_helm_finds_them() {
    as_helm("search_repo.txt", CASES, prepare);
}

#[test]
fn without_repositories_nothing_is_searched() {
    const CASES: &[Case] = &[
        case(&["search", "repo"]),
        case(&["search", "repo", "x", "-o", "json"]),
    ];
    as_helm("search_nothing.txt", CASES, |_| {});
}

/// An index so large that what was understood of it is kept.
fn large(charts: usize) -> String {
    let mut text = String::from("apiVersion: v1\nentries:\n");
    for chart in 0..charts {
        text += &format!("  chart-{chart:03}:\n");
        for version in (0..8).rev() {
            text += &format!(
                "  - apiVersion: v2\n    appVersion: {version}.0.0\n    description: Chart {chart} that does thing {}\n    name: chart-{chart:03}\n    urls:\n    - chart-{chart:03}-1.{version}.0.tgz\n    version: 1.{version}.0\n",
                chart % 7
            );
        }
    }
    text + "generated: \"2024-01-02T03:04:05Z\"\n"
}

fn find(home: &Home, words: &[&str]) -> String {
    let words = [&["search", "repo"], words].concat();
    let answer = home.command(pintle_testkit::pintle!()).args(words).run();
    let answer = answer.success();
    answer.stdout + &answer.stderr
}

/// What is kept of an index is used, made anew for another index, and never believed when it
/// is broken.
#[test]
fn what_is_kept_of_an_index_may_be_broken() {
    let home = Home::new();
    home.write(
        ".config/helm/repositories.yaml",
        "repositories: [{name: one, url: 'http://one.example'}]\n",
    );
    let index = home.write(".cache/helm/repository/one-index.yaml", large(40));
    let kept = index.with_extension("pintle");
    let first = find(&home, &["thing 3", "-l"]);
    assert!(first.contains("one/chart-003\t1.7.0"), "{first}");
    let good = std::fs::read(&kept).expect("a catalog is kept");
    assert_eq!(find(&home, &["thing 3", "-l"]), first);
    // One byte after the other is another one, then the end is missing.
    for place in (0..good.len()).step_by(good.len() / 60) {
        let mut bad = good.clone();
        bad[place] ^= 0x41;
        std::fs::write(&kept, &bad).expect("a file that can be written");
        assert_eq!(find(&home, &["thing 3", "-l"]), first, "{place}");
    }
    for length in [0, 1, 60, 111, 200, good.len() - 1] {
        std::fs::write(&kept, &good[..length]).expect("a file that can be written");
        assert_eq!(find(&home, &["thing 3", "-l"]), first, "{length}");
    }
    std::fs::write(&index, large(2)).expect("a file that can be written");
    assert_eq!(find(&home, &["thing 3"]), "No results found\n");
    std::fs::write(&index, large(40)).expect("a file that can be written");
    assert_eq!(find(&home, &["thing 3", "-l"]), first);
}

#[test]
fn a_large_index_gives_what_helm_gives() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::a_large_index_gives_what_helm_gives")
    else {
        return;
    };
    let home = Home::new();
    home.write(
        ".config/helm/repositories.yaml",
        "repositories: [{name: one, url: 'http://one.example'}]\n",
    );
    home.write(".cache/helm/repository/one-index.yaml", large(300));
    for words in [
        &["search", "repo"][..],
        &["search", "repo", "thing 5", "-l"],
    ] {
        let theirs = home.command(&helm).args(words).run().success();
        for _ in 0..2 {
            let ours = home.command(pintle_testkit::pintle!()).args(words).run();
            assert_eq!(theirs.stdout, ours.success().stdout);
        }
    }
}

#[test]
fn repositories_that_are_fetched_can_be_searched() {
    const CASES: &[Case] = &[
        case(&["repo", "add", "big", "http://big.example"]),
        case(&["search", "repo", "chart-01"]),
        case(&["repo", "update"]),
        case(&[
            "search",
            "repo",
            "chart-01",
            "--versions",
            "--version",
            "<1.2",
        ]),
        case(&["repo", "remove", "big"]),
    ];
    let page = pintle_testkit::web::Page::new(large(60));
    let pages = Pages::from([("http://big.example/index.yaml".to_owned(), page)]);
    as_helm_on_web("search_fetched.txt", CASES, |_| {}, pages, &[]);
}

const HUB: &str = r#"{"data":[
{"id":"stable/web","type":"chart","artifactHub":{"packageUrl":"https://hub.example/packages/helm/stable/web"},
 "attributes":{"name":"web","repo":{"name":"stable","url":"https://charts.example"},"description":"Serves <pages> and more than fifty characters of text about that"},
 "relationships":{"latestChartVersion":{"data":{"version":"1.2.3","app_version":"9"}}}},
{"id":"old/db","attributes":{"repo":{"name":"old","url":"https://old.example"},"description":null},"relationships":{"latestChartVersion":{"data":{"version":"0.1.0"}}}},
{}]}"#;

/// What hubs answer.
fn hubs() -> Pages {
    use pintle_testkit::web::Page;
    let page = |host: &str, words: &str, page: Page| {
        let url = format!("http://{host}/api/chartsvc/v1/charts/search?q={words}");
        (url, page)
    };
    Pages::from([
        page("hub.example", "", Page::new(HUB)),
        page("hub.example", "web+server%2Fa%26b", Page::new(HUB)),
        page("hub.example/below", "web", Page::new(HUB)),
        page("hub.example", "nothing", Page::new("{\"data\":[]}")),
        page("hub.example", "null", Page::new("{\"data\":null}")),
        page("hub.example", "page", Page::new("<html></html>")),
        page("hub.example", "broken", Page::status(500)),
        page(
            "hub.example",
            "evil",
            Page::new(HUB.replace("Serves", "\\u001b[31mred\\u0007\\u202e")),
        ),
    ])
}

#[test]
fn hubs_are_asked_as_helm_asks_them() {
    const HUB: &str = "http://hub.example";
    const CASES: &[Case] = &[
        case(&["search", "hub", "--endpoint", HUB]),
        case(&[
            "search",
            "hub",
            "web",
            "server/a&b",
            "--endpoint",
            HUB,
            "--list-repo-url",
        ]),
        case(&[
            "search",
            "hub",
            "web",
            "--endpoint",
            "http://hub.example/below/",
            "-o",
            "json",
        ]),
        case(&[
            "search",
            "hub",
            "web",
            "--endpoint",
            "http://hub.example/below",
            "-o",
            "yaml",
            "--max-col-width",
            "4",
        ]),
        case(&["search", "hub", "--endpoint", HUB, "--max-col-width", "0"]),
        case(&["search", "hub", "nothing", "--endpoint", HUB]),
        case(&["search", "hub", "nothing", "--endpoint", HUB, "-o", "json"]),
        case(&[
            "search",
            "hub",
            "null",
            "--endpoint",
            HUB,
            "--fail-on-no-result",
        ]),
        case(&["search", "hub", "page", "--endpoint", HUB]),
        case(&["search", "hub", "broken", "--endpoint", HUB]),
        case(&["search", "hub", "absent", "--endpoint", HUB]),
        case(&["search", "hub", "x", "--endpoint", "hub.example"]),
        case(&["search", "hub", "x", "--endpoint", "http://%zz"]),
        case(&["search", "hub", "x", "--endpoint", ""]),
    ];
    as_helm_on_web("search_hub.txt", CASES, |_| {}, hubs(), &[]);
}

// CVE-2021-21303: texts of strangers may steer a terminal.
#[test]
fn cve_2021_21303_what_strangers_write_does_not_steer_a_terminal() {
    let (home, web) = (Home::new(), pintle_testkit::web::Web::new(hubs()));
    let command = home.command(pintle_testkit::pintle!());
    let words = ["search", "hub", "evil", "--endpoint", "http://hub.example"];
    let answer = command.env("HTTP_PROXY", web.proxy()).args(words).run();
    let shown = answer.success().stdout;
    assert!(shown.contains("\u{fffd}[31mred\u{fffd}"), "{shown:?}");
    assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
    // Of an index, nothing that is not visible is kept at all.
    prepare(&home);
    let shown = find(&home, &["delta"]);
    assert!(
        shown.contains("A tab here, a bell, an escape [31m"),
        "{shown:?}"
    );
}
