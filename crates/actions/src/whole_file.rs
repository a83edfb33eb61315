//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file that takes its name when it is whole, and goes away when it never is.
#[derive(Debug)]
pub struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// A new file in the folder of the one at `path`, which others may read.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn beside(path: &Path) -> io::Result<(File, Self)> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = std::process::id();
        for number in 0..100 {
            let path = path.with_file_name(format!(".{name}.{process}-{number}"));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok((file, Self { path })),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
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

/// Writes a file whole.
///
/// # Errors
/// A folder that cannot be written, or a folder where the file is to be.
pub fn write(path: &Path, data: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let (mut file, unfinished) = Unfinished::beside(path)?;
    file.write_all(data)?;
    unfinished.rename(path)
}
