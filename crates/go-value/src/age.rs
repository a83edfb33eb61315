//! When maps (and lists of texts, which can be sorted) were made and changed, for those who remember what came of them.
//!
//! A result may be used again as long as nothing that it was made from has changed. What
//! may have gone into it is whatever was there when it was made: so a change counts by the
//! age of the changed map. A map made later (most that templates change were made by the
//! template that changes them) cannot have gone into an earlier result.
//!
//! Time is a counter that goes on when somebody asks with [`tick`]. Changes are noted for
//! the thread that makes them: who relies on them lets no other thread change their maps.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

static CLOCK: AtomicU64 = AtomicU64::new(1);

/// No change so far.
const NEVER: u64 = u64::MAX;

thread_local! {
    static SEEN: Cell<Seen> = const { Cell::new(Seen::NOTHING) };
    static UNASKED: Cell<u64> = const { Cell::new(NEVER) };
}

/// What happened to maps in a stretch of time, on one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When the oldest of the changed maps was made.
    oldest_change: u64,
    /// Whether something was read that is another each time.
    volatile: bool,
}

impl Seen {
    const NOTHING: Self = Self {
        oldest_change: NEVER,
        volatile: false,
    };

    /// Whether what was done since `start` depends on nothing but maps as they were then,
    /// and has changed none of them.
    pub fn is_pure_since(self, start: u64) -> bool {
        self.oldest_change >= start && !self.volatile
    }
}

/// A new point in time: maps made from now on are not older.
pub fn tick() -> u64 {
    CLOCK.fetch_add(1, Ordering::Relaxed) + 1
}

/// The present time, for a map that is made.
pub(crate) fn now() -> u64 {
    CLOCK.load(Ordering::Relaxed)
}

/// Notes that a map made at `born` changed.
pub(crate) fn changed(born: u64) {
    SEEN.set(Seen {
        oldest_change: SEEN.get().oldest_change.min(born),
        ..SEEN.get()
    });
    UNASKED.set(UNASKED.get().min(born));
}

/// Notes that something was read that is another each time: the clock, a random number.
pub fn mark_volatile() {
    SEEN.set(Seen {
        volatile: true,
        ..SEEN.get()
    });
}

/// Begins to watch; what it returns is for [`end_watch`].
pub fn begin_watch() -> Seen {
    SEEN.replace(Seen::NOTHING)
}

/// What happened since the watch began; the watch around it sees it too.
pub fn end_watch(outer: Seen) -> Seen {
    let inner = SEEN.get();
    SEEN.set(Seen {
        oldest_change: outer.oldest_change.min(inner.oldest_change),
        volatile: outer.volatile || inner.volatile,
    });
    inner
}

/// When the oldest of the maps was made that this thread changed since the last call, if it
/// changed any.
pub fn take_oldest_change() -> Option<u64> {
    let oldest = UNASKED.replace(NEVER);
    (oldest != NEVER).then_some(oldest)
}

#[cfg(test)]
mod tests {
    use super::{begin_watch, end_watch, mark_volatile, take_oldest_change, tick};
    use crate::{Map, MapType, Value};

    #[test]
    fn only_changes_of_older_maps_count() {
        let old = Map::new();
        let start = tick();
        let outer = begin_watch();
        let fresh = Map::new();
        fresh.set("a", Value::Nil);
        fresh.remove("a");
        old.get("a");
        assert!(end_watch(outer).is_pure_since(start));

        let outer = begin_watch();
        old.set("a", Value::Nil);
        assert!(!end_watch(outer).is_pure_since(start));
    }

    #[test]
    fn a_watch_sees_what_those_inside_saw() {
        let start = tick();
        let outer = begin_watch();
        let inner = begin_watch();
        mark_volatile();
        assert!(!end_watch(inner).is_pure_since(start));
        assert!(!end_watch(outer).is_pure_since(start));
        let outer = begin_watch();
        assert!(end_watch(outer).is_pure_since(start));
    }

    #[test]
    fn changes_are_told_once() {
        let map = Map::new();
        let later = tick();
        take_oldest_change();
        map.set("a", Value::Nil);
        assert!(take_oldest_change().is_some_and(|born| born < later));
        assert_eq!(take_oldest_change(), None);
    }

    #[test]
    fn reading_a_volatile_map_shows_and_exchanging_it_does_not() {
        let root = Map::new();
        let start = tick();
        let outer = begin_watch();
        let about = Map::volatile(MapType::Any, [("Name".into(), Value::from("a"))]);
        root.set_volatile("Template", about);
        assert!(root.get("Template").is_some());
        assert!(end_watch(outer).is_pure_since(start));
        assert_eq!(take_oldest_change(), None);

        let outer = begin_watch();
        assert_eq!(root.deep_copy().len(), 1);
        assert!(!end_watch(outer).is_pure_since(start));
    }
}
