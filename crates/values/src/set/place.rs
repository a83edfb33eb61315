//! Putting values into lists, and Go's words for what does not fit.

use pintle_go_value::{List, Map, Value};

use crate::Error;

/// Highest index a list may be given.
const MAX_INDEX: i64 = 65_536;

/// How deep names may be nested.
pub(super) const MAX_NESTED_NAMES: usize = 30;

/// How deep indexes may be nested, as in `a[0][0]`.
///
/// DIFF: Helm has no limit; the text would be megabytes of brackets.
pub(super) const MAX_NESTED_INDEXES: usize = 1000;

/// HELM: an empty key is silently dropped.
pub(super) fn set(map: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        map.set(key, value);
    }
}

/// The list with `value` at `index`, filled up with nulls.
pub(super) fn set_index(
    mut list: Vec<Value>,
    index: i64,
    value: Value,
) -> Result<Vec<Value>, Error> {
    let place = check_index(index)?;
    if index > MAX_INDEX {
        return Err(Error::new(format!(
            "index of {index} is greater than maximum supported index of {MAX_INDEX}"
        )));
    }
    if list.len() <= place {
        list.resize(place + 1, Value::Nil);
    }
    list[place] = value;
    Ok(list)
}

/// An index that is not negative.
pub(super) fn check_index(index: i64) -> Result<usize, Error> {
    usize::try_from(index).map_err(|_| Error::new(format!("negative {index} index not allowed")))
}

/// GO: `strconv.Atoi`.
pub(super) fn parse_index(text: &str) -> Result<i64, Error> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let cause = if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        "invalid syntax"
    } else if let Ok(index) = text.parse() {
        return Ok(index);
    } else {
        "value out of range"
    };
    let text = quote(text);
    Err(Error::new(format!(
        "error parsing index: strconv.Atoi: parsing {text}: {cause}"
    )))
}

/// The map at `key`, or a new one; an error if something else is there.
pub(super) fn existing_map(map: &Map, key: &str) -> Result<Map, Error> {
    match map.get(key) {
        None => Ok(Map::new()),
        Some(Value::Map(inner)) => Ok(inner),
        Some(other) => Err(conversion(&other, "map[string]interface {}")),
    }
}

/// The list at `key`, or a new one; an error if something else is there.
pub(super) fn existing_list(map: &Map, key: &str) -> Result<Vec<Value>, Error> {
    match map.get(key) {
        None => Ok(Vec::new()),
        Some(Value::List(list)) => Ok(list.to_vec()),
        Some(other) => Err(conversion(&other, "[]interface {}")),
    }
}

/// The list inside a list at `index`; null counts as empty.
pub(super) fn nested_list(list: &[Value], index: usize) -> Result<Vec<Value>, Error> {
    match list.get(index) {
        None | Some(Value::Nil) => Ok(Vec::new()),
        Some(Value::List(inner)) => Ok(inner.to_vec()),
        Some(other) => Err(conversion(other, "[]interface {}")),
    }
}

/// The map inside a list at `index`; anything else there is replaced by an empty map.
pub(super) fn nested_map(list: &mut [Value], index: usize) -> Map {
    let new = Map::new();
    match list.get_mut(index) {
        Some(Value::Map(inner)) => return inner.clone(),
        Some(other) => *other = Value::Map(new.clone()),
        None => {}
    }
    new
}

/// Puts a nested list back where it was, when reading it did not come to an end.
///
/// GO: the lists share their memory, so what was changed before an error stays changed.
pub(super) fn put_back(list: &mut [Value], index: usize, inner: Vec<Value>) {
    if let Some(place @ Value::List(_)) = list.get_mut(index) {
        *place = list_value(inner);
    }
}

pub(super) fn list_value(list: Vec<Value>) -> Value {
    Value::List(List::new(list))
}

/// HELM: Helm lets Go panic on a value of the wrong type and shows the panic.
fn conversion(found: &Value, wanted: &str) -> Error {
    let found = match found {
        Value::Nil => "nil".into(),
        other => other.type_name(),
    };
    Error::new(format!(
        "unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"
    ))
}

/// Whether there is more to read.
///
/// HELM: some unfinished texts just end, and what they would have set is not set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    More,
    End,
}

pub(super) fn has_no_value(key: &str) -> Error {
    Error::new(format!("key {} has no value", quote(key)))
}

pub(super) fn nested_too_deep() -> Error {
    Error::new(format!(
        "value name nested level is greater than maximum supported nested level of {MAX_NESTED_NAMES}"
    ))
}

pub(super) fn indexes_too_deep() -> Error {
    Error::new(format!("more than {MAX_NESTED_INDEXES} indexes in a row"))
}

/// HELM: the text is shown as Go shows a list of characters: `['x' 'y']`.
pub(super) fn data_after_index(text: &str) -> Error {
    let letters = text
        .chars()
        .map(|c| Value::Int32(u32::from(c) as i32))
        .collect();
    let shown = pintle_go_value::format::sprintf(b"%q", &[list_value(letters)]);
    Error::new(format!(
        "unexpected data at end of array index: {}",
        shown.to_text()
    ))
}

/// Go's `%q`.
pub(super) fn quote(text: &str) -> String {
    let quoted = pintle_go_value::format::sprintf(b"%q", &[Value::from(text)]);
    quoted.to_text().into_owned()
}
