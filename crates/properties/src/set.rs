//! `--set` and its relatives.

use pintle_go_value::{Map, Value};
use pintle_values::options::{SetFile, UserValues, ValuesFile, set_file_contents};
use pintle_values::set;

use crate::parts;

/// Each line of the input is given to each flag, over what the lines before made of it.
/// Whatever a text holds, a flag can be written that sets it.
pub(crate) fn set(input: &[u8]) {
    let text = parts::text(input);
    let maps: [Map; 4] = std::array::from_fn(|_| Map::new());
    let mut json = Map::new();
    for line in text.lines().take(20) {
        let _ = set::parse_into(&maps[0], line);
        let _ = set::parse_string_into(&maps[1], line);
        let _ = set::parse_literal_into(&maps[2], line);
        let read = &mut |path: &str| Ok(Value::from(path));
        let _ = set::parse_file_into(&maps[3], line, read);
        if let Ok(merged) = set::parse_json_into(&json, line) {
            json = merged;
        }
        can_be_written(line);
    }
    as_flags(&text);
}

fn can_be_written(text: &str) {
    let literal = Map::new();
    let done = set::parse_literal_into(&literal, &format!("key={text}"));
    assert!(done.is_ok(), "{done:?}");
    expect(&literal, text, "--set-literal");

    let string = Map::new();
    let done = set::parse_string_into(&string, &format!("key={}", escaped(text)));
    assert!(done.is_ok(), "{done:?}");
    expect(&string, text, "--set-string");

    let written = pintle_go_value::json::encode(
        &Value::from(text),
        pintle_go_value::json::Options::default(),
    );
    let written = String::from_utf8_lossy(&written.unwrap_or_default()).into_owned();
    match set::parse_json_into(&Map::new(), &format!("key={written}")) {
        Ok(map) => expect(&map, text, "--set-json"),
        Err(error) => panic!("--set-json key={written}: {error:?}"),
    }
}

fn expect(map: &Map, text: &str, flag: &str) {
    let found = map.get("key");
    let same = matches!(&found, Some(Value::Str(found)) if found.as_bytes() == text.as_bytes());
    assert!(same, "{flag}: {found:?} for {text:?}");
}

/// Every character that could mean something is a character only.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | ',' | '{' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The whole way, from flags to one map.
fn as_flags(text: &str) {
    let [file, first, second, rest] = parts::split(text);
    let given = UserValues {
        files: vec![ValuesFile {
            name: "values.yaml".to_owned(),
            text: file.into(),
        }],
        set_json: vec![rest.to_owned()],
        set: vec![first.to_owned(), second.to_owned()],
        set_string: vec![second.to_owned()],
        set_file: vec![SetFile {
            contents: set_file_contents(first, &Map::new(), &mut |path| Ok(path.into()))
                .unwrap_or_default(),
            text: first.to_owned(),
        }],
        set_literal: vec![rest.to_owned()],
    };
    let shown = |given: &UserValues| match given.merge() {
        Ok(map) => format!("{map:?}"),
        Err(error) => error.text().to_owned(),
    };
    assert_eq!(shown(&given), shown(&given), "merging changes nothing");
}
