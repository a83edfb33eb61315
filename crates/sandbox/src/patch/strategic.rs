//! Strategic merge patch: a merge patch that knows the lists of a kind.
//!
//! Directives in it: `$patch` (`replace`, `delete`) of a map or an item; `$retainKeys`;
//! `$deleteFromPrimitiveList/NAME`; `$setElementOrder/NAME`. What is wrong with a patch the real
//! server mostly tells as an error of its own (500), and so do we.

mod lists;

use serde_json::{Map, Value};

use super::{drop_nulls, go};
use crate::schema::{Kind, PatchRule, Schema};
use crate::status::Status;

const DIRECTIVE: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList";
const ORDER: &str = "$setElementOrder";

type Object = Map<String, Value>;

pub(super) fn apply(
    schema: Option<Schema<'_>>,
    object: &Value,
    patch: Object,
) -> Result<Value, Status> {
    let live = object.as_object().cloned().unwrap_or_default();
    merge(live, patch, schema).map(Value::Object)
}

fn merge(
    mut live: Object,
    mut patch: Object,
    schema: Option<Schema<'_>>,
) -> Result<Object, Status> {
    if let Some(directive) = patch.get(DIRECTIVE) {
        return match directive.as_str() {
            Some("replace") => {
                patch.remove(DIRECTIVE);
                Ok(patch)
            }
            Some("delete") => Ok(Object::new()),
            _ => Err(unknown_directive(&patch)),
        };
    }
    retain(&mut live, &mut patch)?;
    let lists: Vec<String> = patch
        .keys()
        .filter(|name| name.starts_with(ORDER))
        .cloned()
        .collect();
    for name in lists {
        lists::ordered(&mut live, &mut patch, &name, schema)?;
    }
    for (name, value) in patch {
        if name.starts_with(DELETE_FROM) {
            delete_from(&mut live, &name, value)?;
        } else {
            property(&mut live, name, value, schema)?;
        }
    }
    Ok(live)
}

fn property(
    live: &mut Object,
    name: String,
    patch: Value,
    schema: Option<Schema<'_>>,
) -> Result<(), Status> {
    let merged = match (live.remove(&name), patch) {
        (_, Value::Null) => return Ok(()),
        (Some(Value::Object(old)), Value::Object(new)) => {
            let (schema, rule) = field(schema, &name)?;
            if rule.is_none_or(|rule| rule.merge || rule.merge_key.is_none()) {
                Some(merge(old, new, schema)?.into())
            } else {
                Some(Value::Object(new))
            }
        }
        (Some(Value::Array(old)), Value::Array(new)) => {
            Some(lists::merged(old, new, lists::rules(schema, &name)?)?.into())
        }
        (_, mut new) => {
            drop_nulls(&mut new);
            without_directives(new)
        }
    };
    if let Some(merged) = merged {
        live.insert(name, merged);
    }
    Ok(())
}

/// The schema of a property and how it is patched.
fn field<'a>(
    schema: Option<Schema<'a>>,
    name: &str,
) -> Result<(Option<Schema<'a>>, Option<&'a PatchRule>), Status> {
    let Some(schema) = schema else {
        return Ok((None, None));
    };
    if let Some(found) = schema.property(name) {
        return Ok((Some(found), Some(found.patch())));
    }
    if schema.properties().next().is_none() {
        let kind = match schema.kind() {
            Kind::Object if schema.additional().is_some() => "map",
            Kind::Text => "string",
            _ => return Ok((schema.additional(), None)),
        };
        return Err(failed(format!(
            "merging an object in json but data type is not struct, instead is: {kind}"
        )));
    }
    Err(failed(format!(
        "unable to find api field in struct {} for the json field {}",
        schema.go_name().unwrap_or_default(),
        Value::from(name)
    )))
}

/// `$retainKeys`: what is not named in it goes.
fn retain(live: &mut Object, patch: &mut Object) -> Result<(), Status> {
    let Some(names) = patch.remove(RETAIN) else {
        return Ok(());
    };
    let wrong = || Status::bad_request("invalid patch format of retainKeys");
    let names = names.as_array().ok_or_else(wrong)?;
    let named = |name: &str| names.iter().any(|one| one == name);
    let is_directive = |name: &str| name.starts_with(DELETE_FROM) || name.starts_with(ORDER);
    let strays = patch
        .iter()
        .any(|(name, value)| !value.is_null() && !is_directive(name) && !named(name));
    if strays {
        return Err(wrong());
    }
    live.retain(|name, _| named(name));
    Ok(())
}

/// `$deleteFromPrimitiveList/NAME`: texts and numbers that go from a list.
fn delete_from(live: &mut Object, directive: &str, values: Value) -> Result<(), Status> {
    let name = directive
        .strip_prefix(DELETE_FROM)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or_else(|| Status::bad_request("invalid patch format of primitive list"))?;
    if values.is_null() {
        live.remove(name);
    }
    if let (Some(Value::Array(list)), Value::Array(values)) = (live.get_mut(name), values) {
        list.retain(|item| !values.contains(item));
    }
    Ok(())
}

/// What is left of a value that is new: what is marked by a directive is not meant to be there.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(DIRECTIVE) => None,
        Value::Object(map) => {
            let kept = map
                .into_iter()
                .filter_map(|(name, value)| without_directives(value).map(|value| (name, value)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(list) => Some(list.into_iter().filter_map(without_directives).collect()),
        other => Some(other),
    }
}

fn unknown_directive(patch: &Object) -> Status {
    let directive = match &patch[DIRECTIVE] {
        Value::String(text) => text.clone(),
        other => format!("%!s({}={})", go::type_name(other), go::print(other)),
    };
    let map = go::print(&Value::Object(patch.clone()));
    failed(format!("unknown patch type: {directive} in map: {map}"))
}

fn no_merge_key(item: &Object, key: &str) -> Status {
    let map = go::print(&Value::Object(item.clone()));
    failed(format!(
        "map: {map} does not contain declared merge key: {key}"
    ))
}

fn another_type(expected: &str, value: &Value) -> Status {
    let found = go::type_name(value);
    failed(format!("expected a {expected}, but received a {found}"))
}

fn failed(message: String) -> Status {
    Status::other(500, "", message)
}

#[cfg(test)]
mod tests;
