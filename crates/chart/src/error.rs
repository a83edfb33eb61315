//! Why a chart cannot be read, or values cannot be put together.

use crate::Warning;

/// A chart that cannot be read, or values that cannot be read or put together.
///
/// The first line of `Display` is Helm's own text; lines that start with `hint: ` are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}{}", hint_line(.hint))]
pub struct Error {
    text: String,
    hint: String,
    place: Option<ErrorPlace>,
    warnings: Vec<Warning>,
}

/// Where in a file of the chart, or in a values file, reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPlace {
    /// The file, as it is named in the error.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1; 0 when unknown.
    pub column: usize,
}

fn hint_line(hint: &str) -> String {
    if hint.is_empty() {
        return String::new();
    }
    format!("\nhint: {hint}")
}

impl Error {
    /// An error with Helm's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: String::new(),
            place: None,
            warnings: Vec::new(),
        }
    }

    /// The same error with advice of ours.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        // What strangers wrote may be quoted in it: nothing that steers a terminal.
        let tame = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        self.hint = hint.into().chars().map(tame).collect();
        self
    }

    /// The same error with what was being done in front.
    #[must_use]
    pub fn context(mut self, doing: &str) -> Self {
        self.text = format!("{doing}: {}", self.text);
        self
    }

    /// The same error with what was noticed before it.
    #[must_use]
    pub fn after(mut self, mut warnings: Vec<Warning>) -> Self {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
        self
    }

    /// What was noticed before the error: Helm has logged it by then.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// A YAML file that cannot be read.
    pub(crate) fn yaml(file: &str, error: &pintle_go_yaml::Error, first_line: usize) -> Self {
        let mut shown = Self::new(error.shown());
        if error.line() == 0 {
            return shown;
        }
        let line = first_line + error.line() - 1;
        shown.place = Some(ErrorPlace {
            file: file.to_owned(),
            line,
            column: error.column(),
        });
        if error.column() == 0 {
            return shown.hint(format!("see {file}, line {line}"));
        }
        shown.hint(format!(
            "see {file}, line {line}, column {}",
            error.column()
        ))
    }

    /// Text and advice together, for the hint of another error.
    pub(crate) fn in_one_line(&self) -> String {
        match self.advice() {
            Some(advice) => format!("{} ({advice})", self.text),
            None => self.text.clone(),
        }
    }

    /// Helm's text alone.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in a file where reading stopped, if it did.
    pub fn place(&self) -> Option<&ErrorPlace> {
        self.place.as_ref()
    }

    /// Our advice, if any.
    pub fn advice(&self) -> Option<&str> {
        (!self.hint.is_empty()).then_some(self.hint.as_str())
    }
}
