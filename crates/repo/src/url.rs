//! URLs as Helm puts them together, with Go's rules.

use pintle_sprig::{UrlParts, parse_url, resolve_url, url_with};

use crate::Error;

/// A reference seen from a repository; an absolute one is left as it is.
///
/// HELM: the query of the repository's URL (which may be a token) goes along.
///
/// # Errors
/// Texts that are no URLs.
pub fn resolve(base: &str, reference: &str) -> Result<String, Error> {
    let failed =
        |text: &str, error: String| Error::new(format!("failed to parse {text} as URL: {error}"));
    let to = parse_url(reference).map_err(|error| failed(reference, error))?;
    if !to.scheme.is_empty() {
        return Ok(reference.to_owned());
    }
    let from = parse_url(base).map_err(|error| failed(base, error))?;
    let folder = format!("{}/", from.path.strip_suffix('/').unwrap_or(&from.path));
    let base = url_with(base, Some(&folder), None).map_err(|error| failed(base, error))?;
    let resolved = resolve_url(&base, reference).map_err(|(text, error)| failed(text, error))?;
    url_with(&resolved, None, Some(&from.query)).map_err(|error| failed(&resolved, error))
}

/// A folder below a URL.
pub fn join(base: &str, path: &str) -> String {
    let Ok(parts) = parse_url(base) else {
        return clean(&format!("{base}/{path}"));
    };
    let path = joined(&parts.path, path);
    url_with(base, Some(&path), None).unwrap_or(path)
}

/// Whether two URLs name the same, however their paths are written.
pub fn equal(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let text = |url: &str| {
        let path = parse_url(url).ok()?.path;
        let path = if path.is_empty() { "/" } else { &path };
        url_with(url, Some(&clean(path)), None).ok()
    };
    match text(one) {
        Some(one) => text(other).is_some_and(|other| one == other),
        None => clean(one) == clean(other),
    }
}

/// Whether credentials for one URL may be sent to another: the same scheme, host and port.
pub fn same_site(one: &str, other: &str) -> bool {
    let site = |parts: UrlParts| (parts.scheme, parts.host);
    match (parse_url(one), parse_url(other)) {
        (Ok(one), Ok(other)) => site(one) == site(other),
        _ => false,
    }
}

/// GO: `path.Join` of two parts.
pub fn joined(base: &str, path: &str) -> String {
    match (base.is_empty(), path.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(path),
        (false, true) => clean(base),
        (false, false) => clean(&format!("{base}/{path}")),
    }
}

/// GO: `path.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            other => kept.push(other),
        }
    }
    let path = kept.join("/");
    match (rooted, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_seen_from_the_repository() {
        let from = |base, reference| resolve(base, reference).unwrap();
        assert_eq!(from("http://h/a", "b.tgz"), "http://h/a/b.tgz");
        assert_eq!(from("http://h/a/", "/b.tgz"), "http://h/b.tgz");
        assert_eq!(from("http://h/a?t=1", "../b.tgz?x"), "http://h/b.tgz?t=1");
        assert_eq!(from("http://h/a", "http://g/b"), "http://g/b");
        let error = resolve("http://h", "%zz").unwrap_err().to_string();
        assert!(error.starts_with("failed to parse %zz as URL: "), "{error}");
    }

    #[test]
    fn folders_are_joined() {
        assert_eq!(join("http://h/a/", "b/c"), "http://h/a/b/c");
        assert_eq!(join("http://h", "b"), "http://h/b");
        assert_eq!(join("", ""), "");
        assert_eq!(join("", "b"), "b");
    }

    #[test]
    fn equal_urls_may_be_written_differently() {
        assert!(equal("http://h", "http://h/"));
        assert!(equal("http://h/a/../b", "http://h/b"));
        assert!(!equal("http://h/a", "http://g/a"));
        assert!(same_site("http://h:1/a", "http://h:1/b"));
        assert!(!same_site("http://h:1/a", "http://h:2/a"));
        assert!(!same_site("http://h/a", "https://h/a"));
    }
}
