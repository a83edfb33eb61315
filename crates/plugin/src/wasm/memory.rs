//! Blocks of bytes that a module and its host share, by their offsets.

use std::collections::BTreeMap;

/// The blocks. An offset is a number alone: nothing outside a block can be reached.
#[derive(Debug)]
pub(super) struct Blocks {
    all: BTreeMap<u64, Vec<u8>>,
    next: u64,
    left: usize,
}

/// Between two blocks, so that a step too far leads nowhere.
const GAP: u64 = 16;

impl Blocks {
    /// None yet, and so many bytes in all.
    pub fn within(bytes: usize) -> Self {
        Self {
            all: BTreeMap::new(),
            next: GAP,
            left: bytes,
        }
    }

    /// A new block; 0 when there is no room.
    pub fn add(&mut self, bytes: Vec<u8>) -> u64 {
        let Some(left) = self.left.checked_sub(bytes.len().max(1)) else {
            return 0;
        };
        self.left = left;
        let offset = self.next;
        let size = (bytes.len() as u64).next_multiple_of(GAP);
        self.next = offset + size + GAP;
        self.all.insert(offset, bytes);
        offset
    }

    /// A new block of zeros.
    pub fn reserve(&mut self, size: u64) -> u64 {
        match usize::try_from(size) {
            Ok(size) if size <= self.left => self.add(vec![0; size]),
            _ => 0,
        }
    }

    pub fn free(&mut self, offset: u64) {
        let _ = self.take(offset);
    }

    /// The whole block that begins here, which is free then.
    pub fn take(&mut self, offset: u64) -> Option<Vec<u8>> {
        let block = self.all.remove(&offset)?;
        self.left += block.len().max(1);
        Some(block)
    }

    /// How long the block is that begins here.
    pub fn length(&self, offset: u64) -> u64 {
        self.all.get(&offset).map_or(0, |block| block.len() as u64)
    }

    /// The whole block that begins here.
    pub fn whole(&self, offset: u64) -> Option<&[u8]> {
        self.all.get(&offset).map(Vec::as_slice)
    }

    /// Bytes inside a block.
    pub fn part(&self, offset: u64, size: u64) -> Option<&[u8]> {
        let (start, block) = self.all.range(..=offset).next_back()?;
        let from = usize::try_from(offset - start).ok()?;
        let to = from.checked_add(usize::try_from(size).ok()?)?;
        block.get(from..to)
    }

    /// The same to be written.
    pub fn part_mut(&mut self, offset: u64, size: u64) -> Option<&mut [u8]> {
        let (start, block) = self.all.range_mut(..=offset).next_back()?;
        let from = usize::try_from(offset - start).ok()?;
        let to = from.checked_add(usize::try_from(size).ok()?)?;
        block.get_mut(from..to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_a_block_is_reached() {
        let mut blocks = Blocks::within(100);
        let first = blocks.add(b"abcd".to_vec());
        let second = blocks.reserve(8);
        assert_eq!(blocks.part(first + 1, 2), Some(&b"bc"[..]));
        assert_eq!(blocks.part(first + 1, 4), None);
        assert_eq!(blocks.part(u64::MAX, 8), None);
        assert_eq!(blocks.part(first, u64::MAX), None);
        assert_eq!(blocks.length(second), 8);
        assert_eq!(blocks.reserve(1000), 0);
        assert_eq!(blocks.reserve(u64::MAX), 0);
        blocks.free(first);
        assert_eq!(blocks.whole(first), None);
        assert_ne!(blocks.reserve(92), 0);
        assert_eq!(blocks.reserve(1), 0);
    }
}
