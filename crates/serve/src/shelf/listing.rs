//! What is in the folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pintle_repo::index::Archive;

use super::{STEP, Stamp};

/// The folder and those in it, at one time.
#[derive(Debug)]
pub struct Listing {
    /// The folders.
    pub folders: Vec<Folder>,
    /// The archives, in the order of an index.
    pub archives: Vec<Seen>,
}

/// A folder, and when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    modified: Option<SystemTime>,
    /// Whether the time is far enough from when we looked.
    is_settled: bool,
}

/// An archive that is there.
#[derive(Debug)]
pub struct Seen {
    /// Which.
    pub archive: Archive,
    /// Its size and time.
    pub stamp: Stamp,
    /// The same of its signature.
    pub prov: Option<Stamp>,
}

impl Folder {
    fn of(path: &Path, now: SystemTime) -> Self {
        let modified = fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .ok();
        let is_settled = modified.is_some_and(|time| {
            now.duration_since(time)
                .is_ok_and(|distance| distance > STEP)
        });
        Self {
            path: path.to_path_buf(),
            modified,
            is_settled,
        }
    }

    /// Whether nothing came or went since.
    pub fn is_unchanged(&self) -> bool {
        let now = fs::metadata(&self.path).and_then(|metadata| metadata.modified());
        self.is_settled && self.modified == now.ok()
    }

    /// When it changed.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }
}

impl Listing {
    /// Lists a folder. `now` is the time before that.
    pub fn of(folder: &Path, now: SystemTime) -> Self {
        let mut listing = Self {
            folders: Vec::new(),
            archives: Vec::new(),
        };
        // HELM: those of the folder first, then those of each folder in it, by name.
        let below = listing.add(folder, "", now);
        for name in below {
            listing.add(&folder.join(&name), &name, now);
        }
        listing
    }

    /// Adds the archives of a folder; returns the names of the folders in it.
    fn add(&mut self, path: &Path, name: &str, now: SystemTime) -> Vec<String> {
        // Its time comes first: what changes later shows as a change.
        self.folders.push(Folder::of(path, now));
        let mut names = Vec::new();
        let mut below = Vec::new();
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry
                .file_type()
                .is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && entry.path().is_dir()));
            if is_folder {
                below.push(name);
            } else {
                names.push((name, entry.path()));
            }
        }
        names.sort();
        below.sort();
        for (file, path) in &names {
            if let Some(seen) = seen(name, file, path, &names) {
                self.archives.push(seen);
            }
        }
        below
    }
}

/// An archive, if this file is one.
#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "HELM: .TGZ is no archive"
)]
fn seen(folder: &str, file: &str, path: &Path, names: &[(String, PathBuf)]) -> Option<Seen> {
    if !file.ends_with(".tgz") {
        return None;
    }
    let stamp = Stamp::of(path)?;
    let prov = format!("{file}.prov");
    let place = names.binary_search_by(|(name, _)| name.as_str().cmp(&prov));
    Some(Seen {
        archive: Archive {
            path: path.to_path_buf(),
            folder: folder.to_owned(),
            file: file.to_owned(),
        },
        stamp,
        prov: place.ok().and_then(|place| Stamp::of(&names[place].1)),
    })
}
