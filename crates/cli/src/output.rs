//! What goes to stdout and stderr.

use std::io::{self, Write as _};

use crate::errors::Failure;

/// Writes to stdout.
///
/// # Errors
/// When stdout cannot be written to; quietly when nobody reads it any more.
pub fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_ref())?;
    stdout.flush()?;
    Ok(())
}

/// Writes to stderr. There is nowhere left to tell of a failure here.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
