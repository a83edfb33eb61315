//! TOML, both ways.

use pintle_go_template::Parameter::{Any, Str as Text};
use pintle_go_value::{Map, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed};
use crate::time::Time;
use crate::toml_reader::{self, Places};
use crate::toml_writer::encode;
use crate::zone::Zone;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("toToml", &[Any], to_toml, "Encodes as TOML; the text of the error where that fails."),
    fixed("mustToToml", &[Any], must_to_toml, "Encodes as TOML."),
    fixed("fromToml", &[Text], from_toml, "Decodes TOML; an error is put under the key Error."),
];

fn to_toml(call: &Call<'_>) -> Outcome {
    if call.value(0).is_nil() {
        return must_to_toml(call);
    }
    Ok(must_to_toml(call).unwrap_or_else(|error| Value::from(error.to_string())))
}

fn must_to_toml(call: &Call<'_>) -> Outcome {
    if call.value(0).is_nil() {
        return fail("reflect: call of reflect.Value.Type on zero Value");
    }
    encode(call.value(0)).map(|bytes| Str::from(bytes).into())
}

fn from_toml(call: &Call<'_>) -> Outcome {
    let local = Zone::Local(call.env.local_zone.clone());
    let now = Time::from_timestamp(call.env.clock.now(), local.clone());
    let offset = now.offset().seconds;
    let places = Places {
        local,
        offset: i32::try_from(offset).unwrap_or(0),
    };
    Ok(match toml_reader::read(call.bytes(0)?, &places) {
        Ok(map) => map.into(),
        Err(error) => Map::from_iter([("Error", Value::from(error.to_string()))]).into(),
    })
}
