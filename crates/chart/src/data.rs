//! The bytes of a file, which may still lie compressed in their archive.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::archive;

/// The bytes of a file, cheap to clone.
///
/// Files that commands seldom look at (definitions of custom resources, `README.md`) stay in
/// the archive they came in until somebody asks for their bytes: they are most of what a
/// large chart weighs. As long as the archive is still being read, and when that failed, they
/// have none.
#[derive(Clone)]
pub struct Data(Inner);

#[derive(Clone)]
enum Inner {
    /// Valid UTF-8, known to be.
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    Packed(Arc<Archive>, Packed),
}

/// Which file of which archive some data is: the same for all clones of it, and good as long
/// as one of them lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    archive: usize,
    entry: usize,
}

/// A file in an archive.
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    /// The how many-th of the archive's packed files it is.
    pub entry: usize,
    /// Its size, without a byte order mark.
    pub size: usize,
}

/// A compressed archive that was read once without an error, and the packed files in it.
pub(crate) struct Archive {
    compressed: archive::Compressed,
    /// The entries that are packed files, in order.
    entries: OnceLock<Vec<usize>>,
    /// All packed files: whoever asks for one may ask for the others.
    unpacked: OnceLock<Vec<Arc<[u8]>>>,
}

impl Archive {
    pub fn new(compressed: archive::Compressed) -> Self {
        Self {
            compressed,
            entries: OnceLock::new(),
            unpacked: OnceLock::new(),
        }
    }

    /// Says which entries are packed, once all are known.
    pub fn seal(&self, entries: Vec<usize>) {
        // Sealed once, by the reader that made it.
        let _ = self.entries.set(entries);
    }

    /// Nothing before the archive is sealed, or when reading it failed.
    fn get(&self, packed: Packed) -> Option<&Arc<[u8]>> {
        let entries = self.entries.get()?;
        let unpacked = self
            .unpacked
            .get_or_init(|| archive::unpack((*self.compressed).as_ref(), entries));
        unpacked.get(packed.entry)
    }
}

impl Data {
    pub(crate) fn packed(archive: &Arc<Archive>, packed: Packed) -> Self {
        Self(Inner::Packed(Arc::clone(archive), packed))
    }

    /// Where the bytes lie, if they stayed in their archive.
    pub fn place(&self) -> Option<Place> {
        match &self.0 {
            Inner::Packed(archive, packed) => Some(Place {
                archive: Arc::as_ptr(archive).addr(),
                entry: packed.entry,
            }),
            _ => None,
        }
    }

    /// The number of bytes; asking unpacks nothing.
    pub fn len(&self) -> usize {
        match &self.0 {
            Inner::Text(text) => text.len(),
            Inner::Bytes(bytes) => bytes.len(),
            Inner::Packed(_, packed) => packed.size,
        }
    }

    /// Whether there are none; asking unpacks nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, to keep.
    pub fn shared(&self) -> Arc<[u8]> {
        match &self.0 {
            Inner::Text(text) => Arc::from(Arc::clone(text)),
            Inner::Bytes(bytes) => Arc::clone(bytes),
            Inner::Packed(archive, packed) => archive.get(*packed).cloned().unwrap_or_default(),
        }
    }

    /// The bytes as text, to keep; each invalid sequence becomes U+FFFD.
    pub fn text(&self) -> Arc<str> {
        match &self.0 {
            Inner::Text(text) => Arc::clone(text),
            _ => String::from_utf8_lossy(self).into(),
        }
    }
}

impl Deref for Data {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Inner::Text(text) => text.as_bytes(),
            Inner::Bytes(bytes) => bytes,
            Inner::Packed(archive, packed) => archive.get(*packed).map_or(&[], AsRef::as_ref),
        }
    }
}

impl AsRef<[u8]> for Data {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Data {
    fn from(bytes: Vec<u8>) -> Self {
        Self(match String::from_utf8(bytes) {
            Ok(text) => Inner::Text(text.into()),
            Err(error) => Inner::Bytes(error.into_bytes().into()),
        })
    }
}

impl From<&[u8]> for Data {
    fn from(bytes: &[u8]) -> Self {
        Self(match std::str::from_utf8(bytes) {
            Ok(text) => Inner::Text(text.into()),
            Err(_) => Inner::Bytes(bytes.into()),
        })
    }
}

impl Default for Data {
    fn default() -> Self {
        Self(Inner::Bytes(Arc::default()))
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Data {}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}
