//! ChartMuseum's API: its status codes and the form of its answers.

use std::fs;

use pintle_testkit::Home;
use pintle_testkit::http::ask;

use super::{Served, chart, form, said};

const SAVED: &str = "201 {\"saved\":true}";
const EXISTS: &str = "409 {\"error\":\"file already exists\"}";
/// What GnuPG signed.
const ARCHIVE: &[u8] = include_bytes!("../keys/web-1.0.0.tgz");
const PROV: &[u8] = include_bytes!("../keys/good.prov");

fn names(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path().join("charts")).expect("a folder");
    let names = entries.map(|entry| {
        let entry = entry.expect("an entry");
        entry.file_name().to_string_lossy().into_owned()
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn charts_are_uploaded_listed_and_deleted() {
    let home = Home::new();
    let served = Served::start(&home, &[]);
    assert_eq!(served.said("GET", "/api/charts", b""), "200 {}");
    let one = chart("web", "1.0.0", "appVersion: \"2\"\n");
    assert_eq!(served.said("POST", "/api/charts", &one), SAVED);
    assert_eq!(served.said("POST", "/api/charts", &one), EXISTS);
    assert_eq!(served.said("POST", "/api/charts?force", &one), SAVED);
    assert_eq!(
        served.said("POST", "/api/charts", &chart("web", "2.0.0-rc.1", "")),
        SAVED
    );
    assert_eq!(
        served.said("POST", "/api/charts", &chart("db", "0.1.0", "")),
        SAVED
    );
    assert_eq!(
        names(&home),
        ["db-0.1.0.tgz", "web-1.0.0.tgz", "web-2.0.0-rc.1.tgz"]
    );

    let all = served.get("/api/charts").text();
    let all: serde_json::Value = serde_json::from_str(&all).expect("JSON");
    assert_eq!(all["web"][0]["version"], "2.0.0-rc.1");
    assert_eq!(all["web"][1]["appVersion"], "2");
    assert_eq!(all["web"][1]["urls"][0], "web-1.0.0.tgz");
    let part = served.get("/api/charts?offset=1&limit=1").text();
    assert!(
        part.starts_with("{\"web\":[{") && !part.contains("\"db\""),
        "{part}"
    );
    let bad = |what: &str| served.said("GET", &format!("/api/charts?{what}"), b"");
    let refused = "400 {\"error\":\"limit is not a valid positive integer\"}";
    assert_eq!(bad("limit=0"), refused);
    let refused = "400 {\"error\":\"offset is not a valid non-negative integer\"}";
    assert_eq!(bad("offset=-1"), refused);

    let version = |path: &str| {
        let text = served.get(path).text();
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        value["version"].clone()
    };
    assert_eq!(version("/api/charts/web/latest"), "1.0.0");
    assert_eq!(version("/api/charts/web/2.0.0-rc.1"), "2.0.0-rc.1");
    assert_eq!(served.ask("HEAD", "/api/charts/web", &[], b"").status, 200);
    assert_eq!(
        served.ask("HEAD", "/api/charts/web/1.0.0", &[], b"").status,
        200
    );
    for path in [
        "/api/charts/none",
        "/api/charts/none/1.0.0",
        "/api/charts/web/9.0.0",
    ] {
        assert_eq!(served.ask("HEAD", path, &[], b"").status, 404);
        let reply = served.get(path);
        assert!(
            said(&reply).starts_with("404 {\"error\":\""),
            "{}",
            said(&reply)
        );
    }
    let values = served.get("/api/charts/web/1.0.0/values");
    assert_eq!(said(&values), "200 # how many\nreplicas: 1\n");
    let templates = served.get("/api/charts/web/1.0.0/templates").text();
    assert!(
        templates.starts_with("{\"templates\":[{\"name\":\"templates/a.yaml\",\"data\":\"a2luZ"),
        "{templates}"
    );
    assert!(
        templates.ends_with("],\"values\":{\"replicas\":1}}"),
        "{templates}"
    );

    let deleted = "200 {\"deleted\":true}";
    assert_eq!(served.said("DELETE", "/api/charts/web/1.0.0", b""), deleted);
    let absent = "404 {\"error\":\"chart not found\"}";
    assert_eq!(served.said("DELETE", "/api/charts/web/1.0.0", b""), absent);
    // Nothing is deleted by a range, or by what is nearly its name.
    for version in ["latest", "*", "2", "v2.0.0-rc.1"] {
        assert_eq!(
            served.said("DELETE", &format!("/api/charts/web/{version}"), b""),
            absent
        );
    }
    assert_eq!(names(&home), ["db-0.1.0.tgz", "web-2.0.0-rc.1.tgz"]);
    assert!(!served.get("/index.yaml").text().contains("1.0.0"));
}

#[test]
fn signatures_come_with_their_archives() {
    let home = Home::new();
    let served = Served::start(&home, &[]);
    let post = |path: &str, parts: &[(&str, &[u8])]| {
        let (kind, body) = form(parts);
        said(&served.ask("POST", path, &[("Content-Type", &kind)], &body))
    };
    // A signature of what is not there.
    let refused = served.said("POST", "/api/prov", PROV);
    assert!(
        refused.starts_with("400 {\"error\":\"invalid provenance file: "),
        "{refused}"
    );
    assert_eq!(
        post("/api/charts", &[("chart", ARCHIVE), ("prov", PROV)]),
        SAVED
    );
    assert_eq!(names(&home), ["web-1.0.0.tgz", "web-1.0.0.tgz.prov"]);
    for path in ["/web-1.0.0.tgz", "/charts/web-1.0.0.tgz"] {
        assert_eq!(served.get(path).body, ARCHIVE, "{path}");
        let prov = served.get(&format!("{path}.prov"));
        assert_eq!(
            prov.header("content-type"),
            Some("application/pgp-signature")
        );
        assert_eq!(prov.body, PROV);
    }
    assert_eq!(post("/api/charts", &[("prov", PROV)]), EXISTS);
    assert_eq!(served.said("POST", "/api/prov", PROV), EXISTS);
    assert_eq!(served.said("POST", "/api/prov?force=true", PROV), SAVED);
    // Another archive has another signature, or none.
    assert_eq!(
        served.said("POST", "/api/charts?force", &chart("web", "1.0.0", "")),
        SAVED
    );
    assert_eq!(names(&home), ["web-1.0.0.tgz"]);
    let refused = served.said("POST", "/api/prov", PROV);
    assert!(
        refused.contains("it is of no archive that is here"),
        "{refused}"
    );
    let other = chart("web", "1.0.0", "");
    let refused = post("/api/charts?force", &[("chart", &other), ("prov", PROV)]);
    assert!(
        refused.contains("it is not of this web-1.0.0.tgz"),
        "{refused}"
    );
    let refused = post("/api/charts", &[("other", b"x")]);
    let wanted =
        "400 {\"error\":\"no package or provenance file found in form fields chart and prov\"}";
    assert_eq!(refused, wanted);
    assert_eq!(post("/api/charts?force", &[("chart", ARCHIVE)]), SAVED);
    assert_eq!(served.said("POST", "/api/prov", PROV), SAVED);
    assert_eq!(
        served.said("DELETE", "/api/charts/web/1.0.0", b""),
        "200 {\"deleted\":true}"
    );
    assert_eq!(names(&home), Vec::<String>::new());
}

#[test]
fn replacing_is_as_it_was_allowed() {
    let one = chart("web", "1.0.0", "");
    for (flag, plain, forced) in [
        ("--allow-overwrite", SAVED, SAVED),
        ("--disable-force-overwrite", EXISTS, EXISTS),
    ] {
        let home = Home::new();
        let served = Served::start(&home, &[flag]);
        assert_eq!(served.said("POST", "/api/charts", &one), SAVED);
        assert_eq!(served.said("POST", "/api/charts", &one), plain);
        assert_eq!(served.said("POST", "/api/charts?force", &one), forced);
    }
}

#[test]
fn what_is_switched_off_is_not_there() {
    let home = Home::new();
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    let served = Served::start(&home, &["--disable-api"]);
    assert_eq!(
        served.said("GET", "/api/charts", b""),
        "404 {\"error\":\"not found\"}"
    );
    assert_eq!(
        served.said("POST", "/api/charts", b"x"),
        "404 {\"error\":\"not found\"}"
    );
    assert_eq!(served.get("/index.yaml").status, 200);
    let served = Served::start(&home, &["--read-only"]);
    assert_eq!(served.get("/api/charts/web").status, 200);
    let refused = "403 {\"error\":\"this server is read-only\"}";
    assert_eq!(served.said("POST", "/api/charts", b"x"), refused);
    assert_eq!(served.said("DELETE", "/api/charts/web/1.0.0", b""), refused);
    assert_eq!(
        served.said("PUT", "/api/charts", b"x"),
        "405 {\"error\":\"method not allowed\"}"
    );
    let reply = ask(&served.address, "DELETE", "/index.yaml", &[], b"");
    assert_eq!(
        (reply.status, reply.header("allow")),
        (405, Some("GET, HEAD"))
    );
    assert_eq!(
        served.said("GET", "/info", b""),
        format!("200 {{\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"))
    );
}
