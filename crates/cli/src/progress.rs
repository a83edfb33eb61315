//! One line on a terminal that says what is being waited for.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an action may take before it says what it does.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line at the bottom of the terminal, written over again and again; it goes away with the
/// value. Nothing is shown where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    enabled: bool,
    shown: Mutex<bool>,
}

impl Progress {
    /// Shows nothing yet.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            enabled: stderr().is_terminal(),
            shown: Mutex::new(false),
        }
    }

    /// Says what is done now.
    pub fn say(&self, text: &str) {
        if !self.enabled || self.started.elapsed() < PATIENCE {
            return;
        }
        let seconds = self.started.elapsed().as_secs();
        let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
        *self.lock() = true;
        // What cannot be shown is no reason to fail.
        let _ = write!(stderr(), "\r\x1b[2K[{seconds}s] {line}");
        let _ = stderr().flush();
    }

    /// Makes room for a line of another kind.
    pub fn clear(&self) {
        let mut shown = self.lock();
        if *shown {
            let _ = write!(stderr(), "\r\x1b[2K");
            *shown = false;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, bool> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
