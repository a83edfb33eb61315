//! URLs: what Go says of bad ones, where redirects lead, what may be shown of them.

use http::HeaderValue;
use http::header::LOCATION;
use reqwest::Url;

use crate::{Credentials, Error};

/// Go's complaint about a URL without a host, which browsers would guess.
pub(crate) fn parse(method: &str, text: &str) -> Result<Url, Error> {
    let refused = |text: &str, reason: &str| Error::of(method, text, reason);
    let no_host = || refused(text.trim_end_matches("//"), "http: no Host in request URL");
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        let scheme = scheme.to_ascii_lowercase();
        let reason = format!("unsupported protocol scheme \"{scheme}\"");
        return Err(refused(text, &reason));
    }
    let host = rest.strip_prefix("//").ok_or_else(no_host)?;
    if host.is_empty() || host.starts_with(['/', '?', '#']) {
        return Err(no_host());
    }
    Url::parse(text).map_err(|error| match port_at_fault(host) {
        Some(port) => refused(text, &format!("dial tcp: address {port}: invalid port")),
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
pub(crate) fn elsewhere(answer: &reqwest::Response) -> Option<String> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let place = answer.headers().get(LOCATION)?;
    Some(String::from_utf8_lossy(place.as_bytes()).into_owned()).filter(|place| !place.is_empty())
}

pub(crate) fn target(method: &str, from: &Url, place: &str) -> Result<Url, Error> {
    let to = from.join(place).map_err(|error| {
        let reason = format!("failed to parse Location header \"{place}\": {error}");
        Error::of(method, &shown(from), &reason)
    })?;
    if matches!(to.scheme(), "http" | "https") {
        return Ok(to);
    }
    let reason = format!("unsupported protocol scheme \"{}\"", to.scheme());
    Err(Error::of(method, place, &reason))
}

/// GO: the page that sent us, without its credentials, and never from HTTPS to HTTP.
pub(crate) fn referer_for(from: &Url, to: &Url) -> Option<HeaderValue> {
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
pub(crate) fn belong(credentials: &Credentials, url: &Url) -> bool {
    if credentials.username.is_empty() || credentials.password.is_empty() {
        return false;
    }
    let site = Url::parse(&credentials.site);
    credentials.everywhere || site.is_ok_and(|site| site.origin() == url.origin())
}

/// GO: passwords in URLs are not shown.
pub(crate) fn shown(url: &Url) -> String {
    match url.password() {
        None => url.as_str().to_owned(),
        Some(_) => {
            let mut hidden = url.clone();
            let _ = hidden.set_password(Some("***"));
            hidden.into()
        }
    }
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
            assert_eq!(parse("GET", url).unwrap_err().to_string(), text);
        }
    }
}
