//! Bytes of archives that are asked for again and again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Archives up to this size are kept in memory.
pub const KEPT: u64 = 8 << 20;
/// How much is kept at most.
const ROOM: usize = 128 << 20;

/// Bytes by their `ETag`.
#[derive(Debug, Default)]
pub struct Contents(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    size: usize,
    bytes: HashMap<String, Bytes>,
}

impl Contents {
    /// What is kept of an archive.
    pub fn get(&self, tag: &str) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes.get(tag).cloned()
    }

    /// Keeps an archive. When there is no room, all make way: those that are asked for come
    /// back.
    pub fn keep(&self, tag: &str, bytes: &Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size + bytes.len() > ROOM {
            *kept = Kept::default();
        }
        if kept.bytes.insert(tag.to_owned(), bytes.clone()).is_none() {
            kept.size += bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_there_is_room() {
        let contents = Contents::default();
        let large = Bytes::from(vec![0; 50 << 20]);
        for name in ["a", "b", "c", "d"] {
            contents.keep(name, &large);
            contents.keep(name, &large);
        }
        assert!(contents.get("a").is_none() && contents.get("b").is_none());
        assert_eq!(contents.get("d"), Some(large));
    }
}
