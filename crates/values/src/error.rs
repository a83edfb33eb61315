//! Why values cannot be put together.

use pintle_chart::Warning;

/// Values that cannot be read or put together.
///
/// The first line of `Display` is Helm's own text; a line that starts with `hint: ` is ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}{}", hint_line(.hint))]
pub struct Error {
    text: String,
    hint: String,
    warnings: Vec<Warning>,
}

fn hint_line(hint: &str) -> String {
    if hint.is_empty() {
        return String::new();
    }
    format!("\nhint: {hint}")
}

impl Error {
    /// An error with Helm's text. Public for callers that read files for `--set-file`.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: String::new(),
            warnings: Vec::new(),
        }
    }

    /// The same error with advice of ours.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
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
    pub(crate) fn after(mut self, mut warnings: Vec<Warning>) -> Self {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
        self
    }

    /// What was noticed before the error: Helm has logged it by then.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Helm's text alone.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Our advice, if any.
    pub fn advice(&self) -> Option<&str> {
        (!self.hint.is_empty()).then_some(self.hint.as_str())
    }
}
