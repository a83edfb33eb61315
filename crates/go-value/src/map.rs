//! A Go map with string keys: shared and mutable.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::dismantle::dismantle;
use crate::entries::Entries;
use crate::{Str, Value, age};

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

struct Locked {
    entries: RwLock<Entries>,
    /// When the map was made, by [`age`]; in the highest bit whether it is volatile.
    born: u64,
}

const VOLATILE: u64 = 1 << 63;

impl Default for Locked {
    fn default() -> Self {
        Self::new(Entries::default())
    }
}

impl Locked {
    fn new(entries: Entries) -> Self {
        Self {
            entries: RwLock::new(entries),
            born: age::now(),
        }
    }

    fn take(&mut self) -> Entries {
        let entries = self.entries.get_mut();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
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
            entries: Arc::new(Locked::new(entries)),
        }
    }

    /// A map that is another each time something is done: who reads it, by whatever way,
    /// reads something [volatile](age::mark_volatile).
    pub fn volatile(map_type: MapType, entries: impl IntoIterator<Item = (Str, Value)>) -> Self {
        let mut locked = Locked::new(entries.into_iter().collect());
        locked.born |= VOLATILE;
        Self {
            map_type,
            nil: false,
            entries: Arc::new(locked),
        }
    }

    /// Sets `key` to a [volatile](Self::volatile) map in place of another one. That is no
    /// change of this map to [`age`]: who reads the other one shows by that.
    pub fn set_volatile(&self, key: impl Into<Str>, map: Self) {
        debug_assert!(map.entries.born & VOLATILE != 0, "not a volatile map");
        self.lock().insert(key.into(), Value::Map(map));
    }

    /// When the map was made, by [`age`].
    pub fn born(&self) -> u64 {
        self.entries.born & !VOLATILE
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

    /// Whether what is in the map nests at most `depth` lists and maps deep, and is at most
    /// `count` values. Ends even if maps contain themselves.
    pub fn is_within(&self, depth: usize, count: usize) -> bool {
        let mut left = count;
        self.is_within_here(depth, &mut left)
    }

    fn is_within_here(&self, depth: usize, left: &mut usize) -> bool {
        // Not under the lock: a map may contain itself.
        let inner: Vec<Value> = {
            let entries = self.read();
            let Some(rest) = left.checked_sub(entries.len()) else {
                return false;
            };
            *left = rest;
            let nests = |value: &&Value| matches!(value, Value::Map(_) | Value::List(_));
            entries
                .iter()
                .map(|(_, value)| value)
                .filter(nests)
                .cloned()
                .collect()
        };
        inner.iter().all(|value| nests_within(value, depth, left))
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
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.entries).addr()
    }

    /// The entries when nobody else holds the map, and else none.
    pub(crate) fn into_last_entries(self) -> Entries {
        Arc::into_inner(self.entries)
            .map(|mut entries| entries.take())
            .unwrap_or_default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        if self.entries.born & VOLATILE != 0 {
            age::mark_volatile();
        }
        // No code of ours panics while it holds the lock; a poisoned lock still
        // guards a whole map.
        let entries = self.entries.entries.read();
        entries.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        age::changed(self.born());
        self.lock()
    }

    fn lock(&self) -> RwLockWriteGuard<'_, Entries> {
        let entries = self.entries.entries.write();
        entries.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a value with `depth` levels to go, which is counted itself, is within the limits.
fn nests_within(value: &Value, depth: usize, left: &mut usize) -> bool {
    let is_deep = depth == 0;
    match value {
        Value::Map(map) => !is_deep && map.is_within_here(depth - 1, left),
        Value::List(items) => {
            let Some(rest) = left.checked_sub(items.len()) else {
                return false;
            };
            *left = rest;
            !is_deep && items.iter().all(|item| nests_within(item, depth - 1, left))
        }
        _ => true,
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
