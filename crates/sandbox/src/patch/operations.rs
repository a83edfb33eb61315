//! JSON patch: operations one after another.
//!
//! By itself, since the real server's library is lenient where RFC 6902 is not: `replace` and
//! `test` take names that are not there, indices count from the end when they are negative.

use serde_json::{Map, Value};

use super::go;
use crate::status::Status;

/// How many operations a patch may have.
const MOST: usize = 10_000;
/// How much all `copy` may copy, in values.
const MOST_COPIED: usize = 300_000;
/// How deep an object may become.
const DEEPEST: usize = 120;

/// An operation that does not apply. The real server does not say why either.
struct Refused;

type Done = Result<(), Refused>;

pub(super) fn apply(object: &Value, patch: &Value) -> Result<Value, Status> {
    let none = Vec::new();
    let operations = match patch {
        Value::Array(operations) => operations,
        Value::Null => &none,
        other => return Err(undecodable(other, "value of type []handlers.jsonPatchOp")),
    };
    for operation in operations {
        check(operation)?;
    }
    if operations.len() > MOST {
        return Err(Status::too_large(format!(
            "Request entity too large: The allowed maximum operations in a JSON patch is {MOST}, \
             got {}",
            operations.len()
        )));
    }
    let mut document = Document {
        root: object.clone(),
        copied: 0,
    };
    for operation in operations {
        document
            .run(operation)
            .map_err(|Refused| Status::rejected())?;
    }
    Ok(document.root)
}

/// Whether it is an operation by its types.
fn check(operation: &Value) -> Result<(), Status> {
    match operation {
        Value::Null => Ok(()),
        Value::Object(operation) => {
            for name in ["op", "path", "from"] {
                match operation.get(name) {
                    None | Some(Value::String(_) | Value::Null) => {}
                    Some(other) => {
                        let into = format!("struct field jsonPatchOp.{name} of type string");
                        return Err(undecodable(other, &into));
                    }
                }
            }
            Ok(())
        }
        other => Err(undecodable(other, "value of type handlers.jsonPatchOp")),
    }
}

fn undecodable(value: &Value, into: &str) -> Status {
    Status::bad_request(format!(
        "error decoding patch: json: cannot unmarshal {} into Go {into}",
        go::json_type(value)
    ))
}

struct Document {
    root: Value,
    copied: usize,
}

impl Document {
    fn run(&mut self, operation: &Value) -> Done {
        let text = |name: &str| operation[name].as_str().ok_or(Refused);
        let value = || operation["value"].clone();
        match text("op")? {
            "add" => self.add(text("path")?, value()),
            "remove" => self.remove(text("path")?),
            "replace" => self.replace(text("path")?, value()),
            "test" => self.test(text("path")?, &operation["value"]),
            "move" => {
                let moved = self.get(text("from")?)?;
                self.remove(text("from")?)?;
                self.add(text("path")?, moved)
            }
            "copy" => {
                let copied = self.get(text("from")?)?;
                self.copied += size(&copied);
                if self.copied > MOST_COPIED {
                    return Err(Refused);
                }
                self.add(text("path")?, copied)
            }
            _ => Err(Refused),
        }
    }

    fn add(&mut self, path: &str, value: Value) -> Done {
        fits(path, &value)?;
        match place(&mut self.root, path)? {
            Place::Map(map, name) => {
                map.insert(name, value);
            }
            Place::List(list, name) if name == "-" => list.push(value),
            Place::List(list, name) => {
                let at = index(&name, list.len() + 1)?;
                list.insert(at, value);
            }
        }
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Done {
        match place(&mut self.root, path)? {
            Place::Map(map, name) => map.remove(&name).map(drop).ok_or(Refused),
            Place::List(list, name) => {
                list.remove(index(&name, list.len())?);
                Ok(())
            }
        }
    }

    fn replace(&mut self, path: &str, value: Value) -> Done {
        fits(path, &value)?;
        if path.is_empty() {
            if !value.is_object() && !value.is_array() {
                return Err(Refused);
            }
            self.root = value;
            return Ok(());
        }
        match place(&mut self.root, path)? {
            Place::Map(map, name) => {
                map.insert(name, value);
            }
            Place::List(list, name) => {
                let at = index(&name, list.len())?;
                list[at] = value;
            }
        }
        Ok(())
    }

    fn test(&mut self, path: &str, value: &Value) -> Done {
        let is = match path {
            "" => self.root == *value,
            path => self.get(path)? == *value,
        };
        if is { Ok(()) } else { Err(Refused) }
    }

    /// What is at a path; a name that is not there is as `null`.
    fn get(&mut self, path: &str) -> Result<Value, Refused> {
        match place(&mut self.root, path)? {
            Place::Map(map, name) => Ok(map.get(&name).cloned().unwrap_or_default()),
            Place::List(list, name) => Ok(list[index(&name, list.len())?].clone()),
        }
    }
}

/// Where a path leads: the map or list that holds it, and its name there.
enum Place<'a> {
    Map(&'a mut Map<String, Value>, String),
    List(&'a mut Vec<Value>, String),
}

fn place<'a>(root: &'a mut Value, path: &str) -> Result<Place<'a>, Refused> {
    // GO: whatever stands before the first slash is not looked at.
    let (_, path) = path.split_once('/').ok_or(Refused)?;
    let mut names = path.split('/').map(unescaped);
    let mut name = names.next().ok_or(Refused)?;
    let mut holder = root;
    for next in names {
        holder = match holder {
            Value::Object(map) => map.get_mut(&name).ok_or(Refused)?,
            Value::Array(list) => {
                let at = index(&name, list.len())?;
                &mut list[at]
            }
            _ => return Err(Refused),
        };
        name = next;
    }
    match holder {
        Value::Object(map) => Ok(Place::Map(map, name)),
        Value::Array(list) => Ok(Place::List(list, name)),
        _ => Err(Refused),
    }
}

fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

/// An index below `length`; negative ones count from the end.
fn index(name: &str, length: usize) -> Result<usize, Refused> {
    let at: i64 = name.parse().map_err(|_| Refused)?;
    let length = i64::try_from(length).map_err(|_| Refused)?;
    let at = if at < 0 { at + length } else { at };
    if at < 0 || at >= length {
        return Err(Refused);
    }
    usize::try_from(at).map_err(|_| Refused)
}

/// Whether a value may be put at a path: an object must not become too deep to be walked.
fn fits(path: &str, value: &Value) -> Done {
    let above = path.split('/').count();
    if above + depth(value) > DEEPEST {
        return Err(Refused);
    }
    Ok(())
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// About how much memory a value takes.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::String(text) => 1 + text.len() / 16,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(patch: Value) -> Option<Value> {
        let live = json!({"data": {"x": "1"}, "list": ["a", "b"], "no": 3});
        apply(&live, &patch).ok()
    }

    /// What Kubernetes v1.37.1's API server made of the like.
    #[test]
    fn operations() {
        for (operation, expected) in [
            (
                json!({"op": "add", "path": "/data/k"}),
                json!({"data": {"k": null, "x": "1"}, "list": ["a", "b"], "no": 3}),
            ),
            (
                json!({"op": "add", "path": "data/k", "value": 1}),
                json!({"data": {"x": "1"}, "k": 1, "list": ["a", "b"], "no": 3}),
            ),
            (
                json!({"op": "add", "path": "/list/-", "value": 1}),
                json!({"data": {"x": "1"}, "list": ["a", "b", 1], "no": 3}),
            ),
            (
                json!({"op": "add", "path": "/list/-1", "value": 1}),
                json!({"data": {"x": "1"}, "list": ["a", "b", 1], "no": 3}),
            ),
            (
                json!({"op": "add", "path": "/list/0", "value": 1}),
                json!({"data": {"x": "1"}, "list": [1, "a", "b"], "no": 3}),
            ),
            (
                json!({"op": "replace", "path": "/list/-1", "value": 1}),
                json!({"data": {"x": "1"}, "list": ["a", 1], "no": 3}),
            ),
            (
                json!({"op": "replace", "path": "/new", "value": 1}),
                json!({"data": {"x": "1"}, "list": ["a", "b"], "new": 1, "no": 3}),
            ),
            (json!({"op": "replace", "path": "", "value": {}}), json!({})),
            (
                json!({"op": "move", "from": "/data/x", "path": "/data/a~1b~0c"}),
                json!({"data": {"a/b~c": "1"}, "list": ["a", "b"], "no": 3}),
            ),
            (
                json!({"op": "copy", "from": "/data/y", "path": "/list/1"}),
                json!({"data": {"x": "1"}, "list": ["a", null, "b"], "no": 3}),
            ),
            (
                json!({"op": "test", "path": "/data/y", "value": null}),
                json!({"data": {"x": "1"}, "list": ["a", "b"], "no": 3}),
            ),
        ] {
            assert_eq!(patched(json!([operation])), Some(expected), "{operation}");
        }
        for operation in [
            json!({}),
            json!({"op": "jump", "path": "/data"}),
            json!({"op": "add"}),
            json!({"op": "add", "path": "", "value": {}}),
            json!({"op": "add", "path": "/no/such", "value": 1}),
            json!({"op": "add", "path": "/list/3", "value": 1}),
            json!({"op": "add", "path": "/list/x", "value": 1}),
            json!({"op": "remove", "path": "/data/z"}),
            json!({"op": "remove", "path": "/list/2"}),
            json!({"op": "remove", "path": "/list/-3"}),
            json!({"op": "replace", "path": "/list/-", "value": 1}),
            json!({"op": "replace", "path": "", "value": 3}),
            json!({"op": "move", "from": "/data/q", "path": "/data/r"}),
            json!({"op": "copy", "path": "/data/r"}),
            json!({"op": "test", "path": "/data/x", "value": "2"}),
            json!({"op": "test", "path": "", "value": {}}),
        ] {
            assert_eq!(patched(json!([operation])), None, "{operation}");
        }
    }

    #[test]
    fn patches_that_are_none() {
        for (patch, expected) in [
            (
                json!({}),
                "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
            ),
            (
                json!([1]),
                "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp",
            ),
            (
                json!([{"op": "add", "path": 1}]),
                "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string",
            ),
        ] {
            assert_eq!(
                apply(&json!({}), &patch),
                Err(Status::bad_request(expected))
            );
        }
        let many = vec![json!({"op": "test", "path": "/a"}); MOST + 1];
        let refusal = apply(&json!({}), &many.into()).expect_err("too many");
        assert_eq!(
            (refusal.code, refusal.message.as_str()),
            (
                413,
                "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001"
            )
        );
    }

    #[test]
    fn objects_neither_grow_nor_sink_without_end() {
        let doubling: Vec<Value> = (0..64)
            .map(|at| json!({"op": "copy", "from": "/data", "path": format!("/data/{at}")}))
            .collect();
        assert_eq!(patched(doubling.into()), None);
        let sinking: Vec<Value> = (1..200)
            .map(|depth| json!({"op": "add", "path": "/a".repeat(depth), "value": {}}))
            .collect();
        assert_eq!(patched(sinking.into()), None);
    }
}
