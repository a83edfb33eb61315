//! YAML read and written exactly as Helm's Go libraries do.
//!
//! What it is: YAML 1.1 as `sigs.k8s.io/yaml` 1.6 (over goyaml v2.4) reads and writes it, byte
//! for byte, with its error texts; and goyaml v3's writer for `toYamlPretty`. Everything goes
//! through JSON as it does there, so numbers are floats and keys are strings.
//! What it is not: a YAML 1.2 library. Values lose comments and styles; [`node`] keeps them.
//!
//! ```
//! use pintle_go_yaml::{emit, parse, parse_map};
//! let value = parse(b"port: 0x50\nenabled: yes\nnames: [b, a]\n").unwrap();
//! assert_eq!(emit(&value).unwrap(), b"enabled: true\nnames:\n- b\n- a\nport: 80\n");
//! let error = parse_map(b"a: b: c").unwrap_err();
//! assert_eq!(error.text(), "yaml: mapping values are not allowed in this context");
//! ```
//!
//! Reading, in the order of the work:
//! - `reader`: from bytes to text: encodings, characters that are not allowed
//! - `scanner`: from text to tokens
//! - `parser`: from tokens to events
//! - `resolve`, `timestamp`, `binary`: what type a scalar is
//! - `build`: from events to values: keys, aliases, merge keys, positions
//!
//! Writing:
//! - `order`: the order of keys
//! - `emitter`: from values to text: styles, quoting, line breaks
//!
//! - [`Error`]: Go's text, and where reading really stopped
//! - [`Limits`], [`Options`]: how far a document may go, and how it is read
//! - [`Positions`]: where in the text each value was written

mod binary;
mod build;
mod chars;
mod emitter;
mod error;
pub mod node;
mod options;
mod order;
mod outline;
mod parser;
mod position;
mod reader;
mod resolve;
mod scanner;
mod timestamp;

use pintle_go_value::{List, Map, Value};

pub use error::Error;
pub use options::{Limits, Options};
pub use outline::{OutlineEntry, outline};
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
    emit_within(value, usize::MAX).map(Option::unwrap_or_default)
}

/// The same with an end: nothing when the text would take more than about `most` bytes. A
/// value that holds another one twice, and that one a third one twice, takes little memory.
pub fn emit_within(value: &Value, most: usize) -> Result<Option<Vec<u8>>, Error> {
    emitter::emit(value, most)
}

/// YAML text as Helm's `toYamlPretty` writes it: two blanks of indentation, lists
/// indented under their keys.
pub fn emit_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    emit_pretty_within(value, usize::MAX).map(Option::unwrap_or_default)
}

/// The same with an end, as [`emit_within`].
pub fn emit_pretty_within(value: &Value, most: usize) -> Result<Option<Vec<u8>>, Error> {
    emitter::emit_pretty(value, most)
}
