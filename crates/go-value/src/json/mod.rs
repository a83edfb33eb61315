//! Go's `encoding/json`, both ways.
//!
//! GO: Helm 4.3.1 is built with Go 1.27, whose `encoding/json` runs on the
//! version 2 engine with version 1 semantics. Output is as ever; a few error
//! texts are new (``invalid escape sequence `\x` in string``), and those are ours.

mod decode;
mod encode;
mod escape;
mod number;
mod print;
mod scan;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::borrow::Cow;

use crate::{Kind, List, Map, Object, Value};

pub use encode::{encode, encode_within};
pub use number::{shortest, write_float};

/// How deep lists and maps may nest, both ways.
///
/// DIFF: Go allows 10000. Values are dropped and copied recursively, so the limit is
/// what fits a thread's small stack in a debug build; real charts stay below 100.
pub const MAX_DEPTH: usize = 1000;

/// How [`encode`] writes.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Write `<`, `>` and `&` as `\u003c`, `\u003e`, `\u0026` (Go's default).
    pub escape_html: bool,
    /// One level of indentation, for the pretty form.
    pub indent: Option<&'a str>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            escape_html: true,
            indent: None,
        }
    }
}

/// A failure, with the text of Go's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);

/// `json.Unmarshal` into an `interface{}`: numbers become `float64`.
///
/// # Errors
/// Go's text: of the first syntax error, else of the first number that no
/// `float64` can hold.
pub fn decode(text: &[u8]) -> Result<Value, Error> {
    let decoded = decode::decode(text, false)?;
    decoded.overflow.map_or(Ok(decoded.value), Err)
}

/// The first value of a stream of JSON texts, with the number of bytes up to its end; when it
/// cannot be read, up to the byte that is wrong. Numbers that no `float64` can hold are read as 0.
pub fn decode_first(text: &[u8]) -> (Result<Value, Error>, usize) {
    decode::decode_first(text)
}

/// The same with every number as it is written: a [`Number`] object.
///
/// # Errors
/// Go's text of the first syntax error.
pub fn decode_with_numbers(text: &[u8]) -> Result<Value, Error> {
    decode::decode(text, true).map(|decoded| decoded.value)
}

/// Go's `json.Number`: a number as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(pub Box<str>);

impl Object for Number {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed("json.Number")
    }

    fn kind(&self) -> Kind {
        Kind::String
    }

    fn string(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `json.Unmarshal` into a `map[string]interface{}`. `null` gives nothing: Go's nil map.
///
/// The second value is an error that leaves the map usable: Helm's `fromJson` keeps
/// what was read and adds the error under the key `Error`.
pub fn decode_map(text: &[u8]) -> Result<(Option<Map>, Option<Error>), Error> {
    let decoded = decode::decode(text, false)?;
    match decoded.value {
        Value::Map(map) => Ok((Some(map), decoded.overflow)),
        Value::Nil => Ok((None, None)),
        other => Err(mismatch(&other, "map[string]interface {}")),
    }
}

/// `json.Unmarshal` into an `[]interface{}`. `null` gives nothing: Go's nil slice.
/// The second value is as in [`decode_map`].
pub fn decode_list(text: &[u8]) -> Result<(Option<List>, Option<Error>), Error> {
    let decoded = decode::decode(text, false)?;
    match decoded.value {
        Value::List(list) => Ok((Some(list), decoded.overflow)),
        Value::Nil => Ok((None, None)),
        other => Err(mismatch(&other, "[]interface {}")),
    }
}

/// Go's error for JSON text of one type put into a Go value of another, such as
/// `json: cannot unmarshal array into Go value of type map[string]interface {}`.
pub fn mismatch(found: &Value, wanted: &str) -> Error {
    Error(format!(
        "json: cannot unmarshal {} into Go value of type {wanted}",
        json_type(found)
    ))
}

/// What JSON calls the type of a decoded value.
fn json_type(value: &Value) -> Cow<'static, str> {
    Cow::Borrowed(match value {
        Value::Nil => "null",
        Value::Bool(_) => "bool",
        Value::Str(_) | Value::Bytes(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) | Value::Object(_) => "object",
        _ => "number",
    })
}
