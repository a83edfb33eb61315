//! One line on a terminal that says what is being waited for.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pintle_fetch::Meter;

/// How long an action may take before it says what it does.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew at most.
const PACE: Duration = Duration::from_millis(100);

/// A line at the bottom of the terminal, written over again and again; it goes away with the
/// value. Nothing is shown where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    enabled: bool,
}

/// When the line was written that is shown now. There is one line for all.
static SHOWN: Mutex<Option<Instant>> = Mutex::new(None);

impl Progress {
    /// Shows nothing yet.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            enabled: stderr().is_terminal(),
        }
    }

    /// Says what is done now.
    pub fn say(&self, text: &str) {
        if !self.enabled || self.started.elapsed() < PATIENCE {
            return;
        }
        let seconds = self.started.elapsed().as_secs();
        show(&format!("[{seconds}s] {text}"), &mut shown());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        clear();
    }
}

/// Makes room for a line of another kind.
pub fn clear() {
    let mut shown = shown();
    if shown.take().is_some() {
        let _ = write!(stderr(), "\r\x1b[2K");
    }
}

/// Shows how much has been downloaded and how fast, where somebody sees it.
pub fn meter() -> Option<Meter> {
    static METER: OnceLock<Option<Meter>> = OnceLock::new();
    let make = || stderr().is_terminal().then(|| Meter::new(downloaded));
    METER.get_or_init(make).clone()
}

fn downloaded(traffic: &pintle_fetch::Traffic) {
    if traffic.time < PATIENCE {
        return;
    }
    let mut shown = shown();
    if shown.is_none_or(|when| when.elapsed() >= PACE) {
        show(&traffic.to_string(), &mut shown);
    }
}

fn shown() -> MutexGuard<'static, Option<Instant>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(text: &str, shown: &mut Option<Instant>) {
    let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    *shown = Some(Instant::now());
    // What cannot be shown is no reason to fail.
    let _ = write!(stderr(), "\r\x1b[2K{line}");
    let _ = stderr().flush();
}
