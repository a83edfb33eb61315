//! Conditional requests, parts, compression, headers; HTTPS.

use std::fs;
use std::io::Read as _;

use pintle_testkit::Home;
use pintle_testkit::oracle::{self, Peer};

use super::{Served, chart, said};

#[test]
fn what_is_known_is_not_sent_again() {
    let home = Home::new();
    let bytes = chart("web", "1.0.0", "");
    home.write("charts/web-1.0.0.tgz", &bytes);
    let served = Served::start(&home, &[]);
    for path in [
        "/index.yaml",
        "/web-1.0.0.tgz",
        "/",
        "/-/style.css",
        "/chart/web",
    ] {
        let first = served.get(path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = served.ask("GET", path, &[("If-None-Match", &tag)], b"");
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = served.ask("HEAD", path, &[], b"");
        assert_eq!(
            head.header("content-length"),
            Some(&*first.body.len().to_string()),
            "{path}"
        );
        assert_eq!(head.header("etag"), Some(&*tag));
        assert_eq!(first.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(first.header("referrer-policy"), Some("no-referrer"));
        assert!(
            first
                .header("content-security-policy")
                .is_some_and(|policy| policy.starts_with("default-src 'none'"))
        );
    }
    let before = served.get("/index.yaml");
    let tag = before.header("etag").expect("a tag").to_owned();
    home.write("charts/db-1.0.0.tgz", chart("db", "1.0.0", ""));
    let after = served.ask("GET", "/index.yaml", &[("If-None-Match", &tag)], b"");
    assert_eq!(after.status, 200);
    assert!(after.text().contains("db-1.0.0.tgz"));

    let part = served.ask("GET", "/web-1.0.0.tgz", &[("Range", "bytes=5-9")], b"");
    assert_eq!((part.status, &part.body[..]), (206, &bytes[5..10]));
    let range = format!("bytes 5-9/{}", bytes.len());
    assert_eq!(part.header("content-range"), Some(&*range));
    let stale = [("Range", "bytes=5-9"), ("If-Range", "\"other\"")];
    assert_eq!(served.ask("GET", "/web-1.0.0.tgz", &stale, b"").body, bytes);
    let outside = served.ask("GET", "/web-1.0.0.tgz", &[("Range", "bytes=999999-")], b"");
    assert_eq!((outside.status, outside.body.len()), (416, 0));
}

/// Nothing comes or goes in the folder then.
#[test]
fn what_is_written_over_is_sent_as_it_is_now() {
    let home = Home::new();
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    let served = Served::start(&home, &[]);
    let first = served.get("/web-1.0.0.tgz");
    let tag = first.header("etag").expect("a tag").to_owned();
    let bytes = chart("web", "1.0.0", "description: another\n");
    home.write("charts/web-1.0.0.tgz", &bytes);
    let second = served.ask("GET", "/web-1.0.0.tgz", &[("If-None-Match", &tag)], b"");
    assert_eq!((second.status, second.body), (200, bytes));
    assert!(served.get("/index.yaml").text().contains("another"));
    home.write("charts/web-1.0.0.tgz", "no chart any more");
    assert_eq!(served.get("/web-1.0.0.tgz").status, 404);
}

#[test]
fn indexes_are_compressed_and_archives_are_not() {
    let home = Home::new();
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    let served = Served::start(&home, &["--url", "https://charts.example.com/x"]);
    let gzip = [("Accept-Encoding", "gzip")];
    let plain = served.get("/index.yaml");
    assert!(
        plain
            .text()
            .contains("- https://charts.example.com/x/web-1.0.0.tgz"),
        "{}",
        plain.text()
    );
    assert_eq!(plain.header("content-type"), Some("application/yaml"));
    let zipped = served.ask("GET", "/index.yaml", &gzip, b"");
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    assert_ne!(zipped.header("etag"), plain.header("etag"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&zipped.body[..])
        .read_to_string(&mut text)
        .expect("gzip");
    assert_eq!(text, plain.text());
    let archive = served.ask("GET", "/web-1.0.0.tgz", &gzip, b"");
    assert_eq!(archive.header("content-encoding"), None);
    assert_eq!(archive.header("content-type"), Some("application/gzip"));
}

/// Larger than what is kept in memory: it comes in pieces.
#[test]
fn large_archives_come_whole() {
    let home = Home::new();
    let text = "0123456789abcdef".repeat(200_000);
    let names = ["web/a", "web/b", "web/c"];
    let mut files = vec![(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    )];
    files.extend(names.map(|name| (name, text.as_str())));
    // Helpers do not compress.
    let bytes = crate::registries::archive(&files);
    assert!(bytes.len() > 8 << 20);
    home.write("charts/web-1.0.0.tgz", &bytes);
    let served = Served::start(&home, &[]);
    let reply = served.get("/web-1.0.0.tgz");
    assert!(
        reply.body == bytes,
        "{} of {} bytes",
        reply.body.len(),
        bytes.len()
    );
    let part = served.ask("GET", "/web-1.0.0.tgz", &[("Range", "bytes=-1000")], b"");
    assert!(part.body == bytes[bytes.len() - 1000..]);
}

#[test]
fn https_is_spoken_with_helm() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "https_is_spoken_with_helm") else {
        return;
    };
    let home = Home::new();
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", ""));
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let certificate = home.write("cert.pem", made.cert.pem());
    home.write("key.pem", made.signing_key.serialize_pem());
    let served = Served::start(&home, &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let url = format!("https://{}", served.address);
    let authority = certificate.display().to_string();
    for program in [helm, pintle_testkit::pintle!()] {
        let own = Home::new();
        let run = |words: &[&str]| own.command(&program).called("helm").args(words).run();
        run(&["repo", "add", "mine", &url, "--ca-file", &authority]).success();
        run(&["pull", "mine/web"]).success();
        assert!(fs::exists(own.path().join("web-1.0.0.tgz")).expect("a look"));
    }
    // Plain words are no handshake.
    assert_eq!(said(&served.get("/health")), "0 ");
}
