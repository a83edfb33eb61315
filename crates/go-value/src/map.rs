//! A Go map with string keys: shared and mutable.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::dismantle::dismantle;
use crate::entries::Entries;
use crate::{Str, Value};

/// What Go type a map has. Templates can tell: `typeOf`, `%T`, `deepEqual`, and
/// what a missing key gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MapType {
    /// `map[string]interface {}`
    #[default]
    Any,
    /// `map[string]string`: a missing key gives the empty string, not nil
    Str,
    /// Helm's `common.Values`, the type of `.Values`
    Values,
    /// Helm's `map[string][]uint8`-like types with byte values
    Bytes,
}

/// A shared map with string keys, iterated in byte order of the keys.
///
/// Cloning gives another handle on the same map, as in Go; [`Map::deep_copy`]
/// copies. Go iterates in random order; we always iterate in key order, which
/// is also the order in which Go's templates and printers visit maps.
///
/// Each method takes the lock only for itself and never while other code of the
/// caller runs, so that no sequence of calls can dead-lock.
#[derive(Clone, Default)]
#[expect(
    clippy::struct_field_names,
    reason = "`type` alone is a word of the language"
)]
pub struct Map {
    // The type is the handle's, not the storage's: Go converts `map[string]interface{}` to
    // `common.Values` without copying, and both then change together.
    map_type: MapType,
    nil: bool,
    entries: Arc<Locked>,
}

#[derive(Default)]
struct Locked(RwLock<Entries>);

impl Locked {
    fn take(&mut self) -> Entries {
        let entries = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(entries)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        dismantle(self.take().into_values());
    }
}

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty map of the given type.
    pub fn typed(map_type: MapType) -> Self {
        Self::of(map_type, Entries::default())
    }

    /// A nil map: empty, and `null` in JSON.
    pub fn nil(map_type: MapType) -> Self {
        Self {
            nil: true,
            ..Self::typed(map_type)
        }
    }

    /// Whether this is a nil map.
    pub fn is_nil(&self) -> bool {
        self.nil && self.is_empty()
    }

    /// A map of the given type and entries; of equal keys the last one counts.
    pub fn from_entries(
        map_type: MapType,
        entries: impl IntoIterator<Item = (Str, Value)>,
    ) -> Self {
        Self::of(map_type, entries.into_iter().collect())
    }

    fn of(map_type: MapType, entries: Entries) -> Self {
        Self {
            map_type,
            nil: false,
            entries: Arc::new(Locked(RwLock::new(entries))),
        }
    }

    /// The Go type of the map.
    pub fn map_type(&self) -> MapType {
        self.map_type
    }

    /// The value under `key`.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.read().get(key.as_ref()).cloned()
    }

    /// Whether `key` is there (even with a nil value).
    pub fn contains(&self, key: impl AsRef<[u8]>) -> bool {
        self.read().get(key.as_ref()).is_some()
    }

    /// Sets `key`, for everyone who holds this map.
    pub fn set(&self, key: impl Into<Str>, value: Value) {
        self.write().insert(key.into(), value);
    }

    /// Removes `key`, for everyone who holds this map.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.write().remove(key.as_ref())
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys in byte order, as they are now.
    pub fn keys(&self) -> Vec<Str> {
        self.read().iter().map(|(key, _)| key.clone()).collect()
    }

    /// The entries in key order, as they are now (a snapshot: later changes do not show).
    pub fn entries(&self) -> Vec<(Str, Value)> {
        self.read()
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// A new map of the same type with the same (shared) values.
    pub fn shallow_copy(&self) -> Self {
        Self::of(self.map_type, self.read().clone())
    }

    /// A new map of the same type whose maps and lists are copies all the way down.
    pub fn deep_copy(&self) -> Self {
        match crate::copy::deep_copy(&Value::Map(self.clone())) {
            Value::Map(map) => map,
            _ => self.clone(),
        }
    }

    /// The same map under another Go type, as a Go conversion gives it: what one handle
    /// changes, the other sees.
    pub fn retyped(&self, map_type: MapType) -> Self {
        Self {
            map_type,
            nil: self.nil,
            entries: Arc::clone(&self.entries),
        }
    }

    /// Whether both are the same map in memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries)
    }

    /// Where the map is in memory: the same for all handles on it, and for no other map.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.entries).addr()
    }

    /// The entries when nobody else holds the map, and else none.
    pub(crate) fn into_last_entries(self) -> Entries {
        Arc::into_inner(self.entries)
            .map(|mut entries| entries.take())
            .unwrap_or_default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        // No code of ours panics while it holds the lock; a poisoned lock still
        // guards a whole map.
        self.entries
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&crate::debug::Shown::map(self), f)
    }
}

impl<K: Into<Str>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(k, v)| (k.into(), v));
        Self::from_entries(MapType::Any, entries)
    }
}
