//! YAML read and written exactly as Helm's Go libraries do.

mod binary;
mod build;
mod chars;
mod emitter;
mod error;
mod options;
mod order;
mod parser;
mod position;
mod reader;
mod resolve;
mod scanner;
mod timestamp;

use pintle_go_value::{List, Map, Value};

pub use error::Error;
pub use options::{Limits, Options};
pub use position::{Children, Position, Positions, Step};

/// The first document of `text`, as `sigs.k8s.io/yaml` reads it into an
/// `interface{}`: through JSON, so every number is a [`Value::Float`], every key
/// a string, and of two equal keys the last wins. No document gives nil.
pub fn parse(text: &[u8]) -> Result<Value, Error> {
    Ok(parse_with(text, &Options::default())?.0)
}

/// As [`parse`], but a key that occurs twice in a map is an error.
pub fn parse_strict(text: &[u8]) -> Result<Value, Error> {
    let options = Options {
        strict: true,
        ..Options::default()
    };
    Ok(parse_with(text, &options)?.0)
}

/// As [`parse`], and tells where each value was written.
pub fn parse_located(text: &[u8]) -> Result<(Value, Positions), Error> {
    let options = Options {
        located: true,
        ..Options::default()
    };
    let (value, positions) = parse_with(text, &options)?;
    Ok((value, positions.unwrap_or_default()))
}

/// As [`parse`], with everything said by `options`. There are positions when
/// they were asked for.
pub fn parse_with(text: &[u8], options: &Options) -> Result<(Value, Option<Positions>), Error> {
    let text = reader::read(text);
    let mut builder = build::Builder::new(&text, options);
    let (value, positions) = builder.document()?.unwrap_or_default();
    Ok((value, options.located.then_some(positions)))
}

/// All documents of `text`.
pub fn parse_all(text: &[u8]) -> Result<Vec<Value>, Error> {
    let text = reader::read(text);
    let mut builder = build::Builder::new(&text, &Options::default());
    let mut documents = Vec::new();
    while let Some((value, _)) = builder.document()? {
        documents.push(value);
    }
    Ok(documents)
}

/// The first document as a map, as Go reads it into a `map[string]interface{}`:
/// no document or a null one gives an empty map, anything else but a map is an error.
pub fn parse_map(text: &[u8]) -> Result<Map, Error> {
    match parse(text)? {
        Value::Nil => Ok(Map::new()),
        Value::Map(map) => Ok(map),
        other => Err(Error::mismatch(&other, "map[string]interface {}")),
    }
}

/// The first document as a list, as Go reads it into an `[]interface{}`: no document or
/// a null one gives an empty list, anything else but a list is an error.
pub fn parse_list(text: &[u8]) -> Result<List, Error> {
    match parse(text)? {
        Value::Nil => Ok(List::default()),
        Value::List(list) => Ok(list),
        other => Err(Error::mismatch(&other, "[]interface {}")),
    }
}

/// YAML text as `sigs.k8s.io/yaml` writes it (Helm's `toYaml`), with the final newline.
pub fn emit(value: &Value) -> Result<Vec<u8>, Error> {
    emitter::emit(value)
}

/// YAML text as Helm's `toYamlPretty` writes it: two blanks of indentation, lists
/// indented under their keys.
pub fn emit_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    emitter::emit_pretty(value)
}
