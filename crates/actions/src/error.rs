//! Why an action failed.

use std::fmt;

use crate::explain::Explanation;

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
    /// What standard output shows before the error when the user asked for details.
    pub output: Option<String>,
    /// What explains it, when [`crate::Events::wants_explanations`] asked for that.
    pub explanation: Option<Box<Explanation>>,
}

impl Error {
    /// A failure without hints.
    pub fn new(class: Class, text: impl Into<String>) -> Self {
        Self {
            class,
            text: text.into(),
            hints: Vec::new(),
            output: None,
            explanation: None,
        }
    }

    /// The same with what there is to show.
    pub fn with_output(mut self, output: String) -> Self {
        self.output = Some(output);
        self
    }

    /// The same with an explanation, which says more than the hints on where to look.
    pub(crate) fn explained(mut self, explanation: Explanation) -> Self {
        if !explanation.is_empty() {
            self.hints.clear();
            self.explanation = Some(Box::new(explanation));
        }
        self
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

impl From<pintle_cluster::Error> for Error {
    fn from(error: pintle_cluster::Error) -> Self {
        let mut found = Self::new(Class::Cluster, error.to_string());
        found.hints = error.hints().to_vec();
        found
    }
}

impl From<pintle_storage::Error> for Error {
    fn from(error: pintle_storage::Error) -> Self {
        Self::new(Class::State, error.to_string())
    }
}

impl From<pintle_repo::Error> for Error {
    fn from(error: pintle_repo::Error) -> Self {
        let mut found = Self::new(Class::Input, error.to_string());
        found.hints.extend(error.advice().map(str::to_owned));
        found
    }
}

impl From<pintle_chart::Error> for Error {
    fn from(error: pintle_chart::Error) -> Self {
        let mut found = Self::new(Class::Input, error.text());
        found.hints.extend(error.advice().map(str::to_owned));
        found
    }
}

impl From<pintle_provenance::Error> for Error {
    fn from(error: pintle_provenance::Error) -> Self {
        let mut found = Self::new(Class::Input, error.text());
        found.hints.extend(error.advice().map(str::to_owned));
        found
    }
}
