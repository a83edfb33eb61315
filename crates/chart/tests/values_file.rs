//! What `helm template` makes of a chart's `values.yaml`, seen through `{{ .Values | toJson }}`.

use pintle_chart::values_file::{parse, parse_located};
use pintle_go_value::json;

fn values(text: &str) -> String {
    match parse("values.yaml", text.as_bytes()) {
        Ok(map) => {
            let bytes = json::encode(&map.into(), json::Options::default()).expect("plain values");
            String::from_utf8(bytes).expect("JSON is text")
        }
        Err(error) => error.text().to_owned(),
    }
}

#[test]
fn documents_are_merged() {
    let cases = [
        ("", "{}"),
        ("null\n", "{}"),
        (
            "a: 1\nb: 1.5\n---\nd: 2\nb: 3\n--- # x\ne: 1\n--- \nf: {a: 1}\n---\n---\n",
            r#"{"a":1,"b":3,"d":2,"e":1,"f":{"a":1}}"#,
        ),
        ("# c\n---\na: 1\n", r#"{"a":1}"#),
        ("---\na: 1\n---\nb: 1\n", r#"{"a":1,"b":1}"#),
        (
            "a: {b: 1, c: 2}\n---\na: {b: null}\n",
            r#"{"a":{"b":null,"c":2}}"#,
        ),
        ("a: 1\r\n---\r\nb: 2\r\n", r#"{"a":1,"b":2}"#),
        ("a: 1\n...\nb: 2\n", r#"{"a":1}"#),
        ("1: a\ntrue: b\n", r#"{"1":"a","true":"b"}"#),
        ("a: 1\na: 2\n", r#"{"a":2}"#),
    ];
    for (text, want) in cases {
        assert_eq!(values(text), want, "{text:?}");
    }
}

#[test]
fn what_cannot_be_read() {
    let decoding = "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
    let cases = [
        ("5\n", format!("{decoding} number into Go value of type map[string]interface {{}}")),
        ("x: 1\n---\n- a\n", format!("{decoding} array into Go value of type map[string]interface {{}}")),
        ("a: |\n  x\n---\n  y\n", format!("{decoding} bool into Go value of type map[string]interface {{}}")),
        ("x: 1\n--- x: 1\n", "error reading yaml document: invalid Yaml document separator: x: 1".to_owned()),
        ("a: [\n", "cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected node content".to_owned()),
        ("a: .inf\n", "cannot unmarshal yaml document: error converting YAML to JSON: json: unsupported value: +Inf".to_owned()),
        ("? [a]\n: 1\n", "cannot unmarshal yaml document: error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}".to_owned()),
    ];
    for (text, want) in cases {
        assert_eq!(values(text), want, "{text:?}");
    }
}

#[test]
fn the_hint_counts_lines_of_the_file() {
    let error = parse("values.yaml", b"x: 1\n---\ny: 1\nz: [\n").unwrap_err();
    let hint = error.advice().unwrap();
    assert!(
        hint.starts_with("see values.yaml, line 4") || hint.starts_with("see values.yaml, line 5"),
        "{hint}"
    );
}

#[test]
fn positions_count_from_their_document() {
    let documents = parse_located("values.yaml", b"a: 1\n---\nb:\n  c: 2\n").unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[1].first_line, 3);
    assert!(documents[1].values.contains("b"));
}
