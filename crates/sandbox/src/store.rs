//! All objects, their revisions, and what happened to them lately.
//!
//! There is one writer at a time; readers see whole writes. Objects are kept as the JSON text that
//! is sent, in the version in which they were written.

mod disk;
mod kept;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use serde_json::Value;
use tokio::sync::watch;

use crate::catalog::Catalog;
use crate::object;
use crate::status::Status;
use disk::{Disk, Pending};

pub use kept::{Kept, Key};
pub use world::World;

/// How many changes watchers can go back, and how many bytes of objects are remembered for them.
const REMEMBERED: usize = 10_000;
const REMEMBERED_BYTES: usize = 64 << 20;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It is new.
    Added,
    /// It is another than before.
    Modified,
    /// It is gone.
    Deleted,
}

/// One change of one object.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its number: no two changes have the same, later ones have greater ones.
    pub revision: u64,
    /// What happened.
    pub happened: Happened,
    /// The object after it; the last that was known of it when it was deleted.
    pub object: Arc<Kept>,
    /// The object before it.
    pub before: Option<Arc<Kept>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Inner {
    pub revision: u64,
    pub objects: BTreeMap<Key, Arc<Kept>>,
    /// By the uid of an owner.
    pub owned: HashMap<String, BTreeSet<Key>>,
    /// What objects claim for themselves alone: addresses and ports of services.
    pub claims: HashMap<String, Key>,
    pub catalog: Arc<Catalog>,
    log: VecDeque<Arc<Change>>,
    /// How long the objects of the log are, in bytes.
    log_bytes: usize,
}

impl Inner {
    fn new() -> Self {
        Self {
            catalog: Arc::new(Catalog::builtin().clone()),
            ..Self::default()
        }
    }

    /// Notes changes, and forgets the oldest when there are too many.
    fn remember(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.log_bytes += change.object.text.len();
            self.log.push_back(Arc::new(change));
        }
        while self.log.len() > REMEMBERED || self.log_bytes > REMEMBERED_BYTES {
            let Some(oldest) = self.log.pop_front() else {
                return;
            };
            self.log_bytes -= oldest.object.text.len();
        }
    }

    /// Notes who owns an object, and what it claims.
    fn index(&mut self, kept: &Kept) {
        for owner in &kept.owners {
            self.owned
                .entry(owner.clone())
                .or_default()
                .insert(kept.key.clone());
        }
        for claim in &kept.claims {
            self.claims.insert(claim.clone(), kept.key.clone());
        }
    }
}

/// All objects.
#[derive(Debug)]
pub struct Store {
    inner: RwLock<Inner>,
    told: watch::Sender<u64>,
    disk: Option<Disk>,
}

/// The changes asked for are no longer remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// The oldest revision after which changes are remembered.
    pub oldest: u64,
}

impl Store {
    /// A store without objects, which forgets them when it ends.
    pub fn new() -> Self {
        Self {
            inner: RwLock::new(Inner::new()),
            told: watch::Sender::new(0),
            disk: None,
        }
    }

    /// A store whose objects are kept in a file.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub fn open(path: &Path) -> io::Result<Self> {
        let (disk, found) = Disk::open(path)?;
        let mut inner = Inner::new();
        inner.revision = found.revision;
        for (key, text) in found.objects {
            let object: Value = serde_json::from_slice(&text)
                .map_err(|error| io::Error::other(format!("{key:?}: {error}")))?;
            let revision = object::resource_version(&object)
                .parse()
                .unwrap_or(found.revision);
            let kept = Arc::new(Kept::new(key.clone(), revision, &object));
            inner.index(&kept);
            inner.objects.insert(key, kept);
        }
        let told = watch::Sender::new(inner.revision);
        Ok(Self {
            inner: RwLock::new(inner),
            told,
            disk: Some(disk),
        })
    }

    /// One that begins with what there is in this one now, and forgets it when it ends.
    #[must_use]
    pub fn copy(&self) -> Self {
        let inner = self.read().clone();
        Self {
            told: watch::Sender::new(inner.revision),
            inner: RwLock::new(inner),
            disk: None,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        // A panic while writing leaves whole objects: each is put in one step.
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the latest change.
    pub fn revision(&self) -> u64 {
        self.read().revision
    }

    /// How many objects there are, and the number of the latest change.
    pub fn size(&self) -> (usize, u64) {
        let inner = self.read();
        (inner.objects.len(), inner.revision)
    }

    /// Whether objects are kept in a file.
    pub fn is_persistent(&self) -> bool {
        self.disk.is_some()
    }

    /// The resources that there are.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.read().catalog)
    }

    /// An object.
    pub fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.read().objects.get(key).cloned()
    }

    /// All objects of a shelf ([`crate::catalog::Resource::shelf`]), or those of one namespace,
    /// in the order of their namespaces and names; and the revision at which they are so.
    pub fn list(&self, shelf: &str, namespace: Option<&str>) -> (Vec<Arc<Kept>>, u64) {
        let inner = self.read();
        (
            world::list(&inner, shelf, namespace).cloned().collect(),
            inner.revision,
        )
    }

    /// Every object.
    pub fn all(&self) -> Vec<Arc<Kept>> {
        self.read().objects.values().cloned().collect()
    }

    /// The objects that name an owner of this uid.
    pub fn owned_by(&self, uid: &str) -> Vec<Arc<Kept>> {
        let inner = self.read();
        let keys = inner.owned.get(uid).into_iter().flatten();
        keys.filter_map(|key| inner.objects.get(key))
            .cloned()
            .collect()
    }

    /// Runs one write, and waits until it is on the disk, should there be one. What it has put
    /// when it fails stays.
    ///
    /// # Errors
    /// The write's own; a disk that does not keep it.
    pub fn write<T>(
        &self,
        write: impl FnOnce(&mut World<'_>) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let (done, pending) = self.begin(write);
        if let Some(pending) = pending {
            pending
                .wait()
                .map_err(|error| Status::internal(format!("not kept on disk: {error}")))?;
        }
        done
    }

    /// Runs one write without waiting for the disk: for what would be made anew when lost.
    pub fn write_soon<T>(&self, write: impl FnOnce(&mut World<'_>) -> T) -> T {
        self.begin(write).0
    }

    fn begin<T>(&self, write: impl FnOnce(&mut World<'_>) -> T) -> (T, Option<Pending>) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let mut world = World::new(&mut inner);
        let done = write(&mut world);
        let changes = world.into_changes();
        if changes.is_empty() {
            return (done, None);
        }
        let pending = self.disk.as_ref().map(|disk| {
            let kept = changes.iter().map(|change| {
                let gone = change.happened == Happened::Deleted;
                let text = (!gone).then(|| change.object.text.clone());
                (change.object.key.clone(), text)
            });
            disk.put(kept.collect(), inner.revision)
        });
        inner.remember(changes);
        self.told.send_replace(inner.revision);
        (done, pending)
    }

    /// The changes after a revision, at most `most`.
    ///
    /// # Errors
    /// When some of them are no longer remembered.
    pub fn changes(&self, after: u64, most: usize) -> Result<Vec<Arc<Change>>, Forgotten> {
        let inner = self.read();
        let first = inner.log.partition_point(|change| change.revision <= after);
        let oldest = inner
            .log
            .front()
            .map_or(inner.revision, |change| change.revision - 1);
        if after < oldest {
            return Err(Forgotten { oldest });
        }
        Ok(inner.log.range(first..).take(most).cloned().collect())
    }

    /// Is told the revision of each write.
    pub fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn put(store: &Store, name: &str, text: &str) {
        let mut object =
            json!({"kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": text}});
        let key = Key::new("/configmaps", "n", name);
        let put = |world: &mut World<'_>| Ok(world.put(key, &mut object));
        assert!(store.write(put).is_ok());
    }

    #[test]
    fn a_copy_goes_its_own_way() {
        let store = Store::new();
        put(&store, "a", "");
        let copy = store.copy();
        assert_eq!(
            (copy.size(), copy.changes(0, 9).map(|all| all.len())),
            ((1, 1), Ok(1))
        );
        put(&copy, "b", "");
        put(&store, "c", "");
        let names = [&store, &copy].map(|store| {
            let all = store.all().into_iter();
            all.map(|one| one.key.name.to_string()).collect::<Vec<_>>()
        });
        assert_eq!(names, [["a", "c"], ["a", "b"]]);
    }

    #[test]
    fn changes_are_remembered_up_to_a_number_and_a_size() {
        let store = Store::new();
        for _ in 0..REMEMBERED + 5 {
            put(&store, "a", "");
        }
        assert_eq!(store.changes(0, 1).err(), Some(Forgotten { oldest: 5 }));
        assert_eq!(store.changes(5, 2).map(|found| found.len()), Ok(2));
        let large = "x".repeat(1 << 20);
        for _ in 0..100 {
            put(&store, "b", &large);
        }
        let oldest = store.changes(5, 1).err().map(|forgotten| forgotten.oldest);
        let now = store.revision();
        assert!(
            oldest.is_some_and(|oldest| now - oldest < 64 && now - oldest > 50),
            "{oldest:?}"
        );
        // What is watched from now on is told.
        put(&store, "c", "");
        assert_eq!(store.changes(now, 9).map(|found| found.len()), Ok(1));
    }
}
