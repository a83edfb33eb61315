//! Documents from strangers: depth, aliases, size.

use std::fmt::Write as _;

use pintle_go_value::{List, Map, Value, json};
use pintle_go_yaml::{Limits, Options, emit, emit_pretty, parse, parse_with};

fn error(text: &str) -> String {
    parse(text.as_bytes())
        .expect_err("it is refused")
        .to_string()
}

#[test]
fn deep_nesting_is_refused_and_costs_no_stack() {
    let deepest = Limits::default().max_depth;
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let value = parse(nested(deepest).as_bytes()).unwrap();
    assert!(emit(&value).is_ok());
    assert_eq!(
        error(&nested(deepest + 1)),
        "yaml: exceeded max depth of 1000"
    );
    assert_eq!(
        error(&"[".repeat(1_000_000)),
        "yaml: exceeded max depth of 1000"
    );
    assert_eq!(
        error(&"- ".repeat(1_000_000)),
        "yaml: exceeded max depth of 1000"
    );
    assert_eq!(
        error(&"{a: ".repeat(1_000_000)),
        "yaml: exceeded max depth of 1000"
    );
    assert_eq!(
        error(&"? ".repeat(1_000_000)),
        "yaml: exceeded max depth of 1000"
    );
}

#[test]
fn lists_flush_with_their_keys_count_too() {
    let mut text = String::new();
    for depth in 0..900 {
        let indent = " ".repeat(2 * depth);
        let _ = writeln!(text, "{indent}a:\n{indent}- b:");
    }
    assert!(error(&text).ends_with("exceeded max depth of 1000"));
}

#[test]
fn aliases_that_blow_up_are_refused() {
    let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (inner, outer) in ('a'..='h').zip('b'..='i') {
        let aliases = vec![format!("*{inner}"); 9].join(", ");
        let _ = writeln!(text, "{outer}: &{outer} [{aliases}]");
    }
    assert_eq!(error(&text), "yaml: document contains excessive aliasing");
}

#[test]
fn an_anchor_cannot_contain_itself() {
    assert_eq!(
        error("a: &x [*x]"),
        "yaml: anchor 'x' value contains itself"
    );
    assert_eq!(
        error("a: &x {<<: *x}"),
        "yaml: anchor 'x' value contains itself"
    );
    assert_eq!(error("a: *x"), "yaml: unknown anchor 'x' referenced");
}

#[test]
fn aliases_are_copies() {
    let value = parse(b"a: &x {k: 1}\nb: *x").unwrap();
    let map = value.as_map().unwrap();
    let (Some(Value::Map(a)), Some(Value::Map(b))) = (map.get("a"), map.get("b")) else {
        panic!("{value:?}");
    };
    a.set("k", Value::Int(2));
    assert!(matches!(b.get("k"), Some(Value::Float(number)) if number == 1.0));
}

#[test]
fn the_number_of_values_can_be_limited() {
    let options = Options {
        limits: Limits {
            max_values: 5,
            ..Limits::default()
        },
        ..Options::default()
    };
    assert!(parse_with(b"[1, 2, 3]", &options).is_ok());
    let error = parse_with(b"[1, 2, 3, 4, 5]", &options).unwrap_err();
    assert_eq!(error.text(), "yaml: document contains too many values");
}

#[test]
fn a_map_that_contains_itself_is_refused() {
    let map = Map::new();
    map.set("self", Value::from(vec![Value::Map(map.clone())]));
    let value = Value::Map(map.clone());
    let cycle = "json: unsupported value: encountered a cycle via map[string]interface {}";
    let text = json::encode(&value, json::Options::default())
        .unwrap_err()
        .to_string();
    assert_eq!(text, cycle);
    let text = emit(&value).unwrap_err().to_string();
    assert_eq!(text, format!("error marshaling into JSON: {cycle}"));
    assert!(emit_pretty(&value).is_err());
    map.remove("self"); // Break the cycle, so that it is freed.
}

#[test]
fn json_is_limited_in_depth() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(json::decode(nested(json::MAX_DEPTH).as_bytes()).is_ok());
    let error = json::decode(nested(json::MAX_DEPTH + 1).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "exceeded max depth");
}

#[test]
fn long_lines_take_linear_time() {
    // Columns behind wide characters, and keys looked for in a long flow map.
    let list = "[\u{e9}, ".to_owned() + &"{\u{e9}: \u{e9}}, ".repeat(50_000) + "]";
    assert!(parse(list.as_bytes()).is_ok());
}

#[test]
fn writing_has_an_end() {
    let doubled = (0..40).fold(Value::from("x"), |value, _| {
        List::new(vec![value.clone(), value]).into()
    });
    for most in [0, 1000, 100_000] {
        assert_eq!(pintle_go_yaml::emit_within(&doubled, most).unwrap(), None);
        let pretty = pintle_go_yaml::emit_pretty_within(&doubled, most);
        assert_eq!(pretty.unwrap(), None);
        let json = json::encode_within(&doubled, json::Options::default(), most);
        assert_eq!(json.unwrap(), None);
    }
    let small = Value::from("x");
    let text = pintle_go_yaml::emit_within(&small, 10).unwrap().unwrap();
    assert_eq!(text, b"x\n");
}
