//! What goes to stdout and stderr.
//!
//! - [`mod@format`]: `--output`, JSON and YAML
//! - [`table`]: the layout of tables; [`color`]: their colors
//! - [`releases`], [`status`], [`metadata`]: what is shown of releases; [`local_time`]: times

pub mod color;
pub mod format;
pub mod local_time;
pub mod metadata;
pub mod releases;
pub mod status;
pub mod table;

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
