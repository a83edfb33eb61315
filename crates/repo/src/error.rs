//! Why something about a repository cannot be done.

/// A failure: Helm's text, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    text: String,
    hint: Option<String>,
    is_absent: bool,
}

impl Error {
    /// A failure with Helm's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: None,
            is_absent: false,
        }
    }

    /// A file that cannot be used: GO: `open PATH: no such file or directory`.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let reason = pintle_chart::disk::go_text(error);
        // GO: a folder can be opened, and not read.
        let doing = match error.kind() {
            std::io::ErrorKind::IsADirectory => "read",
            _ => doing,
        };
        Self {
            is_absent: error.kind() == std::io::ErrorKind::NotFound,
            ..Self::new(format!("{doing} {}: {reason}", path.display()))
        }
    }

    /// The same with advice of ours, unless there is some already.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// The same with what was being done in front.
    #[must_use]
    pub fn context(mut self, doing: &str) -> Self {
        self.text = format!("{doing}: {}", self.text);
        self
    }

    /// How to mend it.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Whether a file is not there.
    pub fn is_absent(&self) -> bool {
        self.is_absent
    }
}

impl From<pintle_fetch::Error> for Error {
    fn from(error: pintle_fetch::Error) -> Self {
        let found = Self::new(error.to_string());
        match error.hint() {
            Some(hint) => found.hint(hint),
            None => found,
        }
    }
}
