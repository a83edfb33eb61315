//! The folder, and what is known of it.
//!
//! What was read of an archive is kept as long as the file has the same size and time, so that
//! each archive is read once. Whether something changed is asked before answers: folders know
//! when an entry came or went, which is one question each; files that were changed where they
//! are take a look at all of them, which is done now and then.
//!
//! - `listing`: what is in the folder
//! - `stock`: what is known of all archives; `item`: of one

mod contents;
mod item;
mod listing;
mod stock;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

pub use contents::{Contents, KEPT};
pub use item::{Item, Stamp};
use listing::{Listing, Seen};
pub use stock::{Stock, Text};

use crate::Error;

/// How often all files are looked at, at most.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A look at all files may take this part of the time, in folders however large.
const SHARE: u32 = 20;
/// File systems tell times in steps of this at most: what changed that shortly before it was
/// looked at may have changed since without showing.
const STEP: Duration = Duration::from_millis(50);

/// A folder of archives.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    base: String,
    started: Instant,
    /// When all files are to be looked at again, in milliseconds from the start.
    due: AtomicU64,
    /// Whether somebody is about to: all others need not wait for that.
    is_looking: AtomicBool,
    stock: RwLock<Arc<Stock>>,
    known: Mutex<Known>,
    /// Bytes of small archives.
    pub contents: Contents,
}

/// What is kept from look to look: what each archive said, by its path.
type Known = HashMap<PathBuf, (Stamp, Option<Arc<Item>>)>;

impl Shelf {
    /// Looks at a folder for the first time. `base` is what addresses start with.
    ///
    /// # Errors
    /// A folder that is not there or cannot be read.
    pub fn new(folder: &Path, base: &str) -> Result<Self, Error> {
        std::fs::read_dir(folder).map_err(|error| {
            Error::file("open", folder, &error).hint("name the folder that has the archives")
        })?;
        let shelf = Self {
            folder: folder.to_path_buf(),
            base: base.to_owned(),
            started: Instant::now(),
            due: AtomicU64::new(0),
            is_looking: AtomicBool::new(false),
            stock: RwLock::new(Arc::new(Stock::default())),
            known: Mutex::default(),
            contents: Contents::default(),
        };
        shelf.look();
        Ok(shelf)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is known, when that is fresh. Asks little, so that it may be called anywhere. Who
    /// gets nothing has to [look](Self::look).
    pub fn fresh(&self) -> Option<Arc<Stock>> {
        let stock = self.known_now();
        if !stock.folders_are_unchanged() {
            return None;
        }
        let is_ours_to_look = self.is_due() && !self.is_looking.swap(true, Ordering::AcqRel);
        (!is_ours_to_look).then_some(stock)
    }

    fn is_due(&self) -> bool {
        self.started.elapsed().as_millis() as u64 >= self.due.load(Ordering::Relaxed)
    }

    /// What is known now, fresh or not.
    pub fn known_now(&self) -> Arc<Stock> {
        Arc::clone(&self.stock.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the folder, reads what is new, and tells what is known then. It takes its time.
    pub fn look(&self) -> Arc<Stock> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have looked while we waited.
        let before = self.known_now();
        if !self.is_due() && before.folders_are_unchanged() {
            return before;
        }
        let began = Instant::now();
        let listing = Listing::of(&self.folder, SystemTime::now());
        let stock = self.take(listing, &mut known);
        let took = began.elapsed();
        let pause = LOOK_AGAIN.max(took * SHARE);
        let due = (self.started.elapsed() + pause).as_millis() as u64;
        self.due.store(due, Ordering::Relaxed);
        self.is_looking.store(false, Ordering::Release);
        stock
    }

    /// As [`Shelf::look`], also at what seems to be unchanged.
    pub fn look_closely(&self) -> Arc<Stock> {
        self.due.store(0, Ordering::Relaxed);
        self.look()
    }

    fn take(&self, listing: Listing, known: &mut Known) -> Arc<Stock> {
        let before = self.known_now();
        if before.is_of(&listing) {
            before.saw(listing.folders);
            return before;
        }
        let new: Vec<_> = listing
            .archives
            .iter()
            .filter(|seen| {
                known
                    .get(&seen.archive.path)
                    .is_none_or(|(stamp, _)| *stamp != seen.stamp)
            })
            .collect();
        let read = pintle_chart::processors::map(&new, || {
            |seen: &&Seen| Item::read(&seen.archive, seen.stamp, &self.base).map(Arc::new)
        });
        let mut fresh: HashMap<&Path, Option<Arc<Item>>> = new
            .iter()
            .map(|seen| seen.archive.path.as_path())
            .zip(read)
            .collect();
        let mut now = Known::with_capacity(listing.archives.len());
        for seen in &listing.archives {
            let path = &seen.archive.path;
            let item = match fresh.remove(path.as_path()) {
                Some(item) => item,
                None => known.get(path).and_then(|(_, item)| item.clone()),
            };
            now.insert(path.clone(), (seen.stamp, item));
        }
        let stock = Arc::new(Stock::new(listing, &now));
        *known = now;
        *self.stock.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&stock);
        stock
    }
}

#[cfg(test)]
mod tests;
