//! What actions tell on the way, shown to the user: logs, messages, progress.

use std::io::IsTerminal as _;

use pintle_actions::explain::Explanation;
use pintle_actions::{Events, Level, Log};

use crate::image;
use crate::log;
use crate::output::color::Paint;
use crate::output::explanation;
use crate::output::{self, format::Format};
use crate::progress::{self, Progress};
use crate::settings::Settings;

/// Shows log lines on stderr and messages on stdout.
#[derive(Debug)]
pub struct Console {
    debug: bool,
    messages: bool,
    explains: bool,
    paint: Paint,
    progress: Progress,
}

impl Console {
    /// Shows everything that people want to see.
    pub fn new(settings: &Settings) -> Self {
        Self {
            debug: settings.debug,
            messages: true,
            explains: settings.explain || std::io::stderr().is_terminal(),
            paint: Paint::of_stderr(settings),
            progress: Progress::new(),
        }
    }

    /// Leaves messages out when the output is for a machine.
    pub fn for_format(settings: &Settings, format: Format) -> Self {
        Self {
            messages: format == Format::Table,
            ..Self::new(settings)
        }
    }
}

impl Console {
    /// Shows an explanation under a title, and a blank line after it.
    pub fn explain(&self, title: &str, explanation: &Explanation) {
        progress::clear();
        let text = explanation::text(explanation, self.paint);
        output::complain(&format!("{title}:{text}\n"));
    }
}

impl Events for Console {
    fn log(&self, log: Log) {
        if log.level > Level::Debug || self.debug {
            progress::clear();
            output::complain(&log::line(log.level, &log.message, &log.fields));
        }
    }

    fn loaded(&self) {
        image::forget();
    }

    fn message(&self, text: &str) {
        if self.messages {
            progress::clear();
            // A closed stdout is found out when the result is printed.
            let _ = output::print(format!("{text}\n"));
        }
    }

    fn note(&self, text: &str) {
        progress::clear();
        output::complain(&format!("{text}\n"));
    }

    fn warn(&self, text: &str, explanation: &Explanation) {
        progress::clear();
        let explained = if explanation.is_empty() {
            String::new()
        } else {
            explanation::text(explanation, self.paint)
        };
        output::complain(&format!(
            "warning: {text}\n{}",
            explained.trim_start_matches('\n')
        ));
    }

    fn wants_explanations(&self) -> bool {
        self.explains
    }

    fn progress(&self, text: &str) {
        self.progress.say(text);
    }
}
