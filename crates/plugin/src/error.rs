//! What is wrong with a plugin.

use std::fmt;

/// A failure, with Helm's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
    hint: Option<String>,
    code: Option<i32>,
}

impl Error {
    /// A failure without a hint.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: None,
            code: None,
        }
    }

    /// The same with how to mend it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same of a program that ended with this code.
    pub(crate) fn with_code(mut self, code: i32) -> Self {
        self.code = Some(code);
        self
    }

    /// The same with more words in front.
    pub fn prefixed(mut self, prefix: &str) -> Self {
        self.text.insert_str(0, prefix);
        self
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit code of the plugin, if it ran and said that it failed; -1 after a signal.
    pub fn code(&self) -> Option<i32> {
        self.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
