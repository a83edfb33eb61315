//! What Helm logs while it goes on.

use std::fmt;

/// How loud a [`Warning`] is in Helm's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `level=INFO`
    Info,
    /// `level=WARN`
    Warn,
}

/// Something worth a log line that does not stop the work: Helm's message, and its
/// `key=value` pairs in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// How loud it is.
    pub level: Level,
    /// Helm's message.
    pub message: String,
    /// Helm's attributes.
    pub attributes: Vec<(&'static str, String)>,
}

impl Warning {
    /// A message at `level=INFO`.
    pub fn info(message: impl Into<String>) -> Self {
        Self::new(Level::Info, message)
    }

    /// A message at `level=WARN`.
    pub fn warn(message: impl Into<String>) -> Self {
        Self::new(Level::Warn, message)
    }

    /// The same warning with one more attribute.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((key, value.into()));
        self
    }

    fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            attributes: Vec::new(),
        }
    }
}

/// The message, then the attributes as `key=value`; for people, not the exact form of a log.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (key, value) in &self.attributes {
            write!(f, " {key}={value}")?;
        }
        Ok(())
    }
}
