//! Dynamic values through serde, for the few fields that may hold anything.

use std::fmt;

use pintle_go_value::{List, Map, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value to write or just read.
pub(crate) struct Json(pub Value);

/// Writes a list of values.
pub(crate) fn serialize_all<S: Serializer>(values: &[Value], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(|value| Json(value.clone())))
}

/// Reads a list of values; null is none.
pub(crate) fn deserialize_all<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Value>, D::Error> {
    let values = Option::<Vec<Json>>::deserialize(from)?.unwrap_or_default();
    Ok(values.into_iter().map(|json| json.0).collect())
}

/// Reads null as the empty value.
pub(crate) fn null_is_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Nil => to.serialize_unit(),
            Value::Bool(flag) => to.serialize_bool(*flag),
            Value::Float(float) => to.serialize_f64(*float),
            Value::Str(text) => to.serialize_str(&text.to_text()),
            Value::List(list) => {
                let mut written = to.serialize_seq(Some(list.len()))?;
                for item in list.iter() {
                    written.serialize_element(&Self(item.clone()))?;
                }
                written.end()
            }
            Value::Map(map) => {
                let mut written = to.serialize_map(Some(map.len()))?;
                for (key, value) in map.entries() {
                    written.serialize_entry(&*key.to_text(), &Self(value))?;
                }
                written.end()
            }
            other => match other.as_int() {
                Some(integer) => to.serialize_i64(integer),
                None => Err(serde::ser::Error::custom("a chart cannot hold this value")),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json(Value::Nil))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json(Value::Bool(flag)))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Json, E> {
        Ok(Json(Value::Float(integer as f64)))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Json, E> {
        Ok(Json(Value::Float(integer as f64)))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Json, E> {
        Ok(Json(Value::Float(float)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json(Value::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Json(Value::List(List::new(list))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let map = Map::new();
        while let Some((key, Json(value))) = entries.next_entry::<String, Json>()? {
            map.set(key, value);
        }
        Ok(Json(Value::Map(map)))
    }
}
