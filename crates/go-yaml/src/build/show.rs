//! Values in Go syntax, for the few errors that show them.

use pintle_go_value::{Str, Value, format};

use super::key;
use crate::resolve::{Resolved, resolve};

/// A value as Go's `%#v` shows what its YAML decoder made.
pub(super) fn go_syntax(value: &Value) -> String {
    match value {
        Value::Nil => "interface {}(nil)".into(),
        Value::Map(map) => {
            let entries: Vec<String> = map
                .entries()
                .iter()
                .map(|(key, value)| format!("{}:{}", key_syntax(key), go_syntax(value)))
                .collect();
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

/// A key of such a map. What type it had is lost; most keys that look like a number or a
/// truth value are one.
fn key_syntax(key: &Str) -> String {
    if let Some(shown) = key::shown_refused(key) {
        return shown;
    }
    match resolve(key.as_bytes()) {
        Resolved::Bool(_) | Resolved::Int(_) | Resolved::Float(_) => key.to_text().into_owned(),
        _ => quoted(key.as_bytes()),
    }
}

/// A Go string literal.
pub(super) fn quoted(text: &[u8]) -> String {
    sharp(Value::Str(Str::from(text)))
}

fn sharp(value: Value) -> String {
    format::sprintf(b"%#v", &[value]).to_text().into_owned()
}
