//! What an action tells its caller on the way.

use crate::explain::Explanation;

/// How grave a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// shown with `--debug` alone
    Debug,
    /// a remark
    Info,
    /// something the user should look at
    Warn,
    /// something failed (the action may still go on)
    Error,
}

/// One structured log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How grave.
    pub level: Level,
    /// Helm's text.
    pub message: String,
    /// Further fields, in Helm's order.
    pub fields: Vec<(String, String)>,
}

impl Log {
    /// A line without fields.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// The same with one more field.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((key.into(), value.into()));
        self
    }
}

/// Where an action sends what happens on the way.
pub trait Events: Send + Sync {
    /// A log line (Helm writes these to stderr as `level=… msg=…`).
    fn log(&self, log: Log);

    /// A line for people that Helm writes to stdout while it works, unless the output format is
    /// a machine's (`Release "x" does not exist. Installing it now.`).
    fn message(&self, text: &str);

    /// A line for people that Helm writes to stderr, since stdout is for the result alone.
    fn note(&self, text: &str) {
        self.log(Log::new(Level::Info, text));
    }

    /// Something in the input that is worth a look, in words of our own, and what explains it.
    fn warn(&self, text: &str, explanation: &Explanation) {
        let _ = explanation;
        self.log(Log::new(Level::Warn, text));
    }

    /// Whether failures are to be explained, which takes doing the work again.
    fn wants_explanations(&self) -> bool {
        false
    }

    /// Chart and values are read: what comes now is rendering.
    fn loaded(&self) {}

    /// What is being done now, for a progress display (`waiting for Deployment/web`).
    fn progress(&self, text: &str) {
        let _ = text;
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Events for Silent {
    fn log(&self, _: Log) {}

    fn message(&self, _: &str) {}
}

/// Tells everything but messages.
pub struct WithoutMessages<'a>(pub &'a dyn Events);

impl Events for WithoutMessages<'_> {
    fn log(&self, log: Log) {
        self.0.log(log);
    }

    fn message(&self, _: &str) {}

    fn progress(&self, text: &str) {
        self.0.progress(text);
    }
}
