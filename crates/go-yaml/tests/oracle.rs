//! What real Helm makes of the same text.
//!
//! Each line of a fixture is `{"input": …, "expected": …}` (`input64`: the input in base64,
//! where it is not UTF-8). `expected` was made by Helm 4.3.1: a chart with the inputs in a
//! file and a template that says, for each of them,
//!
//! - `read.jsonl`: `{{ $input | fromYaml | toJson }}`
//! - `write.jsonl`: `{{ $input | fromJson | toYaml }}`
//! - `pretty.jsonl`: `{{ $input | fromJson | toYamlPretty }}`

use pintle_go_value::{Map, Value, json};
use pintle_go_yaml::{emit, emit_pretty, parse_map};

struct Case {
    input: Vec<u8>,
    expected: String,
}

fn cases(fixture: &str) -> Vec<Case> {
    fixture.lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let fields = json::decode(line.as_bytes()).expect("a fixture line is JSON");
    let fields = fields
        .as_map()
        .expect("a fixture line is an object")
        .clone();
    let text = |name: &str| match fields.get(name) {
        Some(Value::Str(text)) => Some(text.as_bytes().to_vec()),
        _ => None,
    };
    let input = text("input").unwrap_or_else(|| {
        let encoded = text("input64").expect("a fixture has an input");
        from_base64(&encoded)
    });
    Case {
        input,
        expected: String::from_utf8(text("expected").expect("a fixture has a result"))
            .expect("a result is text"),
    }
}

fn from_base64(text: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for group in text.chunks(4) {
        let digits = group
            .iter()
            .filter_map(|b| ALPHABET.iter().position(|a| a == b));
        let digits: Vec<usize> = digits.collect();
        let bits =
            digits.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - digits.len()));
        out.extend_from_slice(&(bits as u32).to_be_bytes()[1..digits.len()]);
    }
    out
}

/// Helm's `fromYaml`, which has no errors.
fn from_yaml(text: &[u8]) -> Value {
    match parse_map(text) {
        Ok(map) => map.into(),
        Err(error) => [("Error", error.shown().into())]
            .into_iter()
            .collect::<Map>()
            .into(),
    }
}

fn trimmed(text: Vec<u8>) -> String {
    let text = String::from_utf8(text).expect("YAML is text");
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

fn check(fixture: &str, ours: impl Fn(&[u8]) -> String) {
    let mut wrong = String::new();
    for Case { input, expected } in cases(fixture) {
        let found = ours(&input);
        if found != expected {
            let input = String::from_utf8_lossy(&input);
            wrong += &format!("input    {input:?}\nexpected {expected:?}\nfound    {found:?}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn reads_as_helm_does() {
    check(include_str!("fixtures/read.jsonl"), |input| {
        let encoded = json::encode(&from_yaml(input), json::Options::default());
        String::from_utf8(encoded.unwrap()).unwrap()
    });
}

#[test]
fn writes_as_helm_does() {
    check(include_str!("fixtures/write.jsonl"), |input| {
        emit(&json::decode(input).unwrap())
            .map(trimmed)
            .unwrap_or_default()
    });
}

#[test]
fn writes_pretty_as_helm_does() {
    check(include_str!("fixtures/pretty.jsonl"), |input| {
        emit_pretty(&json::decode(input).unwrap())
            .map(trimmed)
            .unwrap_or_default()
    });
}
