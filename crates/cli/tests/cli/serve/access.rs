//! Who may do what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pintle_testkit::Home;
use pintle_testkit::oracle::{self, Peer};

use super::{Served, chart, said};

fn basic(login: &str) -> String {
    format!("Basic {}", STANDARD.encode(login))
}

/// The status of looking, of the API, of uploading and of deleting what is not there.
fn statuses(served: &Served, authorization: Option<&str>) -> [u16; 4] {
    let headers: Vec<(&str, &str)> = authorization
        .map(|value| ("Authorization", value))
        .into_iter()
        .collect();
    let status =
        |method: &str, path: &str, body: &[u8]| served.ask(method, path, &headers, body).status;
    [
        status("GET", "/index.yaml", b""),
        status("GET", "/api/charts", b""),
        status("POST", "/api/charts?force", &chart("web", "1.0.0", "")),
        status("DELETE", "/api/charts/none/1.0.0", b""),
    ]
}

const ALL: [u16; 4] = [200, 200, 201, 404];
const NOTHING: [u16; 4] = [401; 4];
const LOOKING: [u16; 4] = [200, 200, 401, 401];
const READER: [u16; 4] = [200, 200, 403, 403];

#[test]
fn secrets_open_what_they_are_for() {
    let home = Home::new();
    home.write("tokens", "# for machines\nread r3ad\nwrite wr1te\n");
    home.write("pass", "word\n");
    let user = ["--basic-auth-user", "me", "--basic-auth-pass-file", "pass"];
    let good = basic("me:word");
    let wrong = [
        basic("me:worD"),
        basic("me"),
        basic("r3ad:"),
        "Bearer word".to_owned(),
        "Bearer wr1te2".to_owned(),
    ];
    for open in [false, true] {
        let mut words = [&user[..], &["--token-file", "tokens"]].concat();
        if open {
            words.push("--auth-anonymous-get");
        }
        let served = Served::start(&home, &words);
        let strangers = if open { LOOKING } else { NOTHING };
        assert_eq!(statuses(&served, None), strangers);
        for wrong in &wrong {
            assert_eq!(statuses(&served, Some(wrong)), strangers, "{wrong}");
        }
        assert_eq!(statuses(&served, Some(&good)), ALL);
        assert_eq!(statuses(&served, Some("Bearer wr1te")), ALL);
        let reader = if open { LOOKING } else { READER };
        assert_eq!(statuses(&served, Some("Bearer r3ad")), reader);
        // Whether it lives is no secret.
        assert_eq!(served.get("/health").status, 200);
        let page = served.ask("GET", "/", &[("Accept", "text/html")], b"");
        assert_eq!(page.status, if open { 200 } else { 401 });
        if !open {
            let challenge = page.header("www-authenticate");
            assert_eq!(challenge, Some("Basic realm=\"charts\", charset=\"UTF-8\""));
            assert_eq!(said(&page), "401 {\"error\":\"unauthorized\"}");
        }
    }
    let served = Served::start(&home, &["--token-file", "tokens"]);
    let refused = served.get("/index.yaml");
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Bearer realm=\"charts\"")
    );
}

#[test]
fn variables_hold_secrets_too() {
    let home = Home::new();
    let variables = [("BASIC_AUTH_USER", "me"), ("BASIC_AUTH_PASS", "word")];
    let served = Served::start_with(&home, &[], &variables);
    assert_eq!(statuses(&served, None), NOTHING);
    assert_eq!(statuses(&served, Some(&basic("me:word"))), ALL);
}

#[test]
fn the_world_may_not_write_unasked() {
    let home = Home::new();
    // The last --address counts.
    let start = |words: &[&str]| {
        let mut served = Served::start(&home, &[&["--address", "0.0.0.0:0"], words].concat());
        served.address = served.address.replace("0.0.0.0", "127.0.0.1");
        served
    };
    assert_eq!(statuses(&start(&[]), None), [200, 200, 403, 403]);
    assert_eq!(statuses(&start(&["--auth-anonymous-write"]), None), ALL);
}

/// A page in a browser may send forms and requests to any server that the browser gets to, with
/// the password that the browser knows.
#[test]
fn pages_of_others_change_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &[]);
    let refused = "403 {\"error\":\"changes are made by programs, not by pages in a browser\"}";
    for header in [
        ("Origin", "https://evil.example.com"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "same-origin"),
    ] {
        let reply = served.ask("POST", "/api/charts", &[header], &chart("web", "1.0.0", ""));
        assert_eq!(said(&reply), refused);
        let reply = served.ask("DELETE", "/api/charts/web/1.0.0", &[header], b"");
        assert_eq!(said(&reply), refused);
    }
    assert_eq!(served.said("GET", "/api/charts", b""), "200 {}");
}

#[test]
fn helm_shows_its_password() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "helm_shows_its_password") else {
        return;
    };
    let home = Home::new();
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    let served = Served::start(
        &home,
        &["--basic-auth-user", "me", "--basic-auth-pass", "word"],
    );
    for program in [helm, pintle_testkit::pintle!()] {
        let own = Home::new();
        let run = |words: &[&str]| own.command(&program).called("helm").args(words).run();
        let refused = run(&["repo", "add", "mine", &served.url()]);
        assert!(refused.stderr.contains("401"), "{refused}");
        let login = ["--username", "me", "--password", "word"];
        run(&[&["repo", "add", "mine", &served.url()], &login[..]].concat()).success();
        run(&["pull", "mine/web"]).success();
    }
}
