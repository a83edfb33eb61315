//! Go conversions that many functions share: to text, numbers, slices; emptiness.

use std::borrow::Cow;

use pintle_go_value::{ElementType, List, Str, Value, format};

use crate::strconv::{parse_float, parse_int};

/// Sprig's conversion to text: strings and bytes as they are, else `String()` or `%v`.
pub(crate) fn to_text(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        Value::Bytes(bytes) => Str::from(&bytes[..]),
        other => format::sprint(other),
    }
}

/// Any value as an integer: floats lose their fraction, text is read as Go source would
/// be, everything unreadable is 0.
///
/// GO: text such as `1.00` counts as an integer, `1.5` does not and gives 0; a leading
/// zero means octal, so `08` gives 0.
pub(crate) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Bool(b) => i64::from(*b),
        Value::Float(f) => float_to_int(*f),
        Value::Str(text) => parse_int(without_zero_decimals(text.as_bytes()), 0).unwrap_or(0),
        other => other.as_int().unwrap_or(0),
    }
}

/// GO: a float that does not fit gives the smallest integer on amd64, also when positive.
fn float_to_int(float: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&float) {
        float as i64
    } else {
        i64::MIN
    }
}

fn without_zero_decimals(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|b| **b == b'0').count();
    match text[..text.len() - zeros].split_last() {
        Some((b'.', whole)) if zeros > 0 => whole,
        _ => text,
    }
}

/// Any value as a float; everything unreadable is 0.
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Float(f) => *f,
        Value::Uint(i) | Value::Uint64(i) => *i as f64,
        Value::Str(text) => parse_float(text.as_bytes()).unwrap_or(0.0),
        other => other.as_int().map_or(0.0, |i| i as f64),
    }
}

/// The elements, if the value is a slice of any type.
pub(crate) fn to_items(value: &Value) -> Option<Cow<'_, [Value]>> {
    match value {
        Value::List(list) => Some(Cow::Borrowed(list)),
        Value::Bytes(bytes) => Some(Cow::Owned(bytes.iter().map(|b| Value::Uint8(*b)).collect())),
        Value::Object(object) => match object.underlying()? {
            Value::List(list) => Some(Cow::Owned(list.to_vec())),
            _ => None,
        },
        _ => None,
    }
}

/// Sprig's `[]string` from anything: a slice element by element without its nils, nil as
/// nothing, else one text.
pub(crate) fn to_texts(value: &Value) -> Vec<Str> {
    match to_items(value) {
        Some(items) => items.iter().filter(|v| !v.is_nil()).map(to_text).collect(),
        None if value.is_nil() => Vec::new(),
        None => vec![to_text(value)],
    }
}

/// A `[]string`.
pub(crate) fn strings<S: Into<Str>>(items: impl IntoIterator<Item = S>) -> Value {
    List::strings(items).into()
}

/// A `[]int`.
pub(crate) fn ints(items: impl IntoIterator<Item = i64>) -> Value {
    let items = items.into_iter().map(Value::Int).collect();
    List::typed(ElementType::Int, items).into()
}

/// Sprig's emptiness: the zero value of its type, or a string, list or map without content.
/// A struct is never empty.
pub(crate) fn is_empty(value: &Value) -> bool {
    !value.is_true()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_from_text_are_read_as_go_source() {
        for (text, value) in [
            ("1.00", 1),
            ("1.5", 0),
            ("08", 0),
            ("010", 8),
            ("-1.0", -1),
            ("1.", 0),
        ] {
            assert_eq!(to_int(&Value::from(text)), value, "{text}");
        }
    }

    #[test]
    fn floats_out_of_range_give_the_smallest_integer() {
        assert_eq!(to_int(&Value::Float(1e19)), i64::MIN);
        assert_eq!(to_int(&Value::Float(-1.9)), -1);
        assert_eq!(to_int(&Value::Float(f64::NAN)), i64::MIN);
    }
}
