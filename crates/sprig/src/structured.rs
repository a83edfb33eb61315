//! JSON and YAML, both ways.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Any, Str as Text};
use pintle_go_value::json::{self, Options};
use pintle_go_value::{ElementType, List, Map, MapType, Str, Value};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("toJson", &[Any], |c| or_nothing(to_json(c, COMPACT)), "Encodes as JSON; the empty string where that fails."),
    fixed("mustToJson", &[Any], |c| to_json(c, COMPACT), "Encodes as JSON."),
    fixed("toPrettyJson", &[Any], |c| or_nothing(to_json(c, PRETTY)), "Encodes as indented JSON; the empty string where that fails."),
    fixed("mustToPrettyJson", &[Any], |c| to_json(c, PRETTY), "Encodes as indented JSON."),
    fixed("toRawJson", &[Any], |c| to_json(c, RAW), "Encodes as JSON without escaping <, > and &."),
    fixed("mustToRawJson", &[Any], |c| to_json(c, RAW), "Encodes as JSON without escaping <, > and &."),
    fixed("fromJson", &[Text], from_json, "Decodes a JSON object; an error is put under the key Error."),
    fixed("mustFromJson", &[Text], must_from_json, "Decodes any JSON value."),
    fixed("fromJsonArray", &[Text], from_json_array, "Decodes a JSON array; an error becomes its only element."),
    fixed("toYaml", &[Any], |c| or_nothing(to_yaml(c)), "Encodes as YAML without the last line break; the empty string where that fails."),
    fixed("mustToYaml", &[Any], to_yaml, "Encodes as YAML without the last line break."),
    fixed("toYamlPretty", &[Any], to_yaml_pretty, "Encodes as YAML with lists indented; the empty string where that fails."),
    fixed("fromYaml", &[Text], from_yaml, "Decodes a YAML map; an error is put under the key Error."),
    fixed("fromYamlArray", &[Text], from_yaml_array, "Decodes a YAML list; an error becomes its only element."),
];

const COMPACT: Options<'static> = Options {
    escape_html: true,
    indent: None,
};
const PRETTY: Options<'static> = Options {
    escape_html: true,
    indent: Some("  "),
};
const RAW: Options<'static> = Options {
    escape_html: false,
    indent: None,
};

/// HELM: the lenient forms swallow errors inside of a template. DIFF: not that the text would
/// take all memory, which ends Helm.
fn or_nothing(outcome: Outcome) -> Outcome {
    match outcome {
        Err(error) if !limits::is_too_large(&error) => Ok(Value::from("")),
        other => other,
    }
}

/// HELM: the lenient decoders report inside of the result.
fn error_map(map: Map, error: String) -> Value {
    map.set("Error", Value::from(error));
    map.into()
}

fn error_list(error: String) -> Value {
    vec![Value::from(error)].into()
}

fn to_json(call: &Call<'_>, options: Options<'_>) -> Outcome {
    match json::encode_within(call.value(0), options, limits::MAX_BYTES) {
        Ok(Some(bytes)) => Ok(Str::from(bytes).into()),
        Ok(None) => Err(limits::too_large()),
        Err(error) => Err(CallError::Message(error.to_string())),
    }
}

fn from_json(call: &Call<'_>) -> Outcome {
    Ok(match json::decode_map(call.bytes(0)?) {
        Ok((map, None)) => map.unwrap_or_else(|| Map::nil(MapType::Any)).into(),
        Ok((map, Some(error))) => error_map(map.unwrap_or_default(), error.to_string()),
        Err(error) => error_map(Map::new(), error.to_string()),
    })
}

fn must_from_json(call: &Call<'_>) -> Outcome {
    json::decode(call.bytes(0)?).map_err(|error| CallError::Message(error.to_string()))
}

fn from_json_array(call: &Call<'_>) -> Outcome {
    Ok(match json::decode_list(call.bytes(0)?) {
        Ok((list, None)) => list.unwrap_or_else(|| List::nil(ElementType::Any)).into(),
        Ok((_, Some(error))) | Err(error) => error_list(error.to_string()),
    })
}

fn to_yaml(call: &Call<'_>) -> Outcome {
    match pintle_go_yaml::emit_within(call.value(0), limits::MAX_BYTES) {
        Ok(Some(text)) => Ok(without_line_break(text)),
        Ok(None) => Err(limits::too_large()),
        Err(error) => Err(CallError::Message(error.shown())),
    }
}

fn to_yaml_pretty(call: &Call<'_>) -> Outcome {
    match pintle_go_yaml::emit_pretty_within(call.value(0), limits::MAX_BYTES) {
        Ok(Some(text)) => Ok(without_line_break(text)),
        Ok(None) => Err(limits::too_large()),
        // GO: here goyaml panics, which is an error of the call after all.
        Err(error) if error.shown().starts_with("cannot marshal type") => {
            Err(CallError::Message(error.shown()))
        }
        Err(_) => Ok("".into()),
    }
}

fn without_line_break(mut bytes: Vec<u8>) -> Value {
    if bytes.ends_with(b"\n") {
        bytes.pop();
    }
    Str::from(bytes).into()
}

fn from_yaml(call: &Call<'_>) -> Outcome {
    Ok(match pintle_go_yaml::parse_map(call.bytes(0)?) {
        Ok(map) => map.into(),
        Err(error) => error_map(Map::new(), error.shown()),
    })
}

fn from_yaml_array(call: &Call<'_>) -> Outcome {
    Ok(match pintle_go_yaml::parse_list(call.bytes(0)?) {
        Ok(list) => list.into(),
        Err(error) => error_list(error.shown()),
    })
}
