//! `%v` and every other verb of Go's `fmt`.
//!
//! - `printf`: reads format strings, picks the arguments
//! - `printer`: walks a value and writes it under one verb
//! - `layout`: flags, padding, integers, strings under a directive
//! - [`float`]: floating point text as Go's `strconv` makes it
//! - [`quoted`]: Go string and character literals
//!
//! Nothing here fails: as in Go, a mistake shows in the text, like `%!d(string=x)`.

pub mod float;
mod layout;
mod printer;
mod printf;
pub mod quoted;

use crate::{Kind, Str, Value};
use layout::Layout;
use printer::Printer;

pub use printer::MAX_BYTES;

/// `%v` of one value, as `fmt.Sprint` gives it; nil is `<nil>`.
///
/// ```
/// use pintle_go_value::{format::sprint, List, Value};
/// let list = List::new(vec![Value::Float(1_000_000.0), Value::Nil, Value::from("x")]);
/// assert_eq!(sprint(&list.into()), "[1e+06 <nil> x]");
/// ```
pub fn sprint(value: &Value) -> Str {
    if let Value::Str(text) = value {
        return text.clone();
    }
    let mut out = Vec::new();
    append_display(&mut out, value);
    out.into()
}

/// `fmt.Sprint`: a space between two operands when neither is a string.
pub fn sprint_all(values: &[Value]) -> Str {
    let mut out = Vec::new();
    let mut previous_is_string = true;
    for value in values {
        let is_string = value.kind() == Kind::String;
        if !previous_is_string && !is_string {
            out.push(b' ');
        }
        append_display(&mut out, value);
        previous_is_string = is_string;
    }
    out.into()
}

/// `fmt.Sprintln`: always a space between operands, and a newline at the end.
pub fn sprintln_all(values: &[Value]) -> Str {
    let mut out = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        append_display(&mut out, value);
    }
    out.push(b'\n');
    out.into()
}

/// Appends `%v` of `value`; nil is `<nil>`.
pub fn append_display(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(i) | Value::Int64(i) => layout::append_int(out, *i),
        Value::Int32(i) => layout::append_int(out, i64::from(*i)),
        Value::Uint8(i) => layout::append_int(out, i64::from(*i)),
        Value::Uint(i) | Value::Uint64(i) => layout::append_uint(out, *i),
        Value::Float(f) => float::append_display(out, *f),
        Value::Str(text) => out.extend_from_slice(text.as_bytes()),
        other => Printer::new(out, Layout::default()).argument(other, 'v'),
    }
}

/// Appends what the template action `{{value}}` writes: `%v`, but `<no value>` for nil,
/// and a pointer's target instead of the pointer.
pub fn append_action(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Nil => out.extend_from_slice(b"<no value>"),
        Value::Object(object) => match object.shown() {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None if object.kind() == Kind::Ptr => {
                Printer::new(out, Layout::default()).target(object.as_ref());
            }
            None => Printer::new(out, Layout::default()).argument(value, 'v'),
        },
        other => append_display(out, other),
    }
}

/// `fmt.Sprintf`.
///
/// ```
/// use pintle_go_value::{format::sprintf, Value};
/// let text = sprintf(b"%05d|%-4s|%q|%d", &[Value::Int(42), "ab".into(), "c\n".into()]);
/// assert_eq!(text, "00042|ab  |\"c\\n\"|%!d(MISSING)");
/// ```
pub fn sprintf(format: &[u8], arguments: &[Value]) -> Str {
    let mut out = Vec::with_capacity(format.len() + 16 * arguments.len());
    printf::write(&mut out, format, arguments);
    out.into()
}
