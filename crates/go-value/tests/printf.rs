//! `sprintf` against Go's.
//!
//! Each line of `fixtures/printf.jsonl` is a case: a format, arguments as `[type, value]`,
//! and what `fmt.Sprintf` of Go 1.26 gave. The cases were drawn at random by a generator
//! of verbs, flags, widths, precisions and values.

use pintle_go_value::format::sprintf;
use pintle_go_value::{List, Map, Str, Value, json};

#[test]
fn every_directive_gives_gos_text() {
    let mut failures = Vec::new();
    for line in include_str!("fixtures/printf.jsonl").lines() {
        let case = json::decode(line.as_bytes()).expect("a fixture line is JSON");
        let case = case.as_map().expect("a case is an object");
        let format = text(&case.get("format").unwrap_or_default());
        let arguments = items(&case.get("arguments").unwrap_or_default(), argument);
        let got = sprintf(format.as_bytes(), &arguments);
        let expected = text(&case.get("expected").unwrap_or_default());
        if got != expected {
            failures.push(format!("{line}\n  got {got:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn text(value: &Value) -> Str {
    value.as_str().cloned().unwrap_or_default()
}

fn items<T>(value: &Value, convert: fn(&Value) -> T) -> Vec<T> {
    let items = value.as_list().expect("a list");
    items.iter().map(convert).collect()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Float(number) => *number,
        other => match text(other).to_string().as_str() {
            "nan" => f64::NAN,
            "inf" => f64::INFINITY,
            _ => f64::NEG_INFINITY,
        },
    }
}

/// A value from its type and JSON form.
fn argument(pair: &Value) -> Value {
    let pair = pair.as_list().expect("an argument is a pair");
    let value = &pair[1];
    match text(&pair[0]).to_string().as_str() {
        "int" => Value::Int(number(value) as i64),
        "int64" => Value::Int64(number(value) as i64),
        "uint64" => Value::Uint64(number(value) as u64),
        "uint8" => Value::Uint8(number(value) as u8),
        "rune" => Value::Int32(number(value) as i32),
        "float" => Value::Float(number(value)),
        "bytes" => Value::Bytes(text(value).as_bytes().into()),
        "strs" => List::strings(items(value, text)).into(),
        "complex" => {
            let parts = items(value, number);
            Value::Complex(parts[0], parts[1])
        }
        "any" => match value {
            Value::List(_) => items(value, argument).into(),
            Value::Map(map) => {
                let entries = map.entries().into_iter();
                let map: Map = entries.map(|(key, item)| (key, argument(&item))).collect();
                map.into()
            }
            other => other.clone(),
        },
        _ => value.clone(),
    }
}
