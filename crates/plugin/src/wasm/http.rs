//! Requests of modules, to the servers that they may ask.

use std::collections::BTreeMap;
use std::time::Duration;

use pintle_fetch::{Body, Client, Hosts, Limits, Method, ProxyVariables, Request, Url};
use serde::Deserialize;

use crate::{Extism, Variables};

/// What a plugin may ask, and the head of the last answer.
#[derive(Debug)]
pub(super) struct Http {
    client: Client,
    hosts: Hosts,
    most: u64,
    time: Duration,
    pub status: u16,
    pub headers: BTreeMap<String, String>,
}

/// The largest answer where a plugin asks for no limit.
///
/// DIFF: with Helm such a plugin gets no answer that is not empty, though Extism means this much.
const MOST: u64 = 50 << 20;
/// How long an answer may take.
const TIME: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct Wanted {
    #[serde(default, alias = "Url", alias = "URL")]
    url: String,
    #[serde(default, alias = "Method")]
    method: Option<String>,
    #[serde(default, alias = "Headers")]
    headers: Option<BTreeMap<String, String>>,
}

impl Http {
    /// For a plugin with these limits; proxies are those of our own environment.
    pub fn new(limits: &Extism, outer: &Variables) -> Self {
        let most = u64::try_from(limits.max_response).unwrap_or(0);
        let time = match limits.timeout {
            0 => TIME,
            timeout => TIME.min(Duration::from_millis(timeout)),
        };
        Self {
            client: Client {
                proxy: ProxyVariables::of(|name| outer.get(name).cloned()),
                ..Client::new("pintle")
            },
            hosts: Hosts(limits.allowed_hosts.clone()),
            most: if most == 0 { MOST } else { most },
            time,
            status: 0,
            headers: BTreeMap::new(),
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// A server that may not be asked, or gives no answer.
    pub fn send(&mut self, request: &[u8], body: Option<Vec<u8>>) -> Result<Vec<u8>, String> {
        self.status = 0;
        self.headers.clear();
        let wanted: Wanted = serde_json::from_slice(request)
            .map_err(|error| format!("invalid http request: {error}"))?;
        Url::parse(&wanted.url)
            .map_err(|error| format!("invalid url: {:?}: {error}", wanted.url))?;
        let method = match wanted.method.as_deref() {
            None | Some("") => "GET".to_owned(),
            Some(method) => method.to_ascii_uppercase(),
        };
        let request = Request {
            method: Method::from_bytes(method.as_bytes())
                .map_err(|_| format!("net/http: invalid method {method:?}"))?,
            headers: wanted.headers.unwrap_or_default().into_iter().collect(),
            body: body.map_or(Body::None, Body::from),
            hosts: Some(self.hosts.clone()),
            limits: Limits {
                bytes: self.most,
                time: self.time,
                ..Limits::default()
            },
            ..Request::new(wanted.url)
        };
        let client = self.client.clone();
        let (status, headers, body) =
            pintle_fetch::blocking(async || -> Result<_, pintle_fetch::Error> {
                let answer = client.session().send(&request).await?;
                Ok((answer.status(), answer.headers(), answer.read().await?))
            })
            .map_err(|error| error.to_string())?;
        self.status = status;
        self.headers = headers;
        // GO: that a connection ends is nothing to tell.
        if self
            .headers
            .get("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
        {
            self.headers.remove("connection");
        }
        Ok(body)
    }
}
