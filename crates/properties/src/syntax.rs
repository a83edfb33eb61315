//! Small languages of template functions: expressions, URLs, times.

use pintle_sprig::{check_regex, check_time, go_regex, parse_url, resolve_url, url_scheme};

use crate::parts;

/// What is checked can be used. The first line is the expression, URL or layout, the rest is
/// what it is used on.
pub(crate) fn syntax(input: &[u8]) {
    let text = parts::text(input);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let checked = check_regex(first);
    match go_regex(first) {
        Ok(regex) => {
            assert!(checked.is_ok(), "{checked:?}");
            let mut end = 0;
            for found in regex.find_iter(rest).take(1000) {
                assert!(end <= found.start() && found.end() <= rest.len());
                end = found.end();
            }
        }
        Err(error) => assert!(!error.is_empty()),
    }
    let _ = check_time(first, rest);
    assert_eq!(parse_url(first).is_ok(), url_scheme(first).is_ok());
    // GO: a path may begin with two slashes, and looks like a host then.
    if let Ok(resolved) = resolve_url(first, rest)
        && !resolved.starts_with("//")
    {
        assert!(parse_url(&resolved).is_ok(), "{resolved:?}");
    }
}
