//! Field ownership from client-side updates to server-side apply.
//!
//! A release made with client-side updates owns its fields as `helm` by `Update`. Server-side
//! apply removes only fields owned by `Apply`; so before the first apply the ownership changes
//! hands, and nothing else does.

use serde_json::{Map, Value, json};

use crate::write::FIELD_MANAGER;

/// The JSON patch that moves ownership, or none when there is nothing to move.
pub fn migrate_patch(live: &Value) -> Option<Value> {
    let managed = live.pointer("/metadata/managedFields")?.as_array()?;
    if !managed.iter().any(is_client_side) {
        return None;
    }
    let mut entries: Vec<Value> = Vec::with_capacity(managed.len());
    let mut applied: Option<usize> = managed
        .iter()
        .filter(|entry| !is_client_side(entry))
        .position(is_server_side);
    entries.extend(
        managed
            .iter()
            .filter(|entry| !is_client_side(entry))
            .cloned(),
    );
    for entry in managed.iter().filter(|entry| is_client_side(entry)) {
        match applied {
            Some(index) => join_fields(&mut entries[index], entry),
            None => {
                let mut entry = entry.clone();
                entry["operation"] = json!("Apply");
                // It keeps its place: managers are listed in the order of their names and times.
                let place = place_of(managed, &entries, &entry);
                entries.insert(place, entry);
                applied = Some(place);
            }
        }
    }
    let version = live.pointer("/metadata/resourceVersion")?;
    Some(json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]))
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is_client_side(entry: &Value) -> bool {
    text(entry, "manager") == FIELD_MANAGER
        && text(entry, "operation") == "Update"
        && text(entry, "subresource").is_empty()
}

fn is_server_side(entry: &Value) -> bool {
    text(entry, "manager") == FIELD_MANAGER
        && text(entry, "operation") == "Apply"
        && text(entry, "subresource").is_empty()
}

/// How many of the entries that stay stood before the one that moves.
fn place_of(managed: &[Value], kept: &[Value], moved: &Value) -> usize {
    let mut original = moved.clone();
    original["operation"] = json!("Update");
    let before = managed
        .iter()
        .position(|entry| *entry == original)
        .unwrap_or(0);
    managed[..before]
        .iter()
        .filter(|entry| kept.contains(entry))
        .count()
}

/// The union of two sets of fields.
fn join_fields(into: &mut Value, from: &Value) {
    let Some(from) = from.get("fieldsV1") else {
        return;
    };
    match into.get_mut("fieldsV1") {
        Some(fields) => union(fields, from),
        None => into["fieldsV1"] = from.clone(),
    }
}

fn union(into: &mut Value, from: &Value) {
    let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) else {
        return;
    };
    for (key, value) in from {
        union(
            into.entry(key.as_str())
                .or_insert_with(|| Value::Object(Map::new())),
            value,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(managed: Value) -> Value {
        json!({"metadata": {"resourceVersion": "7", "managedFields": managed}})
    }

    fn entry(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields})
    }

    // The request of `helm upgrade --server-side=true` 4.3.1 after a client-side install.
    #[test]
    fn a_client_side_entry_becomes_an_apply_entry() {
        let live = object(json!([
            entry("helm", "Update", json!({"f:data": {"f:a": {}}})),
            entry("kubectl", "Update", json!({"f:data": {"f:b": {}}})),
        ]));
        assert_eq!(
            migrate_patch(&live).unwrap(),
            json!([
                {"op": "replace", "path": "/metadata/managedFields", "value": [
                    entry("helm", "Apply", json!({"f:data": {"f:a": {}}})),
                    entry("kubectl", "Update", json!({"f:data": {"f:b": {}}})),
                ]},
                {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
            ])
        );
    }

    #[test]
    fn an_apply_entry_takes_the_fields_over() {
        let live = object(json!([
            entry("helm", "Apply", json!({"f:data": {"f:a": {}}})),
            entry(
                "helm",
                "Update",
                json!({"f:data": {"f:b": {}}, "f:spec": {}})
            ),
        ]));
        let patch = migrate_patch(&live).unwrap();
        assert_eq!(
            patch[0]["value"],
            json!([entry(
                "helm",
                "Apply",
                json!({"f:data": {"f:a": {}, "f:b": {}}, "f:spec": {}})
            )])
        );
    }

    #[test]
    fn nothing_is_sent_when_there_is_nothing_to_move() {
        assert!(migrate_patch(&object(json!([entry("helm", "Apply", json!({}))]))).is_none());
        assert!(migrate_patch(&object(json!([entry("kubectl", "Update", json!({}))]))).is_none());
        assert!(migrate_patch(&json!({})).is_none());
        let mut status = entry("helm", "Update", json!({}));
        status["subresource"] = json!("status");
        assert!(migrate_patch(&object(json!([status]))).is_none());
    }
}
