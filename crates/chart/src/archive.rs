//! Chart archives (gzipped tar) to files, never trusting what they say.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Entry, EntryType};

use crate::load::{Loader, detect};
use crate::{Chart, Error, File, Warning, time};

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

/// Bytes of tar around the files (headers, padding, long names) that are read at most.
const MAX_OVERHEAD: u64 = 64 << 20;

/// What is left of the limits.
pub(crate) struct Budget {
    limits: Limits,
    left: u64,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            left: limits.total,
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
    let files = read_archive_with(bytes, &mut Budget::new(limits))
        .map_err(|cause| Error::new("unable to load chart archive").hint(cause.in_one_line()))?;
    detect(&files)?;
    Loader::new(limits).finish(files)
}

/// Reads a chart from an archive whatever its `apiVersion`, and tells the cause at once when
/// the archive is bad (as `show` does).
///
/// # Errors
/// As [`load_archive`].
pub fn load_archive_as_is(bytes: impl Read) -> Result<(Chart, Vec<Warning>), Error> {
    let limits = Limits::default();
    let files = read_archive_with(bytes, &mut Budget::new(limits))?;
    Loader::new(limits).finish(files)
}

/// The files of a chart archive, without their top folder.
///
/// # Errors
/// Not a gzip or tar, illegal names, too large.
pub fn read_archive(bytes: impl Read) -> Result<Vec<File>, Error> {
    read_archive_with(bytes, &mut Budget::new(Limits::default()))
}

pub(crate) fn read_archive_with(bytes: impl Read, budget: &mut Budget) -> Result<Vec<File>, Error> {
    let mut unzipped = Unzipped {
        inner: MultiGzDecoder::new(bytes),
        left: budget.limits.archive.saturating_add(MAX_OVERHEAD),
        failure: None,
    };
    let mut remaining = Remaining {
        archive: budget.limits.archive,
        total: budget.left,
        limit: budget.limits.archive,
    };
    let mut files = Vec::new();
    let outcome = read_entries(&mut unzipped, &mut remaining, &mut files);
    budget.left = remaining.total;
    match outcome {
        Err(Failure::Chart(error)) => return Err(error),
        Err(Failure::Io(error)) => return Err(unzipped.explain(&error, remaining.limit)),
        Ok(()) => {}
    }
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

fn read_entries(
    unzipped: &mut Unzipped<impl Read>,
    remaining: &mut Remaining,
    files: &mut Vec<File>,
) -> Result<(), Failure> {
    let mut archive = tar::Archive::new(unzipped);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let raw_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if is_skipped(entry.header(), &raw_name) {
            continue;
        }
        let name = clean_name(&raw_name).map_err(Failure::Chart)?;
        let modified = modified(&mut entry)?;
        let data = read_data(&mut entry, remaining)?;
        files.push(File {
            name,
            data: without_bom(&data).into(),
            modified,
        });
    }
    Ok(())
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

fn read_data(
    entry: &mut Entry<'_, impl Read>,
    remaining: &mut Remaining,
) -> Result<Vec<u8>, Failure> {
    let has_data = matches!(
        entry.header().entry_type(),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
    );
    if !has_data {
        return Ok(Vec::new());
    }
    let size = entry.size();
    remaining.take(size)?;
    // The size is a stranger's word: reserve little, and let the data grow the buffer.
    let mut data = Vec::with_capacity(usize::try_from(size.min(64 << 10)).unwrap_or_default());
    entry.by_ref().take(size).read_to_end(&mut data)?;
    if data.len() as u64 != size {
        return Err(Failure::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(data)
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

/// The bytes without a UTF-8 byte order mark.
pub(crate) fn without_bom(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)
}

/// The decompressed bytes: counted, and remembering why they ended.
struct Unzipped<R> {
    inner: MultiGzDecoder<R>,
    left: u64,
    failure: Option<Stop>,
}

#[derive(Clone, Copy)]
enum Stop {
    TooLarge,
    EndsEarly,
    Corrupt,
}

impl<R: Read> Read for Unzipped<R> {
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

impl<R> Unzipped<R> {
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
