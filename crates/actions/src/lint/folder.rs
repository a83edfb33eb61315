//! The folder that rules look at: one on disk, or the one that an archive would become.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_chart::{Data, File};
use tempfile::TempDir;

/// A chart's folder.
pub enum Folder {
    /// On disk.
    Disk {
        /// From the root.
        path: PathBuf,
        /// Removes the folder when dropped, if it is ours.
        _temporary: Option<TempDir>,
    },
    /// In memory, under the path where it would be.
    Unpacked {
        /// Nothing is there.
        path: PathBuf,
        /// What is right in the folder, by name.
        entries: HashMap<String, Entry>,
    },
}

/// What is right in a folder.
pub enum Entry {
    /// A file.
    File(Data),
    /// A folder: all that rules ask for.
    Folder,
}

impl Folder {
    /// A folder on disk, from the root.
    pub fn on_disk(path: PathBuf) -> Self {
        Self::Disk {
            path,
            _temporary: None,
        }
    }

    /// A folder of these files, none of whose paths leads through another.
    pub fn unpacked(path: PathBuf, files: &[File]) -> Self {
        let entries = files.iter().map(|file| match file.name.split_once('/') {
            Some((folder, _)) => (folder.to_owned(), Entry::Folder),
            None => (file.name.clone(), Entry::File(file.data.clone())),
        });
        Self::Unpacked {
            path,
            entries: entries.collect(),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Disk { path, .. } | Self::Unpacked { path, .. } => path,
        }
    }

    /// Whether it is certain that there is nothing of this name in it.
    pub fn lacks(&self, name: &str) -> bool {
        match self {
            Self::Disk { path, .. } => fs::metadata(path.join(name))
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound),
            Self::Unpacked { entries, .. } => !entries.contains_key(name),
        }
    }

    /// Whether there is something of this name in it that can be looked at.
    ///
    /// # Errors
    /// Go's words if not.
    pub fn has(&self, name: &str) -> Result<(), String> {
        self.is_folder(name).map(drop)
    }

    /// Whether what has this name is a folder.
    ///
    /// # Errors
    /// It cannot be looked at, in Go's words.
    pub fn is_folder(&self, name: &str) -> Result<bool, String> {
        let missing = |reason: &str| {
            let path = self.path().join(name);
            format!("stat {}: {reason}", path.display())
        };
        match self {
            Self::Disk { path, .. } => match fs::metadata(path.join(name)) {
                Ok(facts) => Ok(facts.is_dir()),
                Err(error) => Err(missing(&go_text(&error))),
            },
            Self::Unpacked { entries, .. } => match entries.get(name) {
                Some(entry) => Ok(matches!(entry, Entry::Folder)),
                None => Err(missing(NOTHING)),
            },
        }
    }

    /// The bytes of a file in it.
    ///
    /// # Errors
    /// Go's words if it cannot be read.
    pub fn read(&self, name: &str) -> Result<Cow<'_, [u8]>, String> {
        let failed = |verb: &str, reason: &str| {
            let path = self.path().join(name);
            format!("{verb} {}: {reason}", path.display())
        };
        match self {
            Self::Disk { path, .. } => match fs::read(path.join(name)) {
                Ok(bytes) => Ok(bytes.into()),
                Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                    Err(failed("read", &go_text(&error)))
                }
                Err(error) => Err(failed("open", &go_text(&error))),
            },
            Self::Unpacked { entries, .. } => match entries.get(name) {
                Some(Entry::File(data)) => Ok(Cow::Borrowed(data)),
                Some(Entry::Folder) => Err(failed("read", "is a directory")),
                None => Err(failed("open", NOTHING)),
            },
        }
    }
}

/// GO: the text of `ENOENT`.
const NOTHING: &str = "no such file or directory";

#[cfg(test)]
mod tests {
    use super::*;

    fn both(files: &[(&str, &str)]) -> [Folder; 2] {
        let temporary = TempDir::new().expect("a temporary folder");
        let path = temporary.path().to_owned();
        let file = |(name, text): &(&str, &str)| {
            let place = path.join(name);
            fs::create_dir_all(place.parent().expect("a parent")).expect("a folder");
            fs::write(place, text).expect("a file");
            File::new(*name, text)
        };
        let files: Vec<File> = files.iter().map(file).collect();
        let unpacked = Folder::unpacked(path.clone(), &files);
        let disk = Folder::Disk {
            path,
            _temporary: Some(temporary),
        };
        [disk, unpacked]
    }

    #[test]
    fn an_archive_looks_like_the_folder_it_would_become() {
        let [disk, unpacked] = both(&[("a", "text"), ("crds/b", ""), ("values.yaml/c", "")]);
        for name in ["a", "crds", "values.yaml", "templates"] {
            assert_eq!(disk.lacks(name), unpacked.lacks(name), "{name}");
            assert_eq!(disk.has(name), unpacked.has(name), "{name}");
            assert_eq!(disk.is_folder(name), unpacked.is_folder(name), "{name}");
            assert_eq!(disk.read(name), unpacked.read(name), "{name}");
        }
        assert_eq!(unpacked.read("a").as_deref(), Ok(b"text".as_slice()));
        assert_eq!(unpacked.is_folder("crds"), Ok(true));
        assert!(unpacked.lacks("templates"));
    }
}
