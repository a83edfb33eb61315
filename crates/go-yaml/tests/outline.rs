//! What `outline` accepts, the parser accepts, with the same keys.

use pintle_go_yaml::{outline, parse};
use proptest::prelude::*;

/// Keys and texts of a document's entries, when it is simple.
fn entries(document: &str) -> Option<Vec<(&str, &str)>> {
    Some(
        outline(document)?
            .iter()
            .map(|entry| (entry.key, entry.text))
            .collect(),
    )
}

#[test]
fn entries_are_whole() {
    let document = "# head\nkind: A # c\nmetadata:\n  name: x\n\n  labels: {}\nspec:\n- a: |\n    kind: b\n  c: d\n";
    assert_eq!(
        entries(document),
        Some(vec![
            ("kind", "kind: A # c\n"),
            ("metadata", "metadata:\n  name: x\n\n  labels: {}\n"),
            ("spec", "spec:\n- a: |\n    kind: b\n  c: d\n"),
        ])
    );
}

/// The documents of charts are nearly all like these.
#[test]
fn common_documents_are_simple() {
    for document in [
        "a: 1\n",
        "a:\nb: ~\n",
        "a:\n  b:\n    - c\n    - d: e\n      f: g\n  h: i\n",
        "a:\n- b\n- c:\n  - d\ne: f\n",
        "a: \"x: y # z\"\nb: 'it''s'\n'c': d\n",
        "a: \"one\n  two\\n\n\n  three\"\n",
        "a: plain text\n  that goes on\n\n  and on\nb: c\n",
        "a:\n  plain on the next line\n  and the one after\n",
        "a: >-\n\n  folded\n   more\n\nb: |+\n  x\n\n",
        "args:\n  - --flag=value\n  - -c\n  - |\n    text\n    \tmore\n",
        "a: [b, 'c d', \"e\", 1]\nf: []\ng: [\"\", '']\n",
        "a: \"one\\\n  \\ two\"\n",
        "x: http://a/b#c\ny: a:b\nz: -1\n",
        "a: über\n",
    ] {
        assert!(outline(document).is_some(), "{document}");
    }
}

/// Whatever could be an error, or have another meaning than it seems to have.
#[test]
fn odd_documents_are_left_to_the_parser() {
    for document in [
        "",
        "a",
        "- a\n",
        "a: b: c\n",
        "a: b\n  c: d\n",
        "a: 1\nb\nc: 2\n",
        "a:\n  b: 1\n c: 2\n",
        "a: 1\n- b\n",
        "a:\n  - b\n  c: d\n",
        "a: &x b\n",
        "a: *x\n",
        "a: !t b\n",
        "a: {b: c}\n",
        "a: [b: c]\n",
        "a: [b\n",
        "a: \"b\n",
        "a: \"b\nc\"\n",
        "a: \"\\q\"\n",
        // JSON has this escape, YAML 1.1 has not.
        "a: \"b\\/c\"\n",
        "a: 'b' c\n",
        "a: b\tc\n",
        "a:\tb\n",
        "\ta: b\n",
        "a: |2\n   b\n",
        "a: |\n    \n  b\n",
        "a: .inf\n",
        "a: -.Inf\n",
        "a: .NaN\n",
        "null: a\n",
        "~: a\n",
        "2001-01-01: a\n",
        "<<: a\n",
        "? a\n: b\n",
        "%YAML 1.1\n",
        "a: b\n---\nc: d\n",
        "a: \u{85}b\n",
        "a: b\rc: d\n",
        "a: \u{1}\n",
        "a b: c\n",
        "key: - a\n",
        "a: @b\n",
        "a: `b`\n",
    ] {
        assert_eq!(entries(document), None, "{document:?}");
    }
}

/// A document's lines, of the kinds that charts have and of some that they should not have.
fn line() -> impl Strategy<Value = String> {
    let indent = prop_oneof![Just(0), Just(2), Just(4), 0..7usize];
    let start = prop_oneof![
        4 => Just(""), 2 => Just("- "), 1 => Just("- - "), 1 => Just("-"), 1 => Just("# "), 1 => Just("-   ")
    ];
    let key = prop_oneof![
        4 => Just("a: "), 3 => Just("kind: "), 3 => Just("b:"), 2 => Just(""), 1 => Just("'c': "),
        1 => Just("\"d\":"), 1 => Just("1: "), 1 => Just("? "), 1 => Just(".x: ")
    ];
    let value = prop_oneof![
        5 => Just("x"), 5 => Just(""), 1 => Just("x y z"), 1 => Just("|"), 1 => Just(">-"), 1 => Just("|+ # c"),
        1 => Just("\"q\""), 1 => Just("\"q"), 1 => Just("r\""), 1 => Just("'s'"), 1 => Just("'s"), 1 => Just("t'"),
        1 => Just("[]"), 1 => Just("{}"), 1 => Just("[a, b]"), 1 => Just("[a,"), 1 => Just("b]"), 1 => Just("{a: b}"),
        1 => Just("x # c"), 1 => Just("x#c"), 1 => Just("x: y"), 1 => Just("x:"), 1 => Just("~"), 1 => Just(".inf"),
        1 => Just("&a x"), 1 => Just("*a"), 1 => Just("!t x"), 1 => Just("\t"), 1 => Just("\tx"), 1 => Just("x\ty"),
        1 => Just("- x"), 1 => Just("--x"), 1 => Just("---"), 1 => Just("..."), 1 => Just("é"), 1 => Just("%x"),
        1 => Just("'it''s'"), 1 => Just("\"\\n\\u00e9\""), 1 => Just("\"a\\"), 1 => Just("\\ b\""), 1 => Just("[\"\"]"), 1 => Just("['', x]"), 1 => Just("\"\\ud800\""), 1 => Just("\"\\x\""), 1 => Just("<<"),
        1 => Just("2001-01-01"), 1 => Just("1e999"), 1 => Just("0o7"), 1 => Just("=")
    ];
    (indent, start, key, value).prop_map(|(indent, start, key, value)| {
        format!("{}{start}{key}{value}", " ".repeat(indent))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_parser_agrees(lines in proptest::collection::vec(line(), 1..9)) {
        let document = lines.join("\n") + "\n";
        if let Some(found) = entries(&document) {
            let value = parse(document.as_bytes());
            prop_assert!(value.is_ok(), "{document}{value:?}");
            let value = value.unwrap_or_default();
            let map = value.as_map().cloned().unwrap_or_default();
            for key in map.keys() {
                let count = found.iter().filter(|(name, _)| key == *name).count();
                prop_assert!(count > 0, "{document}{key:?}");
            }
            for (key, text) in &found {
                let alone = parse(text.as_bytes());
                let alone = alone.ok().and_then(|v| v.as_map().and_then(|m| m.get(key)));
                if found.iter().filter(|(name, _)| name == key).count() == 1 {
                    prop_assert_eq!(format!("{:?}", alone), format!("{:?}", map.get(key)), "{}", document);
                }
            }
        }
    }
}
