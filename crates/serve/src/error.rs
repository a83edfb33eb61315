//! Why a server cannot start.

use std::io;
use std::path::Path;

/// A failure, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    text: String,
    hint: Option<String>,
}

impl Error {
    /// A failure.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: None,
        }
    }

    /// A file that cannot be used.
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let reason = pintle_chart::disk::go_text(error);
        Self::new(format!("{doing} {}: {reason}", path.display()))
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// How to mend it.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
