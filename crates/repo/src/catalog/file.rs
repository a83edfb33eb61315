//! The layout of a catalog, in memory and on disk.
//!
//! A head of fixed size: a mark, the stamp and digest of the index, sizes, a sum. Then a
//! directory: the charts by name, each with the places, sizes and sums of its two blocks, and
//! what was left out of the index. Then the blocks that are searched, then those that lead to
//! archives. Numbers are little-endian.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::bytes::{Bytes, checksum, put_text, put_u32};
use super::chart::Packed;
use super::stamp::Stamp;

/// What a catalog starts with; another number for another layout.
const MARK: &[u8; 8] = b"pintle\x01\n";
const HEAD: usize = 8 + Stamp::SIZE + 32 + 4 * 8;
/// No directory is larger than this.
const LARGEST: u64 = 64 << 20;

/// Where a block is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// From the start of its section.
    pub start: u64,
    pub length: usize,
    pub sum: u64,
}

/// A chart of the directory.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub name: String,
    pub searched: Block,
    pub fetched: Block,
}

/// An entry that was left out of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub name: String,
    /// The version and what is wrong; none for an empty entry.
    pub reason: Option<(String, String)>,
}

/// All but the blocks.
#[derive(Debug)]
pub(crate) struct Directory {
    pub stamp: Stamp,
    pub digest: [u8; 32],
    pub charts: Vec<Listing>,
    pub skipped: Vec<Skipped>,
    /// Where the sections of blocks start, and where the last one ends.
    pub sections: [u64; 3],
}

/// The bytes of a catalog.
pub(crate) fn pack(
    stamp: Stamp,
    digest: &[u8; 32],
    charts: &[(String, Packed)],
    skipped: &[Skipped],
) -> Vec<u8> {
    let mut directory = Vec::new();
    put_u32(&mut directory, charts.len());
    let (mut searched, mut fetched) = (0u64, 0u64);
    for (name, packed) in charts {
        put_text(&mut directory, name);
        put_block(&mut directory, &mut searched, &packed.searched);
        put_block(&mut directory, &mut fetched, &packed.fetched);
    }
    put_u32(&mut directory, skipped.len());
    for one in skipped {
        put_text(&mut directory, &one.name);
        put_u32(&mut directory, usize::from(one.reason.is_some()));
        let (version, text) = one.reason.as_ref().map_or(("", ""), |(v, t)| (v, t));
        put_text(&mut directory, version);
        put_text(&mut directory, text);
    }
    let mut out = head(stamp, digest, &directory, [searched, fetched]);
    out.extend_from_slice(&directory);
    for (_, packed) in charts {
        out.extend_from_slice(&packed.searched);
    }
    for (_, packed) in charts {
        out.extend_from_slice(&packed.fetched);
    }
    out
}

fn put_block(out: &mut Vec<u8>, start: &mut u64, block: &[u8]) {
    out.extend_from_slice(&start.to_le_bytes());
    put_u32(out, block.len());
    out.extend_from_slice(&checksum(block).to_le_bytes());
    *start += block.len() as u64;
}

fn head(stamp: Stamp, digest: &[u8; 32], directory: &[u8], sections: [u64; 2]) -> Vec<u8> {
    let mut out = MARK.to_vec();
    stamp.put(&mut out);
    out.extend_from_slice(digest);
    for number in [directory.len() as u64, sections[0], sections[1]] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    // The stamp is summed too, so that half a head is none.
    let sum = checksum(&out) ^ checksum(directory);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

/// The same catalog of a file that looks different and is the same.
pub(crate) fn restamped(catalog: &[u8], stamp: Stamp) -> Option<Vec<u8>> {
    let directory = Directory::of(catalog)?;
    let [start, middle, end] = directory.sections;
    let start = usize::try_from(start).ok()?;
    let listing = catalog.get(HEAD..start)?;
    let sections = [middle - start as u64, end - middle];
    let mut out = head(stamp, &directory.digest, listing, sections);
    out.extend_from_slice(&catalog[HEAD..]);
    Some(out)
}

impl Directory {
    /// Reads the directory of a catalog in memory; nothing when it is none.
    pub fn of(catalog: &[u8]) -> Option<Self> {
        let length = directory_length(catalog.get(..HEAD)?)?;
        let end = HEAD.checked_add(length)?;
        Self::read(
            catalog.get(..HEAD)?,
            catalog.get(HEAD..end)?,
            catalog.len() as u64,
        )
    }

    /// Reads the directory of a file alone; nothing when it is none.
    pub fn of_file(file: &mut File) -> Option<Self> {
        let size = file.metadata().ok()?.len();
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let length = directory_length(&head)?;
        if length as u64 > size.min(LARGEST) {
            return None;
        }
        let mut listing = vec![0; length];
        file.read_exact(&mut listing).ok()?;
        Self::read(&head, &listing, size)
    }

    fn read(head: &[u8], listing: &[u8], size: u64) -> Option<Self> {
        let (summed, sum) = head.split_at_checked(HEAD - 8)?;
        let sum = u64::from_le_bytes(sum.try_into().ok()?);
        if sum != checksum(summed) ^ checksum(listing) {
            return None;
        }
        let mut bytes = Bytes(summed.strip_prefix(MARK)?);
        let stamp = Stamp::take(&mut bytes)?;
        let digest = bytes.take(32)?.try_into().ok()?;
        let start = (HEAD as u64).checked_add(bytes.u64()?)?;
        let middle = start.checked_add(bytes.u64()?)?;
        let end = middle.checked_add(bytes.u64()?)?;
        if end != size {
            return None;
        }
        let (charts, skipped) = read_listing(listing)?;
        Some(Self {
            stamp,
            digest,
            charts,
            skipped,
            sections: [start, middle, end],
        })
    }

    /// The chart of this name.
    pub fn chart(&self, name: &str) -> Option<&Listing> {
        let found = self
            .charts
            .binary_search_by(|chart| chart.name.as_str().cmp(name));
        self.charts.get(found.ok()?)
    }
}

fn directory_length(head: &[u8]) -> Option<usize> {
    let mut bytes = Bytes(head.strip_prefix(MARK)?);
    bytes.take(Stamp::SIZE + 32)?;
    usize::try_from(bytes.u64()?).ok()
}

fn read_listing(listing: &[u8]) -> Option<(Vec<Listing>, Vec<Skipped>)> {
    let mut bytes = Bytes(listing);
    let count = bytes.count(4 + 2 * 20)?;
    let mut charts = Vec::with_capacity(count);
    for _ in 0..count {
        charts.push(Listing {
            name: bytes.text()?.to_owned(),
            searched: block(&mut bytes)?,
            fetched: block(&mut bytes)?,
        });
    }
    let count = bytes.count(4 * 4)?;
    let mut skipped = Vec::with_capacity(count);
    for _ in 0..count {
        let name = bytes.text()?.to_owned();
        let has_reason = bytes.u32()? == 1;
        let reason = (bytes.text()?.to_owned(), bytes.text()?.to_owned());
        skipped.push(Skipped {
            name,
            reason: has_reason.then_some(reason),
        });
    }
    Some((charts, skipped))
}

fn block(bytes: &mut Bytes<'_>) -> Option<Block> {
    Some(Block {
        start: bytes.u64()?,
        length: bytes.u32()? as usize,
        sum: bytes.u64()?,
    })
}

/// Where blocks are read from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A file, in which only what is wanted is read.
    File(File),
    /// A catalog that was just made.
    Memory(Vec<u8>),
}

impl Source {
    /// Opens a file.
    pub fn open(path: &Path) -> Option<(Self, Directory)> {
        let mut file = File::open(path).ok()?;
        let directory = Directory::of_file(&mut file)?;
        Some((Self::File(file), directory))
    }

    /// Some bytes of the whole; nothing when there are not so many.
    pub fn bytes(&mut self, from: u64, to: u64) -> Option<Vec<u8>> {
        let length = usize::try_from(to.checked_sub(from)?).ok()?;
        match self {
            Self::File(file) => {
                let size = file.metadata().ok()?.len();
                if to > size {
                    return None;
                }
                let mut bytes = vec![0; length];
                file.seek(SeekFrom::Start(from)).ok()?;
                file.read_exact(&mut bytes).ok()?;
                Some(bytes)
            }
            Self::Memory(all) => {
                let from = usize::try_from(from).ok()?;
                Some(all.get(from..from.checked_add(length)?)?.to_vec())
            }
        }
    }
}
