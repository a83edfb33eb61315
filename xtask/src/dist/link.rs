//! The linker's turn: rustc calls this program for it.
//!
//! All that rustc says goes to the C compiler, as always. What is linked is then watched at
//! work, and linked again with its functions in order. That takes seconds, where compiling it
//! once more would take minutes.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use super::order;

/// Set for a program that is to be a linker: whether functions are to be ordered.
const VARIABLE: &str = "PINTLE_XTASK_LINKS";

/// Tells a build that this program is its linker.
pub(super) fn describe(build: &mut Command, ordered: bool) {
    build.env(VARIABLE, if ordered { "ordered" } else { "plain" });
}

/// Whether this program was called as a linker.
pub fn is_linker() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Links.
pub fn link(words: &[String]) -> Result<ExitCode> {
    let output = output(words).context("the linker is not told where to write")?;
    compile(words, &[])?;
    if std::env::var_os(VARIABLE).is_some_and(|wish| wish == "ordered") {
        let names = order::functions(&output)?;
        let list = output.with_extension("order");
        std::fs::write(&list, names.join("\n"))?;
        let list = list.to_str().context("a path that is no UTF-8")?;
        compile(
            words,
            &[
                "-Wl,--strip-all",
                "-Wl,--no-warn-symbol-ordering",
                &format!("-Wl,--symbol-ordering-file={list}"),
            ],
        )?;
    } else {
        compile(words, &["-Wl,--strip-all"])?;
    }
    Ok(ExitCode::SUCCESS)
}

fn output(words: &[String]) -> Option<PathBuf> {
    let at = words.iter().position(|word| word == "-o")?;
    words.get(at + 1).map(PathBuf::from)
}

fn compile(words: &[String], more: &[&str]) -> Result<()> {
    let mut compiler = Command::new("cc");
    // What follows is for this program alone.
    compiler.args(words).args(more).env_remove(VARIABLE);
    let status = compiler.status().context("cannot start cc")?;
    ensure!(status.success(), "cc failed");
    Ok(())
}
