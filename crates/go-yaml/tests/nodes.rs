//! Documents as trees: what a post-renderer's answer becomes when Helm writes it again.
//!
//! Each line of the fixture is `{"input": …, "expected": …}`. `expected` is what Helm 4.3.1
//! printed for `helm template r CHART --post-renderer PLUGIN` where the plugin says `input`,
//! without the line of its source, or the line of its error behind `MalformedYAMLError: `.

use pintle_go_value::{Value, json};
use pintle_go_yaml::node::{Kind, NodeWriter, parse_document};

fn field(case: &Value, name: &str) -> String {
    match case.as_map().and_then(|map| map.get(name)) {
        Some(Value::Str(text)) => text.to_text().into_owned(),
        other => panic!("{name}: {other:?}"),
    }
}

fn written(text: &str) -> String {
    match parse_document(text.as_bytes()) {
        Ok(None) => String::new(),
        Err(error) => format!("error: {error}"),
        Ok(Some(document)) => {
            let mut writer = NodeWriter::new();
            writer.document(&document);
            writer.finish()
        }
    }
}

#[test]
fn nodes_are_written_as_helm_does() {
    let mut wrong = String::new();
    for line in include_str!("fixtures/nodes.jsonl").lines() {
        let case = json::decode(line.as_bytes()).expect("a fixture line is JSON");
        let (input, expected) = (field(&case, "input"), field(&case, "expected"));
        let found = written(&input);
        if found.trim_end() != expected.trim_end() {
            wrong += &format!("input:\n{input}\nexpected:\n{expected}\nfound:\n{found}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn depth_costs_no_stack() {
    let deep = |open: &str, close: &str| {
        let text = format!("{}x{}", open.repeat(990), close.repeat(990));
        let document = parse_document(text.as_bytes()).unwrap().unwrap();
        let mut writer = NodeWriter::new();
        writer.document(&document);
        assert!(writer.finish().contains('x'));
    };
    deep("[", "]");
    deep("{a: ", "}");
    deep("- ", "");
    let mut lists = String::new();
    for depth in 0..490 {
        let indent = " ".repeat(2 * depth);
        lists += &format!("{indent}a:\n{indent}- b:\n");
    }
    let document = parse_document(lists.as_bytes()).unwrap().unwrap();
    assert_eq!(document.root.kind, Kind::Mapping);
    let mut writer = NodeWriter::new();
    writer.document(&document);
    assert_eq!(writer.finish().lines().count(), 980);
    let error = parse_document("[".repeat(2000).as_bytes()).unwrap_err();
    assert!(error.text().contains("exceeded max depth"), "{error}");
}

#[test]
fn long_lines_take_linear_time() {
    // Without care, looking up where a token starts costs the length of its line.
    let text = format!("[{}]\n", "'é', ".repeat(60_000));
    let document = parse_document(text.as_bytes()).unwrap().unwrap();
    assert_eq!(document.root.content.len(), 60_000);
}
