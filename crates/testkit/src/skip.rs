//! Tests that cannot run here say so.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Reports that the test `name` did not run, and why.
///
/// Prints `skipped: NAME: REASON`, and appends the line to the file named by `PINTLE_SKIPS`
/// when that is set, so that a build which must not skip anything can fail on it.
#[expect(clippy::print_stderr, reason = "the report of a test")]
pub fn skip(name: &str, reason: &str) {
    let line = format!("skipped: {name}: {reason}\n");
    eprint!("{line}");
    let Some(path) = std::env::var_os("PINTLE_SKIPS") else {
        return;
    };
    // One write of the whole line: tests of several processes append to the same file.
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .unwrap_or_else(|error| panic!("PINTLE_SKIPS={}: {error}", path.to_string_lossy()));
}
