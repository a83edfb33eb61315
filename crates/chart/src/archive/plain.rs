//! Archives that are no charts: each entry as it is, for callers with rules of their own.

use std::io::Read;

use super::stream::{Forward, Unzipped};
use super::{Limits, MAX_OVERHEAD};
use crate::Error;

/// How many entries an archive may have.
const MAX_ENTRIES: usize = 100_000;

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, whatever that is: nothing was checked.
    pub name: String,
    /// What tar says it is: `0` for a file, `5` for a folder.
    pub kind: u8,
    /// Its mode.
    pub mode: u32,
}

/// Reads a gzipped tar, entry by entry: `visit` gets each with its data.
///
/// # Errors
/// Those of `visit`, what is no gzipped tar, and what is larger than `limits.archive`.
pub fn each_entry(
    bytes: &[u8],
    limits: Limits,
    visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut unzipped = Unzipped::new(bytes, limits.archive.saturating_add(MAX_OVERHEAD));
    let mut refused = None;
    let outcome = walk(&mut unzipped, visit, &mut refused);
    match (refused, outcome) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(unzipped.explain(&error, limits.archive)),
        (None, Ok(())) => Ok(()),
    }
}

fn walk(
    unzipped: &mut Unzipped<'_>,
    visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<(), Error>,
    refused: &mut Option<Error>,
) -> std::io::Result<()> {
    let mut tar = tar::Archive::new(Forward::new(unzipped));
    let mut end_of_data = 0;
    for (number, entry) in tar.entries_with_seek()?.enumerate() {
        let mut entry = entry?;
        end_of_data = entry.raw_file_position().saturating_add(entry.size());
        if number == MAX_ENTRIES {
            let text = format!("archive has more than {MAX_ENTRIES} files");
            *refused = Some(Error::new(text));
            return Ok(());
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let header = entry.header();
        let kind = match header.entry_type().as_byte() {
            // GO: a folder is also what has an old header and a `/` at the end.
            0 if name.ends_with('/') => b'5',
            0 => b'0',
            other => other,
        };
        let head = Entry {
            name,
            kind,
            mode: header.mode().unwrap_or_default(),
        };
        if let Err(error) = visit(&head, &mut entry) {
            *refused = Some(error);
            return Ok(());
        }
    }
    let mut stream = tar.into_inner();
    if !stream.reaches(end_of_data) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    stream.end()
}
