//! What is asked of the programs that know repositories.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use pintle_chart::disk::go_text;

use super::problem;
use crate::Error;

/// A kind of repositories, and the program that knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plugins) enum Tool {
    /// Git.
    Git,
    /// Subversion.
    Svn,
    /// Mercurial.
    Hg,
    /// Bazaar, or Breezy under its name.
    Bzr,
}

/// Why a program failed: how it ended, and what it said.
struct Failed {
    ending: String,
    said: String,
}

impl Failed {
    /// HELM: what the program said is not told; it becomes a hint.
    fn doing(self, what: &str) -> Error {
        let error = problem(format!("{what}: {}", self.ending));
        let lines = self
            .said
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let said: Vec<&str> = lines.collect();
        if said.is_empty() {
            return error;
        }
        error.hint(said.join("; "))
    }
}

const UPDATE: &str = "Unable to update repository";
const CHECK_OUT: &str = "Unable to update checked out version";

impl Tool {
    /// HELM: in this order.
    const ALL: [Self; 4] = [Self::Git, Self::Svn, Self::Hg, Self::Bzr];

    /// The program's name.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Svn => "svn",
            Self::Hg => "hg",
            Self::Bzr => "bzr",
        }
    }

    /// What a folder is a copy of.
    pub fn of_folder(folder: &Path) -> Option<Self> {
        let marked = |tool: &Self| folder.join(format!(".{}", tool.program())).exists();
        Self::ALL.into_iter().find(marked)
    }

    /// Makes a copy of a repository.
    ///
    /// # Errors
    /// The program's own words.
    pub fn fetch(self, remote: &str, local: &Path) -> Result<(), Error> {
        let words: &[&str] = match self {
            Self::Git => &["clone", "--recursive", "--"],
            Self::Svn => &["checkout", "--"],
            Self::Hg => &["clone", "--"],
            Self::Bzr => &["branch", "--"],
        };
        let words = words.iter().map(OsStr::new);
        let words: Vec<&OsStr> = words
            .chain([OsStr::new(remote), local.as_os_str()])
            .collect();
        let done = self.run(Path::new("."), &words);
        done.map(drop).map_err(|Failed { ending, said }| {
            let verb = words[0].to_string_lossy();
            problem(format!("Unable to get repository: {said}: {ending}")).hint(format!(
                "this is what `{} {verb}` says of it",
                self.program()
            ))
        })
    }

    /// Brings a copy up to date.
    ///
    /// # Errors
    /// The program's own words.
    pub fn update(self, folder: &Path) -> Result<(), Error> {
        let run = |words: &[&str], what: &str| {
            let done = self.run(folder, words);
            done.map(drop).map_err(|failed| failed.doing(what))
        };
        match self {
            Self::Git => {
                run(&["fetch", "--tags", "origin"], UPDATE)?;
                let words = ["symbolic-ref", "--quiet", "HEAD"];
                let is_detached = self.run(folder, &words).is_err();
                if !is_detached {
                    run(&["pull"], UPDATE)?;
                }
                submodules(folder)
            }
            Self::Svn => run(&["update"], UPDATE),
            Self::Hg => {
                run(&["pull"], CHECK_OUT)?;
                run(&["update"], CHECK_OUT)
            }
            Self::Bzr => {
                run(&["pull"], UPDATE)?;
                run(&["update"], UPDATE)
            }
        }
    }

    /// Brings a copy to a version.
    ///
    /// # Errors
    /// The program's own words.
    pub fn set_version(self, folder: &Path, version: &str) -> Result<(), Error> {
        let run = |words: &[&str]| {
            let done = self.run(folder, words);
            done.map(drop).map_err(|failed| failed.doing(CHECK_OUT))
        };
        match self {
            Self::Git => {
                run(&["checkout", "--quiet", version])?;
                submodules(folder)
            }
            Self::Svn | Self::Bzr => run(&["update", "-r", version]),
            Self::Hg => run(&["update", "--", version]),
        }
    }

    /// Whether a version is a name that the repository knows.
    pub fn has(self, folder: &Path, version: &str) -> bool {
        let words: &[&str] = match self {
            Self::Git => &["rev-parse", "--verify", "--quiet", "--end-of-options"],
            Self::Svn | Self::Hg => &["log", "-r"],
            Self::Bzr => &["revno", "-r"],
        };
        let said = self.run(folder, &[words, &[version]].concat());
        // HELM: of a commit that is not there, svn draws a line and has nothing to say.
        said.is_ok_and(|said| self != Self::Svn || said.split('\n').count() > 2)
    }

    /// The names of versions.
    ///
    /// # Errors
    /// They cannot be had.
    pub fn tags(self, folder: &Path) -> Result<Vec<String>, Error> {
        let words: &[&str] = match self {
            Self::Git => &["tag", "--list"],
            Self::Svn => return Ok(Vec::new()),
            Self::Hg | Self::Bzr => &["tags"],
        };
        let said = self.run(folder, words);
        let said = said.map_err(|failed| failed.doing("Unable to retrieve tags"))?;
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        Ok(said.lines().filter_map(first).collect())
    }

    /// Whether anything was changed by hand.
    pub fn is_dirty(self, folder: &Path) -> bool {
        // HELM: a repository that cannot be asked counts as changed.
        !self
            .run(folder, &["diff"])
            .is_ok_and(|said| said.is_empty())
    }

    /// Where a copy is from.
    pub fn remote(self, folder: &Path) -> String {
        let (words, start): (&[&str], &str) = match self {
            Self::Git => (&["config", "--get", "remote.origin.url"], ""),
            Self::Svn => (&["info"], "URL: "),
            Self::Hg => (&["paths"], "default = "),
            Self::Bzr => (&["info"], "parent branch: "),
        };
        let said = self.run(folder, words).unwrap_or_default();
        let found = said
            .lines()
            .find_map(|line| line.trim_start().strip_prefix(start));
        found.unwrap_or_default().trim().to_owned()
    }

    /// Whether a copy is from an address.
    pub fn is_of(self, folder: &Path, remote: &str) -> bool {
        let known = self.remote(folder);
        match self {
            // HELM: what Bazaar knows may be another address of the same.
            Self::Bzr => true,
            // DIFF: Mercurial keeps the path alone, and Helm refuses its own copy.
            Self::Hg => known == remote.strip_prefix("file://").unwrap_or(remote),
            Self::Svn => known.is_empty() || known == remote,
            Self::Git => known == remote,
        }
    }

    /// Runs the program; what it says.
    fn run<T: AsRef<OsStr>>(self, folder: &Path, words: &[T]) -> Result<String, Failed> {
        let failed = |ending: String, said: String| Failed { ending, said };
        let output = Command::new(self.program())
            .args(words)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed(go_text(&error), String::new()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().unwrap_or(-1);
        Err(failed(format!("exit status {code}"), said))
    }
}

fn submodules(folder: &Path) -> Result<(), Error> {
    if !folder.join(".gitmodules").exists() {
        return Ok(());
    }
    let words = ["submodule", "update", "--init", "--recursive"];
    let done = Tool::Git.run(folder, &words);
    done.map(drop)
        .map_err(|failed| failed.doing("Unexpected error while defensively updating submodules"))
}
