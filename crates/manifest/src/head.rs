//! Kind, name and annotations of a document.

use std::collections::BTreeMap;

use pintle_go_value::{Map, Str, Value, format};

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
        let options = pintle_go_yaml::Options {
            integers: true,
            ..pintle_go_yaml::Options::default()
        };
        let (value, _) = pintle_go_yaml::parse_with(text.as_bytes(), &options)
            .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
        match value {
            // A document of comments alone has no value; Helm keeps it, without a kind.
            Value::Nil => Ok(Self::default()),
            Value::Map(map) => Self::from_map(&map),
            other => Err(wrong_type(&other, &format!("Go value of type {GO_TYPE}"))),
        }
    }

    /// GO: fields are matched without regard to case, in the order of the keys: of two that
    /// match, the later one wins, and maps come together. The first wrong type is the error.
    fn from_map(map: &Map) -> Result<Self, String> {
        let mut head = Self::default();
        let root = Path::root();
        for (key, value) in map.entries() {
            let path = root.child(&key);
            match Field::of(&key) {
                Some(Field::ApiVersion) => assign(&mut head.api_version, &value, &path)?,
                Some(Field::Kind) => assign(&mut head.kind, &value, &path)?,
                Some(Field::Metadata) => head.add_metadata(&value, &path)?,
                None => {}
            }
        }
        // Helm does not read the namespace here, so a wrong type is no error here.
        if let Some(Value::Map(metadata)) = map.get("metadata")
            && let Some(namespace) = metadata.get("namespace")
        {
            head.namespace = text(&namespace).unwrap_or_default();
        }
        Ok(head)
    }

    fn add_metadata(&mut self, value: &Value, path: &Path<'_>) -> Result<(), String> {
        let metadata = match value {
            Value::Nil => return Ok(()),
            Value::Map(metadata) => metadata,
            other => return Err(path.wrong_type(other, METADATA_TYPE)),
        };
        for (key, value) in metadata.entries() {
            let path = path.child(&key);
            if matches(&key, "name") {
                assign(&mut self.name, &value, &path)?;
            } else if matches(&key, "annotations") {
                self.add_annotations(&value, &path)?;
            }
        }
        Ok(())
    }

    fn add_annotations(&mut self, value: &Value, path: &Path<'_>) -> Result<(), String> {
        let annotations = match value {
            Value::Nil => {
                self.annotations.clear();
                return Ok(());
            }
            Value::Map(annotations) => annotations,
            other => return Err(path.wrong_type(other, "map[string]string")),
        };
        for (key, value) in annotations.entries() {
            let mut text = String::new();
            assign(&mut text, &value, &path.child(&key))?;
            self.annotations.insert(key.to_string(), text);
        }
        Ok(())
    }
}

/// How Go names the type of `metadata`.
const METADATA_TYPE: &str = "struct { Name string \"json:\\\"name\\\"\"; \
     Annotations map[string]string \"json:\\\"annotations\\\"\" }";

/// What is read at the top of a document.
enum Field {
    ApiVersion,
    Kind,
    Metadata,
}

impl Field {
    fn of(key: &Str) -> Option<Self> {
        let fields = [
            ("apiVersion", Self::ApiVersion),
            ("kind", Self::Kind),
            ("metadata", Self::Metadata),
        ];
        fields
            .into_iter()
            .find_map(|(name, field)| matches(key, name).then_some(field))
    }
}

fn matches(key: &Str, name: &str) -> bool {
    key.as_bytes().eq_ignore_ascii_case(name.as_bytes())
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Path<'a> {
    key: Option<&'a Str>,
    outer: Option<&'a Path<'a>>,
}

impl Path<'_> {
    fn root() -> Path<'static> {
        Path {
            key: None,
            outer: None,
        }
    }

    fn child<'b>(&'b self, key: &'b Str) -> Path<'b> {
        Path {
            key: Some(key),
            outer: Some(self),
        }
    }

    /// GO: the keys as in a JSON pointer, with points between.
    fn shown(&self) -> String {
        let outer = self.outer.map(Path::shown).unwrap_or_default();
        match self.key {
            Some(key) => {
                let key = key.to_text().replace('~', "~0").replace('/', "~1");
                format!("{outer}.{key}")
            }
            None => outer,
        }
    }

    fn wrong_type(&self, value: &Value, go_type: &str) -> String {
        let field = self.shown();
        wrong_type(value, &format!("Go struct field {field} of type {go_type}"))
    }
}

/// The part of a document that [`Head`] comes from, when the rest is sure to be good YAML:
/// most of a document need not become values.
///
/// These are the whole entries `apiVersion`, `kind` and `metadata`, if there are such.
pub fn essentials(document: &str) -> Option<String> {
    let mut short = String::new();
    let mut seen = Vec::new();
    for entry in pintle_go_yaml::outline(document)? {
        let name = ["apiVersion", "kind", "metadata"]
            .into_iter()
            .find(|name| entry.key.eq_ignore_ascii_case(name));
        if let Some(name) = name {
            // Which of two counts is for the parser to say.
            if seen.contains(&name) {
                return None;
            }
            seen.push(name);
            short.push_str(entry.text);
        }
    }
    Some(short)
}

fn assign(field: &mut String, value: &Value, path: &Path<'_>) -> Result<(), String> {
    if !value.is_nil() {
        *field = text(value).ok_or_else(|| path.wrong_type(value, "string"))?;
    }
    Ok(())
}

/// HELM: sigs.k8s.io/yaml turns plain numbers and booleans into text where the Go field is a
/// string.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Float(_) => {
            let text = format::sprintf(b"%g", std::slice::from_ref(value));
            Some(text.to_string())
        }
        Value::Bool(_) | Value::Int64(_) | Value::Uint64(_) => {
            Some(format::sprint(value).to_string())
        }
        _ => None,
    }
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
