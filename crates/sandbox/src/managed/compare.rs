//! What differs between two values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fields::{Element, Set};
use super::typed::{Shape, Type};

/// What differs between an object as it was and as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Difference {
    pub removed: Set,
    pub modified: Set,
    pub added: Set,
}

impl Difference {
    pub(super) fn of(of: Type<'_>, old: &Value, new: &Value) -> Self {
        let mut walk = Walk::default();
        walk.values(of, Some(old), Some(new));
        walk.found
    }

    /// Without fields that are of no interest, and all below them.
    pub(super) fn ignoring(mut self, fields: &Set) -> Self {
        for set in [&mut self.removed, &mut self.modified, &mut self.added] {
            *set = set.minus_all(fields);
        }
        self
    }

    /// What is there now and was not so before.
    pub(super) fn changed(&self) -> Set {
        self.modified.union(&self.added)
    }
}

#[derive(Default)]
struct Walk {
    found: Difference,
    path: Vec<Element>,
}

impl Walk {
    fn values(&mut self, of: Type<'_>, old: Option<&Value>, new: Option<&Value>) {
        if old == new {
            return;
        }
        let shapes = (old.map(|old| of.shape(old)), new.map(|new| of.shape(new)));
        let leaf = match shapes {
            (Some(was), Some(is)) if was != is => {
                self.shaped(of, was, old, new);
                self.shaped(of, is, old, new)
            }
            (_, Some(shape)) | (Some(shape), None) => self.shaped(of, shape, old, new),
            (None, None) => return,
        };
        match (leaf, old, new) {
            (false, None, _) => self.found.added.insert(&self.path),
            (false, _, None) => self.found.removed.insert(&self.path),
            _ => {}
        }
    }

    /// Returns whether the value is one thing.
    fn shaped<'v>(
        &mut self,
        of: Type<'_>,
        shape: Shape,
        old: Option<&'v Value>,
        new: Option<&'v Value>,
    ) -> bool {
        match shape {
            Shape::Map { atomic: false } => {
                let none = Map::new();
                let map = |value: Option<&'v Value>| value.and_then(Value::as_object);
                let (was, is) = (map(old).unwrap_or(&none), map(new).unwrap_or(&none));
                if was.is_empty() && is.is_empty() {
                    return self.leaf(old, new);
                }
                let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
                for name in names {
                    self.path.push(Element::field(name));
                    self.values(of.field(name).0, was.get(name), is.get(name));
                    self.path.pop();
                }
                false
            }
            Shape::List { atomic: false } => {
                let list = |value: Option<&'v Value>| {
                    let items = value.and_then(Value::as_array);
                    items.map(Vec::as_slice).unwrap_or_default()
                };
                let (was, is) = (list(old), list(new));
                if was.is_empty() && is.is_empty() {
                    return self.leaf(old, new);
                }
                self.items(of, was, is);
                false
            }
            _ => self.leaf(old, new),
        }
    }

    fn items<'v>(&mut self, of: Type<'_>, was: &'v [Value], is: &'v [Value]) {
        let (was, is) = (by_element(of, was), by_element(of, is));
        let elements: BTreeSet<&Element> = was.keys().chain(is.keys()).collect();
        for element in elements {
            let items = |map: &BTreeMap<_, Vec<_>>| map.get(element).cloned().unwrap_or_default();
            let (old, new) = (items(&was), items(&is));
            let first = |items: &[&'v Value]| items.first().copied();
            self.path.push(element.clone());
            match (old.as_slice(), new.as_slice()) {
                ([] | [_], [] | [_]) => self.values(of.items(), first(&old), first(&new)),
                ([_, _, ..], [_, _, ..]) => {
                    if old != new {
                        self.found.modified.insert(&self.path);
                    }
                }
                ([_, _, ..], _) => {
                    if !new.is_empty() {
                        self.values(of.items(), None, first(&new));
                    }
                    self.found.removed.insert(&self.path);
                }
                (_, _) => {
                    if !old.is_empty() {
                        self.values(of.items(), first(&old), None);
                    }
                    self.found.added.insert(&self.path);
                }
            }
            self.path.pop();
        }
    }

    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>) -> bool {
        let set = match (old, new) {
            (None, _) => &mut self.found.added,
            (_, None) => &mut self.found.removed,
            (Some(old), Some(new)) if old != new => &mut self.found.modified,
            _ => return true,
        };
        set.insert(&self.path);
        true
    }
}

/// The items of a list by what tells them apart; those that nothing tells apart are left out.
fn by_element<'v>(of: Type<'_>, list: &'v [Value]) -> BTreeMap<Element, Vec<&'v Value>> {
    let mut map: BTreeMap<Element, Vec<&Value>> = BTreeMap::new();
    for item in list {
        if let Ok(element) = of.element(item) {
            map.entry(element).or_default().push(item);
        }
    }
    map
}
