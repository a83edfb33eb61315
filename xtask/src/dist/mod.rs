//! `cargo xtask dist`: the program as it is released.
//!
//! - [`mod@link`]: the linker's turn, which comes twice
//! - [`order`]: which functions the program's everyday work runs through
//!
//! On Linux with glibc the program is linked without shared libraries and at a fixed address
//! (as Go programs are), so that nothing is loaded or relocated at its start. Its functions
//! stand in the order in which everyday work first calls them: the kernel maps a program in
//! pieces of 64 KiB, and functions that are never called would fill most of those.

mod link;
mod order;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::arguments::Arguments;
use crate::workspace;

pub use link::{is_linker, link};

const USAGE: &str = "\
Usage: cargo xtask dist [FLAGS]

  --no-order   do not order the functions by the program's work: needs no valgrind

Builds the program as it is released, to target/dist/pintle, and prints that path. On Linux
with glibc it depends on no shared library. Which functions its work runs through is seen
with valgrind, on a new chart and, if it is there, on large charts of the shared corpus
(PINTLE_CORPUS, else ../shared/corpus). Elsewhere this is a release build as any other.";

/// Runs the subcommand.
pub fn run(mut typed: Arguments) -> Result<ExitCode> {
    if typed.flag("--help") || typed.flag("-h") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let ordered = !typed.flag("--no-order");
    typed.finish()?;
    println!("{}", workspace::shown(&build(ordered)?));
    Ok(ExitCode::SUCCESS)
}

/// Builds the program.
pub fn build(ordered: bool) -> Result<PathBuf> {
    let mut cargo = Command::new(workspace::cargo());
    cargo
        .args(["rustc", "--quiet", "--release", "--package", "pintle"])
        .args(["--bin", "pintle"])
        .current_dir(workspace::root());
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let linker = std::env::current_exe().context("where is this program?")?;
        let linker = linker.to_str().context("a path that is no UTF-8")?;
        cargo
            .args(["--config", "profile.release.strip=false", "--"])
            .args(["-C", "target-feature=+crt-static"])
            .args(["-C", "relocation-model=static"])
            .args(["-C", &format!("linker={linker}")]);
        link::describe(&mut cargo, ordered);
    }
    let status = cargo.status()?;
    ensure!(status.success(), "the program does not build");
    let built = workspace::built_program("release");
    let program = workspace::target("dist/pintle");
    if let Some(folder) = program.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(&built, &program)
        .with_context(|| format!("cargo built no {}", workspace::shown(&built)))?;
    Ok(program)
}
