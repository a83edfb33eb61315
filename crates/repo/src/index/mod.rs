//! `index.yaml`: what a repository has.
//!
//! - `blocks`: an index in blocks; `fields`: entries by their fields
//! - `windows`: an index piece by piece; `head`: all of it but the entries
//! - `read`: blocks, or the whole, to entries
//! - `make`: an index of the archives in a folder
//! - `write`: YAML and JSON

mod blocks;
mod fields;
mod head;
mod make;
mod read;
mod windows;
mod write;

use std::collections::BTreeMap;

pub use make::{Archive, archives, describe, write};
use pintle_chart::Warning;
use pintle_semver::{Constraint, Version};
use windows::Windows;

use crate::{Entry, Error};

/// What a repository has: the versions of each chart, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Index<T = Vec<Entry>> {
    /// `apiVersion`
    pub api_version: String,
    /// `generated`
    pub generated: String,
    /// Each chart with its versions.
    pub charts: BTreeMap<String, T>,
}

/// An index that was read, and what was left out of it.
#[derive(Debug)]
pub struct Read<T> {
    /// Helm's log lines.
    pub warnings: Vec<Warning>,
    /// The index.
    pub index: Result<Index<T>, Error>,
}

impl Index {
    /// Reads an index; `source` is what log lines say it comes from.
    pub fn read(text: &[u8], source: &str) -> Read<Vec<Entry>> {
        Self::read_with(text, source, |_, entries| entries)
    }

    /// The same in pieces of this many bytes; what [`Index::read`] must agree with.
    pub fn read_in_pieces(text: &[u8], source: &str, size: usize) -> Read<Vec<Entry>> {
        let windows = Windows { size, threads: 0 };
        read::read(text, source, windows, |_, entries| entries)
    }

    /// The same the long way, as one document; what [`Index::read`] must agree with.
    pub fn read_whole(text: &[u8], source: &str) -> Read<Vec<Entry>> {
        read::read_whole(text, source, |_, entries| entries)
    }

    /// Takes the entries of another index, whose name and version this one has not.
    ///
    /// HELM: whether it has a version is asked as a user would ask for it: `1.2.0` is there when
    /// `1.2.0+1` is.
    pub fn merge(&mut self, other: Self) {
        for entry in other.charts.into_values().flatten() {
            let name = &entry.metadata.name;
            let versions = self.charts.entry(name.clone()).or_default();
            let known = versions.iter().map(|one| one.metadata.version.as_str());
            if find(name, known, &entry.metadata.version).is_err() {
                versions.push(entry);
            }
        }
    }

    /// Puts the newest version of each chart first.
    pub fn sort(&mut self) {
        for entries in self.charts.values_mut() {
            sort(entries);
        }
    }
}

/// The versions of one chart, the newest first; of the others nothing is read where possible.
pub fn versions_of(text: &[u8], name: &str) -> Option<Vec<Entry>> {
    read::read_chart(text, name)
}

impl<T> Index<T> {
    /// Reads an index and keeps of each chart's versions what `keep` makes of them.
    pub fn read_with(
        text: &[u8],
        source: &str,
        keep: impl Fn(&str, Vec<Entry>) -> T + Sync,
    ) -> Read<T>
    where
        T: Send,
    {
        read::read(text, source, Windows::for_size(text.len()), keep)
    }
}

/// Reads an index of about this size that need not lie in memory: shows to `take` each chart's
/// name, in the order of the index, and what `keep` makes of its versions. It gives Helm's log
/// lines. Nothing where that does not surely say what [`Index::read_with`] does, where the index
/// cannot be read, or when `take` wants no more.
pub(crate) fn stream<T: Send>(
    text: impl std::io::Read,
    size: u64,
    source: &str,
    keep: impl Fn(&str, Vec<Entry>) -> T + Sync,
    take: impl FnMut(String, T) -> Option<()>,
) -> Option<Vec<Warning>> {
    let windows = Windows::for_size(usize::try_from(size).unwrap_or(usize::MAX));
    read::stream(text, windows, source, keep, take)
}

/// HELM: versions that cannot be read come last; of equal ones the first stays first.
pub(crate) fn sort(entries: &mut Vec<Entry>) {
    let mut keyed: Vec<(Option<Version>, Entry)> = std::mem::take(entries)
        .into_iter()
        .map(|entry| (Version::parse(&entry.metadata.version).ok(), entry))
        .collect();
    keyed.sort_by(|(one, _), (other, _)| other.cmp(one));
    entries.extend(keyed.into_iter().map(|(_, entry)| entry));
}

/// Why no version was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound(pub String);

/// Which of a chart's versions was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its place in the list.
    pub place: usize,
    /// Whether it is another version than the one that was asked for by name.
    pub is_another: bool,
}

/// Finds the version that a user means: an exact one first, then the first that a constraint
/// allows; the newest stable one for an empty text.
///
/// # Errors
/// Helm's text.
pub fn find<'a>(
    name: &str,
    versions: impl Iterator<Item = &'a str> + Clone,
    wanted: &str,
) -> Result<Found, NotFound> {
    if versions.clone().next().is_none() {
        return Err(NotFound("no chart version found".to_owned()));
    }
    let any = if wanted.is_empty() { "*" } else { wanted };
    let constraint = Constraint::parse(any).map_err(|error| NotFound(error.to_string()))?;
    let exact = versions.clone().position(|version| version == wanted);
    if let Some(place) = exact.filter(|_| !wanted.is_empty()) {
        return Ok(Found {
            place,
            is_another: false,
        });
    }
    let allowed = |text: &str| Version::parse(text).is_ok_and(|version| constraint.check(&version));
    match versions.clone().position(allowed) {
        Some(place) => Ok(Found {
            place,
            is_another: !wanted.is_empty() && !is_range(wanted),
        }),
        None => Err(NotFound(format!(
            "no chart version found for {name}-{wanted}"
        ))),
    }
}

/// Whether a text asks for a range of versions rather than for one.
fn is_range(text: &str) -> bool {
    if text.contains(['^', '~', '<', '>', '=', '!', '*'])
        || text.contains("||")
        || text.contains(" - ")
    {
        return true;
    }
    let core = text.split(['-', '+']).next().unwrap_or(text);
    core.contains(['x', 'X'])
}
