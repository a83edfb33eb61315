//! Registries that lie, break, or are none: each ends in one error that names the URL, and
//! nothing of what they sent is given out.

use std::time::Duration;

use pintle_fetch::{ProxyVariables, Retry, blocking};
use pintle_registry::{Client, Credential, Error, Options, Pulled, Reference, Wanted};
use pintle_testkit::registry::digest;
use pintle_testkit::web::{Page, Pages, Web};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const ARCHIVE: &[u8] = b"an archive";
const AT: &str = "http://r.example/v2/c/web";

fn client(web: &Web, options: Options) -> Client {
    let http = pintle_fetch::Client {
        user_agent: "test/1".into(),
        proxy: ProxyVariables {
            http: Some(web.proxy()),
            ..ProxyVariables::default()
        },
        ..pintle_fetch::Client::default()
    };
    let retry = Retry {
        times: 2,
        first: Duration::from_millis(1),
        pauses: (Duration::ZERO, Duration::from_millis(2)),
    };
    Client::new(
        http,
        Options {
            plain_http: true,
            retry,
            ..options
        },
    )
}

fn pull(web: &Web, options: Options) -> Result<Pulled, Error> {
    let client = client(web, options);
    let reference = Reference::parse("oci://r.example/c/web:1.0.0").expect("a reference");
    blocking(async || client.pull(&reference, Wanted::Chart).await)
}

/// The error, and what its hint says.
fn error(pages: Pages) -> (String, String) {
    let error = pull(&Web::new(pages), Options::default()).expect_err("a bad registry");
    let hint = error.hint().unwrap_or_default().to_owned();
    (error.to_string(), hint)
}

fn descriptor(media_type: &str, bytes: &[u8]) -> String {
    let (digest, size) = (digest(bytes), bytes.len());
    format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{digest}\",\"size\":{size}}}")
}

fn manifest(config: &str, layer: &str) -> String {
    format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layer}]}}")
}

fn good() -> String {
    manifest(&descriptor(CONFIG, b"{}"), &descriptor(CHART, ARCHIVE))
}

fn manifest_url() -> String {
    format!("{AT}/manifests/1.0.0")
}

fn blob_url() -> String {
    format!("{AT}/blobs/{}", digest(ARCHIVE))
}

fn typed(text: impl AsRef<[u8]>, media_type: &str) -> Page {
    Page::new(text).header("Content-Type", media_type)
}

/// A registry with this manifest, and this for its archive.
fn pages(manifest: Page, blob: Page) -> Pages {
    Pages::from([(manifest_url(), manifest), (blob_url(), blob)])
}

fn of_manifest(text: impl AsRef<[u8]>) -> Pages {
    pages(typed(text, MANIFEST), Page::new(ARCHIVE))
}

fn of_blob(blob: Page) -> Pages {
    pages(typed(good(), MANIFEST), blob)
}

const READING: &str = "failed to perform \"FetchReference\" on source: ";

#[test]
fn a_good_registry_is_believed() {
    let pulled = pull(&Web::new(of_manifest(good())), Options::default()).unwrap();
    assert_eq!(pulled.chart, ARCHIVE);
    assert_eq!(pulled.digest.as_str(), digest(good().as_bytes()));
    // A list with one chart is that chart.
    let listed = descriptor(MANIFEST, good().as_bytes());
    let list = format!("{{\"schemaVersion\":2,\"manifests\":[{listed}]}}");
    let mut pages = pages(typed(&list, INDEX), Page::new(ARCHIVE));
    let url = format!("{AT}/manifests/{}", digest(good().as_bytes()));
    pages.insert(url, typed(good(), MANIFEST));
    let pulled = pull(&Web::new(pages), Options::default()).unwrap();
    assert_eq!(pulled.digest.as_str(), digest(list.as_bytes()));
}

#[test]
fn bytes_that_are_not_those_that_were_named() {
    let blob = format!("GET \"{}\"", blob_url());
    let (text, hint) = error(of_blob(Page::new(b"on archive")));
    assert!(
        text.starts_with(&format!("{blob}: mismatched digest: ")),
        "{text}"
    );
    assert!(hint.contains("nothing was kept"), "{hint}");
    for other in ["an archiv", "an archive!"] {
        let (text, _) = error(of_blob(Page::new(other)));
        assert_eq!(text, format!("{blob}: mismatch Content-Length"));
    }
    let (text, _) = error(of_blob(Page::new(b"").cut_off()));
    assert_eq!(text, format!("{blob}: mismatch Content-Length"));
    let mut short = Page::new(&ARCHIVE[..4]);
    short.missing = ARCHIVE.len() - 4;
    assert_eq!(error(of_blob(short)).0, format!("{blob}: unexpected EOF"));
}

#[test]
fn manifests_that_are_not_those_that_were_named() {
    let lie = typed(good(), MANIFEST).header("Docker-Content-Digest", &digest(b"other"));
    let (text, hint) = error(pages(lie, Page::new(ARCHIVE)));
    let asked = format!("{READING}GET \"{}\"", manifest_url());
    assert!(
        text.starts_with(&format!("{asked}: mismatched digest: ")),
        "{text}"
    );
    assert!(hint.contains("changed the manifest"), "{hint}");
    let lie = typed(good(), MANIFEST).header("Docker-Content-Digest", "sha256:../../etc");
    let (text, _) = error(pages(lie, Page::new(ARCHIVE)));
    assert!(
        text.ends_with("sha256:../../etc: invalid checksum digest format"),
        "{text}"
    );
}

#[test]
fn what_is_no_manifest() {
    let url = manifest_url();
    let asked = format!("GET \"{url}\": not the manifest of a chart");
    let page = typed(
        "<!DOCTYPE html><title>x</title>",
        "text/html; charset=utf-8",
    );
    let (text, hint) = error(pages(page, Page::new("")));
    assert_eq!(text, format!("{asked}: it is a web page"));
    assert_eq!(hint, "is there a registry at this address?");
    let whole = good();
    for (bytes, words) in [
        (
            "<html>",
            "invalid character '<' looking for beginning of value",
        ),
        ("", "unexpected end of JSON input"),
        (&whole[..whole.len() / 2], "EOF while parsing"),
        ("[]", "json: cannot unmarshal array into an object"),
        ("{\"config\":null}", "invalid type: null"),
    ] {
        let (text, _) = error(of_manifest(bytes));
        assert!(text.starts_with(&format!("{asked}: {words}")), "{text}");
    }
}

#[test]
fn what_is_no_chart() {
    let config = descriptor("application/vnd.oci.image.config.v1+json", b"{}");
    let (text, hint) = error(of_manifest(manifest(&config, &descriptor(CHART, ARCHIVE))));
    assert_eq!(
        text,
        format!("could not load config with mediatype {CONFIG}")
    );
    assert!(
        hint.ends_with("its config is application/vnd.oci.image.config.v1+json"),
        "{hint}"
    );
    let config = descriptor(CONFIG, b"{}");
    for layers in ["", &descriptor("application/x", ARCHIVE)] {
        let (text, _) = error(of_manifest(manifest(&config, layers)));
        assert_eq!(
            text,
            format!("manifest does not contain a layer with mediatype {CHART}")
        );
    }
    let empty = typed("{\"manifests\":[]}", INDEX);
    let (text, _) = error(pages(empty, Page::new("")));
    assert_eq!(
        text,
        format!("manifest does not contain a layer with mediatype {CHART}")
    );
}

#[test]
fn sizes_have_limits() {
    let (text, _) = error(of_manifest(" ".repeat(5 << 20)));
    assert_eq!(
        text,
        format!("{READING}{} is larger than 4194304 bytes", manifest_url())
    );
    let huge = descriptor(CHART, ARCHIVE).replace("\"size\":10", "\"size\":9223372036854775807");
    let (text, _) = error(of_manifest(manifest(&descriptor(CONFIG, b"{}"), &huge)));
    assert!(
        text.ends_with("9223372036854775807 bytes, and more than 268435456 are not fetched"),
        "{text}"
    );
    let huge = descriptor(CHART, ARCHIVE).replace("\"size\":10", "\"size\":1e99");
    let (text, _) = error(of_manifest(manifest(&descriptor(CONFIG, b"{}"), &huge)));
    assert!(text.contains("not the manifest of a chart"), "{text}");
}

fn named(username: &str) -> Options {
    Options {
        credential: Some(Credential::basic(username, "word")),
        ..Options::default()
    }
}

#[test]
fn a_registry_that_is_never_content_is_asked_twice() {
    let web = Web::new(Pages::from([(
        manifest_url(),
        typed(good(), MANIFEST).login("me:word"),
    )]));
    let error = pull(&web, named("you")).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{READING}GET \"{}\": response status code 401: Unauthorized",
            manifest_url()
        )
    );
    assert!(error.hint().unwrap_or_default().contains("registry login"));
    let asked = [
        format!("GET {}", manifest_url()),
        format!("GET {} you:word", manifest_url()),
    ];
    assert_eq!(web.asked(), asked);
    let error = pull(&web, Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{READING}GET \"{}\": basic credential not found",
            manifest_url()
        )
    );
    assert_eq!(web.asked().len(), 1);
}

#[test]
fn tokens_that_are_none() {
    let challenge =
        "Bearer realm=\"http://t.example/token\",service=\"s\",scope=\"repository:c/web:pull\"";
    let token_url = "http://t.example/token?scope=repository%3Ac%2Fweb%3Apull&service=s";
    let pages = |answer: Page| {
        let refused = Page::status(401).header("WWW-Authenticate", challenge);
        Pages::from([(manifest_url(), refused), (token_url.to_owned(), answer)])
    };
    let during = format!("{READING}GET \"{}\": GET \"{token_url}\": ", manifest_url());
    for (answer, words) in [
        (
            Page::new("<html>"),
            "failed to decode response: invalid character '<' looking for beginning of value",
        ),
        (Page::new("{}"), "empty token returned"),
        (
            Page::new("{\"token\":\"a\\r\\nX: y\"}"),
            "what it returned is no token",
        ),
        (Page::status(403), "response status code 403: Forbidden"),
    ] {
        assert_eq!(error(pages(answer)).0, format!("{during}{words}"));
    }
    // A token that is not accepted is not fetched again.
    let web = Web::new(pages(Page::new("{\"token\":\"t\"}")));
    let refused = pull(&web, named("me")).unwrap_err();
    assert_eq!(refused.status(), Some(401));
    assert_eq!(
        web.asked(),
        [
            format!("GET {}", manifest_url()),
            format!("GET {} Bearer t", manifest_url()),
            format!("GET {token_url} me:word"),
        ]
    );
}

// CVE-2021-32690, for registries: another server that we are sent to learns nothing.
#[test]
fn cve_2021_32690_redirects_carry_no_credentials() {
    let elsewhere = "http://store.example/blob?signature=1";
    let moved = Page::status(302).header("Location", elsewhere);
    let mut pages = of_blob(moved);
    let manifest = typed(good(), MANIFEST).login("me:word");
    pages.insert(manifest_url(), manifest);
    pages.insert(elsewhere.to_owned(), Page::new(ARCHIVE));
    let web = Web::new(pages);
    pull(&web, named("me")).unwrap();
    let asked = web.asked();
    assert!(
        asked.contains(&format!("GET {} me:word", blob_url())),
        "{asked:?}"
    );
    assert!(asked.contains(&format!("GET {elsewhere}")), "{asked:?}");
}

#[test]
fn redirects_have_an_end() {
    let circle = Page::status(302).header("Location", &blob_url());
    let (text, _) = error(of_blob(circle));
    assert_eq!(
        text,
        format!("Get \"{}\": stopped after 10 redirects", blob_url())
    );
    let away = Page::status(302).header("Location", "file:///etc/passwd");
    let (text, _) = error(of_blob(away));
    assert_eq!(
        text,
        "Get \"file:///etc/passwd\": unsupported protocol scheme \"file\""
    );
}

#[test]
fn a_registry_in_trouble_is_asked_again() {
    for status in [429, 503] {
        let web = Web::new(Pages::from([(manifest_url(), Page::status(status))]));
        let error = pull(&web, Options::default()).unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(web.asked().len(), 3, "{status}");
    }
}

/// Whatever is answered in the place of a manifest or a blob ends in one error that names it.
#[test]
fn each_failure_names_what_was_asked() {
    let troubles = || {
        [
            (Page::status(400), "response status code 400: Bad Request"),
            (Page::status(403), "response status code 403: Forbidden"),
            (Page::status(404), "not found"),
            (
                Page::status(500),
                "response status code 500: Internal Server Error",
            ),
            (Page::status(502), "response status code 502: Bad Gateway"),
            (Page::status(304), "response status code 304: Not Modified"),
            (Page::status(204), "response status code 204: No Content"),
            (Page::hangs_up(), "EOF"),
        ]
    };
    for (page, words) in troubles() {
        let web = Web::new(of_blob(page));
        let error = pull(&web, Options::default()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&blob_url()) && text.contains(words), "{text}");
    }
    for (page, words) in troubles() {
        let web = Web::new(Pages::from([(manifest_url(), page)]));
        let error = pull(&web, Options::default()).unwrap_err();
        let text = error.to_string();
        let is_named = text.contains(&manifest_url()) || text.contains("r.example/c/web:1.0.0");
        assert!(is_named && text.contains(words), "{text}");
    }
}

/// A registry that asks for patience gets it, within bounds: an hour is more than anybody waits.
#[test]
fn a_registry_may_ask_for_patience() {
    let page = Page::status(429).header("Retry-After", "3600");
    let web = Web::new(Pages::from([(manifest_url(), page)]));
    let started = std::time::Instant::now();
    assert_eq!(
        pull(&web, Options::default()).unwrap_err().status(),
        Some(429)
    );
    assert_eq!(web.asked().len(), 3);
    assert!(started.elapsed() < Duration::from_mins(1));
}

/// A size is promised and another one sent, by the header or by the bytes.
#[test]
fn lengths_that_are_lies() {
    let mut long = Page::new(ARCHIVE);
    long.missing = 5;
    let (text, _) = error(of_blob(long));
    assert!(text.ends_with("mismatch Content-Length"), "{text}");
    let (text, _) = error(of_blob(Page::new("much more than was said to be here")));
    assert!(text.ends_with("mismatch Content-Length"), "{text}");
    let mut manifest = typed(good(), MANIFEST);
    manifest.missing = 5;
    let (text, _) = error(pages(manifest, Page::new(ARCHIVE)));
    assert!(text.ends_with("unexpected EOF"), "{text}");
}

// CVE-2021-21303: what a registry complains of does not steer the terminal.
#[test]
fn cve_2021_21303_complaints_are_printable() {
    let mut page =
        Page::new("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"\\u001b]0;x\\u0007\"}]}");
    page.status = 403;
    let (text, _) = error(Pages::from([(manifest_url(), page)]));
    assert!(text.ends_with("403: denied: \\u{1b}]0;x\\u{7}"), "{text}");
}

#[test]
fn lists_of_tags_that_lead_astray() {
    let versions = |pages: Pages| {
        let web = Web::new(pages);
        let client = client(&web, Options::default());
        let reference = Reference::parse("r.example/c/web").expect("a reference");
        let found = blocking(async || client.versions(&reference).await);
        found
            .map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
            .map_err(|error| error.to_string())
    };
    let url = format!("{AT}/tags/list");
    let one = |page: Page| versions(Pages::from([(url.clone(), page)]));
    assert_eq!(
        one(Page::new("{\"tags\":[\"1.0.0_x\",\"x\",\"1.0.1\"]}")),
        Ok(vec!["1.0.1".into(), "1.0.0+x".into()])
    );
    assert_eq!(one(Page::new("{\"tags\":null}")), Ok(Vec::new()));
    for (page, words) in [
        (
            Page::new("<html>"),
            "failed to decode response: invalid character '<' looking for beginning of value",
        ),
        (
            Page::new("{\"tags\":[1]}"),
            "failed to decode response: invalid type",
        ),
        (Page::status(404), "response status code 404: Not Found"),
    ] {
        let text = one(page).unwrap_err();
        assert!(
            text.starts_with(&format!("GET \"{url}\": {words}")),
            "{text}"
        );
    }
    for link in ["<http://other.example/v2/x>", "</v2/c/web/tags/list>"] {
        let page = Page::new("{\"tags\":[]}").header("Link", link);
        assert!(one(page).unwrap_err().starts_with("invalid next link"));
    }
    let next = |from: usize| {
        if from == 0 {
            url.clone()
        } else {
            format!("{url}?n={from}")
        }
    };
    let endless = (0..1100).map(|n| {
        let link = format!("<{}>", next(n + 1));
        (next(n), Page::new("{\"tags\":[]}").header("Link", &link))
    });
    let text = versions(endless.collect()).unwrap_err();
    assert_eq!(text, "the list of tags of r.example/c/web has no end");
}
