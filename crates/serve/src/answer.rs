//! Answers: their headers, conditional ones, and ones in part.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use crate::body::Body;
use crate::range::{Range, range};
use crate::{clock, shelf};

/// An answer.
pub type Answer = Response<Body>;

/// What may be loaded and done by a page: our own script and style, and icons from anywhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// What is no page of ours may do nothing, should a browser show it.
const NO_PAGE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
/// Whoever keeps an answer asks whether it is still so before using it again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Something that can be fetched, as it is now.
#[derive(Debug)]
pub struct Thing {
    /// `Content-Type`
    pub kind: &'static str,
    /// `ETag`, with its quotes.
    pub tag: String,
    /// When it became so.
    pub modified: Option<SystemTime>,
    /// The bytes.
    pub plain: Bytes,
    /// The same by gzip.
    pub zipped: Option<Bytes>,
    /// Whether it is one of our pages.
    pub is_page: bool,
}

/// JSON.
pub fn json(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    plain(status, "application/json; charset=utf-8", text.into())
}

/// Something as it is, with no more said of it.
pub fn plain(status: StatusCode, kind: &'static str, body: Bytes) -> Answer {
    let mut answer = bare(status, NO_PAGE);
    set(&mut answer, header::CONTENT_TYPE, kind);
    let size = HeaderValue::from(body.len());
    answer.headers_mut().insert(header::CONTENT_LENGTH, size);
    *answer.body_mut() = body.into();
    answer
}

/// `{"error":"…"}`
pub fn error(status: StatusCode, text: &str) -> Answer {
    json(status, format!("{{\"error\":{}}}", quoted(text)))
}

/// A text in JSON.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn bare(status: StatusCode, policy: HeaderValue) -> Answer {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.reserve(10);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    answer
}

fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    // What cannot be a header is left out; none of ours is.
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// Answers with a thing, or that it has not changed, compressed for those who take that.
pub fn thing(asked: &HeaderMap, thing: Thing) -> Answer {
    let zipped = thing.zipped.filter(|_| takes_gzip(asked));
    // Compressed it is another thing: it has another tag.
    let tag = match zipped {
        Some(_) => format!("{}-gzip\"", thing.tag.trim_end_matches('"')),
        None => thing.tag,
    };
    let policy = if thing.is_page { POLICY } else { NO_PAGE };
    let mut answer = bare(StatusCode::OK, policy);
    set(&mut answer, header::ETAG, &tag);
    set(&mut answer, header::VARY, "Accept-Encoding");
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    if let Some(time) = thing.modified.and_then(clock::header) {
        set(&mut answer, header::LAST_MODIFIED, &time);
    }
    if is_unchanged(asked, &tag, thing.modified) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    set(&mut answer, header::CONTENT_TYPE, thing.kind);
    let body = match zipped {
        Some(zipped) => {
            set(&mut answer, header::CONTENT_ENCODING, "gzip");
            zipped
        }
        None => thing.plain,
    };
    let size = HeaderValue::from(body.len());
    answer.headers_mut().insert(header::CONTENT_LENGTH, size);
    *answer.body_mut() = body.into();
    answer
}

/// The head of an answer with a file, and the part of it that is to follow. None follows when
/// the head says all.
pub fn file(
    asked: &HeaderMap,
    kind: &'static str,
    tag: &str,
    stamp: shelf::Stamp,
) -> (Answer, Option<(u64, u64)>) {
    let size = stamp.size;
    let mut answer = bare(StatusCode::OK, NO_PAGE);
    set(&mut answer, header::ETAG, tag);
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(time) = clock::header(stamp.modified) {
        set(&mut answer, header::LAST_MODIFIED, &time);
    }
    if is_unchanged(asked, tag, Some(stamp.modified)) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return (answer, None);
    }
    set(&mut answer, header::CONTENT_TYPE, kind);
    let wanted = match text(asked, header::RANGE) {
        Some(wanted) if is_same_for_range(asked, tag, stamp.modified) => range(wanted, size),
        _ => Range::Whole,
    };
    let part = match wanted {
        Range::Whole => Some((0, size)),
        Range::Part { start, end } => {
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            let which = format!("bytes {start}-{}/{size}", end - 1);
            set(&mut answer, header::CONTENT_RANGE, &which);
            Some((start, end))
        }
        Range::Outside => {
            *answer.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            set(
                &mut answer,
                header::CONTENT_RANGE,
                &format!("bytes */{size}"),
            );
            None
        }
    };
    let length = part.map_or(0, |(start, end)| end - start);
    let length = HeaderValue::from(length);
    answer.headers_mut().insert(header::CONTENT_LENGTH, length);
    (answer, part)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether somebody who has one of the tags, or the state of some time, has this already.
fn is_unchanged(asked: &HeaderMap, tag: &str, modified: Option<SystemTime>) -> bool {
    if let Some(known) = text(asked, header::IF_NONE_MATCH) {
        let mut tags = known.split(',').map(str::trim);
        return tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    }
    let since = text(asked, header::IF_MODIFIED_SINCE).and_then(clock::parse);
    match (since, modified) {
        (Some(since), Some(modified)) => is_not_later(modified, since),
        _ => false,
    }
}

/// Whether nothing has changed since a time of whole seconds. What changed within the last
/// seconds may have changed twice in the same one.
fn is_not_later(modified: SystemTime, since: SystemTime) -> bool {
    let age = SystemTime::now().duration_since(modified);
    clock::whole_seconds(modified) <= since && age.is_ok_and(|age| age > Duration::from_secs(2))
}

/// Whether a part may be sent to somebody who has another part of what `If-Range` says.
fn is_same_for_range(asked: &HeaderMap, tag: &str, modified: SystemTime) -> bool {
    match text(asked, header::IF_RANGE) {
        None => true,
        Some(known) if known.starts_with('"') => known == tag,
        Some(known) => {
            let modified = clock::whole_seconds(modified);
            clock::parse(known) == Some(modified) && is_not_later(modified, modified)
        }
    }
}

/// Whether gzip is accepted.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let Some(accepted) = text(asked, header::ACCEPT_ENCODING) else {
        return false;
    };
    accepted.split(',').any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().trim_start_matches("q=");
        let is_off = !weight.is_empty() && weight.trim_matches(['0', '.']).is_empty();
        name.trim().eq_ignore_ascii_case("gzip") && !is_off
    })
}

#[cfg(test)]
mod tests;
