//! Values beside their schemas, as server-side apply sees them: what is merged, what is one thing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::{Element, Set};
use crate::schema::{self, Kind, ListType, Schema};

/// What is known of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type<'a> {
    /// A whole object, with what all have.
    Root(Option<Schema<'a>>),
    /// A schema.
    Of(Schema<'a>),
    /// Nothing: maps are merged, lists are not.
    Deduced,
    /// Nothing, and nothing is merged.
    Whole,
}

/// A value as it is treated. An atomic one is one thing, whoever sets it sets all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    List { atomic: bool },
    Map { atomic: bool },
}

impl Type<'_> {
    /// How a value of the type is treated. `null` can be anything, and what a value may not be
    /// here it is not.
    pub(super) fn shape(self, value: &Value) -> Shape {
        let (list_atomic, map_atomic, only) = match self {
            Self::Root(_) => return Shape::Map { atomic: false },
            Self::Deduced => (true, false, None),
            Self::Whole => (true, true, None),
            Self::Of(schema) => {
                let list = schema.list_type() == ListType::Atomic;
                let raw = schema.go_name() == Some("RawExtension");
                let map = schema.is_atomic() || raw;
                let only = match schema.kind() {
                    Kind::Any | Kind::IntOrText => None,
                    Kind::List => Some(Shape::List { atomic: list }),
                    Kind::Object if raw => None,
                    Kind::Object => Some(Shape::Map { atomic: map }),
                    _ => Some(Shape::Scalar),
                };
                (list, map, only)
            }
        };
        only.unwrap_or(match value {
            Value::Array(_) => Shape::List {
                atomic: list_atomic,
            },
            Value::Object(_) | Value::Null => Shape::Map { atomic: map_atomic },
            _ => Shape::Scalar,
        })
    }

    /// The type of a property or entry, and whether it is a named property.
    pub(super) fn field(self, name: &str) -> (Self, bool) {
        let schema = match (self, name) {
            (Self::Whole, _) => return (Self::Whole, false),
            (Self::Deduced, _) | (Self::Root(None), "spec" | "status") => {
                return (Self::Deduced, false);
            }
            (Self::Root(_), "metadata") => {
                return (schema::metadata().map_or(Self::Deduced, Self::Of), true);
            }
            (Self::Root(_), "apiVersion" | "kind") => return (Self::Whole, true),
            (Self::Root(schema), _) => schema,
            (Self::Of(schema), _) => Some(schema),
        };
        let Some(schema) = schema else {
            return (Self::Deduced, false);
        };
        match schema.property(name) {
            Some(property) => (Self::Of(property), true),
            None => (schema.additional().map_or(Self::Deduced, Self::Of), false),
        }
    }

    /// Whether a property of that name may be there.
    pub(super) fn knows(self, name: &str) -> bool {
        let schema = match self {
            Self::Root(Some(schema)) if !matches!(name, "metadata" | "apiVersion" | "kind") => {
                schema
            }
            Self::Of(schema) => schema,
            _ => return true,
        };
        schema.field(name).is_some() || schema.is_open() || schema.properties().next().is_none()
    }

    /// Whether it keeps properties that it does not name, and so does all that is below it.
    pub(super) fn is_open(self) -> bool {
        match self {
            Self::Of(schema) | Self::Root(Some(schema)) => schema.is_open(),
            Self::Root(None) | Self::Deduced | Self::Whole => true,
        }
    }

    /// The type of the items of a list.
    pub(super) fn items(self) -> Self {
        match self {
            Self::Of(schema) => schema.items().map_or(Self::Whole, Self::Of),
            _ => Self::Whole,
        }
    }

    /// The type below an element of a path, and whether it is a named property.
    pub(super) fn below(self, element: &Element) -> (Self, bool) {
        match element {
            Element::Field(name) => self.field(name),
            _ => (self.items(), false),
        }
    }

    /// What tells an item of a list that is not atomic apart.
    ///
    /// # Errors
    /// An item that cannot be told apart.
    pub(super) fn element(self, item: &Value) -> Result<Element, String> {
        let Self::Of(schema) = self else {
            return Err("invalid indexing of non-associative list".to_owned());
        };
        if schema.map_keys().is_empty() {
            let wrong = match item {
                Value::Object(_) => {
                    "associative list without keys has an element that's a map type"
                }
                Value::Array(_) => "not supported: associative list with lists as elements",
                Value::Null => {
                    "associative list without keys has an element that's an explicit null"
                }
                _ => return Ok(Element::Value(item.clone())),
            };
            return Err(wrong.to_owned());
        }
        let item = match item {
            Value::Object(item) => item,
            Value::Null => {
                return Err("associative list with keys may not have a null element".to_owned());
            }
            _ => {
                return Err("associative list with keys may not have non-map elements".to_owned());
            }
        };
        let value = |name: &String| {
            let default = || schema.items()?.property(name)?.default();
            let value = item.get(name).or_else(default)?;
            Some((name.clone(), value.clone()))
        };
        let mut key: Vec<(String, Value)> = schema.map_keys().iter().filter_map(value).collect();
        if key.is_empty() {
            let keys: Vec<String> = schema
                .map_keys()
                .iter()
                .map(|name| Value::from(name.as_str()).to_string())
                .collect();
            return Err(format!(
                "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values for any key fields)",
                keys.join(" ")
            ));
        }
        key.sort_by(|one, two| one.0.cmp(&two.0));
        Ok(Element::Key(key))
    }
}

/// All fields of a value.
pub(super) fn fields(of: Type<'_>, value: &Value) -> Set {
    let mut set = Set::default();
    collect(of, value, &mut Vec::new(), &mut set);
    set
}

fn collect(of: Type<'_>, value: &Value, path: &mut Vec<Element>, set: &mut Set) {
    match (of.shape(value), value) {
        (Shape::List { atomic: false }, Value::Array(list)) => {
            collect_items(of, list, path, set);
        }
        (Shape::Map { atomic: false }, Value::Object(map)) => {
            for (name, value) in map {
                let (below, named) = of.field(name);
                path.push(Element::field(name));
                collect(below, value, path, set);
                let is_empty = value.as_object().is_some_and(Map::is_empty);
                if value.is_null() || is_empty || !named {
                    set.insert(path);
                }
                path.pop();
            }
        }
        (Shape::List { atomic: false } | Shape::Map { atomic: false }, _) => {}
        _ => set.insert(path),
    }
}

fn collect_items(of: Type<'_>, list: &[Value], path: &mut Vec<Element>, set: &mut Set) {
    let items: Vec<(Element, &Value)> = list
        .iter()
        .filter_map(|item| Some((of.element(item).ok()?, item)))
        .collect();
    let mut times: BTreeMap<&Element, usize> = BTreeMap::new();
    for (element, _) in &items {
        *times.entry(element).or_default() += 1;
    }
    for (element, item) in &items {
        let many = times.get(element).is_some_and(|times| *times > 1);
        path.push(element.clone());
        if !many {
            collect(of.items(), item, path, set);
        }
        set.insert(path);
        path.pop();
    }
}

/// A value without some of its fields. What becomes empty by it is `null`.
pub(super) fn without(of: Type<'_>, value: &Value, fields: &Set) -> Value {
    match (of.shape(value), value) {
        (Shape::Scalar, _) => value.clone(),
        (Shape::List { atomic: false }, Value::Array(list)) => {
            let mut kept = Vec::new();
            for item in list {
                let Ok(element) = of.element(item) else {
                    kept.push(item.clone());
                    continue;
                };
                if fields.has(&element) {
                    continue;
                }
                kept.push(match fields.below(&element) {
                    Some(below) => without(of.items(), item, below),
                    None => item.clone(),
                });
            }
            nothing_or(kept.is_empty(), kept)
        }
        (Shape::Map { atomic: false }, Value::Object(map)) => {
            let mut kept = Map::new();
            for (name, value) in map {
                let element = Element::field(name);
                if fields.has(&element) {
                    continue;
                }
                let value = match fields.below(&element) {
                    Some(below) => without(of.field(name).0, value, below),
                    None => value.clone(),
                };
                kept.insert(name.clone(), value);
            }
            nothing_or(kept.is_empty(), kept)
        }
        _ => Value::Null,
    }
}

fn nothing_or(is_empty: bool, kept: impl Into<Value>) -> Value {
    if is_empty { Value::Null } else { kept.into() }
}
