//! The grammar of `--set` and its relatives.
//!
//! HELM: behaviour of Helm's `strvals`, slips included: what is silently ignored there is
//! ignored here. All functions change `map` in place, up to the point where an error is met.

mod json_value;
mod literal;
mod parser;
mod place;

use pintle_go_value::{Map, Value, json};

use crate::Error;
use parser::{Mode, Parser};
use pintle_chart::values_file::merge_maps;

/// `--set`: values are typed (bool, null, int64, else string).
///
/// # Errors
/// Helm's text of what is wrong, without `failed parsing --set data: ` in front.
pub fn parse_into(map: &Map, text: &str) -> Result<(), Error> {
    Parser::new(text, Mode::Typed).run(map)
}

/// `--set-string`: every value is a string.
///
/// # Errors
/// As [`parse_into`].
pub fn parse_string_into(map: &Map, text: &str) -> Result<(), Error> {
    Parser::new(text, Mode::Text).run(map)
}

/// `--set-file`: every value is a path, which `read` turns into the text of the file.
///
/// # Errors
/// As [`parse_into`], and what `read` reports.
pub fn parse_file_into(
    map: &Map,
    text: &str,
    read: &mut dyn FnMut(&str) -> Result<Value, Error>,
) -> Result<(), Error> {
    Parser::new(text, Mode::File(read)).run(map)
}

/// `--set-literal`: one key, and all that follows `=` as it stands.
///
/// # Errors
/// As [`parse_into`].
pub fn parse_literal_into(map: &Map, text: &str) -> Result<(), Error> {
    literal::parse_into(map, text)
}

/// `--set-json`: `key=JSON` pairs, or one JSON object that is merged over `map` (which is
/// why this gives a map back).
///
/// # Errors
/// HELM: `failed parsing --set-json data …` with the input and without a cause; we add it.
pub fn parse_json_into(map: &Map, text: &str) -> Result<Map, Error> {
    if text.trim().starts_with('{') {
        return merge_object(map, text);
    }
    Parser::new(text, Mode::Json).run(map).map_err(|cause| {
        Error::new(format!("failed parsing --set-json data {text}")).hint(cause.text())
    })?;
    Ok(map.clone())
}

fn merge_object(map: &Map, text: &str) -> Result<Map, Error> {
    let failed = |cause: String| {
        Error::new(format!("failed parsing --set-json data JSON: {text}")).hint(cause)
    };
    match json::decode(text.trim().as_bytes()) {
        Ok(Value::Map(object)) => Ok(merge_maps(map, &object)),
        Ok(_) => Err(failed("an object is wanted".to_owned())),
        Err(error) => Err(failed(error.to_string())),
    }
}
