//! Where documents come from that a schema refers to.

/// Reads documents for `$ref` and `$schema`. Which URLs are asked for is decided here (Helm's
/// policy: `file`, `http`, `https`, and `urn` that allows everything); how they are read, and
/// whether at all, is the caller's.
pub trait Loader: Sync {
    /// The bytes of a file, by its absolute path.
    ///
    /// # Errors
    /// Go's text: `open /defs.json: no such file or directory`.
    fn file(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The bytes behind an `http` or `https` URL.
    ///
    /// # Errors
    /// Helm's text: `HTTP request failed for URL: ...`.
    fn http(&self, url: &str) -> Result<Vec<u8>, String>;

    /// Hears of a URN that nothing resolves. HELM: it logs a warning, once for each.
    fn unresolved_urn(&self, urn: &str) {
        let _ = urn;
    }
}

/// A loader that knows nothing: for schemas that may not refer to anything outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Loader for Nothing {
    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("open {path}: references to files are switched off"))
    }

    fn http(&self, url: &str) -> Result<Vec<u8>, String> {
        Err(format!(
            "HTTP request failed for {url}: references to URLs are switched off"
        ))
    }
}
