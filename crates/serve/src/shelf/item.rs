//! What is known of one archive.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pintle_repo::index::{Archive, describe};
use pintle_repo::{Entry, Index};
use pintle_semver::Version;

use crate::clock;

/// Archives larger than this are no charts: they could not be read within the limits.
const LARGEST: u64 = 170 << 20;

/// By what a file is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its bytes.
    pub size: u64,
    /// When it changed.
    pub modified: SystemTime,
    /// Which file it is, where the system numbers them.
    number: u64,
}

impl Stamp {
    /// Of a file that is one.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self {
            size: metadata.len(),
            modified: metadata.modified().ok()?,
            number: number(&metadata),
        })
    }
}

#[cfg(unix)]
fn number(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.ino()
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

/// One archive that is a chart.
#[derive(Debug)]
pub struct Item {
    /// What the index says of it.
    pub entry: Entry,
    /// Its version, when that is one.
    pub version: Option<Version>,
    /// Where it is.
    pub path: PathBuf,
    /// The same seen from the folder, with `/`.
    pub place: String,
    /// By what it is known again.
    pub stamp: Stamp,
    /// Its `ETag`.
    pub tag: String,
    /// The name of the chart as a key of the index, and the entry as an item below it; none when
    /// they are not laid out as they mostly are.
    pub text: Option<(String, String)>,
}

impl Item {
    /// Reads an archive; nothing when it is no chart.
    pub fn read(archive: &Archive, stamp: Stamp, base: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(stamp.size.min(LARGEST) as usize + 1);
        let file = File::open(&archive.path).ok()?;
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        // One that is being written will be looked at again when it is whole.
        if bytes.len() as u64 != stamp.size {
            return None;
        }
        let created = || clock::index(stamp.modified);
        let entry = describe(&bytes, archive.address(base), &created)?;
        let place = match archive.folder.as_str() {
            "" => archive.file.clone(),
            folder => format!("{folder}/{}", archive.file),
        };
        Some(Self {
            version: Version::parse(&entry.metadata.version).ok(),
            tag: format!("\"{}\"", entry.digest),
            text: text(&entry),
            path: archive.path.clone(),
            place,
            stamp,
            entry,
        })
    }

    /// The name of the chart.
    pub fn name(&self) -> &str {
        &self.entry.metadata.name
    }

    /// The version of the chart, as it says.
    pub fn version(&self) -> &str {
        &self.entry.metadata.version
    }

    /// Where its signature is, or would be.
    pub fn prov(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".prov");
        path.into()
    }
}

/// What stands before and behind the entries of an index.
const BEFORE: &str = "apiVersion: v1\nentries:\n";
const BEHIND: &str = "generated: \"\"\n";

/// An entry as it stands in an index: its key, and its lines.
fn text(entry: &Entry) -> Option<(String, String)> {
    let mut index = Index::empty(String::new());
    let name = entry.metadata.name.clone();
    index.charts.insert(name, vec![entry.clone()]);
    let whole = String::from_utf8(index.to_yaml().ok()?).ok()?;
    let inner = whole.strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
    let (key, lines) = inner.split_once('\n')?;
    let is_usual = key.starts_with("  ")
        && key.ends_with(':')
        && !key.starts_with("  ?")
        && lines.starts_with("  - ");
    is_usual.then(|| (key.to_owned(), lines.to_owned()))
}
