//! What Go makes of the same text.
//!
//! `fixtures/decode.jsonl`: each line is `{"input": …, "expected": …}` (`input64`: the input
//! in base64, where it is not UTF-8). `expected` was made by Helm 4.3.1, with a template that
//! says `{{ $input | fromJson | toJson }}`.

use super::{Options, decode, decode_list, decode_map, encode};
use crate::{Map, Str, Value};

/// Helm's `fromJson`, which has no errors.
fn from_json(text: &[u8]) -> Value {
    match decode_map(text) {
        Ok((None, _)) => Value::Nil,
        Ok((Some(map), error)) => {
            if let Some(error) = error {
                map.set("Error", error.0.into());
            }
            map.into()
        }
        Err(error) => [("Error", Value::from(error.0))]
            .into_iter()
            .collect::<Map>()
            .into(),
    }
}

fn to_json(value: &Value) -> String {
    String::from_utf8(encode(value, Options::default()).unwrap()).unwrap()
}

fn text(fields: &Map, name: &str) -> Option<Str> {
    fields.get(name).and_then(|value| value.as_str().cloned())
}

#[test]
fn reads_and_writes_as_helm_does() {
    let mut wrong = 0;
    for line in include_str!("fixtures/decode.jsonl").lines() {
        let fields = decode(line.as_bytes()).unwrap().as_map().unwrap().clone();
        let expected = text(&fields, "expected").unwrap();
        // What is not UTF-8 is tested elsewhere.
        let Some(input) = text(&fields, "input") else {
            continue;
        };
        let found = to_json(&from_json(input.as_bytes()));
        if expected != *found {
            wrong += 1;
            eprintln!("input    {input:?}\nexpected {expected:?}\nfound    {found:?}\n");
        }
    }
    assert_eq!(wrong, 0, "see above");
}

#[test]
fn bytes_that_are_not_text_become_replacement_characters() {
    let read = decode(b"\"a\xffb\xed\xa0\x80\"").unwrap();
    assert_eq!(
        *read.as_str().unwrap(),
        "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"
    );
    assert_eq!(to_json(&Value::Str(b"\xc3("[..].into())), "\"\u{fffd}(\"");
    let error = decode(b"\xff").unwrap_err();
    assert_eq!(
        error.0,
        "invalid character '\\xff' looking for beginning of value"
    );
}

#[test]
fn the_pretty_form_keeps_empty_collections_on_their_line() {
    let value = decode(br#"{"b":[],"a":{},"c":[1,{"d":null}]}"#).unwrap();
    let options = Options {
        indent: Some("  "),
        ..Options::default()
    };
    let expected = "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": null\n    }\n  ]\n}";
    assert_eq!(encode(&value, options).unwrap(), expected.as_bytes());
}

#[test]
fn html_is_escaped_only_when_asked() {
    let value = Value::from("<&>\u{2028}");
    let raw = Options {
        escape_html: false,
        ..Options::default()
    };
    assert_eq!(to_json(&value), r#""\u003c\u0026\u003e\u2028""#);
    assert_eq!(encode(&value, raw).unwrap(), br#""<&>\u2028""#);
}

#[test]
fn every_type_has_its_text() {
    let value = Value::from(vec![
        Value::Int(-1),
        Value::Uint64(u64::MAX),
        Value::Uint8(7),
        Value::Bytes(b"hello".as_slice().into()),
        Value::Bytes(b"".as_slice().into()),
        Value::Nil,
        Value::Bool(true),
    ]);
    assert_eq!(
        to_json(&value),
        r#"[-1,18446744073709551615,7,"aGVsbG8=","",null,true]"#
    );
}

#[test]
fn what_json_cannot_hold_is_an_error() {
    let error = |value| encode(&value, Options::default()).unwrap_err().0;
    assert_eq!(
        error(Value::Float(f64::NAN)),
        "json: unsupported value: NaN"
    );
    assert_eq!(
        error(Value::Float(f64::INFINITY)),
        "json: unsupported value: +Inf"
    );
    assert_eq!(
        error(Value::Complex(0.0, 1.0)),
        "json: unsupported type: complex128"
    );
}

#[test]
fn the_wrong_type_is_an_error() {
    let error = decode_map(b"[1]").unwrap_err().0;
    assert_eq!(
        error,
        "json: cannot unmarshal array into Go value of type map[string]interface {}"
    );
    let error = decode_list(b"{}").unwrap_err().0;
    assert_eq!(
        error,
        "json: cannot unmarshal object into Go value of type []interface {}"
    );
    assert!(matches!(decode_map(b"null"), Ok((None, None))));
}
