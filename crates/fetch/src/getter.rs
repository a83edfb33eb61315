//! Other ways to fetch a document than HTTP: what a program brings for URLs of its own schemes.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Request};

/// Fetches documents of some schemes.
pub trait Getter: Send + Sync {
    /// Whether it knows the scheme of a URL.
    fn provides(&self, scheme: &str) -> bool;

    /// Fetches a document.
    ///
    /// # Errors
    /// It cannot be had.
    fn get(&self, request: &Request) -> Result<Vec<u8>, Error>;
}

/// A getter that is shared.
#[derive(Clone)]
pub struct Getters(pub Arc<dyn Getter>);

impl fmt::Debug for Getters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Getters")
    }
}

/// Two are the same when they are one.
impl PartialEq for Getters {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Getters {}

/// The scheme of a URL, in small letters.
pub(crate) fn scheme(url: &str) -> String {
    let (scheme, _) = url.split_once(':').unwrap_or_default();
    scheme.to_ascii_lowercase()
}
