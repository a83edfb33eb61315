//! How a command fails: what is printed on stderr, and the exit code.

use std::io;

use pintle_actions::explain::Explanation;

use crate::log::{self, Level};
use crate::output::color::Paint;
use crate::output::explanation;

/// The exit code of every failure. HELM: there is one code for all of them.
const FAILED: u8 = 1;
/// The exit code when nobody reads our output any more: what a shell reports for a program
/// that SIGPIPE ended, which is how Helm ends then.
const BROKEN_PIPE: u8 = 141;

/// A command's failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What goes to stderr, with its newlines; Helm's text first.
    report: String,
    /// How to mend it; after Helm's text.
    hints: Vec<String>,
    /// Why it failed, in full; after Helm's text.
    explanation: Option<Box<Explanation>>,
    /// How that is painted.
    paint: Paint,
    /// The exit code.
    pub code: u8,
}

impl Failure {
    /// `Error: TEXT`
    pub fn error(text: impl AsRef<str>) -> Self {
        Self::raw(format!("Error: {}\n", text.as_ref()))
    }

    /// A failure that is told by a log line.
    pub fn log(level: Level, message: &str, fields: &[(String, String)]) -> Self {
        Self::raw(log::line(level, message, fields))
    }

    /// A failure that is told by this text.
    pub fn raw(report: String) -> Self {
        Self {
            report,
            hints: Vec::new(),
            explanation: None,
            paint: Paint::default(),
            code: FAILED,
        }
    }

    /// The same with how to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same in color, or not.
    pub fn painted(mut self, paint: Paint) -> Self {
        self.paint = paint;
        self
    }

    /// All that goes to stderr.
    pub fn report(&self) -> String {
        let mut report = self.report.clone();
        if let Some(explanation) = &self.explanation {
            report.push_str(&explanation::text(explanation, self.paint));
        }
        for hint in &self.hints {
            report.push_str("hint: ");
            report.push_str(hint);
            report.push('\n');
        }
        report
    }
}

/// A failure of an action: Helm's text, then its hints.
impl From<pintle_actions::Error> for Failure {
    fn from(error: pintle_actions::Error) -> Self {
        let mut failure = Self::error(error.text);
        failure.hints = error.hints;
        failure.explanation = error.explanation;
        failure
    }
}

/// A failure to write our own output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self {
                report: String::new(),
                hints: Vec::new(),
                explanation: None,
                paint: Paint::default(),
                code: BROKEN_PIPE,
            };
        }
        Self::error(format!("cannot write the output: {error}"))
    }
}
