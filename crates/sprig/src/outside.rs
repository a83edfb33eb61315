//! Go's standard library for callers outside of templates: the parts that other crates
//! need with Go's very words, such as the formats of a JSON schema.

use crate::url_syntax::Url;

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
    })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
