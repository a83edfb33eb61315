//! Client-side patches: what changed between two manifests, seen against the live object.

use serde_json::{Map, Value};

use crate::objects::GroupVersionKind;
use crate::schema;
use crate::strategic;

/// A patch and how the server is to read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Patch {
    /// A strategic merge patch: lists of built-in kinds are merged by their keys.
    Strategic(Value),
    /// A JSON merge patch: lists are replaced as a whole.
    Merge(Value),
}

impl Patch {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        let (Self::Strategic(body) | Self::Merge(body)) = self;
        body.as_object().is_some_and(Map::is_empty)
    }
}

/// The patch that takes `live` to `modified`, given that `original` was applied before.
///
/// Built-in kinds get a three-way strategic merge patch. HELM: for other kinds (and for custom
/// resource definitions) only the two manifests are compared and drift in the cluster is left
/// alone, unless `three_way_for_all`.
pub fn patch(
    gvk: &GroupVersionKind,
    original: &Value,
    modified: &Value,
    live: &Value,
    three_way_for_all: bool,
) -> Patch {
    match schema::of(gvk) {
        Some(schema) => Patch::Strategic(strategic::three_way(original, modified, live, schema)),
        None if three_way_for_all => Patch::Merge(three_way_json(original, modified, live)),
        None => Patch::Merge(two_way_json(original, modified)),
    }
}

/// The JSON merge patch (RFC 7386) from one object to another.
pub fn two_way_json(from: &Value, to: &Value) -> Value {
    let (Some(from), Some(to)) = (from.as_object(), to.as_object()) else {
        return to.clone();
    };
    let mut patch = Map::new();
    for (key, new) in to {
        match from.get(key) {
            Some(old) if old == new => {}
            Some(old) if old.is_object() && new.is_object() => {
                let inner = two_way_json(old, new);
                if inner.as_object().is_some_and(|inner| !inner.is_empty()) {
                    patch.insert(key.clone(), inner);
                }
            }
            _ => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// The JSON merge patch that adds and changes what `live` lacks, and removes what the manifest
/// no longer says.
pub fn three_way_json(original: &Value, modified: &Value, live: &Value) -> Value {
    let mut patch = additions(live, modified);
    merge(&mut patch, deletions(original, modified));
    patch
}

/// The part of a merge patch that sets something.
fn additions(from: &Value, to: &Value) -> Value {
    keep(two_way_json(from, to), &|value| !value.is_null())
}

/// The part of a merge patch that removes something.
fn deletions(from: &Value, to: &Value) -> Value {
    keep(two_way_json(from, to), &Value::is_null)
}

fn keep(patch: Value, wanted: &dyn Fn(&Value) -> bool) -> Value {
    let Value::Object(map) = patch else {
        return patch;
    };
    let mut out = Map::new();
    for (key, value) in map {
        if value.is_object() {
            let inner = keep(value, wanted);
            if inner.as_object().is_some_and(|inner| !inner.is_empty()) {
                out.insert(key, inner);
            }
        } else if wanted(&value) {
            out.insert(key, value);
        }
    }
    Value::Object(out)
}

fn merge(patch: &mut Value, more: Value) {
    match (patch, more) {
        (Value::Object(patch), Value::Object(more)) => {
            for (key, value) in more {
                match patch.get_mut(&key) {
                    Some(inner) => merge(inner, value),
                    None => {
                        patch.insert(key, value);
                    }
                }
            }
        }
        (patch, more) => *patch = more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merge_patches_set_and_remove() {
        let from = json!({"a": 1, "b": {"c": 1, "d": [1]}, "e": 1});
        let to = json!({"a": 1, "b": {"c": 2, "d": [1, 2]}, "f": 1});
        assert_eq!(
            two_way_json(&from, &to),
            json!({"b": {"c": 2, "d": [1, 2]}, "e": null, "f": 1})
        );
        assert_eq!(two_way_json(&to, &to), json!({}));
    }

    #[test]
    fn what_others_added_stays_and_what_we_dropped_goes() {
        let original = json!({"spec": {"a": 1, "b": 1}});
        let modified = json!({"spec": {"a": 1}});
        let live = json!({"spec": {"a": 9, "b": 1, "other": 1}, "status": {}});
        assert_eq!(
            three_way_json(&original, &modified, &live),
            json!({"spec": {"a": 1, "b": null}})
        );
    }

    #[test]
    fn custom_resources_are_compared_by_their_manifests_alone() {
        let gvk = GroupVersionKind::parse("example.com/v1", "Widget");
        let (old, new) = (json!({"spec": {"a": 1}}), json!({"spec": {"a": 1}}));
        let live = json!({"spec": {"a": 2}});
        assert!(patch(&gvk, &old, &new, &live, false).is_empty());
        assert_eq!(
            patch(&gvk, &old, &new, &live, true),
            Patch::Merge(json!({"spec": {"a": 1}}))
        );
    }
}
