//! Where values and errors are.

use pintle_go_value::Str;
use pintle_go_yaml::{
    Children, Position, Positions, Step, parse, parse_all, parse_located, parse_map, parse_strict,
};

fn key(name: &str) -> Step {
    Step::Key(Str::from(name))
}

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

fn located(text: &str) -> Positions {
    parse_located(text.as_bytes()).expect("a document").1
}

#[test]
fn every_value_has_a_place() {
    let places = located("a: 1\nb:\n  c: [x, {d: y}]\n\u{e9}: z\n");
    let place = |path: &[Step]| {
        let found = places.find(path).unwrap();
        (found.key, found.value)
    };
    assert_eq!(place(&[]), (None, at(1, 1)));
    assert_eq!(place(&[key("a")]), (Some(at(1, 1)), at(1, 4)));
    assert_eq!(place(&[key("b")]), (Some(at(2, 1)), at(3, 3)));
    assert_eq!(
        place(&[key("b"), key("c"), Step::Index(0)]),
        (None, at(3, 7))
    );
    let inner = [key("b"), key("c"), Step::Index(1), key("d")];
    assert_eq!(place(&inner), (Some(at(3, 11)), at(3, 14)));
    assert_eq!(place(&[key("\u{e9}")]), (Some(at(4, 1)), at(4, 4)));
    assert!(places.find(&[key("nope")]).is_none());
}

#[test]
fn aliases_are_where_they_stand_and_their_parts_where_they_were_written() {
    let places = located("a: &x\n  k: v\nb: *x\nc:\n  <<: *x\n  z: 1\n");
    assert_eq!(places.find(&[key("b")]).unwrap().value, at(3, 4));
    assert_eq!(places.find(&[key("b"), key("k")]).unwrap().value, at(2, 6));
    assert_eq!(places.find(&[key("c"), key("k")]).unwrap().value, at(2, 6));
    assert_eq!(places.find(&[key("c"), key("z")]).unwrap().value, at(6, 6));
}

#[test]
fn no_places_without_a_document() {
    let places = located("# nothing\n");
    assert_eq!(places.children, Children::None);
}

#[test]
fn errors_say_what_go_says_and_where_it_really_is() {
    let error = parse(b"a: 1\nb: [x\nc: y\n").unwrap_err();
    assert_eq!(
        error.text(),
        "yaml: line 2: did not find expected ',' or ']'"
    );
    assert_eq!((error.line(), error.column()), (3, 2));
    let shown = "error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']'";
    assert_eq!(error.shown(), shown);
}

#[test]
fn a_document_of_the_wrong_type_is_an_error_of_the_next_step() {
    let error = parse_map(b"- a").unwrap_err();
    let shown = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into \
                 Go value of type map[string]interface {}";
    assert_eq!(error.shown(), shown);
    assert!(parse_map(b"").unwrap().is_empty());
    assert!(parse_map(b"null").unwrap().is_empty());
}

#[test]
fn strict_reading_names_every_key_that_occurs_twice() {
    // Expected text: sigs.k8s.io/yaml 1.6.0, UnmarshalStrict.
    let text = b"a: 1\na: 2\n1: x\n1: y\n\"1\": z\nb: {c: 1, c: 2}\n";
    let expected = "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map\n  \
                    line 4: key 1 already set in map\n  line 6: key \"c\" already set in map";
    assert_eq!(parse_strict(text).unwrap_err().text(), expected);
    assert!(parse(text).is_ok());
}

#[test]
fn all_documents_are_read() {
    assert_eq!(parse_all(b"").unwrap().len(), 0);
    assert_eq!(parse_all(b"a: 1\n---\nb: 2\n...\n---\n").unwrap().len(), 3);
    assert!(parse_all(b"a: 1\n---\n]").is_err());
}
