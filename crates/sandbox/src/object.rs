//! What every object has: shortcuts into its JSON.

use serde_json::{Map, Value, json};

/// `metadata.name`
pub fn name(object: &Value) -> &str {
    text(object, "name")
}

/// `metadata.namespace`, or nothing.
pub fn namespace(object: &Value) -> &str {
    text(object, "namespace")
}

/// `metadata.uid`
pub fn uid(object: &Value) -> &str {
    text(object, "uid")
}

/// `metadata.resourceVersion`
pub fn resource_version(object: &Value) -> &str {
    text(object, "resourceVersion")
}

/// A text of `metadata`, or nothing.
pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object["metadata"][name].as_str().unwrap_or_default()
}

/// A label's value.
pub fn label<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object["metadata"]["labels"].get(name)?.as_str()
}

/// An annotation's value.
pub fn annotation<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object["metadata"]["annotations"].get(name)?.as_str()
}

/// `metadata`, made when it is not there.
pub fn metadata(object: &mut Value) -> &mut Map<String, Value> {
    part(object, "metadata")
}

/// `apps` and `v1` of `apps/v1`; nothing and `v1` of `v1`.
pub fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(map) = value else {
        unreachable!("made so above")
    };
    map
}

/// A property that is an object, made so when it is not.
pub fn part<'a>(object: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    part_of(as_map(object), name)
}

/// The same of a map.
pub fn part_of<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    as_map(map.entry(name).or_insert(Value::Null))
}

/// Its metadata, as an object of their own.
pub fn partial(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

/// Whether somebody asked for it to be deleted.
pub fn is_going(object: &Value) -> bool {
    !text(object, "deletionTimestamp").is_empty()
}

/// `metadata.finalizers`
pub fn finalizers(object: &Value) -> impl Iterator<Item = &str> {
    let list = each(&object["metadata"]["finalizers"]);
    list.filter_map(Value::as_str)
}

/// What a path of names, or places in lists, with points between leads to; `null` when to nothing.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, name| match value {
        Value::Array(list) => {
            let at = name.parse().unwrap_or(usize::MAX);
            list.get(at).unwrap_or(&Value::Null)
        }
        value => &value[name],
    })
}

/// A property that is a list, made so when it is not.
pub fn list<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Vec<Value> {
    let list = map.entry(name).or_insert(Value::Null);
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let Value::Array(list) = list else {
        unreachable!("made so above")
    };
    list
}

/// The objects of a list, to be changed.
pub fn each_mut(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let list = list.and_then(Value::as_array_mut);
    let items = list.into_iter().flatten();
    items.filter_map(Value::as_object_mut)
}

/// The parts of a list; none of what is no list.
pub fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
