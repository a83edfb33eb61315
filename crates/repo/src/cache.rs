//! What is kept of repositories: names of files, and writing them without half a file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::{Error, whole_file};

/// The file with the index of a repository.
pub fn index_file(folder: &Path, repository: &str) -> PathBuf {
    named(folder, repository, "index.yaml")
}

/// The file with the names of a repository's charts, a line each.
pub fn charts_file(folder: &Path, repository: &str) -> PathBuf {
    named(folder, repository, "charts.txt")
}

fn named(folder: &Path, repository: &str, file: &str) -> PathBuf {
    match repository {
        "" => folder.join(file),
        name => folder.join(format!("{name}-{file}")),
    }
}

/// Reads a file.
///
/// # Errors
/// GO: `open PATH: no such file or directory`.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::file("open", path, &error))
}

/// Writes a file so that others see the old one or the new one, whole.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
    whole_file::write_as(path, content, mode).map_err(|error| Error::file("open", path, &error))
}

/// The permissions of a file, when it is there.
#[cfg(unix)]
pub(crate) fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(crate) fn mode_of(_: &Path) -> Option<u32> {
    None
}

/// The SHA-256 of a text.
pub fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// The SHA-256 of a file, which may be large.
///
/// # Errors
/// The operating system's.
pub(crate) fn digest_of_file(path: &Path) -> io::Result<[u8; 32]> {
    let mut sum = Sha256::new();
    io::copy(&mut File::open(path)?, &mut sum)?;
    Ok(sum.finalize().into())
}

/// A text whose SHA-256 is made as it is read.
pub(crate) struct Summed<R> {
    text: R,
    sum: Sha256,
}

impl<R: io::Read> Summed<R> {
    pub fn new(text: R) -> Self {
        Self {
            text,
            sum: Sha256::new(),
        }
    }

    /// The digest of what was read.
    pub fn digest(self) -> [u8; 32] {
        self.sum.finalize().into()
    }
}

impl<R: io::Read> io::Read for Summed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(into)?;
        self.sum.update(&into[..count]);
        Ok(count)
    }
}

/// Removes what is kept of a repository.
///
/// # Errors
/// An index that is there and cannot be removed.
pub fn remove(folder: &Path, repository: &str) -> Result<(), Error> {
    let _ = fs::remove_file(charts_file(folder, repository));
    let index = index_file(folder, repository);
    let _ = fs::remove_file(crate::catalog::catalog_file(&index));
    let _ = fs::remove_file(crate::seen::seen_file(&index));
    match fs::remove_file(&index) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", &index, &error))
        }
        _ => Ok(()),
    }
}
