//! Builds the program.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::workspace;

/// The program to look at: `PINTLE_BIN`, or a build of the workspace with `profile`.
pub fn program(profile: &str) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("PINTLE_BIN") {
        return Ok(PathBuf::from(named));
    }
    let status = Command::new(workspace::cargo())
        .args([
            "build",
            "--quiet",
            "--package",
            "pintle",
            "--profile",
            profile,
        ])
        .current_dir(workspace::root())
        .status()?;
    ensure!(status.success(), "the program does not build");
    let program = workspace::built_program(profile);
    ensure!(
        program.is_file(),
        "cargo built no {}",
        workspace::shown(&program)
    );
    Ok(program)
}
