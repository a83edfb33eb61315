//! Whether a configuration is of its schema, as server-side apply looks at it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fields::Element;
use super::typed::{Shape, Type};
use crate::schema::Kind;

/// What is wrong with a configuration, in the words of the real server.
pub(super) fn problems(of: Type<'_>, configuration: &Value) -> Option<String> {
    let mut check = Check::default();
    check.value(of, configuration, false);
    match check.found.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => Some(format!("errors:\n  {}", many.join("\n  "))),
    }
}

#[derive(Default)]
struct Check {
    path: Vec<String>,
    found: Vec<String>,
}

impl Check {
    fn value(&mut self, of: Type<'_>, value: &Value, open: bool) {
        let open = open || of.is_open();
        match (of.shape(value), value) {
            (_, Value::Null) => {}
            (Shape::Map { .. }, Value::Object(map)) => {
                for (name, value) in map {
                    self.path.push(Element::field(name).to_string());
                    if !open && !of.knows(name) {
                        self.wrong("field not declared in schema");
                        self.path.pop();
                        // GO: the first one ends the look at the map.
                        return;
                    }
                    self.value(of.field(name).0, value, open);
                    self.path.pop();
                }
            }
            (Shape::Map { .. }, other) => {
                self.wrong(&format!("expected map, got {}", shown(other)));
            }
            (Shape::List { atomic }, Value::Array(list)) => self.items(of, list, atomic, open),
            (Shape::List { .. }, other) => {
                self.wrong(&format!("expected list, got {}", shown(other)));
            }
            (Shape::Scalar, value) => self.scalar(of, value),
        }
    }

    fn items(&mut self, of: Type<'_>, list: &[Value], atomic: bool, open: bool) {
        let mut seen = BTreeSet::new();
        for (at, item) in list.iter().enumerate() {
            let element = if atomic {
                Element::Index(i64::try_from(at).unwrap_or(i64::MAX))
            } else {
                match of.element(item) {
                    Ok(element) => element,
                    Err(why) => return self.wrong(&format!("element {at}: {why}")),
                }
            };
            if !atomic && !seen.insert(element.clone()) {
                self.wrong(&format!("duplicate entries for key {element}"));
            }
            self.path.push(element.to_string());
            self.value(of.items(), item, open);
            self.path.pop();
        }
    }

    fn scalar(&mut self, of: Type<'_>, value: &Value) {
        let Type::Of(schema) = of else { return };
        let untyped = !matches!(schema.format(), "" | "byte");
        match schema.kind() {
            Kind::Text if !value.is_string() && !untyped => {
                let go = literal(value);
                self.wrong(&format!(
                    "expected string, got &value.valueUnstructured{{Value:{go}}}"
                ));
            }
            Kind::Boolean if !value.is_boolean() => {
                self.wrong(&format!("expected boolean, got {}", shown(value)));
            }
            Kind::Integer | Kind::Number if !value.is_number() => {
                let go = match value {
                    Value::String(_) => "string",
                    Value::Bool(_) => "bool",
                    Value::Array(_) => "[]interface {}",
                    _ => "map[string]interface {}",
                };
                self.wrong(&format!("expected numeric (int or float), got {go}"));
            }
            Kind::Text | Kind::Quantity if value.is_array() || value.is_object() => {
                self.wrong(&format!("expected any scalar, got {}", shown(value)));
            }
            _ => {}
        }
    }

    fn wrong(&mut self, why: &str) {
        let path = self.path.concat();
        self.found.push(if path.is_empty() {
            why.to_owned()
        } else {
            format!("{path}: {why}")
        });
    }
}

/// GO: `%#v`
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", literal(value)));
            let entries: Vec<String> = entries.collect();
            format!("map[string]interface {{}}{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// GO: `%v` of a value that prints itself.
fn shown(value: &Value) -> String {
    format!("&{{{}}}", crate::patch::printed(value))
}
