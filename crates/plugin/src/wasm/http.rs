//! Requests of modules, to the servers that they may ask.

use std::time::Duration;

use pintle_fetch::{Client, Limits, Method, Request, Url};
use serde::Deserialize;

use crate::Extism;

/// What a plugin may ask, and the last status.
#[derive(Debug)]
pub(super) struct Http {
    allowed: Vec<String>,
    most: u64,
    pub status: u16,
}

/// The largest answer where a plugin asks for no limit.
const MOST: u64 = 50 << 20;

#[derive(Deserialize)]
struct Wanted {
    url: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
}

impl Http {
    pub fn new(limits: &Extism) -> Self {
        let most = u64::try_from(limits.max_response).unwrap_or(0);
        Self {
            allowed: limits.allowed_hosts.clone(),
            most: if most == 0 { MOST } else { most },
            status: 0,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// A server that may not be asked, or gives no answer.
    pub fn send(&mut self, request: &[u8], body: Vec<u8>) -> Result<Vec<u8>, String> {
        let wanted: Wanted = serde_json::from_slice(request)
            .map_err(|error| format!("Invalid HTTP Request: {error}"))?;
        let url = Url::parse(&wanted.url).map_err(|error| format!("Invalid Url: {error}"))?;
        let host = url.host_str().unwrap_or_default();
        if !self.allowed.iter().any(|pattern| fits(pattern, host)) {
            return Err(format!("HTTP request to '{}' is not allowed", wanted.url));
        }
        let method = if wanted.method.is_empty() {
            "GET"
        } else {
            &wanted.method
        };
        let request = Request {
            method: Method::from_bytes(method.as_bytes())
                .map_err(|_| format!("HTTP method {method:?} is none"))?,
            headers: wanted.headers.into_iter().collect(),
            body: body.into(),
            limits: Limits {
                bytes: self.most,
                time: Duration::from_mins(1),
                // A redirect might lead to a server that may not be asked.
                redirects: 0,
                ..Limits::default()
            },
            ..Request::new(wanted.url)
        };
        let client = Client::new("pintle");
        let (status, body) = pintle_fetch::blocking(async || -> Result<_, pintle_fetch::Error> {
            let answer = client.session().send(&request).await?;
            Ok((answer.status(), answer.read().await?))
        })
        .map_err(|error| error.to_string())?;
        self.status = status;
        Ok(body)
    }
}

/// Whether a host is one of a pattern, in which a star stands for anything.
fn fits(pattern: &str, host: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = host.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything() {
        assert!(fits("example.com", "example.com"));
        assert!(fits("*.example.com", "a.b.example.com"));
        assert!(fits("*", "x"));
        assert!(fits("a*b*c", "a1b2c"));
        assert!(!fits("example.com", "example.com.evil"));
        assert!(!fits("*.example.com", "example.com"));
        assert!(!fits("", "x"));
    }
}
