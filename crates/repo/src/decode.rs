//! Typed fields from YAML and JSON values, with the texts of Go's JSON reader.

use std::collections::BTreeMap;

use pintle_go_value::{Map, Value};

/// Where in a document a value stands. It lives on the stack, and becomes a text only for an
/// error.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    /// The top; the Go type, and the text that paths start with.
    Top(&'a str, &'a str),
    /// Under a key.
    Key(&'a Path<'a>, &'a str),
    /// In a list.
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn text(&self) -> String {
        match self {
            Self::Top(_, start) => (*start).to_owned(),
            Self::Key(above, key) => format!("{}.{key}", above.text()),
            Self::Item(above, index) => format!("{}.{index}", above.text()),
        }
    }

    /// GO: `json: cannot unmarshal number into Go struct field .entries.a.0.name of type string`.
    fn mismatch(&self, found: &Value, go_type: &str) -> String {
        let found = match found {
            Value::Nil => "null",
            Value::Bool(_) => "bool",
            Value::Str(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
            _ => "number",
        };
        match self {
            Self::Top(name, _) => {
                format!("json: cannot unmarshal {found} into Go value of type {name}")
            }
            Self::Key(..) => format!(
                "json: cannot unmarshal {found} into Go struct field {} of type {go_type}",
                self.text()
            ),
            Self::Item(..) => format!(
                "json: cannot unmarshal {found} into {} of type {go_type}",
                self.text()
            ),
        }
    }
}

/// How values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Whether an unknown field is an error, as in YAML.
    pub strict: bool,
    /// Whether a number or bool is taken for a text. HELM: its YAML library does so, but only in
    /// the fields that a Go struct has itself, not in those of a struct inside.
    pub converts: bool,
}

impl Rules {
    pub const YAML: Self = Self {
        strict: true,
        converts: true,
    };
    pub const JSON: Self = Self {
        strict: false,
        converts: false,
    };
    /// The same for the fields of a struct inside.
    pub fn inside(self) -> Self {
        Self {
            converts: false,
            ..self
        }
    }

    pub fn unknown(self, key: &str) -> Result<(), String> {
        if !self.strict {
            return Ok(());
        }
        let key = pintle_go_value::format::quoted::quote(key);
        Err(format!("json: unknown field {key}"))
    }
}

/// The name of a struct's field as Go compares it: without regard to case.
pub(crate) fn folded(key: &str) -> std::borrow::Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii_lowercase()) {
        key.into()
    } else {
        key.to_lowercase().into()
    }
}

/// A struct; none for null.
pub(crate) fn record(value: &Value, path: &Path<'_>, go_type: &str) -> Result<Option<Map>, String> {
    match value {
        Value::Nil => Ok(None),
        Value::Map(map) => Ok(Some(map.clone())),
        other => Err(path.mismatch(other, go_type)),
    }
}

/// A text; null leaves it as it is.
pub(crate) fn string(
    into: &mut String,
    value: &Value,
    path: &Path<'_>,
    rules: Rules,
) -> Result<(), String> {
    match value {
        Value::Nil => {}
        Value::Str(text) => *into = text.to_text().into_owned(),
        Value::List(_) | Value::Map(_) => return Err(path.mismatch(value, "string")),
        other => match pintle_chart::scalar_text(other).filter(|_| rules.converts) {
            Some(text) => *into = text,
            None => return Err(path.mismatch(other, "string")),
        },
    }
    Ok(())
}

/// A bool; null leaves it as it is.
pub(crate) fn boolean(into: &mut bool, value: &Value, path: &Path<'_>) -> Result<(), String> {
    match value {
        Value::Nil => {}
        Value::Bool(flag) => *into = *flag,
        other => return Err(path.mismatch(other, "bool")),
    }
    Ok(())
}

/// The items of a list; none for null.
pub(crate) fn list<T>(
    value: &Value,
    path: &Path<'_>,
    go_type: &str,
    mut read: impl FnMut(&Value, &Path<'_>) -> Result<T, String>,
) -> Result<Option<Vec<T>>, String> {
    match value {
        Value::Nil => Ok(None),
        Value::List(list) => {
            let items = list.iter().enumerate();
            let read = items.map(|(index, item)| read(item, &Path::Item(path, index)));
            read.collect::<Result<_, _>>().map(Some)
        }
        other => Err(path.mismatch(other, go_type)),
    }
}

/// A list of texts; a null item is an empty one.
pub(crate) fn strings(
    value: &Value,
    path: &Path<'_>,
    rules: Rules,
) -> Result<Option<Vec<String>>, String> {
    list(value, path, "[]string", |item, path| {
        let mut text = String::new();
        string(&mut text, item, path, rules)?;
        Ok(text)
    })
}

/// A map of texts; none for null.
pub(crate) fn string_map(
    value: &Value,
    path: &Path<'_>,
    rules: Rules,
) -> Result<BTreeMap<String, String>, String> {
    let Some(map) = record(value, path, "map[string]string")? else {
        return Ok(BTreeMap::new());
    };
    let mut read = BTreeMap::new();
    for (key, value) in map.entries() {
        let key = key.to_text().into_owned();
        let mut text = String::new();
        string(&mut text, &value, &Path::Key(path, &key), rules)?;
        read.insert(key, text);
    }
    Ok(read)
}

/// A time, in the form that Go prints; null leaves it as it is.
pub(crate) fn time(into: &mut String, value: &Value, path: &Path<'_>) -> Result<(), String> {
    match value {
        Value::Nil => Ok(()),
        Value::Str(text) => {
            *into = pintle_chart::time::normalize(&text.to_text())?;
            Ok(())
        }
        other => Err(path.mismatch(other, "time.Time")),
    }
}
