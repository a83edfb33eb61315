//! The versions of one chart, packed: what is searched in one block, what leads to the archive
//! in another.

use std::collections::HashMap;

use super::bytes::{Bytes, put_text, put_u32};
use crate::Entry;

/// One version of a chart, as far as a catalog knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The version.
    pub version: String,
    /// Where the archive is, perhaps seen from the repository.
    pub urls: Vec<String>,
    /// The SHA-256 of the archive, as the index has it.
    pub digest: String,
}

/// The two blocks of a chart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    pub searched: Vec<u8>,
    pub fetched: Vec<u8>,
}

/// A version as it is searched: places in [`Searched::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub version: usize,
    pub app_version: usize,
    /// What the words are searched in.
    pub name: usize,
    pub description: usize,
    pub keywords: usize,
}

const LINE: usize = 5 * 4;

/// The block that is searched.
#[derive(Debug)]
pub(crate) struct Searched<'a> {
    texts: Vec<&'a [u8]>,
    lines: Bytes<'a>,
}

impl Packed {
    /// Packs the versions of a chart, in their order.
    pub fn new(entries: &[Entry]) -> Self {
        let mut texts = Texts::default();
        let mut lines = Vec::with_capacity(entries.len() * LINE);
        let mut fetched = Vec::new();
        for entry in entries {
            let chart = &entry.metadata;
            let keywords = chart.keywords.join(" ");
            for text in [
                &chart.version,
                &chart.app_version,
                &chart.name,
                &chart.description,
                &keywords,
            ] {
                put_u32(&mut lines, texts.place(text));
            }
            let urls = entry.urls.as_deref().unwrap_or_default();
            put_text(&mut fetched, &chart.version);
            put_text(&mut fetched, &entry.digest);
            put_u32(&mut fetched, urls.len());
            for url in urls {
                put_text(&mut fetched, url);
            }
        }
        let mut searched = Vec::with_capacity(texts.bytes.len() + lines.len() + 8);
        put_u32(&mut searched, texts.places.len());
        searched.extend_from_slice(&texts.bytes);
        searched.extend_from_slice(&lines);
        Self { searched, fetched }
    }
}

/// Texts, each kept once.
#[derive(Default)]
struct Texts {
    places: HashMap<String, usize>,
    bytes: Vec<u8>,
}

impl Texts {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.places.len();
        self.places.insert(text.to_owned(), place);
        put_text(&mut self.bytes, text);
        place
    }
}

impl<'a> Searched<'a> {
    /// Opens a block; nothing when it is none.
    pub fn open(block: &'a [u8]) -> Option<Self> {
        let mut bytes = Bytes(block);
        let count = bytes.count(4)?;
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            let length = bytes.u32()? as usize;
            texts.push(bytes.take(length)?);
        }
        (bytes.0.len() % LINE == 0).then_some(Self {
            texts,
            lines: bytes,
        })
    }

    /// The versions, the newest first.
    pub fn lines(&self) -> impl Iterator<Item = Line> + use<'_, 'a> {
        let mut left = self.lines;
        std::iter::from_fn(move || {
            Some(Line {
                version: left.u32()? as usize,
                app_version: left.u32()? as usize,
                name: left.u32()? as usize,
                description: left.u32()? as usize,
                keywords: left.u32()? as usize,
            })
        })
    }

    /// One of the texts; an empty one where there is none.
    pub fn text(&self, place: usize) -> &'a str {
        let bytes = self.texts.get(place).copied().unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The versions of a block that leads to archives; nothing when it is none.
pub(crate) fn listed(block: &[u8]) -> Option<Vec<Listed>> {
    let mut bytes = Bytes(block);
    let mut all = Vec::new();
    while !bytes.0.is_empty() {
        let version = bytes.text()?.to_owned();
        let digest = bytes.text()?.to_owned();
        let count = bytes.count(4)?;
        let urls = (0..count).map(|_| bytes.text().map(str::to_owned));
        let urls = urls.collect::<Option<_>>()?;
        all.push(Listed {
            version,
            urls,
            digest,
        });
    }
    Some(all)
}
