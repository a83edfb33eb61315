//! Why an action failed.

use std::fmt;

/// The class of a failure; decides hints and exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The user's input is at fault: chart, values, flags, names.
    Input,
    /// The chart does not render.
    Render,
    /// The cluster refused or did not answer.
    Cluster,
    /// The release is not in a state that allows this.
    State,
    /// The work was cut off by the user or a time limit.
    Interrupted,
}

/// A failure: Helm's text first, then what helps to mend it.
#[derive(Debug, Clone)]
pub struct Error {
    /// The class.
    pub class: Class,
    /// Helm's text, without `Error: ` or the verb's own prefix.
    pub text: String,
    /// How to mend it, one line each; ours, after Helm's text.
    pub hints: Vec<String>,
}

impl Error {
    /// A failure without hints.
    pub fn new(class: Class, text: impl Into<String>) -> Self {
        Self {
            class,
            text: text.into(),
            hints: Vec::new(),
        }
    }

    /// The same with one more hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with Helm's words in front (`INSTALLATION FAILED: `).
    pub fn prefixed(mut self, prefix: &str) -> Self {
        self.text.insert_str(0, prefix);
        self
    }

    /// The same with Helm's words behind (`\n\nUse --debug flag …`).
    pub fn suffixed(mut self, suffix: &str) -> Self {
        self.text.push_str(suffix);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
