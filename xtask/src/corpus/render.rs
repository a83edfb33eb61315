//! Runs a program on a case, in exactly the surroundings that the corpus describes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::case::Case;
use crate::process::{self, Ending, Finished};

/// A render that takes longer has failed.
pub const LIMIT: Duration = Duration::from_mins(1);

/// Runs `program template …` with the corpus as working directory, an empty home and
/// nothing of this machine's environment.
pub fn render(program: &Path, corpus: &Path, case: &Case) -> Result<Finished> {
    run_words(program, corpus, &case.arguments())
}

/// Runs the program with these words in the same surroundings.
pub fn run_words(program: &Path, corpus: &Path, words: &[&str]) -> Result<Finished> {
    let home = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.args(words);
    surroundings(&mut command, corpus, home.path());
    process::run(&mut command, LIMIT)
}

/// Gives a command the surroundings that the corpus describes.
pub fn surroundings(command: &mut Command, corpus: &Path, home: &Path) {
    command
        .current_dir(corpus)
        .env_clear()
        .env("HOME", home)
        .env("KUBECONFIG", "/dev/null")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8");
}

/// What real Helm answers, kept from run to run.
#[derive(Debug)]
pub struct Helm {
    program: PathBuf,
    cache: PathBuf,
}

impl Helm {
    /// Helm's binary and the folder that keeps its answers.
    pub fn new(program: PathBuf, cache: PathBuf) -> Self {
        Self { program, cache }
    }

    /// Helm's binary.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The answer of the run with this number. Several runs of a render may differ: that is
    /// how one learns what varies.
    pub fn answer(&self, corpus: &Path, case: &Case, run: usize) -> Result<Finished> {
        let folder = self.cache.join(&case.key);
        let path = |part: &str| folder.join(format!("{run}.{part}"));
        if let Ok(code) = fs::read_to_string(path("code")) {
            let code = code.trim().parse().context("a kept exit code")?;
            return Ok(Finished {
                ending: Ending::Code(code),
                stdout: fs::read(path("stdout"))?,
                stderr: fs::read(path("stderr"))?,
            });
        }
        let done = render(&self.program, corpus, case)?;
        let Ending::Code(code) = done.ending else {
            anyhow::bail!("real Helm: {:?} for {}", done.ending, case.name());
        };
        fs::create_dir_all(&folder)?;
        fs::write(path("stdout"), &done.stdout)?;
        fs::write(path("stderr"), &done.stderr)?;
        // Last: an answer is kept whole or not at all.
        fs::write(path("code"), code.to_string())?;
        Ok(done)
    }
}
