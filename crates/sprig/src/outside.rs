//! Go's standard library for callers outside of templates: the parts that other crates
//! need with Go's very words, such as the formats of a JSON schema.

use regex::Regex;

use crate::duration::Duration;
use crate::regex_syntax::translate;
use crate::time_parse;
use crate::url_syntax::Url;
use crate::zone::Zone;

/// Compiles an expression in Go's (RE2's) syntax.
///
/// # Errors
/// Go's text: `error parsing regexp: missing closing ): ...`.
pub fn go_regex(expression: &str) -> Result<Regex, String> {
    crate::regexes::build(expression).map(|(regex, _)| regex)
}

/// Whether Go's `regexp.Compile` takes an expression, without the cost of compiling it.
///
/// # Errors
/// Go's text, as [`go_regex`] gives it.
pub fn check_regex(expression: &str) -> Result<(), String> {
    translate(expression).map(|_| ()).map_err(|error| error.0)
}

/// Whether Go's `time.Parse` takes a text under a layout.
///
/// # Errors
/// Go's text: `parsing time "x" as "2006-01-02": cannot parse "x" as "2006"`.
pub fn check_time(layout: &str, text: &str) -> Result<(), String> {
    time_parse::parse(layout.as_bytes(), text.as_bytes(), &Zone::Utc).map(|_| ())
}

/// Go's `time.ParseDuration`, in nanoseconds.
///
/// # Errors
/// Go's text: `time: invalid duration "x"`.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    Duration::parse(text).map(|duration| duration.0)
}

/// What Go's `url.Parse` finds in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlParts {
    /// The scheme in lower case; empty for a relative reference.
    pub scheme: String,
    /// The host with its port and brackets.
    pub host: String,
    /// The host without port and brackets.
    pub host_name: String,
    /// The path, decoded.
    pub path: String,
    /// What follows a question mark, as it is written.
    pub query: String,
    /// The whole again, as `URL.String` writes it.
    pub text: String,
}

/// Go's `url.Parse`.
///
/// # Errors
/// Go's text: `parse "%zz": invalid URL escape "%zz"`.
pub fn parse_url(text: &str) -> Result<UrlParts, String> {
    let url = Url::parse(text.as_bytes())?;
    Ok(UrlParts {
        host_name: lossy(url.host_name()),
        text: lossy(&url.text()),
        scheme: lossy(&url.scheme),
        host: lossy(&url.host),
        path: lossy(&url.path),
        query: lossy(&url.query),
    })
}

/// A URL with another path (decoded), another query (as it is written), or both, as
/// `URL.String` writes it.
///
/// # Errors
/// Go's text, as [`parse_url`] gives it.
pub fn url_with(text: &str, path: Option<&str>, query: Option<&str>) -> Result<String, String> {
    let mut url = Url::parse(text.as_bytes())?;
    if let Some(path) = path {
        url.path = path.as_bytes().to_vec();
    }
    if let Some(query) = query {
        url.query = query.as_bytes().to_vec();
    }
    Ok(lossy(&url.text()))
}

/// A reference seen from a base: Go's `URL.ResolveReference`.
///
/// GO: a relative reference to an opaque base (`urn:a:b`) is the base itself.
///
/// # Errors
/// The text that could not be parsed, and Go's error of it.
pub fn resolve_url<'a>(base: &'a str, reference: &'a str) -> Result<String, (&'a str, String)> {
    let from = Url::parse(base.as_bytes()).map_err(|error| (base, error))?;
    let to = Url::parse(reference.as_bytes()).map_err(|error| (reference, error))?;
    Ok(lossy(&resolve(from, to).text()))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn resolve(base: Url, mut to: Url) -> Url {
    let is_absolute = !to.scheme.is_empty();
    if !is_absolute {
        to.scheme.clone_from(&base.scheme);
    }
    if is_absolute || !to.host.is_empty() || to.user.is_some() {
        to.path = without_dots(&to.path, b"");
        return to;
    }
    if to.path.is_empty() && to.query.is_empty() {
        to.query.clone_from(&base.query);
    }
    if !base.opaque.is_empty() {
        to.opaque = base.opaque;
        to.path.clear();
        return to;
    }
    to.path = without_dots(&base.path, &to.path);
    to.host = base.host;
    to.user = base.user;
    to
}

/// A path seen from the folder of another, with `.` and `..` taken out.
fn without_dots(base: &[u8], path: &[u8]) -> Vec<u8> {
    let full = match path.first() {
        None => base.to_vec(),
        Some(b'/') => path.to_vec(),
        Some(_) => {
            let folder = base.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
            [&base[..folder], path].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_in_dots = false;
    for part in full
        .strip_prefix(b"/")
        .unwrap_or(&full)
        .split(|b| *b == b'/')
    {
        ends_in_dots = matches!(part, b"." | b"..");
        match part {
            b"." => {}
            b".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut out = vec![b'/'];
    out.extend(kept.join(&b'/'));
    if ends_in_dots && !kept.is_empty() {
        out.push(b'/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_in_the_standard() {
        let base = "http://a/b/c/d?q";
        for (reference, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d?y"),
            ("", "http://a/b/c/d?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("urn:x", "urn:x"),
        ] {
            assert_eq!(resolve_url(base, reference).as_deref(), Ok(expected));
        }
        let file = "file:///values.schema.json";
        assert_eq!(resolve_url(file, "a.json").as_deref(), Ok("file:///a.json"));
        assert_eq!(resolve_url("urn:a:b", "").as_deref(), Ok("urn:a:b"));
    }

    #[test]
    fn parts_of_urls_are_replaced() {
        let with = |path, query| url_with("http://u@h:1/a?b#c", path, query);
        assert_eq!(with(Some("/x y"), None).unwrap(), "http://u@h:1/x%20y?b#c");
        assert_eq!(with(None, Some("")).unwrap(), "http://u@h:1/a#c");
    }

    #[test]
    fn mistakes_are_told_in_gos_words() {
        let told = "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\"";
        assert_eq!(check_time("2006-01-02", "x"), Err(told.to_owned()));
        assert_eq!(check_time("2006-01-02", "2020-02-29"), Ok(()));
        let told = "error parsing regexp: missing closing ): `(`";
        assert_eq!(check_regex("("), Err(told.to_owned()));
        let told = "parse \"%zz\": invalid URL escape \"%zz\"";
        assert_eq!(parse_url("%zz"), Err(told.to_owned()));
    }
}
