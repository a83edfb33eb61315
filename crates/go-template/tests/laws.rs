//! What holds for every text.

mod support;

use proptest::prelude::*;

use pintle_go_value::{Map, Value};

/// Pieces of which templates are made, right and wrong.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    "\n",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "block",
    "template",
    "break",
    "continue",
    "nil",
    "true",
    ".",
    ".a",
    ".b.c",
    "$",
    "$x",
    "$x.a",
    ":=",
    "=",
    "|",
    "(",
    ")",
    ",",
    "\"s\"",
    "`r`",
    "'c'",
    "0x1F",
    "1.5e3",
    "1i",
    "-",
    "_",
    "/*",
    "*/",
    "print",
    "printf",
    "index",
    "len",
    "and",
    "list",
    "dict",
    "include",
    "tpl",
    "é",
    "\u{0}",
    "\\",
    "\"",
    "'",
    "`",
    "{{ .a }}",
    "{{ end }}",
    "{{ if .b }}",
    "{{ range .l }}",
    "{{ $x := .a }}",
];

fn data() -> Value {
    let data = Map::new();
    data.set("a", Value::from("text"));
    data.set("b", Map::new().into());
    data.set(
        "l",
        vec![Value::Int(1), Value::Nil, Value::from("{{ .a }}")].into(),
    );
    data.into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = support::run(&text, &data());
    }

    #[test]
    fn no_template_panics(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let _ = support::run(&pieces.concat(), &data());
    }

    #[test]
    fn text_without_actions_is_copied(text in "[^{]{0,80}") {
        prop_assert_eq!(support::run(&text, &Value::Nil).expect("runs"), text);
    }

    #[test]
    fn string_constants_are_read_back(text in "\\PC{0,40}") {
        let literal = pintle_go_value::format::quoted::quote(&text);
        let template = format!("{{{{ {literal} }}}}");
        prop_assert_eq!(support::run(&template, &Value::Nil).expect("runs"), text);
    }

    #[test]
    fn every_error_has_a_place(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..20)) {
        if let Err(error) = support::run(&pieces.concat(), &data()) {
            prop_assert!(error.text.starts_with("template: t.yaml:"), "{}", error);
            prop_assert!(error.line > 0);
        }
    }
}
