//! The program as its users see it: whole commands, exit code and both streams.
//!
//! - `command_line`: what is typed wrongly, beside real Helm when it is here
//! - `help`: every command's help, and that it has every flag of Helm's
//! - `offline`: commands that need nothing but the environment

mod command_line;
mod help;
mod offline;

use std::path::PathBuf;

use pintle_testkit::{Finished, Home};

/// Runs `pintle` in a home of its own, which shows as `[HOME]`.
fn pintle(home: &Home, words: &[&str]) -> Finished {
    home.command(pintle_testkit::pintle!())
        .called("pintle")
        .args(words)
        .run()
        .map(|text| home.redact(text))
}

/// The file of a snapshot.
fn snapshot(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/cli/snapshots", name]
        .iter()
        .collect()
}

/// How our answer differs from Helm's, apart from hints: those are ours.
fn difference(theirs: &Finished, ours: &Finished) -> Option<String> {
    let mut ours = ours.clone();
    ours.stderr = ours
        .stderr
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("hint: "))
        .collect();
    pintle_testkit::snapshot::difference(&theirs.to_string(), &ours.to_string())
}
