//! A live object together with a configuration.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fields::Element;
use super::typed::{Shape, Type};

/// The live object with all that the configuration says; nothing goes by it.
pub(super) fn merge(of: Type<'_>, live: &Value, configuration: &Value) -> Value {
    values(of, Some(live), Some(configuration)).unwrap_or_else(|| Value::Object(Map::new()))
}

fn values(of: Type<'_>, live: Option<&Value>, new: Option<&Value>) -> Option<Value> {
    let one = new.or(live)?;
    match of.shape(one) {
        Shape::Map { atomic: false } => {
            let map = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
            let (was, is) = (map(live).unwrap_or_default(), map(new).unwrap_or_default());
            if was.is_empty() && is.is_empty() {
                return Some(one.clone());
            }
            let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            let merged: Map<String, Value> = names
                .into_iter()
                .filter_map(|name| {
                    let value = values(of.field(name).0, was.get(name), is.get(name))?;
                    Some((name.clone(), value))
                })
                .collect();
            (!merged.is_empty()).then(|| merged.into())
        }
        Shape::List { atomic: false } => {
            let list = |value: Option<&Value>| {
                value.and_then(Value::as_array).cloned().unwrap_or_default()
            };
            let (was, is) = (list(live), list(new));
            if was.is_empty() && is.is_empty() {
                return Some(one.clone());
            }
            let merged = Items::new(of, &was, &is).merged();
            (!merged.is_empty()).then(|| merged.into())
        }
        _ => Some(one.clone()),
    }
}

/// Two lists whose items are told apart. Items that are in both come in the order of the
/// configuration, those of the live list alone where they were.
struct Items<'a> {
    of: Type<'a>,
    live: Vec<(Element, &'a Value)>,
    new: Vec<(Element, &'a Value)>,
    in_live: BTreeMap<Element, &'a Value>,
    in_new: BTreeSet<Element>,
}

/// What items that come more than once are to those that are merged with them.
const MANY: &Value = &Value::Null;

impl<'a> Items<'a> {
    fn new(of: Type<'a>, live: &'a [Value], new: &'a [Value]) -> Self {
        let indexed = |list: &'a [Value]| -> Vec<(Element, &'a Value)> {
            let items = list.iter();
            items
                .filter_map(|item| Some((of.element(item).ok()?, item)))
                .collect()
        };
        let (live, new) = (indexed(live), indexed(new));
        let mut in_live = BTreeMap::new();
        for (element, item) in &live {
            in_live
                .entry(element.clone())
                .and_modify(|known| *known = MANY)
                .or_insert(*item);
        }
        let in_new = new.iter().map(|(element, _)| element.clone()).collect();
        Self {
            of,
            live,
            new,
            in_live,
            in_new,
        }
    }

    fn merged(&self) -> Vec<Value> {
        let mut shared = self
            .new
            .iter()
            .map(|(element, _)| element)
            .filter(|element| self.in_live.contains_key(*element));
        let mut next = shared.next();
        let mut done = BTreeSet::new();
        let mut out = Vec::new();
        let (mut l, mut n) = (0, 0);
        while l < self.live.len() || n < self.new.len() {
            if let (Some((was, _)), Some((is, item))) = (self.live.get(l), self.new.get(n)) {
                if was == is {
                    done.insert(is);
                    out.extend(self.both(is, item));
                    l += 1;
                    n += 1;
                    next = shared.next();
                    continue;
                }
                if self.in_new.contains(was) && next.is_some_and(|next| next != was) {
                    // In both lists, but its turn comes later.
                    l += 1;
                    continue;
                }
            }
            if let Some((was, item)) = self.live.get(l) {
                if !self.in_new.contains(was) {
                    out.extend(values(self.of.items(), Some(item), None));
                    l += 1;
                    continue;
                }
                if done.contains(was) {
                    l += 1;
                }
            }
            if let Some((is, item)) = self.new.get(n) {
                done.insert(is);
                out.extend(self.both(is, item));
                n += 1;
                if next == Some(is) {
                    next = shared.next();
                }
            }
        }
        out
    }

    fn both(&self, element: &Element, item: &Value) -> Option<Value> {
        let live = self.in_live.get(element).copied();
        values(self.of.items(), live, Some(item))
    }
}
