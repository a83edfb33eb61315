//! What counts as a URL or an e-mail address.
//!
//! HELM: the library that decides (govalidator) goes by patterns of its own, which are wider
//! than the standards here and narrower there.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use regex::Regex;

/// Whether the text is a URL with a scheme, of whatever kind.
///
/// GO: in the URL of a request nothing is a fragment, so a `#` may not end the host.
pub fn is_request_url(text: &str) -> bool {
    let authority = text.split_once("://").map_or("", |(_, after)| after);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    !authority.contains('#')
        && pintle_sprig::parse_url(text).is_ok_and(|url| !url.scheme.is_empty())
}

/// Longest and shortest text that may be a URL, in characters and bytes.
const LONGEST: usize = 2083;
const SHORTEST: usize = 3;

/// Whether the text is a URL of a web page, be it without a scheme.
pub fn is_url(text: &str) -> bool {
    if text.len() <= SHORTEST || text.chars().count() >= LONGEST || text.starts_with('.') {
        return false;
    }
    let has_scheme = !text.contains(':') || text.contains("://");
    let parsed = if has_scheme {
        pintle_sprig::parse_url(text)
    } else {
        pintle_sprig::parse_url(&format!("http://{text}"))
    };
    let Ok(url) = parsed else {
        return false;
    };
    let is_plain_word = url.host.is_empty() && !url.path.is_empty() && !url.path.contains('.');
    !url.host.starts_with('.') && !is_plain_word && looks_like_url(text)
}

/// The pattern: scheme, user, host, port and rest, each of them optional but the host.
fn looks_like_url(text: &str) -> bool {
    let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme));
    let rest = &text[scheme.map_or(0, |scheme| scheme.len())..];
    // Whatever has no blank may be a user, up to any `@`; without one the host is here.
    let user_ends = rest
        .match_indices('@')
        .map(|(at, _)| at)
        .filter(|at| *at > 0 && !rest[..*at].contains(is_go_blank));
    std::iter::once(0)
        .chain(user_ends.map(|at| at + 1))
        .any(|start| is_host_and_rest(&rest[start..]))
}

fn is_go_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn is_host_and_rest(text: &str) -> bool {
    let Some(after) = text.strip_prefix('[') else {
        return matches(&HOST_AND_REST, text);
    };
    after
        .split_once(']')
        .is_some_and(|(host, rest)| is_ipv6(host) && matches(&URL_END, rest))
}

fn is_ipv6(host: &str) -> bool {
    host.parse::<Ipv6Addr>().is_ok()
        || host.split_once('%').is_some_and(|(address, zone)| {
            address.starts_with("fe80:")
                && address.parse::<Ipv6Addr>().is_ok()
                && !zone.is_empty()
                && zone.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// Letters and digits, also those beyond ASCII.
const WORD: &str = r"[a-zA-Z0-9\u{a1}-\u{ffff}]";

const SCHEMES: [&str; 7] = [
    "ftp://", "tcp://", "udp://", "ws://", "wss://", "http://", "https://",
];

/// A dot after the host, a port of up to five digits, and a path, query or fragment.
const END: &str = r"\.?(?::[0-9]{1,5})?(?:[/?#][^ \t\n\r\f]*)?$";

static URL_END: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(&format!("^{END}")));

/// A host is an IPv4 address, or words with at most two dashes between letters and a last part of
/// letters; in front of it may stand a longer name in which underscores are allowed too, or one
/// part of a subdomain.
static HOST_AND_REST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let octet = r"(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
    let first = r"(?:[1-9][0-9]?|1[0-9]{2}|2[01][0-9]|22[0-3]|24[0-9]|25[0-5])";
    let ipv4 = format!(r"{first}(?:\.{octet}){{3}}");
    let ascii = "[a-zA-Z0-9]";
    let long = format!(r"{ascii}(?:[a-zA-Z0-9_-]+)?{ascii}(?:[-.]{ascii}+)*");
    let part = format!(r"www\.|{WORD}+(?:[-_.]?{WORD})*{WORD}\.{WORD}+");
    let words = format!(r"(?:{WORD}+-?-?)*{WORD}+");
    let top = r"(?:\.[a-zA-Z\u{a1}-\u{ffff}]+)?";
    pattern(&format!(r"^(?:{ipv4}|(?:{long}|{part})?{words}{top}){END}"))
});

/// Whether the text is an e-mail address.
pub fn is_email(text: &str) -> bool {
    matches(&EMAIL, text)
}

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let wide = r"\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}";
    let letter = format!("[a-zA-Z{wide}]");
    let letter_or_digit = format!("[a-zA-Z0-9{wide}]");
    let atom = format!(r"[a-zA-Z0-9!#$%&'*+/=?^_`{{|}}~{wide}-]+");
    let blanks = r"(?:(?:[ \t]*\r\n)?[ \t]+)?";
    let quotable = format!(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x21\x23-\x5b\x5d-\x7f{wide}]");
    // One character alone, with blanks around it.
    let quoted = format!(r#""{blanks}(?:{quotable}|\([\x01-\x09\x0b-\x7f{wide}]){blanks}""#);
    let part = format!(r"{letter_or_digit}(?:[a-zA-Z0-9._~{wide}-]*{letter_or_digit})?\.");
    let last = format!(r"{letter}(?:[a-zA-Z0-9_~{wide}-]*{letter})?");
    pattern(&format!(
        r"^(?:{atom}(?:\.{atom})*|{quoted})@(?:{part})+{last}\.?$"
    ))
});

/// A pattern made of constants; the tests see that each is one.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_good() {
        for pattern in [&URL_END, &HOST_AND_REST, &EMAIL] {
            assert!(pattern.is_some());
        }
    }

    /// `helm lint` of charts with these icons.
    #[test]
    fn urls_of_requests() {
        for url in [
            "http://a",
            "foo:bar",
            "data:image/png;base64,a=",
            "http://a/#b",
            "http://a/?#b",
        ] {
            assert!(is_request_url(url), "{url}");
        }
        for url in [
            "",
            "a.b",
            "/a",
            "//a.b",
            ":",
            "http://a.b#x",
            "http://a b",
            "http://a.b:x",
        ] {
            assert!(!is_request_url(url), "{url}");
        }
    }

    /// `helm lint` of charts whose maintainers have these addresses.
    #[test]
    fn addresses_of_maintainers() {
        for email in [
            "a@b.c",
            "a+b.c@d-e.f",
            "ü@ü.ü",
            "\" a\"@c.d",
            "\"a \"@c.d",
            "\"ü\"@c.d",
        ] {
            assert!(is_email(email), "{email}");
        }
        for email in [
            "a",
            "a@b",
            "a..b@c.d",
            "\"ab\"@c.d",
            "\"\"@c.d",
            "\"a\".b@c.d",
            "a@b.c1",
        ] {
            assert!(!is_email(email), "{email}");
        }
        for url in [
            "a.bc",
            "localhost:80",
            "http://[::1]:80/x",
            "http://u:p@a.b",
            "http://a--b.c",
        ] {
            assert!(is_url(url), "{url}");
        }
        for url in ["abc", "a b.c", "/path", "http://a.b:123456", "http://.a"] {
            assert!(!is_url(url), "{url}");
        }
    }
}
