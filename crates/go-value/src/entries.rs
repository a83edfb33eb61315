//! The entries of a map, in the order of their keys.

use std::collections::{BTreeMap, btree_map};
use std::{slice, vec};

use crate::{Str, Value};

/// From this many entries on a tree is better than a list.
const LARGE: usize = 48;

/// Entries in byte order of their keys, each key once.
///
/// Nearly all maps are small: a sorted list takes a tenth of a tree's memory then, and is
/// searched and copied faster.
#[derive(Clone)]
pub(crate) enum Entries {
    Small(Vec<(Str, Value)>),
    Large(BTreeMap<Str, Value>),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl Entries {
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        match self {
            Self::Small(list) => find(list, key).ok().map(|at| &list[at].1),
            Self::Large(tree) => tree.get(key),
        }
    }

    pub fn insert(&mut self, key: Str, value: Value) {
        match self {
            Self::Small(list) => match find(list, key.as_bytes()) {
                Ok(at) => list[at].1 = value,
                Err(at) if list.len() < LARGE => list.insert(at, (key, value)),
                Err(_) => {
                    let mut tree: BTreeMap<Str, Value> = std::mem::take(list).into_iter().collect();
                    tree.insert(key, value);
                    *self = Self::Large(tree);
                }
            },
            Self::Large(tree) => {
                tree.insert(key, value);
            }
        }
    }

    pub fn remove(&mut self, key: &[u8]) -> Option<Value> {
        match self {
            Self::Small(list) => find(list, key).ok().map(|at| list.remove(at).1),
            Self::Large(tree) => tree.remove(key),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Small(list) => list.len(),
            Self::Large(tree) => tree.len(),
        }
    }

    pub fn iter(&self) -> Iter<'_> {
        match self {
            Self::Small(list) => Iter::Small(list.iter()),
            Self::Large(tree) => Iter::Large(tree.iter()),
        }
    }
}

fn find(list: &[(Str, Value)], key: &[u8]) -> Result<usize, usize> {
    list.binary_search_by(|entry| entry.0.as_bytes().cmp(key))
}

impl FromIterator<(Str, Value)> for Entries {
    /// Of equal keys the last one counts.
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        let mut list: Vec<(Str, Value)> = entries.into_iter().collect();
        if !list.is_sorted_by(|a, b| a.0 < b.0) {
            list.sort_by(|a, b| a.0.cmp(&b.0));
            list.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        if list.len() > LARGE {
            return Self::Large(list.into_iter().collect());
        }
        list.shrink_to_fit();
        Self::Small(list)
    }
}

pub(crate) enum Iter<'a> {
    Small(slice::Iter<'a, (Str, Value)>),
    Large(btree_map::Iter<'a, Str, Value>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Small(list) => list.next().map(|(key, value)| (key, value)),
            Self::Large(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Small(list) => list.size_hint(),
            Self::Large(tree) => tree.size_hint(),
        }
    }
}

pub(crate) enum IntoValues {
    Small(vec::IntoIter<(Str, Value)>),
    Large(btree_map::IntoValues<Str, Value>),
}

impl Entries {
    pub fn into_values(self) -> IntoValues {
        match self {
            Self::Small(list) => IntoValues::Small(list.into_iter()),
            Self::Large(tree) => IntoValues::Large(tree.into_values()),
        }
    }
}

impl Iterator for IntoValues {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        match self {
            Self::Small(list) => list.next().map(|entry| entry.1),
            Self::Large(tree) => tree.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entries: &Entries) -> Vec<(String, i64)> {
        let pair = |(key, value): (&Str, &Value)| (key.to_string(), value.as_int().unwrap_or(-1));
        entries.iter().map(pair).collect()
    }

    #[test]
    fn of_equal_keys_the_last_one_counts() {
        let pairs = [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("c", 5)];
        let entries: Entries = pairs
            .into_iter()
            .map(|(key, value)| (Str::from(key), Value::Int(value)))
            .collect();
        let expected = [("a", 4), ("b", 3), ("c", 5)].map(|(key, value)| (key.to_owned(), value));
        assert_eq!(shown(&entries), expected);
    }

    /// Small and large ones do the same.
    #[test]
    fn growth_does_not_show() {
        let mut grown = Entries::default();
        let mut model = BTreeMap::new();
        for step in 0..200_i64 {
            let key = format!("{:03}", step * 37 % 101);
            grown.insert(key.as_str().into(), Value::Int(step));
            model.insert(key, step);
            if step % 5 == 0 {
                let gone = format!("{:03}", step % 101);
                let removed = grown
                    .remove(gone.as_bytes())
                    .and_then(|value| value.as_int());
                assert_eq!(removed, model.remove(&gone));
            }
            assert_eq!(grown.len(), model.len());
            assert_eq!(shown(&grown), model.clone().into_iter().collect::<Vec<_>>());
        }
        assert!(matches!(grown, Entries::Large(_)));
        assert!(grown.get(b"nothing").is_none());
    }
}
