//! Requests one after the other, or beside each other, over the same connections.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    REFERER,
};
use http::{HeaderValue, Method};
use reqwest::redirect::Policy;
use reqwest::{Proxy, RequestBuilder, Url};
use tokio::time::{Instant, timeout_at};

use crate::address::{belong, elsewhere, parse, referer_for, shown, target};
use crate::answer::{Answer, header};
use crate::{Body, Client, Error, Hosts, Request, Tls, reason, tls};

/// Keeps connections open between requests, one pool for each choice of certificates.
#[derive(Debug)]
pub struct Session {
    client: Client,
    pools: Mutex<Vec<(Tls, reqwest::Client)>>,
}

/// Where a request has got to.
struct Step {
    url: Url,
    method: Method,
    /// Whether the body is sent; a redirect may have turned the request into a plain one.
    with_body: bool,
    referer: Option<HeaderValue>,
}

impl Session {
    /// A session without connections yet.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            pools: Mutex::default(),
        }
    }

    /// Reads certificates before there is anything to ask.
    ///
    /// # Errors
    /// Files that cannot be used, with Helm's texts.
    pub fn prepare(&self, tls: &Tls) -> Result<(), Error> {
        self.pool(&Request::default(), tls).map(|_| ())
    }

    /// Sends a request and waits for the head of an answer, which is one of any status: only
    /// redirects are followed, and requests are repeated as their [`crate::Retry`] says.
    ///
    /// # Errors
    /// No answer; in Go's words.
    pub async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let deadline = Instant::now() + request.limits.time;
        let mut step = Step {
            url: parse(request.method.as_str(), &request.url)?,
            method: request.method.clone(),
            with_body: true,
            referer: None,
        };
        let home = step.url.clone();
        for followed in 0.. {
            if let Some(hosts) = request
                .hosts
                .as_ref()
                .filter(|hosts| !hosts.allow(&step.url))
            {
                let place = if followed == 0 {
                    &request.url
                } else {
                    step.url.as_str()
                };
                return Err(not_allowed(place, hosts));
            }
            let tls = shown_to(&request.tls, &home, &step.url);
            let answer = self.patiently(request, &tls, &step, deadline).await?;
            let Some(place) = elsewhere(&answer) else {
                return Ok(Answer {
                    inner: answer,
                    asked: request.url.clone(),
                    limits: request.limits,
                    deadline,
                    meter: self.client.meter.clone(),
                });
            };
            let next = target(step.method.as_str(), &step.url, &place)?;
            if followed >= request.limits.redirects {
                let count = request.limits.redirects + 1;
                let reason = format!("stopped after {count} redirects");
                return Err(Error::of(step.method.as_str(), &place, &reason));
            }
            step.turn(next, answer.status().as_u16());
        }
        Err(Error::of(
            request.method.as_str(),
            &request.url,
            "no answer",
        ))
    }

    /// One address, asked again while its server has troubles of its own.
    async fn patiently(
        &self,
        request: &Request,
        tls: &Tls,
        step: &Step,
        deadline: Instant,
    ) -> Result<reqwest::Response, Error> {
        for attempt in 0.. {
            let ask = self.request(request, tls, step)?;
            let answer = match timeout_at(deadline, ask.send()).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => return Err(unanswered(step, &error).await),
                Err(_) => return Err(late(step, request.limits.time)),
            };
            let after = header(answer.headers(), "retry-after");
            let pause = request
                .retry
                .pause(attempt, answer.status().as_u16(), after);
            match pause.filter(|pause| Instant::now() + *pause < deadline) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Ok(answer),
            }
        }
        Err(late(step, request.limits.time))
    }

    fn request(&self, request: &Request, tls: &Tls, step: &Step) -> Result<RequestBuilder, Error> {
        let http = self.pool(request, tls)?;
        let mut ask = http.request(step.method.clone(), step.url.clone());
        let is_home = is_home(request, &step.url);
        for (name, value) in &request.headers {
            if is_home || !is_secret(name) {
                ask = ask.header(name, value);
            }
        }
        if let Some(accept) = &request.accept {
            ask = ask.header(ACCEPT, accept);
        }
        if request.takes_gzip {
            ask = ask.header(ACCEPT_ENCODING, "gzip");
        }
        if let Some(referer) = &step.referer {
            ask = ask.header(REFERER, referer);
        }
        if let Some(known) = &request.known {
            if let Some(etag) = &known.etag {
                ask = ask.header(IF_NONE_MATCH, etag);
            }
            if let Some(date) = &known.last_modified {
                ask = ask.header(IF_MODIFIED_SINCE, date);
            }
        }
        let ask = authorized(ask, request, &step.url);
        if step.with_body {
            return with_body(ask, &request.body, &step.method);
        }
        Ok(ask)
    }

    fn pool(&self, request: &Request, tls: &Tls) -> Result<reqwest::Client, Error> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, http)) = pools.iter().find(|(known, _)| known == tls) {
            return Ok(http.clone());
        }
        let variables = self.client.proxy.clone();
        let proxy = Proxy::custom(move |url| {
            let uri = url.as_str().parse().ok()?;
            variables.for_url(&uri).map(str::to_owned)
        });
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .proxy(proxy)
            .connect_timeout(Duration::from_secs(30))
            .user_agent(&self.client.user_agent);
        let http = tls::configure(builder, tls)?.build().map_err(|error| {
            let reason = reason::innermost(&error);
            Error::of(request.method.as_str(), &request.url, &reason)
        })?;
        pools.push((tls.clone(), http.clone()));
        Ok(http)
    }
}

impl Step {
    /// Goes where a redirect leads.
    ///
    /// GO: only 307 and 308 send again what was sent; after others it is a plain request.
    fn turn(&mut self, next: Url, status: u16) {
        if matches!(status, 301..=303) && self.method != Method::HEAD {
            self.method = Method::GET;
            self.with_body = false;
        }
        self.referer = referer_for(&self.url, &next);
        self.url = next;
    }
}

/// DIFF: Helm shows our certificate to every server on the way.
fn shown_to(tls: &Tls, home: &Url, url: &Url) -> Tls {
    if home.origin() == url.origin() {
        tls.clone()
    } else {
        tls.anonymous()
    }
}

/// What was said for one server is said to no other one.
///
/// GO: not even with `--pass-credentials`, which is about what an index names.
fn authorized(ask: RequestBuilder, request: &Request, url: &Url) -> RequestBuilder {
    if !is_home(request, url) {
        return ask;
    }
    if let Some(secret) = &request.authorization {
        return ask.header(AUTHORIZATION, &secret.0);
    }
    match request.credentials.as_ref().filter(|one| belong(one, url)) {
        Some(login) => ask.basic_auth(&login.username, Some(&login.password)),
        None => ask,
    }
}

/// Whether a URL is on the server that a request names.
fn is_home(request: &Request, url: &Url) -> bool {
    Url::parse(&request.url).is_ok_and(|home| home.origin() == url.origin())
}

/// GO: what its client keeps from other servers.
fn is_secret(header: &str) -> bool {
    let secrets = ["authorization", "www-authenticate", "cookie", "cookie2"];
    secrets.iter().any(|one| header.eq_ignore_ascii_case(one))
}

fn not_allowed(url: &str, hosts: &Hosts) -> Error {
    let error = Error::new(format!("HTTP request to '{url}' is not allowed"));
    error.with_hint(match hosts.0.as_slice() {
        [] => "no host is allowed".to_owned(),
        all => format!("these hosts are allowed: {}", all.join(", ")),
    })
}

fn with_body(ask: RequestBuilder, body: &Body, method: &Method) -> Result<RequestBuilder, Error> {
    Ok(match body {
        // GO: a request that could have had a body says that it has none.
        Body::None if matches!(*method, Method::POST | Method::PUT | Method::PATCH) => {
            ask.header(CONTENT_LENGTH, 0)
        }
        Body::None => ask,
        Body::Bytes(bytes) => ask.body(bytes.as_ref().clone()),
        Body::File(path) => {
            let bytes = std::fs::read(path)
                .map_err(|error| Error::new(format!("{}: {error}", path.display())))?;
            ask.body(bytes)
        }
    })
}

/// GO: a server that speaks something else, and one that hangs up.
async fn unanswered(step: &Step, error: &reqwest::Error) -> Error {
    let mut reason = reason::unanswered(step.url.as_str(), error).await;
    if reason.starts_with("invalid HTTP") {
        reason = format!("net/http: HTTP/1.x transport connection broken: {reason}");
    }
    Error::of(step.method.as_str(), &shown(&step.url), &reason)
}

fn late(step: &Step, time: Duration) -> Error {
    let reason = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    Error::of(step.method.as_str(), &shown(&step.url), reason).with_hint(format!(
        "the server took more than {} seconds",
        time.as_secs()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_certificate_is_for_one_server() {
        let url = |text: &str| Url::parse(text).unwrap();
        let tls = Tls {
            ca_file: Some("ca".into()),
            cert_file: Some("cert".into()),
            key_file: Some("key".into()),
            insecure: false,
        };
        let home = url("https://a.example/x");
        assert_eq!(shown_to(&tls, &home, &url("https://a.example:443/y")), tls);
        for other in [
            "https://b.example/",
            "https://a.example:1/",
            "https://x.a.example/",
        ] {
            let shown = shown_to(&tls, &home, &url(other));
            assert_eq!((shown.cert_file, shown.key_file), (None, None), "{other}");
            assert_eq!(shown.ca_file, tls.ca_file);
        }
    }
}
