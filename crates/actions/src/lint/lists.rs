//! A rule about objects of kind `List`: policies on their items do nothing.

use pintle_go_value::{Value, json};

use super::documents::{Reading, UNMARSHALING, mismatch, parse_with_integers, struct_at};

const POLICY: &str = "helm.sh/resource-policy";
const ANNOTATIONS: &str = "struct { Annotations map[string]string }";
const ITEM: &str = "struct { Metadata struct { Annotations map[string]string } }";
const LIST: &str =
    "struct { Items []struct { Metadata struct { Annotations map[string]string } } }";

/// Checks the items.
///
/// HELM: those of the first document of the file, whichever is the list.
pub fn check(file: &[u8]) -> Result<(), String> {
    let unparsable = |error: String| format!("unable to parse YAML: {error}");
    let value = parse_with_integers(file).map_err(unparsable)?;
    let has_policy =
        any_policy(&value).map_err(|error| unparsable(format!("{UNMARSHALING}{error}")))?;
    if has_policy {
        return Err(format!(
            "annotation '{POLICY}' within List objects are ignored"
        ));
    }
    Ok(())
}

fn any_policy(value: &Value) -> Result<bool, String> {
    let map = match value {
        Value::Nil => return Ok(false),
        Value::Map(map) => map,
        other => return Err(json::mismatch(other, LIST).to_string()),
    };
    let mut found = false;
    for (key, value) in map.entries() {
        let key = key.to_text();
        if key.eq_ignore_ascii_case("items") {
            found = in_items(&value, &key)?;
        }
    }
    Ok(found)
}

fn in_items(value: &Value, path: &str) -> Result<bool, String> {
    let items = match value {
        Value::Nil => return Ok(false),
        Value::List(items) => items,
        other => return Err(mismatch(other, path, &format!("[]{ITEM}"))),
    };
    let mut found = false;
    for (index, item) in items.iter().enumerate() {
        let path = format!("{path}.{index}");
        for (key, metadata) in struct_at(item, &path, ITEM)?.entries() {
            let key = key.to_text();
            if key.eq_ignore_ascii_case("metadata") {
                found |= in_metadata(&metadata, &format!("{path}.{key}"))?;
            }
        }
    }
    Ok(found)
}

fn in_metadata(value: &Value, path: &str) -> Result<bool, String> {
    let mut found = false;
    for (key, annotations) in struct_at(value, path, ANNOTATIONS)?.entries() {
        let key = key.to_text();
        if !key.eq_ignore_ascii_case("annotations") {
            continue;
        }
        let path = format!("{path}.{key}");
        for (name, value) in struct_at(&annotations, &path, "map[string]string")?.entries() {
            let name = name.to_text();
            Reading::Yaml.set(&mut String::new(), &value, &format!("{path}.{name}"))?;
            found |= name == POLICY;
        }
    }
    Ok(found)
}
