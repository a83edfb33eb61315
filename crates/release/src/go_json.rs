//! The JSON that Go's `encoding/json` writes, through serde.

use std::collections::BTreeMap;
use std::io::{self, Write};

use pintle_go_value::{List, Map, MapType, Str, Value};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::ser::Formatter;

/// How deep values in a record may be nested; the same limit as Go's decoder.
const MAX_DEPTH: usize = 10_000;

/// Writes `value` as Go's `json.Marshal` does: compact, with `<`, `>`, `&` and the two line
/// separators of Unicode escaped, and floats in Go's form.
///
/// # Errors
/// What serde reports: a float that is no number, or nesting without end.
pub fn to_go_json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::with_capacity(1024);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, GoFormatter);
    value.serialize(&mut serializer)?;
    // serde_json writes text only; what it cannot is an error above.
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

#[derive(Clone, Copy)]
struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, special) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let Some(c) = special.chars().next() else {
                break;
            };
            write!(writer, "\\u{:04x}", u32::from(c))?;
            rest = &special[c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float(value).as_bytes())
    }
}

/// GO: `strconv.FormatFloat(f, 'f' or 'e', -1, 64)` with the exponent's leading zero dropped.
fn float(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return format!("{value}");
    }
    // Rust writes `1e21` and `1.5e-7`; Go writes `1e+21` and `1.5e-7`.
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            format!("{mantissa}e+{exponent}")
        }
        _ => text,
    }
}

/// A value that serde can write and read.
///
/// Reading follows Go: every number is a `float64`.
#[derive(Debug, Clone, Default)]
pub struct Json(pub Value);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Borrowed(&self.0, 0).serialize(serializer)
    }
}

struct Borrowed<'a>(&'a Value, usize);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, depth) = *self;
        if depth > MAX_DEPTH {
            return Err(serde::ser::Error::custom("json: exceeded max depth"));
        }
        match value {
            Value::Nil | Value::Complex(..) => serializer.serialize_unit(),
            Value::Bool(v) => serializer.serialize_bool(*v),
            Value::Int(v) | Value::Int64(v) => serializer.serialize_i64(*v),
            Value::Int32(v) => serializer.serialize_i32(*v),
            Value::Uint8(v) => serializer.serialize_u8(*v),
            Value::Uint(v) | Value::Uint64(v) => serializer.serialize_u64(*v),
            Value::Float(v) if !v.is_finite() => Err(serde::ser::Error::custom(format!(
                "json: unsupported value: {v}"
            ))),
            Value::Float(v) => serializer.serialize_f64(*v),
            Value::Str(v) => serializer.serialize_str(&lossy(v)),
            Value::Bytes(v) => serializer.serialize_str(&base64(v)),
            Value::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for item in list.iter() {
                    seq.serialize_element(&Borrowed(item, depth + 1))?;
                }
                seq.end()
            }
            Value::Map(map) => serialize_map(map, depth, serializer),
            Value::Object(object) => {
                let plain = object.json().unwrap_or_default();
                Borrowed(&plain, depth + 1).serialize(serializer)
            }
        }
    }
}

fn serialize_map<S: Serializer>(map: &Map, depth: usize, serializer: S) -> Result<S::Ok, S::Error> {
    let entries = map.entries();
    let mut out = serializer.serialize_map(Some(entries.len()))?;
    for (key, value) in &entries {
        out.serialize_entry(&*lossy(key), &Borrowed(value, depth + 1))?;
    }
    out.end()
}

/// GO: bytes that are no UTF-8 become U+FFFD.
fn lossy(text: &Str) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(text.as_bytes())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ValueSeed.deserialize(deserializer).map(Self)
    }
}

/// Reads any JSON value. serde_json itself refuses nesting deeper than 128.
struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Float(v as f64))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Float(v as f64))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Value::Float(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(ValueSeed)? {
            items.push(item);
        }
        Ok(List::new(items).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.insert(Str::from(key), map.next_value_seed(ValueSeed)?);
        }
        Ok(Map::from_entries(MapType::Any, entries).into())
    }
}

/// Go's `omitempty`.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// GO: `null` leaves a field at its zero value.
pub(crate) fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// The `config` field: a map, absent when empty.
pub(crate) mod config_map {
    use super::{Deserialize, Deserializer, Json, Map, Serialize, Serializer, Value};

    #[expect(
        clippy::ref_option,
        reason = "serde's `skip_serializing_if` passes a reference"
    )]
    pub(crate) fn is_empty(config: &Option<Map>) -> bool {
        config.as_ref().is_none_or(Map::is_empty)
    }

    #[expect(clippy::ref_option, reason = "serde's `with` passes a reference")]
    pub(crate) fn serialize<S: Serializer>(
        config: &Option<Map>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match config {
            Some(map) => Json(Value::Map(map.clone())).serialize(serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Map>, D::Error> {
        match Json::deserialize(deserializer)?.0 {
            Value::Nil => Ok(None),
            Value::Map(map) => Ok(Some(map)),
            _ => Err(serde::de::Error::custom(
                "json: cannot unmarshal config into Go value of type map[string]interface {}",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // `{{ toJson … }}` of Helm 4.3.1 and the records in `encoding` show these forms.
    #[test]
    fn floats_are_written_as_go_does() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (1.5, "1.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-2.5e-9, "-2.5e-9"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
        ] {
            assert_eq!(float(value), text);
        }
    }

    #[test]
    fn strings_are_escaped_as_go_does() {
        assert_eq!(
            to_go_json("<a> & \u{2028}\u{1}\n\t\"\\é\u{7f}").unwrap(),
            "\"\\u003ca\\u003e \\u0026 \\u2028\\u0001\\n\\t\\\"\\\\é\u{7f}\""
        );
    }

    #[test]
    fn integers_stay_integers_when_written_and_become_floats_when_read() {
        let map = Map::new();
        map.set("i", Value::Int64(9_007_199_254_740_993));
        let text = to_go_json(&Json(map.into())).unwrap();
        assert_eq!(text, r#"{"i":9007199254740993}"#);
        let Json(back) = serde_json::from_str(r#"{"i":3}"#).unwrap();
        assert!(matches!(back.as_map().unwrap().get("i"), Some(Value::Float(f)) if f == 3.0));
    }

    #[test]
    fn numbers_json_cannot_say_are_an_error() {
        assert!(to_go_json(&Json(Value::Float(f64::NAN))).is_err());
    }
}
