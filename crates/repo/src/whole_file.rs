//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file that takes its name when it is whole, and goes away when it never is.
#[derive(Debug)]
pub struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// A new file in the folder of the one at `path`, which others may read, open for reading and
    /// writing.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn beside(path: &Path) -> io::Result<(File, Self)> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = std::process::id();
        for number in 0..100 {
            let path = path.with_file_name(format!(".{name}.{process}-{number}"));
            let mut options = OpenOptions::new();
            match options.read(true).write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok((file, Self { path })),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// As [`Self::beside`], with these permissions.
    ///
    /// # Errors
    /// As [`Self::beside`].
    pub fn beside_as(path: &Path, mode: u32) -> io::Result<(File, Self)> {
        let (file, unfinished) = Self::beside(path)?;
        set_mode(&file, mode)?;
        Ok((file, unfinished))
    }

    /// Gives the file its name, in place of what had it before.
    ///
    /// # Errors
    /// The operating system's.
    pub fn rename(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone already when all went well.
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes a file whole, as others may read it.
///
/// # Errors
/// A folder that cannot be written, or a folder where the file is to be.
pub fn write(path: &Path, data: &[u8]) -> io::Result<()> {
    let (mut file, unfinished) = Unfinished::beside(path)?;
    file.write_all(data)?;
    unfinished.rename(path)
}

/// As [`write()`], with these permissions: what is secret is so from the start.
///
/// # Errors
/// As [`write()`].
pub fn write_as(path: &Path, data: &[u8], mode: u32) -> io::Result<()> {
    let (mut file, unfinished) = Unfinished::beside_as(path, mode)?;
    file.write_all(data)?;
    unfinished.rename(path)
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"old").unwrap();
        let (mut file, unfinished) = Unfinished::beside(&path).unwrap();
        file.write_all(b"ne").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(unfinished);
        write_as(&path, b"new", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        assert_eq!(crate::cache::mode_of(&path), Some(0o600));
        assert!(write(&folder.path().join("no/file"), b"").is_err());
        assert!(write(folder.path(), b"").is_err());
    }
}
