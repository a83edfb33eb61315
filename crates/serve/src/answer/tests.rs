use super::*;

fn asked(name: HeaderName, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

fn sample() -> Thing {
    Thing {
        kind: "text/plain",
        tag: "\"t\"".to_owned(),
        modified: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_250)),
        plain: Bytes::from_static(b"plain"),
        zipped: Some(Bytes::from_static(b"zip")),
        is_page: false,
    }
}

#[test]
fn what_is_known_is_not_sent_again() {
    for (name, value, status) in [
        (header::IF_NONE_MATCH, "\"t\"", 304),
        (header::IF_NONE_MATCH, "\"a\", W/\"t\"", 304),
        (header::IF_NONE_MATCH, "*", 304),
        (header::IF_NONE_MATCH, "\"a\"", 200),
        (
            header::IF_MODIFIED_SINCE,
            "Sun, 06 Nov 1994 08:49:37 GMT",
            304,
        ),
        (
            header::IF_MODIFIED_SINCE,
            "Sun, 06 Nov 1994 08:49:36 GMT",
            200,
        ),
        (header::IF_MODIFIED_SINCE, "now", 200),
    ] {
        let answer = thing(&asked(name.clone(), value), sample());
        assert_eq!(answer.status(), status, "{name}: {value}");
        assert_eq!(answer.body().size() == 0, status == 304);
        assert!(answer.headers().contains_key(header::ETAG));
    }
    // A tag wins over a time.
    let mut both = asked(header::IF_NONE_MATCH, "\"a\"");
    both.extend(asked(
        header::IF_MODIFIED_SINCE,
        "Sun, 06 Nov 1994 08:49:37 GMT",
    ));
    assert_eq!(thing(&both, sample()).status(), 200);
    // What is just made may change within its second.
    let fresh = Thing {
        modified: Some(SystemTime::now()),
        ..sample()
    };
    let now = clock::header(SystemTime::now()).unwrap();
    assert_eq!(
        thing(&asked(header::IF_MODIFIED_SINCE, &now), fresh).status(),
        200
    );
}

#[test]
fn gzip_is_for_those_who_take_it() {
    for (accepted, is_zipped) in [
        ("gzip", true),
        ("br, GZIP;q=0.5", true),
        ("gzip;q=0", false),
        ("gzip; q=0.0", false),
        ("deflate", false),
        ("*", false),
    ] {
        let answer = thing(&asked(header::ACCEPT_ENCODING, accepted), sample());
        let encoding = answer.headers().get(header::CONTENT_ENCODING);
        assert_eq!(encoding.is_some(), is_zipped, "{accepted}");
        let tag = if is_zipped { "\"t-gzip\"" } else { "\"t\"" };
        assert_eq!(answer.headers()[header::ETAG], tag);
        assert_eq!(answer.headers()[header::VARY], "Accept-Encoding");
    }
}

#[test]
fn errors_are_json_whatever_they_say() {
    let answer = error(StatusCode::BAD_REQUEST, "a \"b\"\n\u{1}");
    let Body::Whole(Some(body)) = answer.into_body() else {
        panic!("no body");
    };
    assert_eq!(&body[..], br#"{"error":"a \"b\"\n\u0001"}"#);
}
