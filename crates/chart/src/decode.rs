//! Typed fields from YAML values, the way Go's YAML-to-JSON-to-struct reading does it.

use std::collections::BTreeMap;

use pintle_go_value::{Map, Value};
use pintle_go_yaml::{Positions, Step};

use crate::Error;
use crate::scalar;

/// A value in a YAML file, with where it came from.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    value: Value,
    positions: Option<&'a Positions>,
    source: &'a [u8],
    path: String,
    is_item: bool,
}

/// The text of a type mismatch, before the file is put in front.
pub(crate) type Mismatch = String;

impl<'a> Node<'a> {
    /// The top of a file.
    pub fn root(value: Value, positions: &'a Positions, source: &'a [u8]) -> Self {
        Self {
            value,
            positions: Some(positions),
            source,
            path: String::new(),
            is_item: false,
        }
    }

    /// The plain value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub fn is_null(&self) -> bool {
        self.value.is_nil()
    }

    /// The map at the top of a file; null is an empty one. `go_type` is for the message.
    pub fn document(&self, go_type: &str) -> Result<Map, Mismatch> {
        match &self.value {
            Value::Map(map) => Ok(map.clone()),
            Value::Nil => Ok(Map::new()),
            other => Err(format!(
                "json: cannot unmarshal {} into Go value of type {go_type}",
                json_type(other)
            )),
        }
    }

    /// The fields of a struct. GO: their names are matched without regard to case, and when
    /// two spellings meet the later one (in byte order) wins.
    pub fn fields(&self, map: &Map) -> impl Iterator<Item = (String, Node<'a>)> {
        let node = self.clone();
        map.entries().into_iter().map(move |(key, value)| {
            let name = key.to_text().into_owned();
            let child = node.child(Step::Key(key), &name, value, false);
            (name.to_lowercase(), child)
        })
    }

    /// A string; null leaves the field as it is.
    pub fn set_string(&self, field: &mut String) -> Result<(), Mismatch> {
        if !self.is_null() {
            *field = self.string()?;
        }
        Ok(())
    }

    /// A bool; null leaves the field as it is.
    pub fn set_bool(&self, field: &mut bool) -> Result<(), Mismatch> {
        match self.value {
            Value::Nil => {}
            Value::Bool(flag) => *field = flag,
            _ => return Err(self.mismatch("bool")),
        }
        Ok(())
    }

    /// A list of strings; null empties it, and a null item is an empty string.
    pub fn set_strings(&self, field: &mut Vec<String>) -> Result<(), Mismatch> {
        *field = self
            .items("[]string")?
            .iter()
            .map(Self::string_or_empty)
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    /// A map of strings; null empties it. GO: further documents add to the same map.
    pub fn set_string_map(&self, field: &mut BTreeMap<String, String>) -> Result<(), Mismatch> {
        match &self.value {
            Value::Nil => field.clear(),
            Value::Map(map) => {
                for (key, value) in map.entries() {
                    let name = key.to_text().into_owned();
                    let child = self.child(Step::Key(key), &name, value, false);
                    field.insert(name, child.string_or_empty()?);
                }
            }
            _ => return Err(self.mismatch("map[string]string")),
        }
        Ok(())
    }

    /// The items of a list; null has none.
    pub fn items(&self, go_type: &str) -> Result<Vec<Node<'a>>, Mismatch> {
        match &self.value {
            Value::Nil => Ok(Vec::new()),
            Value::List(list) => Ok(list
                .iter()
                .enumerate()
                .map(|(i, v)| self.child(Step::Index(i), &i.to_string(), v.clone(), true))
                .collect()),
            _ => Err(self.mismatch(go_type)),
        }
    }

    /// The map of a struct in a list; `None` for null.
    pub fn record(&self, go_type: &str) -> Result<Option<Map>, Mismatch> {
        match &self.value {
            Value::Nil => Ok(None),
            Value::Map(map) => Ok(Some(map.clone())),
            _ => Err(self.mismatch(go_type)),
        }
    }

    /// What Go says when the value has another type than the field.
    pub fn mismatch(&self, go_type: &str) -> Mismatch {
        let field = if self.is_item { "" } else { "Go struct field " };
        format!(
            "json: cannot unmarshal {} into {field}{} of type {go_type}",
            json_type(&self.value),
            self.path
        )
    }

    fn string(&self) -> Result<String, Mismatch> {
        let at = self.positions.map(|p| p.value);
        scalar::text(&self.value, self.source, at).ok_or_else(|| self.mismatch("string"))
    }

    fn string_or_empty(&self) -> Result<String, Mismatch> {
        if self.is_null() {
            return Ok(String::new());
        }
        self.string()
    }

    fn child(&self, step: Step, name: &str, value: Value, is_item: bool) -> Self {
        Self {
            value,
            positions: self.positions.and_then(|p| p.child(&step)),
            source: self.source,
            path: format!("{}.{name}", self.path),
            is_item,
        }
    }
}

/// The error of a mismatch, as Helm shows it.
pub(crate) fn unmarshal_error(mismatch: &str) -> Error {
    Error::new(format!(
        "error unmarshaling JSON: while decoding JSON: {mismatch}"
    ))
}

/// What Go's JSON reader calls the type of a value.
fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Nil => "null",
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    }
}
