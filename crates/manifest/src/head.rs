//! Kind, name and annotations of a document.

use std::collections::BTreeMap;

use pintle_go_value::{Map, Value, format};

/// The part of a document that decides where it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `metadata.namespace`, empty when the document does not say
    pub namespace: String,
    /// `metadata.annotations`
    pub annotations: BTreeMap<String, String>,
}

/// What Helm calls the Go type it decodes into; part of its error texts.
const GO_TYPE: &str = "util.SimpleHead";

impl Head {
    /// Reads the head of one document.
    ///
    /// # Errors
    /// The text of Helm's error: broken YAML, a document that is no map, or a field of the
    /// wrong type.
    pub fn read(document: &str) -> Result<Self, String> {
        let short = essentials(document);
        let text = short.as_deref().unwrap_or(document);
        let value = pintle_go_yaml::parse(text.as_bytes())
            .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
        match value {
            // A document of comments alone has no value; Helm keeps it, without a kind.
            Value::Nil => Ok(Self::default()),
            Value::Map(map) => Self::from_map(&map),
            other => Err(wrong_type(&other, &format!("Go value of type {GO_TYPE}"))),
        }
    }

    fn from_map(map: &Map) -> Result<Self, String> {
        let mut head = Self {
            api_version: text(map, "apiVersion", "apiVersion")?,
            kind: text(map, "kind", "kind")?,
            ..Self::default()
        };
        match map.get("metadata") {
            None | Some(Value::Nil) => {}
            Some(Value::Map(metadata)) => {
                head.annotations = annotations(&metadata)?;
                head.name = text(&metadata, "name", "metadata.name")?;
                // Helm does not read the namespace here, so a wrong type is no error here.
                head.namespace = text(&metadata, "namespace", "").unwrap_or_default();
            }
            Some(other) => {
                return Err(field_error(
                    &other,
                    "metadata",
                    "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }",
                ));
            }
        }
        Ok(head)
    }
}

/// The part of a document that [`Head`] comes from, when the rest is sure to be good YAML:
/// most of a document need not become values.
fn essentials(document: &str) -> Option<String> {
    let mut short = String::new();
    let mut seen = Vec::new();
    for entry in pintle_go_yaml::outline(document)? {
        if matches!(entry.key, "apiVersion" | "kind" | "metadata") {
            // Which of two counts is for the parser to say.
            if seen.contains(&entry.key) {
                return None;
            }
            seen.push(entry.key);
            short.push_str(entry.text);
        }
    }
    Some(short)
}

fn annotations(metadata: &Map) -> Result<BTreeMap<String, String>, String> {
    match metadata.get("annotations") {
        None | Some(Value::Nil) => Ok(BTreeMap::new()),
        Some(Value::Map(map)) => map
            .keys()
            .into_iter()
            .map(|key| {
                let value = text(&map, key.as_bytes(), "metadata.annotations")?;
                Ok((key.to_string(), value))
            })
            .collect(),
        Some(other) => Err(field_error(
            &other,
            "metadata.annotations",
            "map[string]string",
        )),
    }
}

/// HELM: sigs.k8s.io/yaml turns plain numbers and booleans into text where the Go field is a
/// string.
fn text(map: &Map, key: impl AsRef<[u8]>, field: &str) -> Result<String, String> {
    match map.get(key) {
        None | Some(Value::Nil) => Ok(String::new()),
        Some(Value::Str(text)) => Ok(text.to_string()),
        Some(value @ (Value::Bool(_) | Value::Float(_) | Value::Int(_) | Value::Int64(_))) => {
            Ok(format::sprint(&value).to_string())
        }
        Some(other) => Err(field_error(&other, field, "string")),
    }
}

fn field_error(value: &Value, field: &str, go_type: &str) -> String {
    wrong_type(
        value,
        &format!("Go struct field SimpleHead.{field} of type {go_type}"),
    )
}

fn wrong_type(value: &Value, target: &str) -> String {
    let kind = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into {target}"
    )
}
