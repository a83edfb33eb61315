//! What is known of a cached index, in a form that is read at once: a file beside the index,
//! `NAME-index.pintle`.
//!
//! It is made when the index is read for the first time and used as long as the index is the
//! same file; one that is broken, or of another index, is made anew. Nothing in it is believed
//! beyond its bounds.
//!
//! - `make`: from an index to its catalog
//! - `file`: the layout; `bytes`: its alphabet; `stamp`: whether the index is the same
//! - `chart`: the versions of a chart, packed

mod bytes;
mod chart;
mod file;
mod make;
mod stamp;

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::Warning;

pub use chart::Listed;
pub(crate) use chart::{Line, Searched};
use file::{Block, Directory, Listing, Skipped, Source};
pub(crate) use make::keep;
pub use make::{packed, streamed};
use stamp::Stamp;

use crate::Error;
use crate::cache;

/// What is known of a cached index.
#[derive(Debug)]
pub struct Catalog {
    index: PathBuf,
    directory: Directory,
    source: Source,
}

/// A catalog that was opened, and what was left out of its index.
#[derive(Debug)]
pub struct Opened {
    /// Helm's log lines.
    pub warnings: Vec<Warning>,
    /// The catalog.
    pub catalog: Result<Catalog, Error>,
}

impl Catalog {
    /// Opens what is known of a repository's cached index.
    ///
    /// # Errors
    /// There is no index, or it cannot be used; Helm's texts.
    pub fn open(folder: &Path, repository: &str) -> Opened {
        let index = cache::index_file(folder, repository);
        if let Some(catalog) = Self::kept(&index) {
            let warnings = catalog.warnings();
            return Opened {
                warnings,
                catalog: Ok(catalog),
            };
        }
        Self::made(&index)
    }

    /// The catalog that is kept beside an index, if it is of the same index.
    fn kept(index: &Path) -> Option<Self> {
        let (source, directory) = Source::open(&catalog_file(index))?;
        let stamp = Stamp::of(&fs::metadata(index).ok()?);
        if stamp == directory.stamp {
            return Some(Self {
                index: index.to_path_buf(),
                directory,
                source,
            });
        }
        // Another file may be the same index, copied or fetched once more.
        if cache::digest_of_file(index).ok()? != directory.digest {
            return None;
        }
        let file = catalog_file(index);
        let again = file::restamped(&fs::read(&file).ok()?, stamp.settled())?;
        // A folder that cannot be written to costs time and nothing else.
        let _ = cache::write(&file, &again, 0o644);
        Self::of(index, again)
    }

    fn of(index: &Path, bytes: Vec<u8>) -> Option<Self> {
        Some(Self {
            index: index.to_path_buf(),
            directory: Directory::of(&bytes)?,
            source: Source::Memory(bytes),
        })
    }

    fn warnings(&self) -> Vec<Warning> {
        let shown = self.index.display().to_string();
        let skipped = self.directory.skipped.iter();
        skipped.map(|one| one.warning(&shown)).collect()
    }

    /// The versions of a chart, the newest first; none when there is no such chart.
    ///
    /// # Errors
    /// The index cannot be read any more.
    pub fn chart(&mut self, name: &str) -> Result<Option<Vec<Listed>>, Error> {
        let (found, _) = self.attempt(|catalog| {
            let Some(listing) = catalog.directory.chart(name) else {
                return Some(None);
            };
            let [start, ..] = catalog.directory.sections;
            let block = listing.fetched;
            let from = start.checked_add(block.start)?;
            let to = from.checked_add(block.length as u64)?;
            let bytes = catalog.source.bytes(from, to)?;
            let bytes = checked(&bytes, 0, block)?;
            chart::listed(bytes).map(Some)
        })?;
        Ok(found)
    }

    /// Shows each chart's name, and what is searched of its versions, to `look`.
    ///
    /// # Errors
    /// The index cannot be read any more.
    pub(crate) fn search(
        &mut self,
        mut look: impl FnMut(&str, &Searched<'_>),
    ) -> Result<(), Error> {
        let (bytes, _) = self.attempt(|catalog| {
            let [_, start, end] = catalog.directory.sections;
            let bytes = catalog.source.bytes(start, end)?;
            for listing in &catalog.directory.charts {
                Searched::open(checked(&bytes, listing.searched.start, listing.searched)?)?;
            }
            Some(bytes)
        })?;
        for listing in &self.directory.charts {
            let block = checked(&bytes, listing.searched.start, listing.searched);
            if let Some(searched) = block.and_then(Searched::open) {
                look(&listing.name, &searched);
            }
        }
        Ok(())
    }

    /// Whether any version of any chart is at a URL.
    ///
    /// # Errors
    /// The index cannot be read any more.
    pub fn leads_to(&mut self, url: &str) -> Result<bool, Error> {
        let (found, _) = self.attempt(|catalog| {
            let [start, end, _] = catalog.directory.sections;
            let bytes = catalog.source.bytes(start, end)?;
            for listing in &catalog.directory.charts {
                let block = checked(&bytes, listing.fetched.start, listing.fetched)?;
                let mut urls = chart::listed(block)?.into_iter().flat_map(|one| one.urls);
                if urls.any(|one| crate::url::equal(url, &one)) {
                    return Some(true);
                }
            }
            Some(false)
        })?;
        Ok(found)
    }

    /// Does some work, twice if need be: a catalog on disk may be broken anywhere, and is then
    /// made anew.
    fn attempt<T>(&mut self, work: impl Fn(&mut Self) -> Option<T>) -> Result<(T, bool), Error> {
        if let Some(done) = work(self) {
            return Ok((done, false));
        }
        *self = Self::made(&self.index).catalog?;
        match work(self) {
            Some(done) => Ok((done, true)),
            None => Err(Error::new(format!(
                "{} cannot be searched",
                self.index.display()
            ))),
        }
    }
}

/// What a catalog holds of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The chart's name.
    pub name: String,
    /// What leads to the archives of its versions.
    pub listed: Vec<Listed>,
    /// Of each version, the texts that are searched or shown.
    pub searched: Vec<[String; 5]>,
}

/// Goes through all that a catalog holds, as searching and fetching do; nothing when it is
/// broken.
pub fn contents(catalog: &[u8]) -> Option<Vec<Content>> {
    let directory = Directory::of(catalog)?;
    let mut source = Source::Memory(catalog.to_vec());
    let [start, middle, end] = directory.sections;
    let (fetched, searched) = (source.bytes(start, middle)?, source.bytes(middle, end)?);
    let content = |listing: &Listing| {
        let block = checked(&searched, listing.searched.start, listing.searched)?;
        let found = Searched::open(block)?;
        let texts = |line: Line| {
            let places = [
                line.version,
                line.app_version,
                line.name,
                line.description,
                line.keywords,
            ];
            places.map(|place| found.text(place).to_owned())
        };
        let block = checked(&fetched, listing.fetched.start, listing.fetched)?;
        Some(Content {
            name: listing.name.clone(),
            listed: chart::listed(block)?,
            searched: found.lines().map(texts).collect(),
        })
    };
    directory.charts.iter().map(content).collect()
}

/// The block of a section, if it is what was written.
fn checked(section: &[u8], start: u64, block: Block) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    let bytes = section.get(start..start.checked_add(block.length)?)?;
    (bytes::checksum(bytes) == block.sum).then_some(bytes)
}

/// The file beside an index.
pub(crate) fn catalog_file(index: &Path) -> PathBuf {
    index.with_extension("pintle")
}

impl Skipped {
    fn of(warning: &Warning) -> Self {
        let field = |name: &str| {
            let mut fields = warning.attributes.iter();
            let found = fields.find(|(key, _)| *key == name);
            found.map(|(_, value)| value.clone())
        };
        Self {
            name: field("name").unwrap_or_default(),
            reason: field("error").map(|error| (field("version").unwrap_or_default(), error)),
        }
    }

    /// Helm's log line.
    fn warning(&self, source: &str) -> Warning {
        const SKIPPED: &str = "skipping loading invalid entry for chart";
        match &self.reason {
            None => Warning::warn(format!("{SKIPPED}: empty entry"))
                .with("name", &self.name)
                .with("source", source),
            Some((version, error)) => Warning::warn(SKIPPED)
                .with("name", &self.name)
                .with("version", version)
                .with("source", source)
                .with("error", error),
        }
    }
}
