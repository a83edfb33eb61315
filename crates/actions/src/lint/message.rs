//! What a rule says.

use std::fmt;

use crate::explain::Explanation;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Against a convention; a failure with `--strict`.
    Warning,
    /// The chart will hardly work.
    Error,
}

/// One line about a chart, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How bad it is.
    pub severity: Severity,
    /// The file it is about, below the chart's folder; or that folder; or nothing.
    pub path: String,
    /// What it is, in Helm's words.
    pub text: String,
    /// Why, when [`crate::Events::wants_explanations`] asked for that.
    pub explanation: Option<Box<Explanation>>,
}

impl Message {
    /// What stands before the text: how bad it is, and what it is about.
    pub fn head(&self) -> String {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        format!("[{severity}] {}", self.path)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.head(), self.text)
    }
}
