//! What is known of all archives.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_repo::Index;
use pintle_repo::index::find;

use super::listing::{Folder, Listing};
use super::{Item, Known, Stamp};
use crate::clock;

/// What is known of all archives, at one time. It does not change; what takes work is made when
/// it is first asked for.
#[derive(Debug)]
pub struct Stock {
    /// The charts, their newest versions first.
    pub charts: BTreeMap<String, Vec<Arc<Item>>>,
    /// When it became so.
    pub modified: SystemTime,
    /// Paths of archives and signatures seen from the folder.
    places: HashMap<String, Arc<Item>>,
    /// Archives by the names of their files, and by those that they should have.
    files: HashMap<String, Arc<Item>>,
    signed: HashSet<String>,
    folders: Mutex<Vec<Folder>>,
    stamps: Vec<(PathBuf, Stamp, Option<Stamp>)>,
    index: OnceLock<Text>,
    search: OnceLock<Text>,
}

/// A text that is sent, also compressed.
#[derive(Debug, Clone)]
pub struct Text {
    /// As it is.
    pub plain: Bytes,
    /// By gzip.
    pub zipped: Bytes,
    /// The `ETag` of the plain one.
    pub tag: String,
}

impl Text {
    /// Compresses a text.
    pub fn new(plain: Vec<u8>) -> Self {
        let digest = pintle_repo::content::hex(&pintle_repo::cache::digest(&plain));
        Self {
            zipped: zipped(&plain).into(),
            plain: plain.into(),
            tag: format!("\"{}\"", &digest[..32]),
        }
    }
}

/// A text by gzip.
pub fn zipped(plain: &[u8]) -> Vec<u8> {
    let room = Vec::with_capacity(plain.len() / 4);
    let mut encoder = GzEncoder::new(room, Compression::new(5));
    // Writing to memory does not fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}

impl Default for Stock {
    fn default() -> Self {
        Self {
            charts: BTreeMap::new(),
            modified: SystemTime::UNIX_EPOCH,
            places: HashMap::new(),
            files: HashMap::new(),
            signed: HashSet::new(),
            folders: Mutex::default(),
            stamps: Vec::new(),
            index: OnceLock::new(),
            search: OnceLock::new(),
        }
    }
}

impl Stock {
    pub(super) fn new(listing: Listing, known: &Known) -> Self {
        let mut stock = Self::default();
        let folders = listing.folders.iter().filter_map(Folder::modified);
        let times = listing.archives.iter().map(|seen| seen.stamp.modified);
        stock.modified = folders.chain(times).max().unwrap_or(SystemTime::UNIX_EPOCH);
        for seen in listing.archives {
            let path = seen.archive.path;
            if let Some((_, Some(item))) = known.get(&path) {
                stock.add(item, seen.prov.is_some());
            }
            stock.stamps.push((path, seen.stamp, seen.prov));
        }
        for versions in stock.charts.values_mut() {
            // HELM: versions that cannot be read come last; of equal ones the first stays first.
            versions.sort_by(|one, other| other.version.cmp(&one.version));
        }
        stock.folders = Mutex::new(listing.folders);
        stock
    }

    fn add(&mut self, item: &Arc<Item>, is_signed: bool) {
        let name = item.name().to_owned();
        self.charts.entry(name).or_default().push(Arc::clone(item));
        self.places.insert(item.place.clone(), Arc::clone(item));
        let file = item.place.rsplit('/').next().unwrap_or_default();
        for file in [
            file.to_owned(),
            format!("{}-{}.tgz", item.name(), item.version()),
        ] {
            let first = self.files.entry(file);
            first.or_insert_with(|| Arc::clone(item));
        }
        if is_signed {
            self.signed.insert(item.place.clone());
        }
    }

    /// Whether a listing shows what this was made of.
    pub(super) fn is_of(&self, listing: &Listing) -> bool {
        let seen = listing.archives.iter();
        self.modified > SystemTime::UNIX_EPOCH
            && self.stamps.len() == listing.archives.len()
            && seen.zip(&self.stamps).all(|(seen, (path, stamp, prov))| {
                seen.archive.path == *path && seen.stamp == *stamp && seen.prov == *prov
            })
    }

    /// Takes the times of folders, where nothing else changed.
    pub(super) fn saw(&self, folders: Vec<Folder>) {
        *self.folders.lock().unwrap_or_else(PoisonError::into_inner) = folders;
    }

    pub(super) fn folders_are_unchanged(&self) -> bool {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.iter().all(Folder::is_unchanged)
    }

    /// The archive at a path seen from the folder.
    pub fn at(&self, place: &str) -> Option<&Arc<Item>> {
        self.places.get(place)
    }

    /// The archive that ChartMuseum has at `charts/FILE`: of the folder, or of one in it.
    pub fn named(&self, file: &str) -> Option<&Arc<Item>> {
        self.at(file).or_else(|| self.files.get(file))
    }

    /// Whether an archive has a signature.
    pub fn is_signed(&self, item: &Item) -> bool {
        self.signed.contains(&item.place)
    }

    /// The archive of a chart's version, as users say it; the newest stable one for nothing.
    ///
    /// # Errors
    /// Helm's text.
    pub fn find(&self, name: &str, version: &str) -> Result<&Arc<Item>, String> {
        let Some(versions) = self.charts.get(name) else {
            return Err("no chart name found".to_owned());
        };
        let texts = versions.iter().map(|item| item.version());
        let found = find(name, texts, version).map_err(|error| error.0)?;
        versions
            .get(found.place)
            .ok_or_else(|| "no chart version found".to_owned())
    }

    /// The version of a chart that people mean when they name none.
    pub fn latest(versions: &[Arc<Item>]) -> Option<&Arc<Item>> {
        let is_stable = |item: &&Arc<Item>| {
            let version = item.version.as_ref();
            version.is_some_and(|version| version.prerelease().is_empty())
        };
        versions.iter().find(is_stable).or_else(|| versions.first())
    }

    /// The index. Made when first asked for.
    pub fn index(&self) -> &Text {
        self.index.get_or_init(|| Text::new(self.index_text()))
    }

    /// The index, if it is made already.
    pub fn index_if_made(&self) -> Option<&Text> {
        self.index.get()
    }

    /// What searching as one types needs. Made by `make` when first asked for.
    pub fn search(&self, make: impl FnOnce(&Self) -> Vec<u8>) -> &Text {
        self.search.get_or_init(|| Text::new(make(self)))
    }

    /// The index as `repo index` writes it, from the lines that each archive has ready.
    fn index_text(&self) -> Vec<u8> {
        let generated = clock::index(self.modified);
        self.index_of_lines(&generated)
            .unwrap_or_else(|| self.whole_index(generated))
    }

    fn index_of_lines(&self, generated: &str) -> Option<Vec<u8>> {
        let mut by_key: HashMap<&str, &[Arc<Item>]> = HashMap::with_capacity(self.charts.len());
        for versions in self.charts.values() {
            let (key, _) = versions.first()?.text.as_ref()?;
            by_key.insert(key, versions);
        }
        // The order of keys is that of Go's YAML writer, so it is asked.
        let mut bare = Index::empty(generated.to_owned());
        bare.charts = self
            .charts
            .keys()
            .map(|name| (name.clone(), Vec::new()))
            .collect();
        let bare = String::from_utf8(bare.to_yaml().ok()?).ok()?;
        let mut text = String::with_capacity(bare.len() + 512 * self.stamps.len());
        for line in bare.split_inclusive('\n') {
            let Some(key) = line.strip_suffix(" []\n") else {
                text.push_str(line);
                continue;
            };
            text.push_str(key);
            text.push('\n');
            for item in by_key.remove(key)? {
                text.push_str(&item.text.as_ref()?.1);
            }
        }
        by_key.is_empty().then(|| text.into_bytes())
    }

    fn whole_index(&self, generated: String) -> Vec<u8> {
        let mut index = Index::empty(generated);
        for (name, versions) in &self.charts {
            let entries = versions.iter().map(|item| item.entry.clone()).collect();
            index.charts.insert(name.clone(), entries);
        }
        index.to_yaml().unwrap_or_default()
    }
}

#[cfg(test)]
impl Stock {
    pub(super) fn both_indexes(&self) -> (Option<Vec<u8>>, Vec<u8>) {
        let generated = clock::index(self.modified);
        (self.index_of_lines(&generated), self.whole_index(generated))
    }
}
