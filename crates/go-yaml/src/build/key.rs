//! Map keys: JSON has only strings.

use pintle_go_value::{Str, Value, format};

use super::Resolved;
use super::show::{argument, quoted};

/// The YAML type of a key. Keys of different types are different to Go's decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum KeyType {
    Text,
    Int,
    Float,
    Bool,
}

impl KeyType {
    /// The key as Go's `%#v` shows it.
    pub(super) fn show(self, key: &Str) -> String {
        match self {
            Self::Text => quoted(key.as_bytes()),
            _ => key.to_text().into_owned(),
        }
    }
}

/// The key that JSON gets for a scalar; `value` is what it resolved to.
///
/// # Errors
/// The start of Go's text for a key that JSON cannot have.
pub(super) fn text(resolved: Resolved, value: Value) -> Result<(KeyType, Str), String> {
    Ok(match (resolved, value) {
        (Resolved::Bool(true), _) => (KeyType::Bool, "true".into()),
        (Resolved::Bool(false), _) => (KeyType::Bool, "false".into()),
        (Resolved::Int(number), _) => (KeyType::Int, number.to_string().into()),
        (Resolved::Float(number), _) => (KeyType::Float, float_key(number)),
        (_, Value::Str(text)) => (KeyType::Text, text),
        (Resolved::Uint(number), _) => {
            return Err(format!(
                "unsupported map key of type: uint64, key: {number:#x}"
            ));
        }
        _ => {
            let text = "unsupported map key of type: %!s(<nil>), key: <nil>";
            return Err(text.into());
        }
    })
}

/// Starts the key that stands for one that JSON cannot have. No text holds this byte.
const REFUSED: u8 = 0xff;

/// What stands for a key that JSON cannot have until the document is complete.
///
/// GO: the conversion to JSON finds such keys, so one in a value that a later equal key
/// replaced does no harm.
pub(super) fn refused(shown: &str) -> Str {
    Str::from([&[REFUSED], shown.as_bytes()].concat())
}

/// How Go shows such a key inside a value.
pub(super) fn shown_refused(key: &Str) -> Option<String> {
    let shown = key.as_bytes().strip_prefix(&[REFUSED])?;
    let shown = String::from_utf8_lossy(shown);
    let (_, key) = shown.rsplit_once("key: ")?;
    Some(key.replace("<nil>", "interface {}(nil)"))
}

/// Go's text for the first key of a document that JSON cannot have.
pub(super) fn find_refused(value: &Value) -> Option<String> {
    match value {
        Value::List(items) => items.iter().find_map(find_refused),
        Value::Map(map) => map.entries().iter().find_map(|(key, value)| {
            match key.as_bytes().strip_prefix(&[REFUSED]) {
                Some(shown) => {
                    let shown = String::from_utf8_lossy(shown);
                    Some(format!("{shown}, value: {}", argument(value)))
                }
                None => find_refused(value),
            }
        }),
        _ => None,
    }
}

/// GO: the number is rounded to 32 bits first.
fn float_key(number: f64) -> Str {
    let rounded = number as f32;
    if rounded.is_nan() {
        return ".nan".into();
    }
    if rounded.is_infinite() {
        return if rounded > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    // The shortest text of the 32-bit number, written by the 64-bit rules.
    let shortest: f64 = rounded.to_string().parse().unwrap_or(number);
    let mut text = Vec::new();
    format::float::append(&mut text, shortest, b'g', None);
    text.into()
}

/// Recently read keys: a document has few different ones, which need not be copied again.
pub(super) struct KeyCache(Vec<Option<Str>>);

const SLOTS: usize = 256;

impl Default for KeyCache {
    fn default() -> Self {
        Self(vec![None; SLOTS])
    }
}

impl KeyCache {
    /// The key as a string, shared with the last equal one.
    pub(super) fn get(&mut self, key: &[u8]) -> Str {
        let hash = key.iter().fold(key.len(), |hash, &byte| {
            hash.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        let slot = &mut self.0[hash % SLOTS];
        match slot {
            Some(known) if known.as_bytes() == key => known.clone(),
            _ => slot.insert(Str::from(key)).clone(),
        }
    }
}
