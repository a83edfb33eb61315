//! A directory of its own for one test: home, working directory and configuration.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Command;

/// A fresh home directory, removed when dropped.
///
/// Commands started from it see nothing of the machine's own configuration.
#[derive(Debug)]
pub struct Home {
    directory: TempDir,
    canonical: PathBuf,
}

impl Home {
    /// Makes an empty home.
    pub fn new() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("pintle-test-")
            .tempdir()
            .expect("a temporary directory can be made");
        let canonical = directory
            .path()
            .canonicalize()
            .expect("the temporary directory has a real path");
        Self {
            directory,
            canonical,
        }
    }

    /// The directory, without symbolic links in its path.
    pub fn path(&self) -> &Path {
        &self.canonical
    }

    /// Writes a file below the home, making its directories.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.canonical.join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("the directories of a test file can be made");
        }
        fs::write(&path, content).expect("a test file can be written");
        path
    }

    /// Reads a file below the home as text.
    pub fn read(&self, relative: &str) -> String {
        let path = self.canonical.join(relative);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A program to run in this home; see [`Command`] for what it sees.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        Command::new(program.as_ref(), self.path())
    }

    /// Replaces the path of this home by `[HOME]`, so that an answer can be kept.
    pub fn redact(&self, text: &str) -> String {
        let plain = self.directory.path().to_string_lossy();
        text.replace(&*self.canonical.to_string_lossy(), "[HOME]")
            .replace(&*plain, "[HOME]")
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}
