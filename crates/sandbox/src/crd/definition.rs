//! Custom resource definitions themselves: what the server fills in.

use serde_json::{Value, json};

use crate::object;

/// Writes the defaults of a definition: names, conversion, the versions that are stored.
pub fn fill(definition: &mut Value) {
    let storage = super::stored(definition).map(str::to_owned);
    let spec = object::part(definition, "spec");
    if !spec.contains_key("conversion") {
        spec.insert("conversion".to_owned(), json!({"strategy": "None"}));
    }
    if let Some(Value::Object(names)) = spec.get_mut("names") {
        let kind = names
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for (name, value) in [
            ("singular", kind.to_lowercase()),
            ("listKind", format!("{kind}List")),
        ] {
            let given = names.get(name).and_then(Value::as_str);
            if !kind.is_empty() && given.is_none_or(str::is_empty) {
                names.insert(name.to_owned(), value.into());
            }
        }
    }
    let status = object::part(definition, "status");
    status.entry("conditions").or_insert(Value::Null);
    let names = status.entry("acceptedNames").or_insert_with(|| json!({}));
    for name in ["plural", "kind"] {
        if let Value::Object(names) = names {
            names.entry(name).or_insert_with(|| "".into());
        }
    }
    let stored = status.get("storedVersions").and_then(Value::as_array);
    let mut versions = stored.cloned().unwrap_or_default();
    if let Some(storage) = storage.map(Value::from)
        && !versions.contains(&storage)
    {
        versions.push(storage);
    }
    if !versions.is_empty() {
        status.insert("storedVersions".to_owned(), versions.into());
    }
}

/// Accepts the names of a definition, as its controllers do, and tells whether that was news;
/// `now` as in `2026-01-02T03:04:05Z`.
pub fn accept(definition: &mut Value, now: &str) -> bool {
    fill(definition);
    let names = definition["spec"]["names"].clone();
    let generation = definition["metadata"]["generation"].as_i64();
    let status = object::part(definition, "status");
    let conditions = status.get("conditions").and_then(Value::as_array);
    let is_established =
        conditions.is_some_and(|list| list.iter().any(|one| one["type"] == "Established"));
    if is_established && status.get("acceptedNames") == Some(&names) {
        return false;
    }
    status.insert("acceptedNames".to_owned(), names);
    if is_established {
        return true;
    }
    let condition = |kind: &str, reason: &str, message: &str| {
        let mut condition = json!({
            "type": kind, "status": "True", "lastTransitionTime": now,
            "reason": reason, "message": message,
        });
        if let Some(generation) = generation {
            condition["observedGeneration"] = generation.into();
        }
        condition
    };
    let conditions = json!([
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition(
            "Established",
            "InitialNamesAccepted",
            "the initial names have been accepted"
        ),
    ]);
    status.insert("conditions".to_owned(), conditions);
    true
}
