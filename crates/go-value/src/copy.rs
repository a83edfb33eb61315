//! Copies nested lists and maps without recursion: what templates build may nest without end.

use std::collections::HashSet;

use crate::{List, Map, MapType, Str, Value};

/// Up to here a value is taken not to contain itself.
const CYCLE_DEPTH: usize = 1000;

/// A list or map that is being copied.
enum Open {
    List {
        source: List,
        copied: Vec<Value>,
    },
    Map {
        map_type: MapType,
        address: usize,
        left: std::vec::IntoIter<(Str, Value)>,
        copied: Vec<(Str, Value)>,
        /// Of the value that is being copied.
        key: Str,
    },
}

impl Open {
    /// What is to be copied next.
    fn next(&mut self) -> Option<Value> {
        match self {
            Self::List { source, copied } => source.get(copied.len()).cloned(),
            Self::Map { left, key, .. } => left.next().map(|(next, value)| {
                *key = next;
                value
            }),
        }
    }

    fn add(&mut self, value: Value) {
        match self {
            Self::List { copied, .. } => copied.push(value),
            Self::Map { copied, key, .. } => {
                copied.push((std::mem::take(key), value));
            }
        }
    }

    fn close(self) -> Value {
        match self {
            Self::List { source, copied } => List::typed(source.element_type(), copied).into(),
            Self::Map {
                map_type, copied, ..
            } => Map::from_entries(map_type, copied).into(),
        }
    }
}

/// A value that shares no map with `value`, but for maps that contain themselves.
pub(crate) fn deep_copy(value: &Value) -> Value {
    let mut open: Vec<Open> = Vec::new();
    let mut around = HashSet::new();
    let mut current = value.clone();
    loop {
        let complete = match enter(&current, open.len(), &mut around) {
            Some(entered) => {
                open.push(entered);
                None
            }
            None => Some(std::mem::take(&mut current)),
        };
        let mut complete = complete;
        loop {
            let Some(top) = open.last_mut() else {
                return complete.unwrap_or_default();
            };
            if let Some(value) = complete.take() {
                top.add(value);
            }
            if let Some(next) = top.next() {
                current = next;
                break;
            }
            if let Some(done) = open.pop() {
                if let Open::Map { address, .. } = &done {
                    around.remove(address);
                }
                complete = Some(done.close());
            }
        }
    }
}

/// Starts to copy a list or map. Anything else is its own copy, and so is an empty one of
/// Go's nil maps, and a map that is inside of itself.
fn enter(value: &Value, depth: usize, around: &mut HashSet<usize>) -> Option<Open> {
    match value {
        Value::List(list) => Some(Open::List {
            copied: Vec::with_capacity(list.len()),
            source: list.clone(),
        }),
        Value::Map(map) if !map.is_nil() => {
            let address = map.address();
            if depth > CYCLE_DEPTH && !around.insert(address) {
                return None;
            }
            Some(Open::Map {
                map_type: map.map_type(),
                address,
                left: map.entries().into_iter(),
                copied: Vec::with_capacity(map.len()),
                key: Str::empty(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{List, Map, Value};

    fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
        let thread = std::thread::Builder::new().stack_size(128 << 10);
        thread
            .spawn(work)
            .expect("a thread")
            .join()
            .expect("no overflow");
    }

    #[test]
    fn copies_are_equal_and_share_no_map() {
        let inner: Map = [("a", Value::Int(1))].into_iter().collect();
        let outer: Map = [
            ("m", inner.clone().into()),
            (
                "l",
                List::new(vec![inner.clone().into(), Value::Nil]).into(),
            ),
        ]
        .into_iter()
        .collect();
        let copy = outer.deep_copy();
        assert_eq!(format!("{copy:?}"), format!("{outer:?}"));
        inner.set("a", Value::Int(2));
        assert_ne!(format!("{copy:?}"), format!("{outer:?}"));
    }

    #[test]
    fn deep_nesting_is_copied_and_shown_on_a_small_stack() {
        on_a_small_stack(|| {
            let mut value = Value::Nil;
            for _ in 0..200_000 {
                let map = Map::new();
                map.set("inner", value);
                value = List::new(vec![map.into(), Value::Nil]).into();
            }
            let copy = value.deep_copy();
            assert!(format!("{copy:?}").contains('…'));
        });
    }

    #[test]
    fn a_map_in_itself_has_a_copy() {
        on_a_small_stack(|| {
            let map = Map::new();
            map.set("self", map.clone().into());
            let copy = map.deep_copy();
            assert!(!copy.is_same(&map));
            map.remove("self");
        });
    }
}
