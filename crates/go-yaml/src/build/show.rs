//! Values in Go syntax, for the few errors that show them.

use std::cmp::Ordering;

use pintle_go_value::{Str, Value, format};

use super::key;
use crate::resolve::{Resolved, resolve};

/// A value as Go's `%#v` shows what its YAML decoder made.
pub(super) fn go_syntax(value: &Value) -> String {
    match value {
        Value::Nil => "interface {}(nil)".into(),
        Value::Map(map) => {
            let mut entries: Vec<(Order, String)> = map
                .entries()
                .iter()
                .map(|(key, value)| {
                    let (order, key) = key_syntax(key);
                    (order, format!("{key}:{}", go_syntax(value)))
                })
                .collect();
            entries.sort_by(|(left, _), (right, _)| left.compare(right));
            let entries: Vec<String> = entries.into_iter().map(|(_, shown)| shown).collect();
            format!(
                "map[interface {{}}]interface {{}}{{{}}}",
                entries.join(", ")
            )
        }
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        // Whole numbers are Go's `int` at this stage.
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{}", *number as i64)
        }
        scalar => sharp(scalar.clone()),
    }
}

/// The same of a value that is itself what is shown: nil is `<nil>` then.
pub(super) fn argument(value: &Value) -> String {
    match value {
        Value::Nil => "<nil>".into(),
        other => go_syntax(other),
    }
}

/// Where a key comes.
///
/// GO: keys of different types are in the order in which their types are in the program's
/// memory. In Helm 4.3.1 that is this one.
#[derive(Debug, PartialEq)]
enum Order {
    Nil,
    Text(Str),
    Uint(u64),
    Int(i64),
    Float(f64),
    Bool(bool),
}

impl Order {
    fn rank(&self) -> u8 {
        match self {
            Self::Nil => 0,
            Self::Text(_) => 1,
            Self::Uint(_) => 2,
            Self::Int(_) => 3,
            Self::Float(_) => 4,
            Self::Bool(_) => 5,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Uint(left), Self::Uint(right)) => left.cmp(right),
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            // What is no number comes first.
            (Self::Float(left), Self::Float(right)) => left
                .partial_cmp(right)
                .unwrap_or_else(|| right.is_nan().cmp(&left.is_nan())),
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// A key of such a map. What type it had is lost; most keys that look like a number or a
/// truth value are one.
fn key_syntax(key: &Str) -> (Order, String) {
    if let Some(shown) = key::shown_refused(key) {
        let number = shown.strip_prefix("0x");
        let number = number.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        return (number.map_or(Order::Nil, Order::Uint), shown);
    }
    let text = || key.to_text().into_owned();
    match resolve(key.as_bytes()) {
        Resolved::Bool(value) => (Order::Bool(value), text()),
        Resolved::Int(number) => (Order::Int(number), text()),
        Resolved::Float(number) => (Order::Float(number), sharp(Value::Float(number))),
        _ => (Order::Text(key.clone()), quoted(key.as_bytes())),
    }
}

/// A Go string literal.
pub(super) fn quoted(text: &[u8]) -> String {
    sharp(Value::Str(Str::from(text)))
}

fn sharp(value: Value) -> String {
    format::sprintf(b"%#v", &[value]).to_text().into_owned()
}
