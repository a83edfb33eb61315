//! Charts with subcharts: which schema sees which values, and how failures are listed.
//!
//! The expected texts are what `helm-4.3.1 template rel CHART` said of such charts; that of
//! values that are no map is its source's, since merging values refuses them before.

use pintle_chart::{Chart, Metadata};
use pintle_go_value::{Map, Value, json};
use pintle_schema::{Compiled, Nothing, validate_chart};

fn chart(name: &str, schema: Option<&str>, dependencies: Vec<Chart>) -> Chart {
    Chart {
        metadata: Metadata {
            name: name.into(),
            ..Metadata::default()
        },
        schema: schema.map(|text| text.as_bytes().into()),
        dependencies,
        ..Chart::default()
    }
}

fn told(chart: &Chart, values: &str) -> String {
    let values = match json::decode(values.as_bytes()) {
        Ok(Value::Map(values)) => values,
        _ => Map::new(),
    };
    match validate_chart(chart, &values, &Nothing, &Compiled::default()) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

const HEAD: &str =
    "values don't meet the specifications of the schema(s) in the following chart(s):\n";

#[test]
fn each_chart_is_listed() {
    let inner = chart("inner", Some(r#"{"required":["q"]}"#), vec![]);
    let sub = chart(
        "sub",
        Some(r#"{"properties":{"a":{"type":"string"}}}"#),
        vec![inner],
    );
    let top = chart("web", Some(r#"{"required":["x"]}"#), vec![sub]);
    let expected = format!(
        "{HEAD}web:\n- at '': missing property 'x'\nsub:\n- at '/a': got number, want string\n\
         inner:\n- at '': missing property 'q'\n"
    );
    assert_eq!(told(&top, r#"{"sub":{"a":1,"inner":{}}}"#), expected);
}

#[test]
fn subcharts_without_values_are_passed_over() {
    let sub = || chart("sub", Some("false"), vec![]);
    assert_eq!(told(&chart("web", None, vec![sub()]), "{}"), "");
    assert_eq!(
        told(&chart("web", None, vec![sub()]), r#"{"sub":null}"#),
        ""
    );
    assert_eq!(
        told(&chart("web", None, vec![sub()]), r#"{"sub":[]}"#),
        format!(
            "{HEAD}sub:\ninvalid type for values: expected object (map), got []interface {{}}\n"
        )
    );
}

#[test]
fn a_schema_that_cannot_be_used_has_no_line_feed() {
    let sub = chart("sub", Some("{"), vec![]);
    let top = chart("web", Some(""), vec![sub]);
    assert_eq!(
        told(&top, r#"{"sub":{}}"#),
        format!("{HEAD}web:\nEOFsub:\nunexpected EOF")
    );
}
