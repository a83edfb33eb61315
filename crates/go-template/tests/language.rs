//! The language against Go's `text/template`.
//!
//! Each line of a fixture is a case: a template, its data, and either the output or the
//! error. They were made by a Go 1.26 program that parsed the template as `t.yaml` of a set
//! `gotpl` with the option `missingkey=zero` unless the case says otherwise, and with the
//! functions in `support`. `language.jsonl` was written by hand, `random.jsonl` drawn by a
//! generator (its first line has the data of all its cases).

mod support;

use pintle_go_template::{Limits, MissingKey, Set};
use pintle_go_value::{Map, Value, json};

#[test]
fn cases_written_by_hand() {
    check(include_str!("fixtures/language.jsonl"));
}

#[test]
fn cases_drawn_at_random() {
    check(include_str!("fixtures/random.jsonl"));
}

fn check(fixture: &str) {
    let mut shared = Value::Nil;
    let mut failures = Vec::new();
    for line in fixture.lines() {
        let case = json::decode(line.as_bytes()).expect("a fixture line is JSON");
        let case = case.as_map().expect("a case is an object");
        if case.contains("data") {
            shared = case.get("data").unwrap_or_default();
        }
        if !case.contains("template") {
            continue;
        }
        let got = run(case, &shared);
        let expected = match case.get("output") {
            Some(output) => Ok(output),
            None => Err(case.get("error").unwrap_or_default()),
        };
        if format!("{got:?}") != format!("{expected:?}") {
            failures.push(format!("{line}\n  got {got:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Map, data: &Value) -> Result<Value, Value> {
    let option = case.get("missing_key").unwrap_or_default();
    let missing_key = match option.as_str().map(ToString::to_string).as_deref() {
        Some("error") => MissingKey::Error,
        Some("default") => MissingKey::Default,
        _ => MissingKey::Zero,
    };
    let text = case.get("template").unwrap_or_default();
    let text = text.as_str().expect("a template is a string").to_string();
    let mut set = Set::new(support::functions()).with_missing_key(missing_key);
    set.add("t.yaml", text)
        .and_then(|()| set.execute("t.yaml", data, &Limits::default()))
        .map(|output| Value::Str(output.into()))
        .map_err(|error| Value::from(error.text))
}
