//! Whether the metadata of an object has the types that Kubernetes gives them.
//!
//! The server would say so as well. Helm finds it out before anything is sent, so that nothing
//! is half-written.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};

/// What a field holds.
#[derive(Clone, Copy)]
enum Type {
    Text(&'static str),
    Whole,
    Texts,
    TextMap,
    /// A list of structs, whose own fields are looked at if there are any here.
    Structs(&'static str, &'static [(&'static str, &'static str)]),
}

const STRING: Type = Type::Text("string");

/// The fields, in the order of their names: the first that is wrong is told.
const FIELDS: [(&str, Type); 15] = [
    ("annotations", Type::TextMap),
    ("creationTimestamp", STRING),
    ("deletionGracePeriodSeconds", Type::Whole),
    ("deletionTimestamp", STRING),
    ("finalizers", Type::Texts),
    ("generateName", STRING),
    ("generation", Type::Whole),
    ("labels", Type::TextMap),
    ("managedFields", Type::Structs("ManagedFieldsEntry", &[])),
    ("name", STRING),
    ("namespace", STRING),
    (
        "ownerReferences",
        Type::Structs(
            "OwnerReference",
            &[
                ("apiVersion", "string"),
                ("blockOwnerDeletion", "bool"),
                ("controller", "bool"),
                ("kind", "string"),
                ("name", "string"),
                ("uid", "types.UID"),
            ],
        ),
    ),
    ("resourceVersion", STRING),
    ("selfLink", STRING),
    ("uid", Type::Text("types.UID")),
];

/// A value of another type than its field.
struct Misfit<'a> {
    found: &'a Value,
    /// `ObjectMeta.metadata.labels`
    field: String,
    /// The Go type of the field.
    wanted: String,
    /// Where it is, for people.
    path: String,
}

/// Checks the types of an object's metadata.
///
/// # Errors
/// `unable to decode "": json: cannot unmarshal bool into Go struct field …`
pub(crate) fn check(body: &Value) -> Result<(), Error> {
    let Some(metadata) = body.get("metadata").and_then(Value::as_object) else {
        return Ok(());
    };
    let wrong = FIELDS.iter().find_map(|(name, kind)| {
        let value = metadata.get(*name).filter(|value| !value.is_null())?;
        kind.misfit(name, value)
    });
    wrong.map_or(Ok(()), |misfit| Err(misfit.told(body)))
}

impl Type {
    fn misfit<'a>(self, name: &str, value: &'a Value) -> Option<Misfit<'a>> {
        let at = |found, wanted: String, path: String| {
            let field = format!("ObjectMeta.metadata.{name}");
            Some(Misfit {
                found,
                field,
                wanted,
                path: format!("metadata.{path}"),
            })
        };
        let here = |wanted: &str| at(value, wanted.to_owned(), name.to_owned());
        match (self, value) {
            (Self::Text(_), Value::String(_)) => None,
            (Self::Text(wanted), _) => here(wanted),
            (Self::Whole, _) if value.is_i64() => None,
            (Self::Whole, _) => here("int64"),
            (Self::TextMap, Value::Object(map)) => {
                let (key, found) = first_no_text(map)?;
                at(found, "string".to_owned(), format!("{name}.{key}"))
            }
            (Self::TextMap, _) => here("map[string]string"),
            (Self::Texts, Value::Array(items)) => {
                let found = items
                    .iter()
                    .find(|item| !item.is_string() && !item.is_null())?;
                at(found, "string".to_owned(), name.to_owned())
            }
            (Self::Texts, _) => here("[]string"),
            (Self::Structs(item, fields), Value::Array(items)) => {
                items.iter().find_map(|one| match one {
                    Value::Null => None,
                    Value::Object(one) => inner(one, name, item, fields),
                    other => at(other, format!("v1.{item}"), name.to_owned()),
                })
            }
            (Self::Structs(item, _), _) => here(&format!("[]v1.{item}")),
        }
    }
}

/// In the order of keys, as JSON made of YAML has them.
fn first_no_text(map: &Map<String, Value>) -> Option<(&String, &Value)> {
    let wrong = map.iter().filter(|(_, v)| !v.is_string() && !v.is_null());
    wrong.min_by(|a, b| a.0.cmp(b.0))
}

fn inner<'a>(
    one: &'a Map<String, Value>,
    list: &str,
    item: &str,
    fields: &[(&str, &str)],
) -> Option<Misfit<'a>> {
    fields.iter().find_map(|(name, wanted)| {
        let found = one.get(*name).filter(|value| !value.is_null())?;
        let fits = match *wanted {
            "bool" => found.is_boolean(),
            _ => found.is_string(),
        };
        (!fits).then(|| Misfit {
            found,
            field: format!("{item}.metadata.{list}.{name}"),
            wanted: (*wanted).to_owned(),
            path: format!("metadata.{list}.{name}"),
        })
    })
}

impl Misfit<'_> {
    fn told(&self, body: &Value) -> Error {
        let Self {
            found,
            field,
            wanted,
            path,
        } = self;
        // GO: a number that is none of those wanted is shown.
        let kind = match found {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Number(number) if wanted == "int64" => format!("number {number}"),
            Value::Number(_) => "number".to_owned(),
            Value::String(_) => "string".to_owned(),
            Value::Array(_) => "array".to_owned(),
            Value::Object(_) => "object".to_owned(),
        };
        let text = format!(
            "unable to decode \"\": json: cannot unmarshal {kind} into Go struct field {field} of type {wanted}"
        );
        let error = Error::new(ErrorKind::Invalid, text);
        let scalar = matches!(found, Value::Bool(_) | Value::Number(_));
        if !scalar || wanted != "string" {
            return error;
        }
        let part = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let object = match (part("/kind"), part("/metadata/name")) {
            (Some(kind), Some(name)) => format!("{kind} {name:?}"),
            (Some(kind), None) => format!("a {kind}"),
            _ => "an object".to_owned(),
        };
        error.with_hint(format!(
            "{path} of {object} is {found}: only text may stand there, so quote it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // `helm-4.3.1 template --dry-run=server` of objects with such metadata.
    #[test]
    fn wrong_types_are_told_in_gos_words() {
        let text = |metadata: Value| {
            let error = check(&json!({"kind": "A", "metadata": metadata})).unwrap_err();
            let text = error.to_string();
            text.strip_prefix("unable to decode \"\": json: cannot unmarshal ")
                .unwrap()
                .replace("Go struct field ", "")
        };
        for (metadata, expected) in [
            (
                json!({"name": true}),
                "bool into ObjectMeta.metadata.name of type string",
            ),
            (
                json!({"labels": {"b": true, "a": 5}}),
                "number into ObjectMeta.metadata.labels of type string",
            ),
            (
                json!({"name": 5, "labels": 5}),
                "number into ObjectMeta.metadata.labels of type map[string]string",
            ),
            (
                json!({"annotations": {"a": 1.5}}),
                "number into ObjectMeta.metadata.annotations of type string",
            ),
            (
                json!({"finalizers": "x"}),
                "string into ObjectMeta.metadata.finalizers of type []string",
            ),
            (
                json!({"finalizers": [5]}),
                "number into ObjectMeta.metadata.finalizers of type string",
            ),
            (
                json!({"generation": 1.5}),
                "number 1.5 into ObjectMeta.metadata.generation of type int64",
            ),
            (
                json!({"generation": "x"}),
                "string into ObjectMeta.metadata.generation of type int64",
            ),
            (
                json!({"uid": 5}),
                "number into ObjectMeta.metadata.uid of type types.UID",
            ),
            (
                json!({"managedFields": 5}),
                "number into ObjectMeta.metadata.managedFields of type []v1.ManagedFieldsEntry",
            ),
            (
                json!({"ownerReferences": [5]}),
                "number into ObjectMeta.metadata.ownerReferences of type v1.OwnerReference",
            ),
            (
                json!({"ownerReferences": [{"controller": "x"}]}),
                "string into OwnerReference.metadata.ownerReferences.controller of type bool",
            ),
            (
                json!({"creationTimestamp": 5}),
                "number into ObjectMeta.metadata.creationTimestamp of type string",
            ),
        ] {
            assert_eq!(text(metadata), expected);
        }
    }

    #[test]
    fn what_is_wrong_is_named_in_the_hint() {
        let body = json!({"kind": "Pod", "metadata": {"name": "a", "labels": {"on": true}}});
        assert_eq!(
            check(&body).unwrap_err().hints(),
            ["metadata.labels.on of Pod \"a\" is true: only text may stand there, so quote it"]
        );
        let good = json!({"metadata": {"name": null, "labels": {"a": null}, "nope": 5}});
        assert!(check(&good).is_ok());
    }
}
