//! The patches that change an object: JSON patch, merge patch, strategic merge patch.
//!
//! What a patch makes is not checked here: that it is an object of the kind, [`crate::decode`]
//! says.

mod go;
mod operations;
mod strategic;

use serde_json::{Map, Value};

use crate::schema::Schema;
use crate::status::Status;

/// A JSON patch (RFC 6902).
///
/// # Errors
/// A patch that is none, or does not fit the object.
pub fn json(_: Option<Schema<'_>>, object: &Value, patch: &[u8]) -> Result<Value, Status> {
    operations::apply(object, &read(patch)?)
}

/// A JSON merge patch (RFC 7386).
///
/// # Errors
/// A patch that is none.
pub fn merge(_: Option<Schema<'_>>, object: &Value, patch: &[u8]) -> Result<Value, Status> {
    let Some(patch) = map(read(patch)?, "error decoding patch: ")? else {
        return Err(Status::bad_request("Invalid JSON Patch"));
    };
    let mut object = object.clone();
    for (name, value) in patch {
        match &mut object {
            Value::Object(properties) => merge_property(properties, name, value),
            _ => return Err(Status::bad_request("Invalid JSON Document")),
        }
    }
    Ok(object)
}

/// A strategic merge patch, which built-in kinds alone know.
///
/// # Errors
/// A patch that is none, or does not fit the object.
pub fn strategic(
    schema: Option<Schema<'_>>,
    object: &Value,
    patch: &[u8],
) -> Result<Value, Status> {
    let patch = map(read(patch)?, "")?.unwrap_or_default();
    strategic::apply(schema, object, patch)
}

/// GO: `%v` of a decoded value.
pub(crate) fn printed(value: &Value) -> String {
    go::print(value)
}

fn read(patch: &[u8]) -> Result<Value, Status> {
    serde_json::from_slice(patch).map_err(|_| Status::bad_request("invalid JSON patch"))
}

/// The map that a patch must be, or nothing for `null`.
fn map(patch: Value, before: &str) -> Result<Option<Map<String, Value>>, Status> {
    match patch {
        Value::Object(map) => Ok(Some(map)),
        Value::Null => Ok(None),
        other => Err(Status::bad_request(format!(
            "{before}json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            go::json_type(&other)
        ))),
    }
}

fn merge_property(properties: &mut Map<String, Value>, name: String, patch: Value) {
    match (properties.get_mut(&name), patch) {
        (_, Value::Null) => {
            properties.remove(&name);
        }
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (name, value) in new {
                merge_property(old, name, value);
            }
        }
        (_, mut new) => {
            drop_nulls(&mut new);
            properties.insert(name, new);
        }
    }
}

/// Nulls of what is new mean nothing; as items of lists they stay.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merge_patches() {
        let live = json!({"data": {"x": "1", "y": "2"}, "list": [1]});
        let merged = |patch: &str| merge(None, &live, patch.as_bytes());
        assert_eq!(
            merged(r#"{"data":{"x":null,"z":{"a":null,"b":[{"c":null},null]}},"list":{"d":1}}"#),
            Ok(json!({"data": {"y": "2", "z": {"b": [{}, null]}}, "list": {"d": 1}}))
        );
        for (patch, refusal) in [
            ("nonsense", "invalid JSON patch"),
            ("null", "Invalid JSON Patch"),
            (
                "[]",
                "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
            ),
        ] {
            assert_eq!(merged(patch), Err(Status::bad_request(refusal)), "{patch}");
        }
    }
}
