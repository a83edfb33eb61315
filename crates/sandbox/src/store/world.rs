//! What one write sees and does.

use std::sync::Arc;

use serde_json::Value;

use super::{Change, Happened, Inner, Kept, Key};
use crate::catalog::Catalog;
use crate::object;

/// All objects, while one write goes on.
#[derive(Debug)]
pub struct World<'a> {
    inner: &'a mut Inner,
    changes: Vec<Change>,
}

impl<'a> World<'a> {
    pub(super) fn new(inner: &'a mut Inner) -> Self {
        Self {
            inner,
            changes: Vec::new(),
        }
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// The number of the latest change.
    pub fn revision(&self) -> u64 {
        self.inner.revision
    }

    /// The resources that there are.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.inner.catalog)
    }

    /// From now on there are these resources.
    pub fn set_catalog(&mut self, catalog: Catalog) {
        self.inner.catalog = Arc::new(catalog);
    }

    /// An object.
    pub fn get(&self, key: &Key) -> Option<&Arc<Kept>> {
        self.inner.objects.get(key)
    }

    /// All objects of a shelf, or those of one namespace.
    pub fn list(&self, shelf: &str, namespace: Option<&str>) -> impl Iterator<Item = &Arc<Kept>> {
        list(self.inner, shelf, namespace)
    }

    /// Who claims an address (`ip 10.96.0.7`) or a port of the nodes (`port 30080`).
    pub fn claimed(&self, claim: &str) -> Option<&Key> {
        self.inner.claims.get(claim)
    }

    /// Keeps an object, new or changed, and gives it its `resourceVersion`.
    pub fn put(&mut self, key: Key, object: &mut Value) -> Arc<Kept> {
        let revision = self.next();
        object::metadata(object).insert("resourceVersion".into(), revision.to_string().into());
        let kept = Arc::new(Kept::new(key.clone(), revision, object));
        let before = self.inner.objects.insert(key.clone(), Arc::clone(&kept));
        if let Some(before) = &before {
            self.forget(before);
        }
        self.inner.index(&kept);
        let happened = if before.is_some() {
            Happened::Modified
        } else {
            Happened::Added
        };
        self.changes.push(Change {
            revision,
            happened,
            object: Arc::clone(&kept),
            before,
        });
        kept
    }

    /// Takes an object away; what was known of it last, with the revision at which it went.
    pub fn remove(&mut self, key: &Key) -> Option<Arc<Kept>> {
        let before = self.inner.objects.remove(key)?;
        self.forget(&before);
        let revision = self.next();
        let mut object = before.object();
        object::metadata(&mut object).insert("resourceVersion".into(), revision.to_string().into());
        let gone = Arc::new(Kept::new(key.clone(), revision, &object));
        self.changes.push(Change {
            revision,
            happened: Happened::Deleted,
            object: Arc::clone(&gone),
            before: Some(before),
        });
        Some(gone)
    }

    /// Takes all objects away.
    pub fn clear(&mut self) {
        let keys: Vec<Key> = self.inner.objects.keys().cloned().collect();
        for key in keys {
            self.remove(&key);
        }
    }

    fn next(&mut self) -> u64 {
        self.inner.revision += 1;
        self.inner.revision
    }

    fn forget(&mut self, kept: &Kept) {
        for owner in &kept.owners {
            if let Some(keys) = self.inner.owned.get_mut(owner) {
                keys.remove(&kept.key);
                if keys.is_empty() {
                    self.inner.owned.remove(owner);
                }
            }
        }
        for claim in &kept.claims {
            if self.inner.claims.get(claim) == Some(&kept.key) {
                self.inner.claims.remove(claim);
            }
        }
    }
}

pub(super) fn list<'i>(
    inner: &'i Inner,
    shelf: &str,
    namespace: Option<&str>,
) -> impl Iterator<Item = &'i Arc<Kept>> + use<'i> {
    let first = Key::new(shelf, namespace.unwrap_or_default(), "");
    let shelf = Arc::clone(&first.shelf);
    let only = namespace.map(str::to_owned);
    inner
        .objects
        .range(first..)
        .take_while(move |(key, _)| {
            key.shelf == shelf && only.as_ref().is_none_or(|only| *only == *key.namespace)
        })
        .map(|(_, kept)| kept)
}
