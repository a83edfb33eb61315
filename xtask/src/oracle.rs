//! `cargo xtask oracle`: the real peers, fetched into `target/oracle`.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::arguments::Arguments;
use crate::workspace;

/// What `tests/oracle/fetch` answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    /// All peers are there.
    Present,
    /// This machine cannot have them.
    Unavailable,
    /// Something is wrong: a checksum, say.
    Broken,
}

/// Runs the subcommand; the exit code is the script's own.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    arguments.finish()?;
    Ok(match fetch()? {
        Fetched::Present => ExitCode::SUCCESS,
        Fetched::Unavailable => ExitCode::from(3),
        Fetched::Broken => ExitCode::FAILURE,
    })
}

/// Fetches what is not there yet. The script says itself what it did.
pub fn fetch() -> Result<Fetched> {
    let script = workspace::root().join("tests/oracle/fetch");
    let run = Command::new(&script).status();
    let status = match run {
        // The script's own first line could not be followed: no Python here.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Fetched::Unavailable);
        }
        other => other.with_context(|| format!("cannot run {}", workspace::shown(&script)))?,
    };
    Ok(match status.code() {
        Some(0) => Fetched::Present,
        // 127: `env` found no Python.
        Some(3 | 127) => Fetched::Unavailable,
        _ => Fetched::Broken,
    })
}
