//! Chart archives (gzipped tar) to files, never trusting what they say.

mod entries;
mod names;
mod plain;
mod stream;

use std::io::Read;
use std::sync::Arc;

use crate::data::Archive;
use crate::load::{Loader, Watch, detect};
use crate::{Chart, Data, Error, File, Warning};
use entries::{Entries, Failure, Remaining};
use stream::Unzipped;

pub(crate) use entries::unpack;
pub use plain::{Entry, each_entry};

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
    load_sized_archive_as_is(bytes, 0, watch)
}

/// As [`load_archive_as_is`], of about `size` bytes.
pub(crate) fn load_sized_archive_as_is(
    bytes: impl Read,
    size: usize,
    watch: &dyn Watch,
) -> Result<(Chart, Vec<Warning>), Error> {
    let limits = Limits::default();
    let budget = &mut Budget::new(limits);
    let files = read_archive_with(compressed(bytes, size, limits)?, budget, watch)?;
    Loader::new(limits, watch).finish(files)
}

/// The files of a chart archive of about `size` bytes, without their top folder.
///
/// # Errors
/// Not a gzip or tar, illegal names, too large.
pub fn read_archive(bytes: impl Read, size: usize, watch: &dyn Watch) -> Result<Vec<File>, Error> {
    let limits = Limits::default();
    let budget = &mut Budget::new(limits);
    read_archive_with(compressed(bytes, size, limits)?, budget, watch)
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
    let limit = budget.limits.archive;
    let mut unzipped = Unzipped::new((*bytes).as_ref(), left);
    let mut entries = Entries::new(
        Arc::new(Archive::new(Arc::clone(&bytes))),
        Remaining::new(limit, budget.left),
        watch,
    );
    let outcome = entries.read(&mut unzipped);
    budget.left = entries.left();
    outcome.map_err(|failure| match failure {
        Failure::Chart(error) => error,
        Failure::Io(error) => unzipped.explain(&error, limit),
    })?;
    let files = entries.finish();
    if files.is_empty() {
        return Err(Error::new("no files in chart archive"));
    }
    Ok(files)
}

/// A chart or an archive in it holds more than it may.
fn too_large(limit: u64) -> Error {
    Error::new(format!(
        "decompressed chart is larger than the maximum size {limit}"
    ))
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
