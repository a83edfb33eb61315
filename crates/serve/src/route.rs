//! What a path means.

/// What is asked for. Names and versions are as people wrote them: nothing is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/index.yaml`
    Index,
    /// `/health`
    Health,
    /// `/info`
    Info,
    /// `/charts/FILE`, as ChartMuseum has archives and signatures.
    ChartFile(String),
    /// An archive or signature where it is in the folder.
    File(String),
    /// `/api/charts`
    Charts,
    /// `/api/prov`
    Prov,
    /// `/api/charts/NAME`
    Chart(String),
    /// `/api/charts/NAME/VERSION`
    Version(String, String),
    /// `/api/charts/NAME/VERSION/templates`
    Templates(String, String),
    /// `/api/charts/NAME/VERSION/values`
    Values(String, String),
    /// `/`, the page with all charts.
    Home,
    /// `/chart/NAME` and `/chart/NAME/VERSION`, the page of a chart.
    Page(String, Option<String>),
    /// `/chart/NAME/VERSION/icon`
    Icon(String, String),
    /// `/-/NAME`, what pages are made with.
    Asset(String),
    /// Nothing.
    Nowhere,
}

impl Route {
    /// Whether it is part of the API.
    pub fn is_api(&self) -> bool {
        matches!(
            self,
            Self::Charts
                | Self::Prov
                | Self::Chart(_)
                | Self::Version(..)
                | Self::Templates(..)
                | Self::Values(..)
        )
    }

    /// Whether people look at it in a browser.
    pub fn is_page(&self) -> bool {
        matches!(
            self,
            Self::Home | Self::Page(..) | Self::Icon(..) | Self::Asset(_)
        )
    }
}

/// What a path means; one that is odd means nothing.
pub fn route(path: &str) -> Route {
    let Some(parts) = parts(path) else {
        return Route::Nowhere;
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let own = |text: &str| text.to_owned();
    match parts[..] {
        [""] => Route::Home,
        ["index.yaml"] => Route::Index,
        ["health"] => Route::Health,
        ["info"] => Route::Info,
        ["charts", file] if is_file(file) => Route::ChartFile(own(file)),
        ["api", "charts"] => Route::Charts,
        ["api", "prov"] => Route::Prov,
        ["api", "charts", name] => Route::Chart(own(name)),
        ["api", "charts", name, version] => Route::Version(own(name), own(version)),
        ["api", "charts", name, version, "templates"] => Route::Templates(own(name), own(version)),
        ["api", "charts", name, version, "values"] => Route::Values(own(name), own(version)),
        ["chart", name] => Route::Page(own(name), None),
        ["chart", name, version] => Route::Page(own(name), Some(own(version))),
        ["chart", name, version, "icon"] => Route::Icon(own(name), own(version)),
        ["-", name] => Route::Asset(own(name)),
        [file] if is_file(file) => Route::File(own(file)),
        [folder, file] if is_file(file) => Route::File(format!("{folder}/{file}")),
        _ => Route::Nowhere,
    }
}

#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "HELM: .TGZ is no archive"
)]
fn is_file(name: &str) -> bool {
    name.ends_with(".tgz") || name.ends_with(".tgz.prov")
}

/// The parts of a path, decoded. None for one that a file system could take for something else:
/// a part that is empty, `.` or `..`, or has a slash, a backslash or a control character in it.
fn parts(path: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = path
        .strip_prefix('/')?
        .split('/')
        .map(decoded)
        .collect::<Option<_>>()?;
    if let [one] = &parts[..]
        && one.is_empty()
    {
        return Some(parts);
    }
    let is_odd = |part: &String| {
        let has_odd = part.contains(|c: char| c == '/' || c == '\\' || c.is_control());
        part.is_empty() || part == "." || part == ".." || has_odd
    };
    (!parts.iter().any(is_odd)).then_some(parts)
}

/// A part of a path without `%XX`.
pub fn decoded(part: &str) -> Option<String> {
    if !part.contains('%') {
        return Some(part.to_owned());
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push((high << 4 | low) as u8);
    }
    String::from_utf8(bytes).ok()
}

/// A text as a part of a path.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut part = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            part.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(part, "%{byte:02X}");
        }
    }
    // A browser would take these for folders.
    match part.as_str() {
        "." | ".." => part.replace('.', "%2E"),
        _ => part,
    }
}

/// What a query says of a name, decoded; the first time it does.
pub fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&');
    let mut values = pairs.filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key).as_deref() == Some(name)).then_some(value)
    });
    decoded(&values.next()?.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_what_chartmuseum_and_helm_mean() {
        let two = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let (web, one) = two("web", "1.0.0+x");
        for (path, wanted) in [
            ("/", Route::Home),
            ("/index.yaml", Route::Index),
            ("/health", Route::Health),
            (
                "/charts/web-1.tgz",
                Route::ChartFile("web-1.tgz".to_owned()),
            ),
            ("/web-1.tgz.prov", Route::File("web-1.tgz.prov".to_owned())),
            ("/a%20b/web-1.tgz", Route::File("a b/web-1.tgz".to_owned())),
            ("/api/charts", Route::Charts),
            ("/api/charts/web", Route::Chart(web.clone())),
            (
                "/api/charts/web/1.0.0%2Bx",
                Route::Version(web.clone(), one.clone()),
            ),
            (
                "/api/charts/web/1.0.0+x/values",
                Route::Values(web.clone(), one.clone()),
            ),
            ("/chart/web", Route::Page(web.clone(), None)),
            ("/chart/web/1.0.0+x", Route::Page(web, Some(one))),
            ("/-/style.css", Route::Asset("style.css".to_owned())),
        ] {
            assert_eq!(route(path), wanted, "{path}");
        }
    }

    #[test]
    fn odd_paths_mean_nothing() {
        for path in [
            "",
            "index.yaml",
            "//",
            "/../etc/passwd",
            "/charts/../a.tgz",
            "/charts/%2e%2e%2fa.tgz",
            "/..%2fa.tgz",
            "/%2e%2e/a.tgz",
            "/..\\a.tgz",
            "/a/b/c.tgz",
            "/charts/",
            "/index.yaml/",
            "/a%00.tgz",
            "/%zz.tgz",
            "/%ff.tgz",
            "/etc/passwd",
            "/.hidden",
        ] {
            assert_eq!(route(path), Route::Nowhere, "{path}");
        }
    }

    #[test]
    fn parts_come_back() {
        for text in ["a b", "1.0.0+x", "..", ".", "ä/%", "\u{202e}"] {
            assert_eq!(decoded(&encoded(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn queries_are_read() {
        let query = Some("force&q=a+b%20c&q=d&limit=2");
        assert_eq!(asked(query, "force").as_deref(), Some(""));
        assert_eq!(asked(query, "q").as_deref(), Some("a b c"));
        assert_eq!(asked(query, "limit").as_deref(), Some("2"));
        assert_eq!(asked(query, "offset"), None);
        assert_eq!(asked(None, "q"), None);
    }
}
