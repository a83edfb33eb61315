//! Whether a file is still the one that was read.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::bytes::Bytes;

/// What tells a file from another one of the same name, without reading it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    size: u64,
    modified: u64,
    changed: u64,
    inode: u64,
}

impl Stamp {
    /// How many bytes it takes.
    pub const SIZE: usize = 32;

    pub fn of(file: &Metadata) -> Self {
        let modified = file.modified().map_or(0, nanoseconds);
        let (changed, inode) = more(file);
        Self {
            size: file.len(),
            modified,
            changed,
            inode,
        }
    }

    /// A stamp that no file has, so that the content is looked at: a file that was changed a
    /// moment ago may change again without its times showing it.
    pub fn settled(self) -> Self {
        const MOMENT: Duration = Duration::from_millis(100);
        let now = nanoseconds(SystemTime::now());
        let age = now.saturating_sub(self.modified.max(self.changed));
        if age > MOMENT.as_nanos() as u64 {
            self
        } else {
            Self::default()
        }
    }

    pub fn put(self, out: &mut Vec<u8>) {
        for number in [self.size, self.modified, self.changed, self.inode] {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }

    pub fn take(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(Self {
            size: bytes.u64()?,
            modified: bytes.u64()?,
            changed: bytes.u64()?,
            inode: bytes.u64()?,
        })
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos() as u64)
}

#[cfg(unix)]
fn more(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    let changed = file.ctime() * 1_000_000_000 + file.ctime_nsec();
    (changed as u64, file.ino())
}

#[cfg(not(unix))]
fn more(_: &Metadata) -> (u64, u64) {
    (0, 0)
}
