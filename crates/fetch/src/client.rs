//! The client: one GET, redirects followed.

use std::time::Duration;

use http::header::{ACCEPT, LOCATION, REFERER};
use http::{HeaderValue, StatusCode};
use hyper::ext::ReasonPhrase;
use reqwest::redirect::Policy;
use reqwest::{Proxy, Url};

use crate::{Credentials, Error, ProxyVariables, Request, reason, tls};

/// What all requests of a program have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Which servers are reached through which proxy.
    pub proxy: ProxyVariables,
}

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Where it was found, after all redirects.
    pub url: String,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The document.
    pub body: Vec<u8>,
}

impl Client {
    /// A client without proxies.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            proxy: ProxyVariables::default(),
        }
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// No answer, an answer other than 200, a limit that was reached; in Helm's words.
    pub async fn get(&self, request: &Request) -> Result<Response, Error> {
        let http = self.http(request)?;
        let mut url = parse(&request.url)?;
        let mut headers_came = false;
        let work = async {
            let answer = self.follow(&http, request, &mut url).await?;
            headers_came = true;
            document(answer, request).await
        };
        if let Ok(done) = tokio::time::timeout(request.limits.time, work).await {
            return done;
        }
        Err(late(&url, headers_came, request.limits.time))
    }

    /// The same for callers that are not asynchronous, or may not wait where they are: the
    /// calling thread is blocked.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn get_blocking(&self, request: &Request) -> Result<Response, Error> {
        let run = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| Error::new(error.to_string()))?
                .block_on(self.get(request))
        };
        // A thread of its own: the caller may be inside another runtime.
        std::thread::scope(|scope| scope.spawn(run).join())
            .unwrap_or_else(|_| Err(Error::get(&request.url, "the download stopped")))
    }

    fn http(&self, request: &Request) -> Result<reqwest::Client, Error> {
        let variables = self.proxy.clone();
        let proxy = Proxy::custom(move |url| {
            let uri = url.as_str().parse().ok()?;
            variables.for_url(&uri).map(str::to_owned)
        });
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .proxy(proxy)
            .user_agent(&self.user_agent);
        tls::configure(builder, &request.tls)?
            .build()
            .map_err(|error| Error::get(&request.url, &innermost(&error)))
    }

    /// Asks until there is an answer that leads nowhere else.
    async fn follow(
        &self,
        http: &reqwest::Client,
        request: &Request,
        url: &mut Url,
    ) -> Result<reqwest::Response, Error> {
        let mut referer = None;
        for followed in 0.. {
            let mut ask = http.get(url.clone());
            if let Some(accept) = &request.accept {
                ask = ask.header(ACCEPT, accept);
            }
            if let Some(referer) = referer.take() {
                ask = ask.header(REFERER, referer);
            }
            if let Some(login) = request.credentials.as_ref().filter(|one| belong(one, url)) {
                ask = ask.basic_auth(&login.username, Some(&login.password));
            }
            let answer = match ask.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    let reason = first_words(reason::unanswered(url.as_str(), &error).await);
                    return Err(Error::get(&shown(url), &reason));
                }
            };
            let Some(place) = elsewhere(&answer) else {
                return Ok(answer);
            };
            let next = target(url, &place)?;
            if followed >= request.limits.redirects {
                let count = request.limits.redirects + 1;
                let reason = format!("stopped after {count} redirects");
                return Err(Error::get(&place, &reason));
            }
            referer = referer_for(url, &next);
            *url = next;
        }
        Err(Error::get(&request.url, "no answer"))
    }
}

/// Go's complaint about a URL without a host, which browsers would guess.
fn parse(text: &str) -> Result<Url, Error> {
    let no_host = || Error::get(text.trim_end_matches("//"), "http: no Host in request URL");
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        let scheme = scheme.to_ascii_lowercase();
        let reason = format!("unsupported protocol scheme \"{scheme}\"");
        return Err(Error::get(text, &reason));
    }
    let host = rest.strip_prefix("//").ok_or_else(no_host)?;
    if host.is_empty() || host.starts_with(['/', '?', '#']) {
        return Err(no_host());
    }
    Url::parse(text).map_err(|error| match port_at_fault(host) {
        Some(port) => Error::get(text, &format!("dial tcp: address {port}: invalid port")),
        None => Error::new(format!("parse \"{text}\": {error}")),
    })
}

/// A port with too large a number: Go only notices when it connects.
fn port_at_fault(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let (_, port) = authority.rsplit_once(':')?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (digits && port.parse::<u16>().is_err()).then_some(port)
}

/// Where a redirect leads, as the server wrote it.
fn elsewhere(answer: &reqwest::Response) -> Option<String> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let place = answer.headers().get(LOCATION)?;
    Some(String::from_utf8_lossy(place.as_bytes()).into_owned()).filter(|place| !place.is_empty())
}

fn target(from: &Url, place: &str) -> Result<Url, Error> {
    let to = from.join(place).map_err(|error| {
        let reason = format!("failed to parse Location header \"{place}\": {error}");
        Error::get(&shown(from), &reason)
    })?;
    if matches!(to.scheme(), "http" | "https") {
        return Ok(to);
    }
    let reason = format!("unsupported protocol scheme \"{}\"", to.scheme());
    Err(Error::get(place, &reason))
}

/// GO: the page that sent us, without its credentials, and never from HTTPS to HTTP.
fn referer_for(from: &Url, to: &Url) -> Option<HeaderValue> {
    if from.scheme() == "https" && to.scheme() == "http" {
        return None;
    }
    let mut from = from.clone();
    let _ = from.set_username("");
    let _ = from.set_password(None);
    from.set_fragment(None);
    HeaderValue::from_str(from.as_str()).ok()
}

/// HELM: a user without a password is nobody. Servers elsewhere, also on another port, learn
/// nothing.
fn belong(credentials: &Credentials, url: &Url) -> bool {
    if credentials.username.is_empty() || credentials.password.is_empty() {
        return false;
    }
    let site = Url::parse(&credentials.site);
    credentials.everywhere || site.is_ok_and(|site| site.origin() == url.origin())
}

/// Reads the body of a good answer.
async fn document(mut answer: reqwest::Response, request: &Request) -> Result<Response, Error> {
    let status = answer.status();
    if status != StatusCode::OK {
        let phrase = phrase(&answer);
        return Err(Error::new(format!(
            "failed to fetch {} : {}{phrase}",
            request.url,
            status.as_u16()
        ))
        .with_status(status.as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| cut_off(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > request.limits.bytes {
            let most = request.limits.bytes;
            return Err(
                Error::new(format!("{} is larger than {most} bytes", request.url))
                    .with_hint("is it the right address? download it yourself and look"),
            );
        }
    }
    let content_type = answer.headers().get(http::header::CONTENT_TYPE);
    Ok(Response {
        url: shown(answer.url()),
        content_type: content_type
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        body,
    })
}

/// The server's own words after the number, with the space before them.
fn phrase(answer: &reqwest::Response) -> String {
    let own = answer.extensions().get::<ReasonPhrase>();
    let own = own.map(|phrase| String::from_utf8_lossy(phrase.as_bytes()).into_owned());
    let usual = answer.status().canonical_reason();
    own.or(usual.map(str::to_owned))
        .map_or_else(String::new, |words| format!(" {words}"))
}

fn cut_off(error: &reqwest::Error) -> Error {
    let text = innermost(error);
    if text.contains("end of file before message length reached")
        || text.contains("unexpected EOF")
        || text.contains("connection closed")
    {
        return Error::new("unexpected EOF");
    }
    Error::new(text)
}

/// GO: a server that speaks something else, and one that hangs up.
fn first_words(reason: String) -> String {
    if reason.starts_with("invalid HTTP") {
        return format!("net/http: HTTP/1.x transport connection broken: {reason}");
    }
    reason
}

/// GO: passwords in URLs are not shown.
fn shown(url: &Url) -> String {
    match url.password() {
        None => url.as_str().to_owned(),
        Some(_) => {
            let mut hidden = url.clone();
            let _ = hidden.set_password(Some("***"));
            hidden.into()
        }
    }
}

fn late(url: &Url, headers_came: bool, time: Duration) -> Error {
    const CUT: &str = "context deadline exceeded";
    let error = if headers_came {
        Error::new(format!(
            "{CUT} (Client.Timeout or context cancellation while reading body)"
        ))
    } else {
        let reason = format!("{CUT} (Client.Timeout exceeded while awaiting headers)");
        Error::get(&shown(url), &reason)
    };
    error.with_hint(format!(
        "the server took more than {} seconds",
        time.as_secs()
    ))
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(site: &str, everywhere: bool) -> Credentials {
        Credentials {
            username: "u".into(),
            password: "p".into(),
            site: site.into(),
            everywhere,
        }
    }

    #[test]
    fn credentials_stay_with_their_server() {
        let url = Url::parse("https://charts.example/x/y").unwrap();
        let given = |site: &str| belong(&credentials(site, false), &url);
        assert!(given("https://charts.example"));
        assert!(given("https://charts.example:443/other"));
        assert!(!given("http://charts.example"));
        assert!(!given("https://charts.example:8443"));
        assert!(!given("https://a.charts.example"));
        assert!(!given(""));
        assert!(belong(&credentials("", true), &url));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = Url::parse("http://u:secret@h/x").unwrap();
        assert_eq!(shown(&url), "http://u:***@h/x");
        let text = format!("{:?}", credentials("http://h", false));
        assert!(!text.contains("\"p\""), "{text}");
    }

    // Texts of `helm template r c -f URL` 4.3.1.
    #[test]
    fn urls_without_a_host_are_refused_as_go_does() {
        for (url, text) in [
            ("http://", "Get \"http:\": http: no Host in request URL"),
            (
                "http:///x",
                "Get \"http:///x\": http: no Host in request URL",
            ),
            ("http:x", "Get \"http:x\": http: no Host in request URL"),
            (
                "http://h:99999/",
                "Get \"http://h:99999/\": dial tcp: address 99999: invalid port",
            ),
        ] {
            assert_eq!(parse(url).unwrap_err().to_string(), text);
        }
    }
}
