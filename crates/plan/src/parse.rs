//! A manifest's text into objects.

use pintle_go_value::{Kind, Value as GoValue};
use serde_json::{Map, Number, Value};

use crate::Object;

/// A document that is no object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

/// Reads every object of a manifest, in order; the items of lists count one by one.
///
/// # Errors
/// Broken YAML, or a document without `kind` or `apiVersion`; the texts are those of the
/// Kubernetes client that Helm uses.
pub fn parse_objects(manifest: &str) -> Result<Vec<Object>, ParseError> {
    let mut objects = Vec::new();
    for document in pintle_manifest::split(manifest) {
        let value = pintle_go_yaml::parse(document.as_bytes()).map_err(|error| {
            ParseError(format!(
                "error parsing : error converting YAML to JSON: {error}"
            ))
        })?;
        match to_json(&value)? {
            Value::Null => {}
            body => flatten(body, &mut objects)?,
        }
    }
    Ok(objects)
}

/// HELM: a `List`, or any object with `items` whose kind ends in `List`, stands for its items.
fn flatten(body: Value, objects: &mut Vec<Object>) -> Result<(), ParseError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let missing: Vec<&str> = [("apiVersion", text("apiVersion")), ("kind", text("kind"))]
        .into_iter()
        .filter_map(|(field, value)| value.is_empty().then_some(field))
        .collect();
    if !missing.is_empty() {
        let fields: Vec<String> = missing
            .iter()
            .map(|field| format!("{field} not set"))
            .collect();
        return Err(ParseError(format!(
            "error validating \"\": error validating data: [{}]",
            fields.join(", ")
        )));
    }
    let is_list = text("kind").ends_with("List");
    match body {
        Value::Object(mut map) if is_list && matches!(map.get("items"), Some(Value::Array(_))) => {
            if let Some(Value::Array(items)) = map.remove("items") {
                for item in items {
                    flatten(item, objects)?;
                }
            }
        }
        body => objects.push(Object::new(body)),
    }
    Ok(())
}

/// A parsed YAML value as JSON. Whole numbers become integers, as in the Kubernetes client.
fn to_json(value: &GoValue) -> Result<Value, ParseError> {
    Ok(match value {
        GoValue::Nil => Value::Null,
        GoValue::Bool(flag) => Value::Bool(*flag),
        GoValue::Str(text) => Value::from(&*text.to_text()),
        GoValue::Float(number) => Value::Number(json_number(*number)?),
        GoValue::List(items) => Value::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        GoValue::Map(map) => Value::Object(
            map.entries()
                .into_iter()
                .map(|(key, value)| Ok((key.to_string(), to_json(&value)?)))
                .collect::<Result<Map<_, _>, ParseError>>()?,
        ),
        other => match other.as_int() {
            Some(number) if other.kind() != Kind::Uint64 => Value::from(number),
            Some(number) => Value::from(number as u64),
            None => {
                return Err(ParseError(format!("unexpected type {}", other.type_name())));
            }
        },
    })
}

fn json_number(number: f64) -> Result<Number, ParseError> {
    let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    if whole {
        return Ok(Number::from(number as i64));
    }
    Number::from_f64(number).ok_or_else(|| ParseError(format!("json: unsupported value: {number}")))
}
