//! Colors of tables and status blocks.

use std::io::IsTerminal as _;

use pintle_release::Status;

use crate::env;
use crate::settings::Settings;

/// Paints words, or leaves them as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Paint {
    /// Whether to.
    pub colored: bool,
}

impl Paint {
    /// The head of a column: bold.
    pub fn head(self, text: &str) -> String {
        self.wrapped(text, "1", "22")
    }

    /// What frames an excerpt: blue.
    pub fn frame(self, text: &str) -> String {
        self.wrapped(text, "34", "0")
    }

    /// What is wrong in an excerpt: red.
    pub fn mark(self, text: &str) -> String {
        self.wrapped(text, "31", "0")
    }

    /// A name that is typed: cyan.
    pub fn name(self, text: &str) -> String {
        self.wrapped(text, "36", "0")
    }

    /// A namespace: cyan.
    pub fn namespace(self, text: &str) -> String {
        self.wrapped(text, "36", "0")
    }

    /// A state: green when all is well, red when not, yellow while something goes on.
    pub fn status(self, status: Status) -> String {
        let name = status.name();
        match status {
            Status::Deployed => self.wrapped(name, "32", "0"),
            Status::Failed | Status::Unknown => self.wrapped(name, "31", "0"),
            Status::Uninstalling => self.wrapped(name, "33", "0"),
            _ if status.is_pending() => self.wrapped(name, "33", "0"),
            _ => name.to_owned(),
        }
    }

    /// HELM: an empty text is painted too, as nothing.
    fn wrapped(self, text: &str, on: &str, off: &str) -> String {
        if self.colored && !text.is_empty() {
            format!("\u{1b}[{on}m{text}\u{1b}[{off}m")
        } else {
            text.to_owned()
        }
    }
}

impl Paint {
    /// As the settings and the terminal say.
    pub fn of(settings: &Settings) -> Self {
        Self::on(settings, std::io::stdout().is_terminal())
    }

    /// The same for what goes to stderr.
    pub fn of_stderr(settings: &Settings) -> Self {
        Self::on(settings, std::io::stderr().is_terminal())
    }

    fn on(settings: &Settings, is_terminal: bool) -> Self {
        let colored = match settings.color.as_str() {
            _ if settings.environment.get_if_any(env::NO_COLOR).is_some() => false,
            "always" => true,
            "never" => false,
            _ => is_terminal,
        };
        Self { colored }
    }
}
