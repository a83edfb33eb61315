//! The layout of a catalog, in memory and on disk.
//!
//! A head of fixed size: a mark, the stamp and digest of the index, sizes, a sum. Then the blocks
//! that lead to archives, those that are searched, and a directory: the charts by name, each with
//! the places, sizes and sums of its two blocks, and what was left out of the index. Numbers are
//! little-endian.
//!
//! It is written as the index is read: what leads to archives at once, the rest at the end, the
//! head last.

use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::path::Path;

use super::bytes::{Bytes, checksum, put_text, put_u32};
use super::chart::Packed;
use super::stamp::Stamp;

/// What a catalog starts with; another number for another layout.
const MARK: &[u8; 8] = b"pintle\x02\n";
const HEAD: usize = 8 + Stamp::SIZE + 32 + 4 * 8;
/// No directory of a file is larger than this.
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
    /// Where what leads to archives starts, where what is searched does, and where that ends.
    pub sections: [u64; 3],
}

/// Writes a catalog.
pub(crate) struct Writer<W> {
    out: W,
    charts: Vec<Listing>,
    fetched: u64,
    searched: Vec<u8>,
}

impl<W: Write + Seek> Writer<W> {
    /// Starts at the start of something empty.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&[0; HEAD])?;
        Ok(Self {
            out,
            charts: Vec::new(),
            fetched: 0,
            searched: Vec::new(),
        })
    }

    /// Takes a chart.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, name: String, packed: &Packed) -> io::Result<()> {
        self.out.write_all(&packed.fetched)?;
        self.charts.push(Listing {
            name,
            searched: Block::of(self.searched.len() as u64, &packed.searched),
            fetched: Block::of(self.fetched, &packed.fetched),
        });
        self.searched.extend_from_slice(&packed.searched);
        self.fetched += packed.fetched.len() as u64;
        Ok(())
    }

    /// Ends the catalog of an index.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self, stamp: Stamp, digest: &[u8; 32], skipped: &[Skipped]) -> io::Result<W> {
        self.charts.sort_by(|one, other| one.name.cmp(&other.name));
        let mut directory = Vec::new();
        put_u32(&mut directory, self.charts.len());
        for chart in &self.charts {
            put_text(&mut directory, &chart.name);
            chart.searched.put(&mut directory);
            chart.fetched.put(&mut directory);
        }
        put_u32(&mut directory, skipped.len());
        for one in skipped {
            put_text(&mut directory, &one.name);
            put_u32(&mut directory, usize::from(one.reason.is_some()));
            let (version, text) = one.reason.as_ref().map_or(("", ""), |(v, t)| (v, t));
            put_text(&mut directory, version);
            put_text(&mut directory, text);
        }
        self.out.write_all(&self.searched)?;
        self.out.write_all(&directory)?;
        let sections = [self.fetched, self.searched.len() as u64];
        self.out.seek(SeekFrom::Start(0))?;
        self.out
            .write_all(&head(stamp, digest, sections, &directory))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn head(stamp: Stamp, digest: &[u8; 32], sections: [u64; 2], directory: &[u8]) -> Vec<u8> {
    let mut out = MARK.to_vec();
    stamp.put(&mut out);
    out.extend_from_slice(digest);
    for number in [sections[0], sections[1], directory.len() as u64] {
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
    let listing = catalog.get(usize::try_from(end).ok()?..)?;
    let sections = [middle - start, end - middle];
    let mut out = head(stamp, &directory.digest, sections, listing);
    out.extend_from_slice(catalog.get(HEAD..)?);
    Some(out)
}

impl Directory {
    /// Reads the directory of a catalog in memory; nothing when it is none.
    pub fn of(catalog: &[u8]) -> Option<Self> {
        Self::read(
            &mut io::Cursor::new(catalog),
            catalog.len() as u64,
            u64::MAX,
        )
    }

    /// Reads the directory of a file alone; nothing when it is none.
    pub fn of_file(file: &mut File) -> Option<Self> {
        let size = file.metadata().ok()?.len();
        file.rewind().ok()?;
        Self::read(file, size, LARGEST)
    }

    fn read(catalog: &mut (impl io::Read + Seek), size: u64, largest: u64) -> Option<Self> {
        let mut head = [0; HEAD];
        catalog.read_exact(&mut head).ok()?;
        let (summed, sum) = head.split_at_checked(HEAD - 8)?;
        let mut bytes = Bytes(summed.strip_prefix(MARK)?);
        let stamp = Stamp::take(&mut bytes)?;
        let digest = bytes.take(32)?.try_into().ok()?;
        let start = HEAD as u64;
        let middle = start.checked_add(bytes.u64()?)?;
        let end = middle.checked_add(bytes.u64()?)?;
        let length = bytes.u64()?;
        if length > largest || end.checked_add(length)? != size {
            return None;
        }
        let mut listing = vec![0; usize::try_from(length).ok()?];
        catalog.seek(SeekFrom::Start(end)).ok()?;
        catalog.read_exact(&mut listing).ok()?;
        let sum = u64::from_le_bytes(sum.try_into().ok()?);
        if sum != checksum(summed) ^ checksum(&listing) {
            return None;
        }
        let (charts, skipped) = read_listing(&listing)?;
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

fn read_listing(listing: &[u8]) -> Option<(Vec<Listing>, Vec<Skipped>)> {
    let mut bytes = Bytes(listing);
    let count = bytes.count(4 + 2 * 20)?;
    let mut charts = Vec::with_capacity(count);
    for _ in 0..count {
        charts.push(Listing {
            name: bytes.text()?.to_owned(),
            searched: Block::take(&mut bytes)?,
            fetched: Block::take(&mut bytes)?,
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

impl Block {
    fn of(start: u64, block: &[u8]) -> Self {
        Self {
            start,
            length: block.len(),
            sum: checksum(block),
        }
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.start.to_le_bytes());
        put_u32(out, self.length);
        out.extend_from_slice(&self.sum.to_le_bytes());
    }

    fn take(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(Self {
            start: bytes.u64()?,
            length: bytes.u32()? as usize,
            sum: bytes.u64()?,
        })
    }
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
