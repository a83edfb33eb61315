//! Chart archives (gzipped tar) to files, never trusting what they say.

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use tar::{Entry, EntryType};

use crate::data::{Archive, Packed};
use crate::load::{Loader, Watch, detect};
use crate::{Chart, Data, Error, File, Warning, time};

/// How much a chart may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files of one archive.
    pub archive: u64,
    /// Bytes of all files of an archive and the archives inside it.
    ///
    /// DIFF: Helm gives each archive inside the full allowance again, so that a small file
    /// can grow without end.
    pub total: u64,
}

impl Default for Limits {
    /// HELM: 100 MiB for an archive.
    fn default() -> Self {
        Self {
            archive: 100 << 20,
            total: 400 << 20,
        }
    }
}

/// How much is reserved at most for an archive, before any of it is read.
const MAX_EXPECTED: usize = 32 << 20;

/// Bytes of tar around the files (headers, padding, long names) that are read at most.
const MAX_OVERHEAD: u64 = 64 << 20;

/// What is left of the limits.
pub(crate) struct Budget {
    limits: Limits,
    left: u64,
    /// Whether large files that commands seldom look at stay compressed.
    packs: bool,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            left: limits.total,
            packs: true,
        }
    }
}

/// Reads a chart from a gzipped tar archive.
///
/// HELM: commands that install look at `apiVersion` first, and say no more than `unable to
/// load chart archive` when the archive itself is bad; we add the cause as a hint.
///
/// # Errors
/// A bad archive, or what [`crate::load_files`] refuses.
pub fn load_archive(bytes: impl Read) -> Result<(Chart, Vec<Warning>), Error> {
    load_archive_with(bytes, Limits::default())
}

/// As [`load_archive`], with other limits.
///
/// # Errors
/// As [`load_archive`].
pub fn load_archive_with(bytes: impl Read, limits: Limits) -> Result<(Chart, Vec<Warning>), Error> {
    load_bytes_with(bytes, 0, limits, &())
}

/// As [`load_archive`], of about `size` bytes.
pub(crate) fn load_sized_archive(
    bytes: impl Read,
    size: usize,
    watch: &dyn Watch,
) -> Result<(Chart, Vec<Warning>), Error> {
    load_bytes_with(bytes, size, Limits::default(), watch)
}

fn load_bytes_with(
    bytes: impl Read,
    size: usize,
    limits: Limits,
    watch: &dyn Watch,
) -> Result<(Chart, Vec<Warning>), Error> {
    let files = compressed(bytes, size, limits)
        .and_then(|bytes| read_archive_with(bytes, &mut Budget::new(limits), watch))
        .map_err(|cause| Error::new("unable to load chart archive").hint(cause.in_one_line()))?;
    detect(&files)?;
    Loader::new(limits, watch).finish(files)
}

/// Reads a chart from an archive whatever its `apiVersion`, and tells the cause at once when
/// the archive is bad (as `show` does).
///
/// # Errors
/// As [`load_archive`].
pub fn load_archive_as_is(
    bytes: impl Read,
    watch: &dyn Watch,
) -> Result<(Chart, Vec<Warning>), Error> {
    let limits = Limits::default();
    let budget = &mut Budget::new(limits);
    let files = read_archive_with(compressed(bytes, 0, limits)?, budget, watch)?;
    Loader::new(limits, watch).finish(files)
}

/// The files of a chart archive, without their top folder, in memory as they are.
///
/// # Errors
/// Not a gzip or tar, illegal names, too large.
pub fn read_archive(bytes: impl Read, watch: &dyn Watch) -> Result<Vec<File>, Error> {
    let limits = Limits::default();
    let budget = &mut Budget::new(limits);
    budget.packs = false;
    read_archive_with(compressed(bytes, 0, limits)?, budget, watch)
}

/// A compressed archive, wherever it is kept.
pub(crate) type Compressed = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The archive as it is, of about `size` bytes. What does not fit the limits compressed would
/// not fit them decompressed either.
fn compressed(bytes: impl Read, size: usize, limits: Limits) -> Result<Compressed, Error> {
    let most = limits.archive.saturating_add(MAX_OVERHEAD);
    // One more, so that the end is seen without growing.
    let expected = size.min(MAX_EXPECTED) + 1;
    let mut whole = Vec::with_capacity(expected);
    bytes
        .take(most)
        .read_to_end(&mut whole)
        .map_err(|error| Error::new(error.to_string()))?;
    if whole.len() as u64 == most {
        return Err(too_large(limits.archive));
    }
    Ok(Arc::new(whole))
}

pub(crate) fn read_archive_with(
    bytes: Compressed,
    budget: &mut Budget,
    watch: &dyn Watch,
) -> Result<Vec<File>, Error> {
    let left = budget.limits.archive.saturating_add(MAX_OVERHEAD);
    let mut remaining = Remaining {
        archive: budget.limits.archive,
        total: budget.left,
        limit: budget.limits.archive,
        packs: budget.packs,
    };
    let mut files = Vec::new();
    let archive = Arc::new(Archive::new(Arc::clone(&bytes)));
    let mut unzipped = Unzipped::new((*bytes).as_ref(), left);
    let outcome = {
        let mut keep = |raw_name: &str, file: File| {
            let top = raw_name.split(['/', '\\']).next().unwrap_or_default();
            watch.file(&format!("{top}/{}", file.name), &file.data);
            files.push(file);
        };
        read_entries(&mut unzipped, &mut remaining, &archive, &mut keep)
    };
    budget.left = remaining.total;
    outcome.map_err(|failure| match failure {
        Failure::Chart(error) => error,
        Failure::Io(error) => unzipped.explain(&error, remaining.limit),
    })?;
    if files.is_empty() {
        return Err(Error::new("no files in chart archive"));
    }
    Ok(files)
}

/// Why reading stopped.
enum Failure {
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
struct Remaining {
    archive: u64,
    total: u64,
    limit: u64,
    packs: bool,
}

impl Remaining {
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

fn too_large(limit: u64) -> Error {
    Error::new(format!(
        "decompressed chart is larger than the maximum size {limit}"
    ))
}

/// So many bytes are decompressed at once: each time costs the decompressor a copy of what it
/// looks back on.
const PIECE: usize = 128 << 10;

fn read_entries(
    unzipped: &mut Unzipped<'_>,
    remaining: &mut Remaining,
    archive: &Arc<Archive>,
    keep: &mut dyn FnMut(&str, File),
) -> Result<(), Failure> {
    let mut tar = tar::Archive::new(BufReader::with_capacity(PIECE, unzipped));
    let mut packed = Vec::new();
    let mut buffer = Vec::new();
    for (number, entry) in tar.entries()?.enumerate() {
        let mut entry = entry?;
        let raw_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if is_skipped(entry.header(), &raw_name) {
            continue;
        }
        let name = clean_name(&raw_name).map_err(Failure::Chart)?;
        let modified = modified(&mut entry)?;
        let stays_packed = remaining.packs && stays_packed(&name, entry.size());
        let data = if stays_packed && has_data(&entry) {
            let size = skip_data(&mut entry, remaining)?;
            packed.push(number);
            let place = Packed {
                entry: packed.len() - 1,
                size,
            };
            Data::packed(archive, place)
        } else {
            read_data(&mut entry, remaining, &mut buffer)?;
            without_bom(&buffer).into()
        };
        let file = File {
            name,
            data,
            modified,
        };
        keep(&raw_name, file);
    }
    archive.seal(packed);
    Ok(())
}

/// Whether a file is large, and one that commands seldom look at.
fn stays_packed(name: &str, size: u64) -> bool {
    const LARGE: u64 = 4 << 10;
    let mut inner = name;
    while let Some((_, rest)) = inner
        .strip_prefix("charts/")
        .and_then(|rest| rest.split_once('/'))
    {
        inner = rest;
    }
    let is_markdown = inner.rsplit_once('.').is_some_and(|(_, end)| end == "md");
    size > LARGE && (inner.starts_with("crds/") || is_markdown)
}

/// Reads past the data of a file; how many bytes it has without a byte order mark.
fn skip_data(
    entry: &mut Entry<'_, impl Read>,
    remaining: &mut Remaining,
) -> Result<usize, Failure> {
    let size = entry.size();
    remaining.take(size)?;
    let mut head = [0; BOM.len()];
    entry.read_exact(&mut head)?;
    let rest = io::copy(&mut entry.by_ref(), &mut io::sink())?;
    if rest + BOM.len() as u64 != size {
        return Err(Failure::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    let mark = if head == *BOM { BOM.len() } else { 0 };
    Ok(usize::try_from(size).unwrap_or(usize::MAX) - mark)
}

/// The data of these entries of an archive that was read before. Should it fail all the
/// same, files are empty.
pub(crate) fn unpack(compressed: &[u8], entries: &[usize]) -> Vec<Arc<[u8]>> {
    let mut unpacked = Vec::with_capacity(entries.len());
    let unzipped = Unzipped::new(compressed, u64::MAX);
    let mut tar = tar::Archive::new(BufReader::with_capacity(PIECE, unzipped));
    let Ok(all) = tar.entries() else {
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
    remaining: &mut Remaining,
    buffer: &mut Vec<u8>,
) -> Result<(), Failure> {
    buffer.clear();
    if !has_data(entry) {
        return Ok(());
    }
    let size = entry.size();
    remaining.take(size)?;
    // The size is a stranger's word: reserve it piece by piece.
    const STEP: u64 = 1 << 20;
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

/// The path below the top folder, checked as Helm does.
fn clean_name(name: &str) -> Result<String, Error> {
    // HELM: archives made on Windows separate with backslashes.
    let separator = if name.contains('\\') { '\\' } else { '/' };
    let (top, rest) = name.split_once(separator).unwrap_or((name, ""));
    let rest = rest.replace(separator, "/");
    if rest.starts_with('/') {
        return Err(Error::new("chart illegally contains absolute paths"));
    }
    let clean = clean_path(&rest);
    if clean == "." {
        return Err(Error::new(format!(
            "chart illegally contains content outside the base directory: {name:?}"
        ))
        .hint("all files of a chart archive belong in one folder"));
    }
    if clean.starts_with("..") {
        return Err(Error::new("chart illegally references parent directory")
            .hint(format!("the entry is {name:?}")));
    }
    if matches!(clean.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic()) {
        return Err(Error::new("chart contains illegally named files")
            .hint(format!("the entry is {name:?}")));
    }
    if top == "Chart.yaml" {
        return Err(Error::new("chart yaml not in base directory"));
    }
    Ok(clean)
}

/// Go's `path.Clean` for a relative path.
fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return ".".to_owned();
    }
    parts.join("/")
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

/// The byte order mark of UTF-8.
const BOM: &[u8; 3] = b"\xef\xbb\xbf";

/// The bytes without a UTF-8 byte order mark.
pub(crate) fn without_bom(data: &[u8]) -> &[u8] {
    data.strip_prefix(BOM).unwrap_or(data)
}

/// The same for bytes that nobody else needs.
pub(crate) fn owned_without_bom(data: Vec<u8>) -> Data {
    match data.strip_prefix(BOM) {
        Some(rest) => rest.into(),
        None => data.into(),
    }
}

/// The decompressed bytes: counted, and remembering why they ended.
struct Unzipped<'a> {
    inner: MultiGzDecoder<&'a [u8]>,
    left: u64,
    failure: Option<Stop>,
}

#[derive(Clone, Copy)]
enum Stop {
    TooLarge,
    EndsEarly,
    Corrupt,
}

impl Read for Unzipped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
                let Some(left) = self.left.checked_sub(count as u64) else {
                    self.failure = Some(Stop::TooLarge);
                    return Err(io::ErrorKind::FileTooLarge.into());
                };
                self.left = left;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failure = Some(match error.kind() {
                    io::ErrorKind::UnexpectedEof => Stop::EndsEarly,
                    _ => Stop::Corrupt,
                });
                Err(error)
            }
        }
    }
}

impl<'a> Unzipped<'a> {
    fn new(compressed: &'a [u8], left: u64) -> Self {
        Self {
            inner: MultiGzDecoder::new(compressed),
            left,
            failure: None,
        }
    }

    /// The error in Go's words: a failure of the compression, or else of the tar format.
    fn explain(&self, error: &io::Error, limit: u64) -> Error {
        match self.failure {
            Some(Stop::TooLarge) => too_large(limit),
            Some(Stop::EndsEarly) => Error::new("unexpected EOF").hint("the archive is cut off"),
            Some(Stop::Corrupt) => Error::new("gzip: invalid header")
                .hint(format!("the compressed data is damaged: {error}")),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                Error::new("unexpected EOF").hint("the archive is cut off")
            }
            None => Error::new("archive/tar: invalid tar header").hint(error.to_string()),
        }
    }
}
