//! What it was measured on, in a sentence.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Result, ensure};

use super::Programs;
use crate::workspace;

/// Date, machine and versions.
pub fn describe(programs: &Programs) -> Result<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let version = ["version", "--template", "{{.Version}}"];
    let commit = ["rev-parse", "--short", "HEAD"];
    Ok(format!(
        "Measured on {} with {cores} cores ({}) and {} of memory.\n\
         Helm: {}. Pintle: commit {}, built by {}.",
        answer(Path::new("date"), &["-u", "+%Y-%m-%d"])?,
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into()),
        memory().unwrap_or_else(|| "an unknown amount".into()),
        answer(&programs.helm, &version)?,
        answer(Path::new("git"), &commit)?,
        answer(Path::new("rustc"), &["--version"])?,
    ))
}

fn memory() -> Option<String> {
    let total = field("/proc/meminfo", "MemTotal")?;
    let kilobytes: f64 = total.split(' ').next()?.parse().ok()?;
    Some(format!("{:.0} GB", kilobytes / 1024.0 / 1024.0))
}

/// The first value of `name : value` in a file of the kernel.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn answer(program: &Path, words: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(words)
        .current_dir(workspace::root())
        .output()?;
    ensure!(
        output.status.success(),
        "{}: {}",
        program.display(),
        output.status
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
