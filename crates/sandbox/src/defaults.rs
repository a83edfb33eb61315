//! What the real server writes into objects that do not say it, and the one form in which it
//! gives objects back.
//!
//! Three things come from an object's way through Go's types: what is empty is left out, unless
//! the type keeps it (`decode::empties`); what has a place in the type is there (the schema's defaults);
//! amounts are written one way. The rest are the API's own defaults: constants by type and field
//! (`table`), and those that depend on other fields (`workloads`, `others`).

mod others;
mod table;
mod workloads;

use serde_json::{Map, Value};

use crate::catalog::Resource;
use crate::crd;
use crate::decode::empties::{self, Empty};
use crate::quantity::Quantity;
use crate::schema::{Kind, Schema};

/// Fills in what is not said. Done twice it changes nothing more.
pub fn fill(resource: &Resource, object: &mut Value) {
    if resource.custom().is_none()
        && let Some(schema) = resource.schema()
    {
        walk(schema, object);
    }
    crd::default(resource, object);
}

/// The status of an object that has none yet.
pub(crate) fn status(resource: &Resource, object: &mut Value) {
    let Some(of) = resource
        .schema()
        .and_then(|schema| schema.property("status"))
    else {
        return;
    };
    if resource.custom().is_none()
        && of.default().is_some()
        && let Some(map) = object.as_object_mut()
    {
        let mut status = Value::Object(Map::new());
        walk(of, &mut status);
        map.insert("status".to_owned(), status);
    }
}

/// The name of a type in the tables: `core.Container` of `io.k8s.api.core.v1.Container`.
fn type_name(schema: Schema<'_>) -> String {
    let mut parts = schema.name().unwrap_or_default().rsplit('.');
    let (name, _version, group) = (parts.next(), parts.next(), parts.next());
    format!("{}.{}", group.unwrap_or_default(), name.unwrap_or_default())
}

fn walk(schema: Schema<'_>, value: &mut Value) {
    match value {
        Value::Object(map) if schema.properties().next().is_some() => of_type(schema, map),
        Value::Object(map) => {
            let Some(of) = schema.additional() else {
                return;
            };
            for value in map.values_mut() {
                if value.is_null() && of.kind() == Kind::Text {
                    *value = "".into();
                }
                walk(of, value);
                if of.kind() == Kind::Quantity {
                    amount(value, true);
                }
            }
        }
        Value::Array(list) => {
            if let Some(of) = schema.items() {
                for value in list {
                    walk(of, value);
                }
            }
        }
        _ if schema.kind() == Kind::Quantity => amount(value, false),
        _ => {}
    }
}

fn of_type(schema: Schema<'_>, map: &mut Map<String, Value>) {
    let name = type_name(schema);
    empties::leave_out(schema, map);
    for (field, value) in table::of(&name) {
        if !map.contains_key(*field) {
            map.insert((*field).to_owned(), value.clone());
        }
    }
    workloads::fill(&name, map);
    others::fill(&name, map);
    for (field, of) in schema.properties() {
        if let Some(default) = of.default()
            && !map.contains_key(field)
            && !(empties::is_zero(default) && empties::empty(schema, field, of) == Empty::Vanishes)
        {
            map.insert(field.to_owned(), default.clone());
        }
    }
    for (field, value) in map {
        if let Some(of) = schema.property(field) {
            walk(of, value);
        }
    }
}

/// Writes an amount the one way; what is none is left for validation to tell.
fn amount(value: &mut Value, milli: bool) {
    let text = match &*value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    if let Some(mut amount) = Quantity::parse(&text) {
        if milli {
            amount = amount.to_milli();
        }
        *value = amount.to_string().into();
    }
}

/// Inserts what is not there.
fn set(map: &mut Map<String, Value>, field: &str, value: impl Into<Value>) {
    if !map.contains_key(field) {
        map.insert(field.to_owned(), value.into());
    }
}
