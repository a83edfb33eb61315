//! What strangers send.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use pintle_testkit::Home;
use pintle_testkit::http::raw;

use super::{Served, chart, form, said};
use crate::registries::archive;

/// All that lies in the home.
fn files(home: &Home) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![home.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn what_is_no_chart_is_not_kept() {
    let home = Home::new();
    let served = Served::start(&home, &["--max-upload-size", "300000"]);
    let whole = chart("web", "1.0.0", "");
    let named = |name: &str, version: &str| {
        let text = format!("apiVersion: v2\nname: {name:?}\nversion: {version:?}\n");
        archive(&[("web/Chart.yaml", &text)])
    };
    let bomb = {
        let zeros = "0".repeat(60 << 20);
        let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
        let large = archive(&[
            ("web/Chart.yaml", chart),
            ("web/a", &zeros),
            ("web/b", &zeros),
        ]);
        let mut small = GzEncoder::new(Vec::new(), Compression::best());
        std::io::copy(&mut GzDecoder::new(&large[..]), &mut small).expect("memory");
        small.finish().expect("memory")
    };
    assert!(bomb.len() < 300_000);
    let uploads = [
        ("nothing", Vec::new()),
        ("text", b"<html>no</html>".to_vec()),
        ("cut off", whole[..whole.len() / 2].to_vec()),
        ("no Chart.yaml", archive(&[("web/values.yaml", "a: 1\n")])),
        ("bomb", bomb),
        (
            "traversal in the archive",
            archive(&[
                (
                    "web/Chart.yaml",
                    "apiVersion: v2\nname: web\nversion: 1.0.0\n",
                ),
                ("web/../../x", "x"),
            ]),
        ),
        ("no name", named("", "1.0.0")),
        ("no version", named("web", "")),
        ("version is none", named("web", "one")),
        ("traversal in the name", named("../../evil", "1.0.0")),
        ("slash in the name", named("a/b", "1.0.0")),
        ("backslash in the name", named("..\\evil", "1.0.0")),
        ("hidden name", named(".htaccess", "1.0.0")),
        ("control in the name", named("a\u{1}b", "1.0.0")),
        ("turned name", named("a\u{202e}b", "1.0.0")),
        ("markup in the name", named("<b>", "1.0.0")),
        ("long name", named(&"x".repeat(240), "1.0.0")),
        ("slash in the version", named("web", "1.0.0+../../x")),
    ];
    for (what, upload) in &uploads {
        let reply = served.ask("POST", "/api/charts", &[], upload);
        assert_eq!(reply.status, 400, "{what}: {}", said(&reply));
        assert!(
            reply.text().starts_with("{\"error\":\""),
            "{what}: {}",
            said(&reply)
        );
        let (kind, body) = form(&[("chart", upload)]);
        let reply = served.ask("POST", "/api/charts", &[("Content-Type", &kind)], &body);
        assert_eq!(reply.status, 400, "{what}: {}", said(&reply));
    }
    assert_eq!(files(&home), Vec::<String>::new());
    assert_eq!(served.said("GET", "/api/charts", b""), "200 {}");
    assert_eq!(
        served.said("POST", "/api/charts", &whole),
        "201 {\"saved\":true}"
    );
}

#[test]
fn uploads_end_at_their_limit() {
    let home = Home::new();
    let served = Served::start(&home, &["--max-upload-size", "1000"]);
    let refused = "413 {\"error\":\"request too large: more than 1000 bytes\"}";
    assert_eq!(served.said("POST", "/api/charts", &vec![0; 1001]), refused);
    assert_eq!(
        served.said("POST", "/api/prov", &vec![0; 2_000_000]),
        refused
    );
    // Without a length.
    let piece = format!("400\r\n{}\r\n", "x".repeat(0x400));
    let request = format!(
        "POST /api/charts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        piece.repeat(9)
    );
    assert_eq!(
        said(&raw(&served.address, request.as_bytes(), false)),
        refused
    );
    // A promise alone is refused at once, without waiting for what was promised.
    let request = b"POST /api/charts HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n";
    assert_eq!(said(&raw(&served.address, request, false)), refused);
}

#[test]
fn paths_lead_nowhere_else() {
    let home = Home::new();
    home.write("secret.tgz", chart("secret", "1.0.0", ""));
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    home.write("charts/note.txt", "x");
    home.write("charts/.upload-x", "x");
    home.write("charts/a/b/deep-1.0.0.tgz", chart("deep", "1.0.0", ""));
    let served = Served::start(&home, &[]);
    for path in [
        "/../secret.tgz",
        "/charts/../../secret.tgz",
        "/%2e%2e/secret.tgz",
        "/charts/..%2fsecret.tgz",
        "/..%5csecret.tgz",
        "//secret.tgz",
        "/note.txt",
        "/.upload-x",
        "/a/b/deep-1.0.0.tgz",
        "/charts/web-1.0.0.tgz%00",
        "/chart/..%2f..",
        "/api/charts/..%2f/1",
        "/-/../style.css",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        let reply = raw(&served.address, request.as_bytes(), false);
        assert_eq!(reply.status, 404, "{path}: {}", said(&reply));
    }
    assert_eq!(served.get("/web-1.0.0.tgz").status, 200);
}

#[test]
fn broken_requests_break_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &[]);
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    for request in [
        &b"\x16\x03\x01\x02\x00\x01"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/charts HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: <script>alert(1)</script>\r\nAccept: text/html\r\n\r\n",
        long.as_bytes(),
    ] {
        let reply = raw(&served.address, request, false);
        assert!(!reply.text().contains("<script>alert"), "{}", said(&reply));
    }
    // Many that say nothing are no hindrance.
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(&served.address).expect("a connection");
            let _ = stream.write_all(b"GET / HT");
            stream
        })
        .collect();
    assert_eq!(served.said("GET", "/health", b""), "200 {\"healthy\":true}");
    drop(idle);
}
