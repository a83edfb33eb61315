//! `dependency`: the charts that a chart depends on.
//!
//! - `list`: what is declared, and what is there
//! - `update`: from declared ranges to a lock, and from a lock to archives in `charts/`
//! - `resolve`: which version is meant; `repositories`: where charts come from
//! - `download`: archives, several at once; `place`: into `charts/`, all of them or none
//! - `git`: charts in Git repositories
//! - `lock`: `Chart.lock`, and Helm's digest in it

mod download;
mod git;
mod list;
mod lock;
mod place;
mod repositories;
mod resolve;
mod update;

use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;

use crate::locate::Access;
use crate::{Class, Error};

pub use list::{DependencyList, list};
pub use update::{build, update};

/// How dependencies are put in place.
#[derive(Debug, Clone, Default)]
pub struct DependencyOptions {
    /// The chart's folder, as it is shown.
    pub chart: PathBuf,
    /// Whether signatures are checked.
    pub verify: Verify,
    /// `--keyring`: the keys that are trusted then.
    pub keyring: PathBuf,
    /// `--skip-refresh`: indexes are taken as they were fetched last.
    pub skip_refresh: bool,
    /// `--debug`
    pub debug: bool,
    /// Seconds since 1970 that files in archives of local charts are said to be of.
    pub source_date: Option<i64>,
    /// The way to repositories and servers.
    pub access: Access,
}

/// Whether signatures are checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verify {
    /// They are not.
    #[default]
    Never,
    /// Those that there are.
    IfPossible,
    /// There must be one.
    Always,
}

/// Where a `file://` repository is.
///
/// # Errors
/// Nothing is there.
fn local_path(repository: &str, chart: &Path) -> Result<PathBuf, Error> {
    let path = repository.strip_prefix("file://").unwrap_or(repository);
    let path = crate::lint::joined(chart, path);
    match std::fs::metadata(&path) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(problem(format!("directory {} not found", path.display()))
                .hint("file:// is seen from the folder of the chart that names it"))
        }
        Err(error) => Err(problem(format!(
            "stat {}: {}",
            path.display(),
            go_text(&error)
        ))),
    }
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}
