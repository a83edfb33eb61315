//! Why a request failed.

use std::fmt;

/// A failure, with Go's and Helm's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
    hint: Option<String>,
    status: Option<u16>,
}

impl Error {
    /// A failure without a hint.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: None,
            status: None,
        }
    }

    /// GO: `Get "URL": reason`.
    pub(crate) fn of(method: &str, url: &str, reason: &str) -> Self {
        let (first, rest) = method.split_at_checked(1).unwrap_or_default();
        let rest = rest.to_ascii_lowercase();
        Self::new(format!("{first}{rest} \"{url}\": {reason}"))
    }

    /// The same with how to mend it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same with what was being done in front.
    #[must_use]
    pub fn during(mut self, what: &str) -> Self {
        self.text.insert_str(0, what);
        self
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The status, when the server answered with something else than the body asked for.
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
