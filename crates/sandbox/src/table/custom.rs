//! The columns that the definition of a custom resource describes.

use pintle_go_value::{Value as GoValue, json};
use pintle_jsonpath::JsonPath;
use serde_json::{Value, json};

use super::{age, created, described, name, seconds};
use crate::catalog::CustomTypes;

/// What is printed when the definition says nothing. It is described as its time of creation.
const DEFAULT: &str =
    r#"[{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp","description":" "}]"#;

fn described_columns(custom: &CustomTypes) -> Vec<Value> {
    match custom.version["additionalPrinterColumns"].as_array() {
        Some(columns) if !columns.is_empty() => columns.clone(),
        _ => serde_json::from_str(DEFAULT).unwrap_or_default(),
    }
}

pub(super) fn columns(custom: &CustomTypes) -> Value {
    let mut columns = vec![described("Name", "string", "name", "", 0)];
    for column in described_columns(custom) {
        let text = |name: &str| column[name].as_str().unwrap_or_default();
        let description = match text("description") {
            "" => format!(
                "Custom resource definition column (in JSONPath format): {}",
                text("jsonPath")
            ),
            said => said.trim().to_owned(),
        };
        let priority = column["priority"].as_i64().unwrap_or_default();
        columns.push(described(
            text("name"),
            text("type"),
            text("format"),
            &description,
            priority,
        ));
    }
    columns.into()
}

pub(super) fn cells(custom: &CustomTypes, object: &Value, now: i64) -> Value {
    let columns = described_columns(custom);
    let mut decoded = None;
    let mut cells = vec![name(object)];
    for column in &columns {
        let path = column["jsonPath"].as_str().unwrap_or_default();
        if path == ".metadata.creationTimestamp" && column["type"] == "date" {
            cells.push(age(created(object), now).into());
            continue;
        }
        let values = decoded
            .get_or_insert_with(|| json::decode(object.to_string().as_bytes()).unwrap_or_default());
        let found = JsonPath::parse(&format!("{{{path}}}"))
            .ok()
            .and_then(|path| path.first(values));
        let kind = column["type"].as_str().unwrap_or_default();
        cells.push(found.map_or(Value::Null, |value| cell(kind, &value, now)));
    }
    cells.into()
}

fn cell(kind: &str, value: &GoValue, now: i64) -> Value {
    let text = json::encode(value, json::Options::default()).unwrap_or_default();
    let value: Value = serde_json::from_slice(&text).unwrap_or_default();
    match (kind, &value) {
        (_, Value::Null) => Value::Null,
        ("integer", Value::Number(_)) => whole(&value).map_or(Value::Null, Value::from),
        ("number", Value::Number(_))
        | ("boolean", Value::Bool(_))
        | ("string", Value::String(_)) => value,
        ("string", Value::Number(number)) => match whole(&value) {
            Some(whole) if number.as_f64() == Some(whole as f64) => whole.to_string().into(),
            _ => number.to_string().into(),
        },
        ("string", other) => other.to_string().into(),
        ("date", Value::String(_)) => match seconds(&value) {
            Some(_) => age(&value, now).into(),
            None => json!("<invalid>"),
        },
        _ => Value::Null,
    }
}

/// A number without what is after its point.
fn whole(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|number| number as i64))
}
