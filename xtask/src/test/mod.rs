//! `cargo xtask test`: the one command that passes the tests on a fresh clone.
//!
//! - [`tally`]: reads the figures out of what cargo prints

mod tally;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::arguments::Arguments;
use crate::oracle::{self, Fetched};
use crate::workspace;
use tally::{Skip, Tally};

/// Runs the subcommand: fetches the peers, runs every test, sums up.
pub fn run(mut typed: Arguments) -> Result<ExitCode> {
    let cargo_arguments = typed.after_dashes();
    typed.finish()?;
    let fetched = peers()?;
    ensure!(
        fetched != Fetched::Broken,
        "the real Helm that was fetched is not the one that is recorded"
    );
    let skips = Skips::start()?;
    let (mut tally, success) = cargo_test(&cargo_arguments, &skips.path)?;
    if !success && tally.failed.is_empty() {
        tally
            .failed
            .push("cargo test itself (see above)".to_owned());
    }
    tally.skipped.extend(skips.read()?);
    print!("{}", tally.summary());
    Ok(if tally.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The real peers, when this machine can have them; tests say by name what they miss.
fn peers() -> Result<Fetched> {
    if std::env::var_os("PINTLE_ORACLE").is_some() {
        return Ok(Fetched::Present);
    }
    let fetched = oracle::fetch()?;
    if fetched == Fetched::Unavailable {
        println!("tests that need the real Helm will be skipped");
    }
    Ok(fetched)
}

/// Runs cargo's tests, prints what it prints, and counts.
fn cargo_test(arguments: &[String], skips: &Path) -> Result<(Tally, bool)> {
    let mut child = Command::new(workspace::cargo())
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(arguments)
        .current_dir(workspace::root())
        .env("PINTLE_SKIPS", skips)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let mut tally = Tally::default();
    let stdout = child.stdout.take().context("cargo's output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    Ok((tally, child.wait()?.success()))
}

/// The file to which tests append what they skipped.
struct Skips {
    path: PathBuf,
    /// How long it was at the start: another step may have written to it.
    before: usize,
}

impl Skips {
    fn start() -> Result<Self> {
        if let Some(path) = std::env::var_os("PINTLE_SKIPS") {
            let path = PathBuf::from(path);
            let before = fs::read_to_string(&path).map_or(0, |text| text.len());
            return Ok(Self { path, before });
        }
        let path = workspace::target("skips.txt");
        fs::create_dir_all(workspace::root().join("target"))?;
        fs::write(&path, "")?;
        Ok(Self { path, before: 0 })
    }

    fn read(&self) -> Result<Vec<Skip>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(&self.path)?;
        let added = text.get(self.before..).unwrap_or_default();
        Ok(added.lines().filter_map(Skip::parse).collect())
    }
}
