//! What goes to stdout and stderr.
//!
//! - [`mod@format`]: `--output`, JSON and YAML
//! - [`explanation`]: why it failed, beyond Helm's text
//! - [`table`]: the layout of tables; [`color`]: their colors
//! - [`help`]: help in color
//! - [`releases`], [`status`], [`metadata`]: what is shown of releases; [`local_time`]: times

pub mod color;
pub mod explanation;
pub mod format;
pub mod help;
pub mod local_time;
pub mod metadata;
pub mod releases;
pub mod status;
pub mod table;

use std::io::{self, BufWriter, Write as _};

use crate::errors::Failure;
use crate::progress;

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

/// Writes a large text to stdout, piece by piece.
///
/// # Errors
/// As [`print()`].
pub fn print_pieces<'a>(pieces: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    const ROOM: usize = 64 << 10;
    let mut writer = BufWriter::with_capacity(ROOM, unbuffered_stdout()?);
    for piece in pieces {
        writer.write_all(piece.as_bytes())?;
    }
    writer.flush()?;
    Ok(())
}

/// The standard library's own buffer is written at every end of a line.
#[cfg(unix)]
fn unbuffered_stdout() -> io::Result<impl io::Write> {
    use std::os::fd::AsFd as _;
    let stdout = io::stdout().lock().as_fd().try_clone_to_owned()?;
    Ok(std::fs::File::from(stdout))
}

#[cfg(not(unix))]
fn unbuffered_stdout() -> io::Result<impl io::Write> {
    Ok(io::stdout().lock())
}

/// Writes to stderr. There is nowhere left to tell of a failure here.
pub fn complain(text: &str) {
    progress::clear();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
