//! Three-way strategic merge patches.
//!
//! The patch adds and changes what the live object lacks of the manifest, and removes what was
//! in the manifest before and no longer is. What others wrote into the live object stays.

use serde_json::{Map, Value};

use crate::schema::{Field, PLAIN, Schema};

type Object = Map<String, Value>;

/// The patch for one object. All three should be maps; what is not counts as empty.
pub(crate) fn three_way(
    original: &Value,
    modified: &Value,
    live: &Value,
    schema: &Schema,
) -> Value {
    let empty = Object::new();
    let map = |value: &'_ Value| value.as_object().cloned().unwrap_or_default();
    let (original, modified, live) = (map(original), map(modified), map(live));
    let original = if original.is_empty() {
        &empty
    } else {
        &original
    };
    Value::Object(maps(original, &modified, &live, schema))
}

fn maps(original: &Object, modified: &Object, live: &Object, schema: &Schema) -> Object {
    let mut patch = Object::new();
    for (key, new) in modified {
        let versions = Versions {
            original: original.get(key),
            modified: new,
            live: live.get(key),
        };
        field(&mut patch, key, versions, schema.field(key));
    }
    for key in original.keys().filter(|key| !modified.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch
}

/// One field in all three objects.
#[derive(Clone, Copy)]
struct Versions<'a> {
    original: Option<&'a Value>,
    modified: &'a Value,
    live: Option<&'a Value>,
}

fn field(patch: &mut Object, key: &str, versions: Versions<'_>, how: Option<Field>) {
    match (versions.modified, how) {
        (Value::Object(_), Some(Field::Atomic)) | (Value::Array(_), None | Some(Field::Atomic)) => {
            whole(patch, key, versions);
        }
        (Value::Object(modified), how) => map_field(patch, key, versions, modified, how),
        (
            Value::Array(modified),
            Some(Field::List {
                key: merge_key,
                schema,
                retain,
            }),
        ) if modified.iter().all(|item| item.get(merge_key).is_some()) => {
            let rules = ListRules {
                merge_key,
                schema,
                retain,
            };
            list_field(patch, key, versions, modified, rules);
        }
        (Value::Array(modified), Some(Field::Set)) => set_field(patch, key, versions, modified),
        _ => whole(patch, key, versions),
    }
}

fn whole(patch: &mut Object, key: &str, versions: Versions<'_>) {
    if versions.live != Some(versions.modified) {
        patch.insert(key.to_owned(), versions.modified.clone());
    }
}

fn map_field(
    patch: &mut Object,
    key: &str,
    versions: Versions<'_>,
    modified: &Object,
    how: Option<Field>,
) {
    let empty = Object::new();
    let live = match versions.live {
        Some(Value::Object(live)) => Some(live),
        // Of another type now: replaced.
        Some(_) => return whole(patch, key, versions),
        None => None,
    };
    let original = versions
        .original
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let (schema, retain) = match how {
        Some(Field::Map(schema)) => (schema, false),
        Some(Field::RetainKeys(schema)) => (schema, true),
        _ => (&PLAIN, false),
    };
    let mut inner = maps(original, modified, live.unwrap_or(&empty), schema);
    if retain && live.is_some() {
        retain_keys(&mut inner, modified);
    }
    if !inner.is_empty() || live.is_none() {
        patch.insert(key.to_owned(), Value::Object(inner));
    }
}

/// Keys that are not in the manifest go away, also those that the server filled in.
fn retain_keys(patch: &mut Object, modified: &Object) {
    if patch.is_empty() {
        return;
    }
    let keys = modified.iter().filter(|(_, value)| !value.is_null());
    let keys = keys.map(|(key, _)| Value::from(key.as_str())).collect();
    patch.insert("$retainKeys".to_owned(), keys);
}

#[derive(Clone, Copy)]
struct ListRules {
    merge_key: &'static str,
    schema: &'static Schema,
    retain: bool,
}

fn list_field(
    patch: &mut Object,
    key: &str,
    versions: Versions<'_>,
    modified: &[Value],
    rules: ListRules,
) {
    let none = Vec::new();
    let items = |value: Option<&'_ Value>| value.and_then(Value::as_array).cloned();
    let live = items(versions.live);
    let original = items(versions.original).unwrap_or_default();
    let find = |list: &[Value], wanted: &Value| {
        list.iter()
            .find(|item| item.get(rules.merge_key) == Some(wanted))
            .cloned()
    };
    let live_items = live.as_ref().unwrap_or(&none);
    let mut changes = Vec::new();
    for item in modified {
        let Some(identity) = item.get(rules.merge_key) else {
            continue;
        };
        match find(live_items, identity) {
            None => changes.push(item.clone()),
            Some(live) => {
                let original = find(&original, identity).unwrap_or_default();
                if let Some(change) = item_change(&original, item, &live, rules) {
                    changes.push(change);
                }
            }
        }
    }
    for item in &original {
        if let Some(identity) = item.get(rules.merge_key)
            && find(modified, identity).is_none()
        {
            changes.push(deletion(rules.merge_key, identity));
        }
    }
    if changes.is_empty() && same_order(live_items, modified, rules.merge_key) {
        if live.is_none() {
            patch.insert(key.to_owned(), Value::Array(Vec::new()));
        }
        return;
    }
    let order = modified.iter().filter_map(|item| {
        let identity = item.get(rules.merge_key)?.clone();
        Some(Value::Object(Object::from_iter([(
            rules.merge_key.to_owned(),
            identity,
        )])))
    });
    patch.insert(format!("$setElementOrder/{key}"), order.collect());
    if !changes.is_empty() {
        patch.insert(key.to_owned(), Value::Array(changes));
    }
}

fn item_change(
    original: &Value,
    modified: &Value,
    live: &Value,
    rules: ListRules,
) -> Option<Value> {
    let empty = Object::new();
    let modified = modified.as_object()?;
    let original = original.as_object().unwrap_or(&empty);
    let mut change = maps(
        original,
        modified,
        live.as_object().unwrap_or(&empty),
        rules.schema,
    );
    if rules.retain {
        retain_keys(&mut change, modified);
    }
    if change.is_empty() {
        return None;
    }
    change.insert(
        rules.merge_key.to_owned(),
        modified.get(rules.merge_key)?.clone(),
    );
    Some(Value::Object(change))
}

fn deletion(merge_key: &str, identity: &Value) -> Value {
    Value::Object(Object::from_iter([
        ("$patch".to_owned(), Value::from("delete")),
        (merge_key.to_owned(), identity.clone()),
    ]))
}

/// Whether the items that both lists have stand in the same order.
fn same_order(live: &[Value], modified: &[Value], merge_key: &str) -> bool {
    let identities = |list: &[Value], other: &[Value]| -> Vec<Value> {
        list.iter()
            .filter_map(|item| item.get(merge_key))
            .filter(|identity| {
                other
                    .iter()
                    .any(|item| item.get(merge_key) == Some(*identity))
            })
            .cloned()
            .collect()
    };
    identities(live, modified) == identities(modified, live)
}

fn set_field(patch: &mut Object, key: &str, versions: Versions<'_>, modified: &[Value]) {
    let list =
        |value: Option<&'_ Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let live = list(versions.live);
    let original = list(versions.original);
    let without = |list: &[Value], other: &[Value]| -> Vec<Value> {
        list.iter()
            .filter(|item| !other.contains(item))
            .cloned()
            .collect()
    };
    let added = without(modified, &live);
    let removed = without(&original, modified);
    if added.is_empty() && removed.is_empty() {
        return;
    }
    patch.insert(
        format!("$setElementOrder/{key}"),
        Value::Array(modified.to_vec()),
    );
    if !added.is_empty() {
        patch.insert(key.to_owned(), Value::Array(added));
    }
    if !removed.is_empty() {
        patch.insert(
            format!("$deleteFromPrimitiveList/{key}"),
            Value::Array(removed),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::GroupVersionKind;
    use serde_json::json;

    fn deployment(original: &Value, modified: &Value, live: &Value) -> Value {
        let schema = crate::schema::of(&GroupVersionKind::parse("apps/v1", "Deployment")).unwrap();
        three_way(original, modified, live, schema)
    }

    fn pods(containers: &Value) -> Value {
        json!({"spec": {"template": {"spec": {"containers": containers}}}})
    }

    // The request of `helm upgrade` 4.3.1 for a release made with --server-side=false.
    #[test]
    fn containers_are_merged_by_name_as_helm_sends_it() {
        let env = |b: &str| json!([{"name": "A", "value": "1"}, {"name": "B", "value": b}]);
        let old = pods(&json!([
            {"name": "a", "image": "x:1", "env": env("2")},
            {"name": "b", "image": "x:1", "env": env("2")}
        ]));
        let new = pods(&json!([
            {"name": "b", "image": "x:2", "env": env("9")},
            {"name": "c", "image": "x:2", "env": env("9")}
        ]));
        let mut live = old.clone();
        live["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = json!("Always");
        assert_eq!(
            deployment(&old, &new, &live),
            json!({"spec": {"template": {"spec": {
                "$setElementOrder/containers": [{"name": "b"}, {"name": "c"}],
                "containers": [
                    {"$setElementOrder/env": [{"name": "A"}, {"name": "B"}],
                     "env": [{"name": "B", "value": "9"}], "image": "x:2", "name": "b"},
                    {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "9"}],
                     "image": "x:2", "name": "c"},
                    {"$patch": "delete", "name": "a"}
                ]
            }}}})
        );
    }

    #[test]
    fn defaults_and_sidecars_of_others_stay() {
        let manifest = pods(&json!([{"name": "a", "image": "x"}]));
        let live = json!({"spec": {"replicas": 1, "template": {"spec": {
            "dnsPolicy": "ClusterFirst",
            "containers": [{"name": "a", "image": "x", "imagePullPolicy": "Always"}, {"name": "sidecar"}]
        }}}, "status": {}});
        assert_eq!(deployment(&manifest, &manifest, &live), json!({}));
    }

    #[test]
    fn drift_is_undone_and_dropped_fields_go() {
        let old = json!({"spec": {"replicas": 1, "paused": true}});
        let new = json!({"spec": {"replicas": 1}});
        let live = json!({"spec": {"replicas": 5, "paused": true}});
        assert_eq!(
            deployment(&old, &new, &live),
            json!({"spec": {"replicas": 1, "paused": null}})
        );
    }

    #[test]
    fn a_new_order_is_a_change() {
        let old = pods(&json!([{"name": "a"}, {"name": "b"}]));
        let new = pods(&json!([{"name": "b"}, {"name": "a"}]));
        assert_eq!(
            deployment(&old, &new, &old),
            json!({"spec": {"template": {"spec": {
                "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]
            }}}})
        );
    }

    #[test]
    fn a_strategy_keeps_only_its_own_keys() {
        let old = json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}});
        let new = json!({"spec": {"strategy": {"type": "Recreate"}}});
        assert_eq!(
            deployment(&old, &new, &old),
            json!({"spec": {"strategy": {
                "$retainKeys": ["type"], "type": "Recreate", "rollingUpdate": null
            }}})
        );
    }

    #[test]
    fn finalizers_are_a_set_and_other_lists_are_replaced() {
        let old = json!({"metadata": {"finalizers": ["a", "b"]}, "spec": {"x": [1]}});
        let new = json!({"metadata": {"finalizers": ["b", "c"]}, "spec": {"x": [2]}});
        let mut live = old.clone();
        live["metadata"]["finalizers"] = json!(["a", "b", "other"]);
        assert_eq!(
            deployment(&old, &new, &live),
            json!({"metadata": {
                "$setElementOrder/finalizers": ["b", "c"],
                "finalizers": ["c"],
                "$deleteFromPrimitiveList/finalizers": ["a"]
            }, "spec": {"x": [2]}})
        );
    }

    #[test]
    fn a_type_change_replaces() {
        let old = json!({"data": {"a": "1"}});
        let new = json!({"data": {"a": {"b": 1}}});
        assert_eq!(
            deployment(&old, &new, &old),
            json!({"data": {"a": {"b": 1}}})
        );
        assert_eq!(deployment(&json!([]), &json!("x"), &Value::Null), json!({}));
    }
}
