//! Why a registry could not be used.

use std::fmt;

/// A failure, with Helm's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
    hint: Option<String>,
    status: Option<u16>,
}

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: None,
            status: None,
        }
    }

    pub(crate) fn hint_with(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same with Helm's words in front.
    pub(crate) fn during(mut self, what: &str) -> Self {
        self.text.insert_str(0, what);
        self
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        self.status
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

impl From<pintle_fetch::Error> for Error {
    fn from(error: pintle_fetch::Error) -> Self {
        Self {
            text: error.to_string(),
            hint: error.hint().map(str::to_owned),
            status: error.status(),
        }
    }
}
