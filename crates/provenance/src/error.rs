//! Why something cannot be signed, or is not verified.

/// Why something cannot be signed, or is not verified.
///
/// The first line of `Display` is Helm's own text; a line that starts with `hint: ` is ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}{}", hint_line(.hint))]
pub struct Error {
    text: String,
    hint: String,
}

fn hint_line(hint: &str) -> String {
    if hint.is_empty() {
        return String::new();
    }
    format!("\nhint: {hint}")
}

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: String::new(),
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
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
