//! Requests to a registry, and what registries say of failures.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pintle_fetch::{Answer, Body, Limits, Method, Request, Retry, Secret, Session, Tls};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::Known;
use crate::manifest::from_json;
use crate::reference::host;
use crate::{Credential, Error, Reference, Store};

/// HELM: the most bytes of a manifest or a list of tags.
pub(crate) const METADATA: u64 = 4 << 20;
/// The most bytes of a complaint that are read.
const COMPLAINT: u64 = 8 << 10;

/// Is told what happens, for `--debug`.
#[derive(Clone)]
pub struct Listener(pub Arc<Tell>);

type Tell = dyn Fn(&str, &[(&str, &str)]) + Send + Sync;

/// The very same one.
impl PartialEq for Listener {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Listener {}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// How registries are used.
#[derive(Debug, Clone)]
pub struct Options {
    /// `--plain-http`
    pub plain_http: bool,
    /// Certificates.
    pub tls: Tls,
    /// `--username` and `--password`, which win over what is kept.
    pub credential: Option<Credential>,
    /// Where credentials are kept.
    pub store: Option<Store>,
    /// When a registry is asked again.
    pub retry: Retry,
    /// Who is told what happens.
    pub listener: Option<Listener>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            plain_http: false,
            tls: Tls::default(),
            credential: None,
            store: None,
            retry: Retry::registry(),
            listener: None,
        }
    }
}

/// A client of registries; keeps connections and tokens.
#[derive(Debug)]
pub struct Client {
    pub(crate) session: Session,
    pub(crate) options: Options,
    pub(crate) known: Mutex<Known>,
}

/// One request, before it is known who asks.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub method: Method,
    pub url: String,
    /// What the request needs to be allowed: `repository:a/b:pull`; empty for nothing.
    pub scope: String,
    pub accept: Option<&'static str>,
    pub content_type: Option<&'static str>,
    pub body: Body,
    /// The most bytes of the answer.
    pub most: u64,
}

impl Call {
    pub(crate) fn get(url: String, scope: String) -> Self {
        Self {
            method: Method::GET,
            url,
            scope,
            accept: None,
            content_type: None,
            body: Body::None,
            most: METADATA,
        }
    }
}

impl Client {
    /// A client; nothing is read or asked yet.
    pub fn new(http: pintle_fetch::Client, options: Options) -> Self {
        Self {
            session: http.session(),
            options,
            known: Mutex::default(),
        }
    }

    /// `http://HOST/v2/…`
    pub(crate) fn url(&self, registry: &str, path: &str) -> String {
        let scheme = if self.options.plain_http {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{}/v2/{path}", host(registry))
    }

    /// The URL of something in a repository.
    pub(crate) fn object_url(&self, reference: &Reference, kind: &str, object: &str) -> String {
        let path = format!("{}/{kind}/{object}", reference.repository);
        self.url(&reference.registry, &path)
    }

    pub(crate) fn tell(&self, message: &str, fields: &[(&str, &str)]) {
        if let Some(listener) = &self.options.listener {
            (listener.0)(message, fields);
        }
    }

    /// Asks a registry; when it wants to know who we are, it is told, once.
    pub(crate) async fn call(&self, registry: &str, call: &Call) -> Result<Answer, Error> {
        let host = host(registry);
        let cached = self.authorization(host, &call.scope);
        let answer = self.send(call, cached).await?;
        if answer.status() != 401 {
            return Ok(answer);
        }
        let Some(secret) = self.answer_challenge(host, call, &answer).await? else {
            return Ok(answer);
        };
        self.send(call, Some(secret)).await
    }

    pub(crate) async fn send(
        &self,
        call: &Call,
        authorization: Option<Secret>,
    ) -> Result<Answer, Error> {
        let content_type = call
            .content_type
            .map(|value| ("Content-Type".to_owned(), value.to_owned()));
        let request = Request {
            url: call.url.clone(),
            method: call.method.clone(),
            accept: call.accept.map(str::to_owned),
            headers: content_type.into_iter().collect(),
            body: call.body.clone(),
            authorization,
            tls: self.options.tls.clone(),
            limits: Limits {
                bytes: call.most,
                // HELM: no limit at all. Here it is silence that ends a request.
                time: Duration::from_hours(1),
                ..Limits::default()
            },
            retry: self.options.retry,
            ..Request::default()
        };
        let answer = self.session.send(&request).await.map_err(|error| {
            let plain = error
                .to_string()
                .contains("server gave HTTP response to HTTPS client");
            if plain {
                error.with_hint("the registry speaks HTTP without TLS: --plain-http allows that")
            } else {
                error
            }
        })?;
        let status = answer.status().to_string();
        // What follows the path may be a permit to write.
        let path = call.url.split('?').next().unwrap_or_default();
        self.tell(
            "registry",
            &[
                ("method", call.method.as_str()),
                ("url", path),
                ("status", &status),
            ],
        );
        Ok(answer)
    }
}

/// `GET "URL"`
pub(crate) fn asked(call: &Call, answer: &Answer) -> String {
    format!("{} \"{}\"", call.method, answer.url())
}

#[derive(Default, Deserialize)]
struct Complaint {
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: Value,
}

/// An answer that is none of the good ones, in the words of the registry.
pub(crate) async fn refused(call: &Call, answer: Answer) -> Error {
    let (status, asked) = (answer.status(), asked(call, &answer));
    let html = answer
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"));
    let mut body = Beginning::default();
    // A complaint that cannot be read to its end is one without words.
    let _ = answer.write_to(&mut body).await;
    let complaint: Complaint = from_json(&body.0).unwrap_or_default();
    let words: Vec<String> = complaint.errors.iter().map(Reason::text).collect();
    let words = match words.as_slice() {
        [] => pintle_fetch::reason::status_text(status).to_owned(),
        words => words.join("; "),
    };
    let error =
        Error::new(format!("{asked}: response status code {status}: {words}")).with_status(status);
    match status {
        401 | 403 => {
            error.with_hint("log in with \"registry login\", or with an account that may do this")
        }
        429 => error.with_hint("the registry wants fewer requests: log in, or try again later"),
        _ if html => {
            error.with_hint("it answered with a web page: is there a registry at this address?")
        }
        _ => error,
    }
}

/// The beginning of a body; the rest is dropped.
#[derive(Default)]
struct Beginning(Vec<u8>);

impl std::io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = (COMPLAINT as usize).saturating_sub(self.0.len());
        if room == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let taken = bytes.len().min(room);
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Reason {
    fn text(&self) -> String {
        let mut text = self.code.replace('_', " ").to_lowercase();
        if !self.message.is_empty() {
            text = format!("{text}: {}", self.message);
            if !self.detail.is_null() {
                text = format!("{text}: {}", go_text(&self.detail));
            }
        }
        printable(&text)
    }
}

/// What a registry wrote must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let steers = character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if steers {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Go's `%v` of what was JSON.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(go_text).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| format!("{key}:{}", go_text(value)))
                .collect();
            format!("map[{}]", fields.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_in_gos_words() {
        let text = r#"{"code": "NAME_UNKNOWN", "message": "no", "detail": {"name": "a", "b": [1, null, "x"]}}"#;
        let reason: Reason = serde_json::from_str(text).unwrap();
        assert_eq!(reason.text(), "name unknown: no: map[b:[1 <nil> x] name:a]");
        let reason: Reason = serde_json::from_str(r#"{"code": "DENIED"}"#).unwrap();
        assert_eq!(reason.text(), "denied");
    }

    // CVE-2021-21303: what strangers write is not obeyed by the terminal.
    #[test]
    fn cve_2021_21303_complaints_do_not_steer_the_terminal() {
        let text = r#"{"code": "X", "message": "a\u001b[2Jb\u202ec"}"#;
        let reason: Reason = serde_json::from_str(text).unwrap();
        assert_eq!(reason.text(), "x: a\\u{1b}[2Jb\\u{202e}c");
    }
}
