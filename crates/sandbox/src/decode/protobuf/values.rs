//! Messages that are something else than an object in JSON: times, amounts, ports, JSON itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::super::time::shown;
use super::wire::{BYTES, Wire};
use super::{DEEPEST, fields};

/// Bytes as JSON has them.
pub(super) fn base64(bytes: &[u8]) -> Value {
    STANDARD.encode(bytes).into()
}

/// What a message of such a type is in JSON; nothing when it is an object.
pub(super) fn read(name: &str, bytes: &[u8], depth: usize) -> Result<Option<Value>, String> {
    const EXTENSIONS: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    const MACHINERY: &str = "io.k8s.apimachinery.pkg.";
    let all = || {
        let mut map = Map::new();
        fields(name, bytes, depth, &mut map).map(|()| map)
    };
    if let Some(name) = name.strip_prefix(MACHINERY) {
        return Ok(Some(match name {
            "apis.meta.v1.Time" => time(&all()?, bytes, false)?,
            "apis.meta.v1.MicroTime" => time(&all()?, bytes, true)?,
            "apis.meta.v1.FieldsV1" | "runtime.RawExtension" => json(bytes, depth)?,
            "apis.meta.v1.Verbs" => all()?.remove("items").unwrap_or_default(),
            "api.resource.Quantity" => match all()?.remove("string") {
                Some(text) => text,
                None => "0".into(),
            },
            "util.intstr.IntOrString" => int_or_text(all()?),
            _ => return Ok(None),
        }));
    }
    if let Some(name) = name.strip_prefix(EXTENSIONS) {
        return Ok(Some(match name {
            "JSON" => json(bytes, depth)?,
            "JSONSchemaPropsOrArray" => first(all()?, ["jSONSchemas", "schema"]),
            "JSONSchemaPropsOrStringArray" => first(all()?, ["property", "schema"]),
            "JSONSchemaPropsOrBool" => first(all()?, ["schema", "allows"]),
            _ => return Ok(None),
        }));
    }
    // Lists that have a name of their own.
    let is_list = name.ends_with(".ExtraValue") || name.ends_with(".AttestationValue");
    if is_list {
        return Ok(Some(all()?.remove("items").unwrap_or_default()));
    }
    Ok(None)
}

fn first(mut map: Map<String, Value>, names: [&str; 2]) -> Value {
    let found = names.iter().find_map(|name| map.remove(*name));
    found.unwrap_or_default()
}

/// GO: a time that is not set is an empty message.
fn time(map: &Map<String, Value>, bytes: &[u8], micro: bool) -> Result<Value, String> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let part = |name: &str| map.get(name).and_then(Value::as_i64).unwrap_or(0);
    let nanos = i32::try_from(part("nanos")).unwrap_or(0);
    let time = Timestamp::new(part("seconds"), nanos)
        .ok()
        .filter(|time| time.to_zoned(TimeZone::UTC).year() >= 0)
        .ok_or("year outside of range [0,9999]")?;
    Ok(shown(time, micro).into())
}

fn int_or_text(mut map: Map<String, Value>) -> Value {
    let (name, zero) = match map.get("type").and_then(Value::as_i64) {
        None | Some(0) => ("intVal", Value::from(0)),
        Some(_) => ("strVal", Value::from("")),
    };
    map.remove(name).unwrap_or(zero)
}

/// JSON, which is in its first field as it is.
fn json(bytes: &[u8], depth: usize) -> Result<Value, String> {
    let (mut wire, mut raw) = (Wire(bytes), &bytes[..0]);
    while let Some((number, of)) = wire.field("RawExtension")? {
        match (number, of) {
            (1, BYTES) => raw = wire.bytes()?,
            _ => wire.skip(of)?,
        }
    }
    if raw.is_empty() {
        return Ok(Value::Null);
    }
    let value: Value =
        serde_json::from_slice(raw).map_err(|error| format!("json parse error: {error}"))?;
    if fits(&value, DEEPEST.saturating_sub(depth)) {
        Ok(value)
    } else {
        Err(format!("exceeded max depth {DEEPEST}"))
    }
}

/// Whether a value is no deeper than so.
fn fits(value: &Value, room: usize) -> bool {
    match value {
        Value::Array(items) => room > 0 && items.iter().all(|item| fits(item, room - 1)),
        Value::Object(map) => room > 0 && map.values().all(|value| fits(value, room - 1)),
        _ => true,
    }
}
