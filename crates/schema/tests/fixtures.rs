//! Schemas and values with what Helm 4.3.1 says about them.
//!
//! `fixtures/helm.txt` was made with `helm-4.3.1 template rel CHART`, where CHART has the
//! schema and the values of one entry: its standard error without the head line and the
//! chart's name. `order: any` marks those where Helm's answers came in more than one order in
//! six runs (Go's map order); they are compared without order.

use pintle_go_value::{Value, json};
use pintle_schema::{Compiled, Loader, validate};

/// A computer without files and network.
struct Bare;

impl Loader for Bare {
    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("open {path}: no such file or directory"))
    }

    fn http(&self, url: &str) -> Result<Vec<u8>, String> {
        Err(format!("HTTP request failed for {url}"))
    }
}

struct Case {
    schema: String,
    values: String,
    any_order: bool,
    expected: String,
}

fn cases() -> Vec<Case> {
    let text = include_str!("fixtures/helm.txt");
    let entries = text
        .split("\n\nschema: ")
        .map(|entry| entry.trim_start_matches("schema: "));
    entries
        .map(|entry| {
            let mut lines = entry.splitn(4, '\n');
            let mut next = |head: &str| {
                let line = lines.next().unwrap_or_default();
                line.strip_prefix(head).unwrap_or(line).to_owned()
            };
            Case {
                schema: next(""),
                values: next("values: "),
                any_order: next("order: ") == "any",
                expected: next("").trim_end().to_owned(),
            }
        })
        .collect()
}

fn answer(schema: &str, values: &str) -> String {
    let Ok(Value::Map(values)) = json::decode(values.as_bytes()) else {
        return format!("no JSON object: {values}");
    };
    match validate(schema.as_bytes(), &values, &Bare, &Compiled::default()) {
        Ok(()) => "(valid)".into(),
        Err(error) => error.text().trim_end().to_owned(),
    }
}

/// A listing with the entries of each level sorted, and names in a line too.
fn sorted(text: &str) -> Vec<(String, Vec<String>)> {
    fn level(lines: &[&str], indent: usize) -> Vec<String> {
        let starts = |line: &str| line.len() - line.trim_start().len() == indent;
        let mut entries: Vec<String> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let end = (at + 1..lines.len())
                .find(|end| starts(lines[*end]))
                .unwrap_or(lines.len());
            let mut words: Vec<&str> = lines[at]
                .trim()
                .split(", ")
                .flat_map(|part| part.split(' '))
                .collect();
            words.sort_unstable();
            entries.push(format!(
                "{}[{}]",
                words.join(" "),
                level(&lines[at + 1..end], indent + 2).join(";")
            ));
            at = end;
        }
        entries.sort();
        entries
    }
    let lines: Vec<&str> = text.lines().collect();
    let (head, rest) = match lines.first() {
        Some(first) if !first.starts_with("- ") => (*first, &lines[1..]),
        _ => ("", &lines[..]),
    };
    vec![(head.to_owned(), level(rest, 0))]
}

#[test]
fn answers_are_helms() {
    let mut failed = String::new();
    let cases = cases();
    assert!(cases.len() > 200, "{}", cases.len());
    for case in &cases {
        let got = answer(&case.schema, &case.values);
        let equal = if case.any_order {
            sorted(&got) == sorted(&case.expected)
        } else {
            got == case.expected
        };
        if !equal {
            failed += &format!(
                "{} <<< {}\n--- Helm\n{}\n--- ours\n{got}\n\n",
                case.schema, case.values, case.expected
            );
        }
    }
    assert!(failed.is_empty(), "{failed}");
}
