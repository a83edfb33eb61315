//! The files in an archive.

use std::io::{self, Read};
use std::sync::Arc;

use tar::{Entry, EntryType};

use super::names::clean_name;
use super::stream::{Forward, Unzipped};
use super::{BOM, too_large, without_bom};
use crate::data::{Archive, Packed};
use crate::load::{Want, Watch};
use crate::{Data, Error, File, time};

/// Why reading stopped.
pub(super) enum Failure {
    /// What the archive holds is not allowed.
    Chart(Error),
    /// The bytes are no gzipped tar.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What may still be read.
pub(super) struct Remaining {
    archive: u64,
    total: u64,
    limit: u64,
}

impl Remaining {
    /// So many bytes of this archive, and of all archives together.
    pub fn new(archive: u64, total: u64) -> Self {
        Self {
            archive,
            total,
            limit: archive,
        }
    }

    /// Takes `size` bytes, or fails as Helm does.
    fn take(&mut self, size: u64) -> Result<(), Failure> {
        // HELM: an archive that is just full is too large, too.
        if size >= self.archive || size >= self.total {
            return Err(Failure::Chart(too_large(self.limit)));
        }
        self.archive -= size;
        self.total -= size;
        Ok(())
    }
}

/// The files of an archive, while they are read.
pub(super) struct Entries<'a> {
    archive: Arc<Archive>,
    remaining: Remaining,
    watch: &'a dyn Watch,
    files: Vec<File>,
    /// The numbers of the entries that stay packed.
    packed: Vec<usize>,
    /// The data of one file.
    buffer: Vec<u8>,
}

impl<'a> Entries<'a> {
    pub fn new(archive: Arc<Archive>, remaining: Remaining, watch: &'a dyn Watch) -> Self {
        Self {
            archive,
            remaining,
            watch,
            files: Vec::new(),
            packed: Vec::new(),
            buffer: Vec::new(),
        }
    }

    /// Reads all there are.
    pub fn read(&mut self, unzipped: &mut Unzipped<'_>) -> Result<(), Failure> {
        let mut tar = tar::Archive::new(Forward::new(unzipped));
        let mut end_of_data = 0;
        for (number, entry) in tar.entries_with_seek()?.enumerate() {
            let entry = entry?;
            // A sparse file says its size itself, whatever there is.
            end_of_data = entry.raw_file_position().saturating_add(entry.size());
            self.entry(number, entry)?;
        }
        let mut stream = tar.into_inner();
        if !stream.reaches(end_of_data) {
            return Err(Failure::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(stream.end()?)
    }

    /// How many bytes may still be read of all archives together.
    pub fn left(&self) -> u64 {
        self.remaining.total
    }

    /// The files, now that all are known.
    pub fn finish(self) -> Vec<File> {
        self.archive.seal(self.packed);
        self.files
    }

    fn entry(&mut self, number: usize, mut entry: Entry<'_, impl Read>) -> Result<(), Failure> {
        let raw_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if is_skipped(entry.header(), &raw_name) {
            return Ok(());
        }
        let name = clean_name(&raw_name).map_err(Failure::Chart)?;
        let modified = modified(&mut entry)?;
        let data = self.data(number, &name, &mut entry)?;
        let top = raw_name.split(['/', '\\']).next().unwrap_or_default();
        self.watch.file(&format!("{top}/{name}"), &data);
        self.files.push(File {
            name,
            data,
            modified,
        });
        Ok(())
    }

    fn data(
        &mut self,
        number: usize,
        name: &str,
        entry: &mut Entry<'_, impl Read>,
    ) -> Result<Data, Failure> {
        if !has_data(entry) {
            return Ok(Data::default());
        }
        let size = entry.size();
        self.remaining.take(size)?;
        let want = if size < SMALL {
            Want::Bytes
        } else {
            self.watch.wants(name)
        };
        if let Want::Nothing = want {
            // The rest is passed over on the way to the next entry.
            let mut head = [0; BOM.len()];
            entry.read_exact(&mut head)?;
            let mark = if head == *BOM { BOM.len() } else { 0 };
            let size = usize::try_from(size).unwrap_or(usize::MAX) - mark;
            return Ok(self.pack(number, size));
        }
        read_data(entry, size, &mut self.buffer)?;
        let bytes = without_bom(&self.buffer);
        let data = match want {
            Want::Look => {
                let data = self.pack(number, bytes.len());
                self.watch.look(&data, without_bom(&self.buffer));
                data
            }
            _ => bytes.into(),
        };
        if self.buffer.capacity() > LARGE {
            self.buffer = Vec::new();
        }
        Ok(data)
    }

    /// Data that stays in the archive.
    fn pack(&mut self, number: usize, size: usize) -> Data {
        self.packed.push(number);
        let entry = self.packed.len() - 1;
        Data::packed(&self.archive, Packed { entry, size })
    }
}

/// Files below this size are kept: it costs more to come back for them.
const SMALL: u64 = 4 << 10;

/// A buffer above this size is given back rather than kept for the next file.
const LARGE: usize = 256 << 10;

/// The data of these entries of an archive that was read before. Should it fail all the
/// same, files are empty.
pub(crate) fn unpack(compressed: &[u8], entries: &[usize]) -> Vec<Arc<[u8]>> {
    let mut unpacked = Vec::with_capacity(entries.len());
    let unzipped = Unzipped::new(compressed, u64::MAX);
    let mut tar = tar::Archive::new(Forward::new(unzipped));
    let Ok(all) = tar.entries_with_seek() else {
        return vec![Arc::default(); entries.len()];
    };
    for (number, entry) in all.enumerate() {
        if entries.get(unpacked.len()) != Some(&number) {
            continue;
        }
        let mut data = Vec::new();
        if let Ok(mut entry) = entry
            && entry.read_to_end(&mut data).is_err()
        {
            data.clear();
        }
        unpacked.push(without_bom(&data).into());
    }
    unpacked.resize_with(entries.len(), Arc::default);
    unpacked
}

/// Folders, and headers about other entries. HELM: links, devices and pipes are kept as
/// empty files; nothing is ever followed or created.
fn is_skipped(header: &tar::Header, name: &str) -> bool {
    let kind = header.entry_type();
    // GO: a folder is also what has a folder's mode, or an old header and a `/` at the end.
    let has_folder_mode = header
        .mode()
        .is_ok_and(|mode| mode & 0o170_000 == 0o040_000);
    let is_old_folder = header.as_old().linkflag == [0] && name.ends_with('/');
    kind.is_dir()
        || kind.is_pax_global_extensions()
        || kind.is_pax_local_extensions()
        || has_folder_mode
        || is_old_folder
}

/// Reads the data of a file in place of what is in `buffer`.
fn read_data(
    entry: &mut Entry<'_, impl Read>,
    size: u64,
    buffer: &mut Vec<u8>,
) -> Result<(), Failure> {
    buffer.clear();
    // The size is a stranger's word: memory becomes ours piece by piece, as it is filled.
    const STEP: u64 = 1 << 20;
    buffer.reserve_exact(usize::try_from(size.min(16 * STEP)).unwrap_or_default());
    let mut left = size;
    while left > 0 {
        let start = buffer.len();
        let piece = usize::try_from(left.min(STEP)).unwrap_or_default();
        buffer.resize(start + piece, 0);
        entry.read_exact(&mut buffer[start..])?;
        left -= piece as u64;
    }
    Ok(())
}

/// Whether an entry is a file with data, rather than a link or device.
fn has_data(entry: &Entry<'_, impl Read>) -> bool {
    matches!(
        entry.header().entry_type(),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
    )
}

fn modified(entry: &mut Entry<'_, impl Read>) -> Result<Option<String>, Failure> {
    if let Some(extensions) = entry.pax_extensions()? {
        for extension in extensions.flatten() {
            if extension.key_bytes() == b"mtime" {
                let text = String::from_utf8_lossy(extension.value_bytes());
                return Ok(pax_time(&text));
            }
        }
    }
    let seconds = entry.header().mtime().unwrap_or_default();
    Ok(i64::try_from(seconds)
        .ok()
        .and_then(|s| time::rfc3339(s, 0)))
}

/// A time in an extended header: seconds with a fraction.
fn pax_time(text: &str) -> Option<String> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let nanoseconds: u32 = digits.parse().ok()?;
    let whole: i64 = seconds.parse().ok()?;
    if seconds.starts_with('-') && nanoseconds > 0 {
        return time::rfc3339(whole - 1, 1_000_000_000 - nanoseconds);
    }
    time::rfc3339(whole, nanoseconds)
}
