//! An index of the archives in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::{Glance, Metadata, load_archive_as_is, processors};

use super::Index;
use crate::{Entry, Error, cache, content, url};

impl Index {
    /// Indexes the archives of a folder and of the folders in it, on all processors; what is no
    /// chart is passed over. `now` tells the time.
    pub fn of_folder(folder: &Path, base: &str, now: &(dyn Fn() -> String + Sync)) -> Self {
        let generated = now();
        let archives = archives(folder);
        let entry = |archive: &Archive| {
            let bytes = fs::read(&archive.path).ok()?;
            describe(&bytes, archive.address(base), now)
        };
        let entries = processors::map(&archives, || entry);
        let mut index = Self::empty(generated);
        for entry in entries.into_iter().flatten() {
            let name = entry.metadata.name.clone();
            index.charts.entry(name).or_default().push(entry);
        }
        index
    }

    /// An index of nothing.
    pub fn empty(generated: String) -> Self {
        Self {
            api_version: "v1".to_owned(),
            generated,
            ..Self::default()
        }
    }
}

/// An archive, and the folder it is in, seen from the folder of the index.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// The folder it is in: empty, or one below the folder of the index.
    pub folder: String,
    /// The name of the file.
    pub file: String,
}

impl Archive {
    /// What an index says of where the archive is.
    pub fn address(&self, base: &str) -> String {
        let folder = url::join(base, &self.folder);
        if folder.is_empty() {
            self.file.clone()
        } else {
            url::join(&folder, &self.file)
        }
    }
}

/// The archives that an index of a folder is of.
///
/// HELM: those of the folder first, then those of each folder in it, by name.
pub fn archives(folder: &Path) -> Vec<Archive> {
    let mut found = in_folder(folder, "");
    for (name, path) in names(folder) {
        found.extend(in_folder(&path, &name));
    }
    found
}

#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "HELM: .TGZ is no archive"
)]
fn in_folder(path: &Path, folder: &str) -> Vec<Archive> {
    let files = names(path).into_iter();
    files
        .filter(|(name, _)| name.ends_with(".tgz"))
        .map(|(file, path)| Archive {
            path,
            folder: folder.to_owned(),
            file,
        })
        .collect()
}

/// The names in a folder in their order; none when it is no folder.
fn names(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            )
        })
        .collect();
    names.sort();
    names
}

/// What an index says of an archive; nothing when it is no chart. `now` tells when the entry
/// was made.
pub fn describe(bytes: &[u8], address: String, now: &dyn Fn() -> String) -> Option<Entry> {
    let (chart, _) = load_archive_as_is(bytes, &Glance).ok()?;
    let metadata = Metadata {
        api_version: match chart.metadata.api_version.as_str() {
            "" => "v1".to_owned(),
            version => version.to_owned(),
        },
        ..chart.metadata
    };
    Some(Entry {
        metadata,
        urls: Some(vec![address]),
        created: now(),
        digest: content::hex(&cache::digest(bytes)),
        ..Entry::default()
    })
}

/// Writes an index, in a folder that is there.
///
/// # Errors
/// A folder that is not, or cannot be written to.
pub fn write(path: &Path, index: &Index, as_json: bool) -> Result<(), Error> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(error) = folder.and_then(|folder| fs::metadata(folder).err()) {
        return Err(Error::file("open", path, &error));
    }
    let text = if as_json {
        index.to_json()?
    } else {
        index.to_yaml()?
    };
    cache::write(path, &text, 0o644)
}
