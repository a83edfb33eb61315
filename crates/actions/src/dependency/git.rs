//! Charts in Git repositories: `git+https://HOST/REPOSITORY//FOLDER@REVISION?submodules=true`.
//!
//! DIFF: Helm has no such thing.
//!
//! They are packed as charts of folders are, with the time of the commit, and kept by the
//! commit and the folder. The lock keeps the commit in the place of the revision, so that what it
//! names is found again, here or there.
//!
//! - `address`: what a repository's text says
//! - `command`: the program `git`, run so that nothing of a repository runs
//! - `files`: the files of a chart, from submodules too where they are asked for

mod address;
mod command;
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::{Chart, Dependency, load_folder_files};
use pintle_repo::{cache, content};
use pintle_semver::Version;

use super::resolve::constraint;
use super::{DependencyOptions, problem};
use crate::prepare::report;
use crate::repo::quote;
use crate::{Error, Events, package};

pub(super) use self::address::Address;
use self::address::Revision;

/// A version of a chart in a Git repository.
#[derive(Debug)]
pub(super) struct Found {
    /// The version that its `Chart.yaml` says.
    pub version: String,
    /// The repository's text with the commit in it.
    pub repository: String,
}

/// Finds the chart that a dependency means, and keeps its archive; none when its version is not
/// the one that is asked for.
///
/// # Errors
/// A repository that cannot be fetched, or has no such chart.
pub(super) fn resolve(
    dependency: &Dependency,
    address: &Address,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<Option<Found>, Error> {
    let (path, commit) = kept(address, options, events)?;
    let chart = load(&path, events)?;
    if chart.name() != dependency.name {
        return Err(problem(format!(
            "the chart in {} is named {}, not {}",
            dependency.repository,
            quote(chart.name()),
            quote(&dependency.name)
        )));
    }
    let constraint = constraint(dependency)?;
    let version = chart.metadata.version.clone();
    let fits = Version::parse(&version).is_ok_and(|version| constraint.check(&version));
    let repository = address.at(&commit);
    Ok(fits.then_some(Found {
        version,
        repository,
    }))
}

/// Copies a chart's archive into a folder.
///
/// # Errors
/// As [`resolve`]; a chart of another version than the lock says.
pub(super) fn place(
    dependency: &Dependency,
    address: &Address,
    folder: &Path,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let (path, _) = kept(address, options, events)?;
    let chart = load(&path, events)?;
    if chart.name() != dependency.name || chart.metadata.version != dependency.version {
        return Err(problem(format!(
            "{} has {} {}, and the lock says {} {}",
            dependency.repository,
            chart.name(),
            chart.metadata.version,
            dependency.name,
            dependency.version
        )));
    }
    let bytes = cache::read(&path)?;
    Ok(cache::write(
        &folder.join(chart.archive_name()),
        &bytes,
        0o644,
    )?)
}

/// The archive of a chart, from the cache when the commit is known, and the commit.
fn kept(
    address: &Address,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(PathBuf, String), Error> {
    let folder = options.access.places.cache.join("git");
    let path_of = |commit: &str| {
        // No folder has a NUL in its name.
        let more = if address.submodules {
            "\0submodules"
        } else {
            ""
        };
        let inside = format!("{}{more}", address.folder);
        let inside = content::hex(&cache::digest(inside.as_bytes()));
        folder.join(format!("{commit}-{}.tgz", &inside[..16]))
    };
    if let Revision::Commit(commit) = &address.revision {
        let path = path_of(commit);
        if path.is_file() {
            return Ok((path, commit.clone()));
        }
    }
    events.progress(&format!("fetching {}", address.shown()));
    let fetched = files::fetch(address, events)?;
    let path = path_of(&fetched.commit);
    let commit = fetched.commit.clone();
    let bytes = packed(fetched, address, events)?;
    cache::write(&path, &bytes, 0o644)?;
    Ok((path, commit))
}

/// Packs the chart of a commit: as a folder would be, with the time of the commit.
fn packed(fetched: files::Files, address: &Address, events: &dyn Events) -> Result<Vec<u8>, Error> {
    let within = |error: Error| error.prefixed(&format!("{}: ", address.shown()));
    let (mut chart, warnings) =
        load_folder_files(fetched.all, &()).map_err(|error| within(error.into()))?;
    report(warnings, events);
    chart.stamp(fetched.time);
    let folder = tempfile::tempdir().map_err(|error| problem(error.to_string()))?;
    let path = package::save(&chart, folder.path())?;
    Ok(cache::read(&path)?)
}

fn load(path: &Path, events: &dyn Events) -> Result<Chart, Error> {
    let (chart, warnings) = pintle_chart::disk::load_as_is(path, &()).inspect_err(|_| {
        // What cannot be read is fetched again the next time.
        let _ = fs::remove_file(path);
    })?;
    report(warnings, events);
    Ok(chart)
}
