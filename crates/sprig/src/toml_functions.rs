//! TOML, both ways.

use pintle_go_template::Parameter::{Any, Str as Text};
use pintle_go_value::{ElementType, List, Map, Str, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed};
use crate::strconv::{parse_float, parse_int};
use crate::time::Time;
use crate::toml_writer::encode;

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
    let text = call.str(0)?.to_text();
    let (table, errors) = DeTable::parse_recoverable(&text);
    if let Some(error) = errors.first() {
        return Ok(error_map(&describe(&text, error)).into());
    }
    Ok(match decode_table(&text, table.get_ref()) {
        Ok(map) => map.into(),
        Err(error) => error_map(&error).into(),
    })
}

fn error_map(text: &str) -> Map {
    Map::from_iter([("Error", Value::from(text))])
}

/// DIFF: place and prefix are as in Helm, the words are of the library we read with.
fn describe(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text.as_bytes()[..at].split(|b| *b == b'\n').count();
    format!("toml: line {line}: {}", error.message().replace('\n', ", "))
}

fn decode_table(text: &str, table: &DeTable<'_>) -> Result<Map, String> {
    let map = Map::new();
    for (key, value) in table {
        map.set(key.get_ref().as_ref(), decode(text, value)?);
    }
    Ok(map)
}

fn decode(text: &str, value: &Spanned<DeValue<'_>>) -> Result<Value, String> {
    Ok(match value.get_ref() {
        DeValue::String(string) => Value::from(string.as_ref()),
        DeValue::Integer(integer) => {
            let digits = integer.as_str();
            let number = parse_int(digits.as_bytes(), integer.radix());
            Value::Int64(number.map_err(|_| out_of_range(text, value, digits, "int64"))?)
        }
        DeValue::Float(float) => {
            let digits = float.as_str();
            // GO: `strconv` knows no NaN with a sign.
            let unsigned = digits.trim_start_matches(['+', '-']);
            if unsigned == "nan" {
                let sign = if digits.starts_with('-') { -1.0 } else { 1.0 };
                return Ok(Value::Float(f64::NAN.copysign(sign)));
            }
            let number = parse_float(digits.as_bytes());
            Value::Float(number.map_err(|_| out_of_range(text, value, digits, "float64"))?)
        }
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Datetime(datetime) => Time::from_toml(datetime).value(),
        DeValue::Array(array) => {
            let items: Result<Vec<Value>, String> =
                array.iter().map(|item| decode(text, item)).collect();
            List::typed(element_type(text, array.iter()), items?).into()
        }
        DeValue::Table(table) => decode_table(text, table)?.into(),
    })
}

fn out_of_range(text: &str, value: &Spanned<DeValue<'_>>, digits: &str, wanted: &str) -> String {
    let at = value.span().start.min(text.len());
    let line = text.as_bytes()[..at].split(|b| *b == b'\n').count();
    format!("toml: line {line}: {digits} is out of range for {wanted}")
}

/// HELM: `[[name]]` headings make a list of maps; written with brackets and braces, the
/// same is a list of anything.
fn element_type<'a, 'b: 'a>(
    text: &str,
    mut items: impl Iterator<Item = &'a Spanned<DeValue<'b>>>,
) -> ElementType {
    let headed = items.next().is_some_and(|item| {
        matches!(item.get_ref(), DeValue::Table(_))
            && text.as_bytes().get(item.span().start) != Some(&b'{')
    });
    if headed {
        ElementType::Map
    } else {
        ElementType::Any
    }
}
