//! A manifest's text into the bodies of its objects.

use pintle_go_value::Value as GoValue;
use serde_json::{Map, Number, Value};

/// A document that is no object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing : error converting YAML to JSON: {0}")]
pub struct ParseError(String);

/// Reads every document of a manifest, in order; documents without a value are left out.
///
/// # Errors
/// Broken YAML; the text is that of the Kubernetes client that Helm uses.
pub fn parse_bodies(manifest: &str) -> Result<Vec<Value>, ParseError> {
    let mut bodies = Vec::new();
    for document in pintle_manifest::split(manifest) {
        let options = pintle_go_yaml::Options {
            integers: true,
            ..pintle_go_yaml::Options::default()
        };
        let (value, _) = pintle_go_yaml::parse_with(document.as_bytes(), &options)
            .map_err(|error| ParseError(error.to_string()))?;
        match to_json(&value)? {
            Value::Null => {}
            body => bodies.push(body),
        }
    }
    Ok(bodies)
}

/// A parsed YAML value as JSON. Whole numbers become integers, as in the Kubernetes client:
/// `1e3`, too, is one.
fn to_json(value: &GoValue) -> Result<Value, ParseError> {
    Ok(match value {
        GoValue::Nil => Value::Null,
        GoValue::Bool(flag) => Value::Bool(*flag),
        GoValue::Str(text) => Value::from(&*text.to_text()),
        GoValue::Float(number) => Value::Number(json_number(*number)?),
        GoValue::Uint64(number) => Value::from(*number),
        GoValue::List(items) => Value::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        GoValue::Map(map) => Value::Object(
            map.entries()
                .into_iter()
                .map(|(key, value)| Ok((key.to_string(), to_json(&value)?)))
                .collect::<Result<Map<_, _>, ParseError>>()?,
        ),
        other => match other.as_int() {
            Some(number) => Value::from(number),
            None => {
                return Err(ParseError(format!("unexpected type {}", other.type_name())));
            }
        },
    })
}

fn json_number(number: f64) -> Result<Number, ParseError> {
    // 2^53: above it a float64 no longer tells neighbouring integers apart.
    let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    if whole {
        return Ok(Number::from(number as i64));
    }
    Number::from_f64(number).ok_or_else(|| ParseError(format!("json: unsupported value: {number}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let bodies =
            parse_bodies("a: 9007199254740993\nb: 1.5\nc: 1e3\nd: 0x10\ne: 18446744073709551615\n");
        assert_eq!(
            bodies.unwrap(),
            [json!({"a": 9_007_199_254_740_993_i64, "b": 1.5, "c": 1000, "d": 16, "e": u64::MAX})]
        );
    }

    #[test]
    fn documents_without_a_value_are_left_out() {
        assert_eq!(
            parse_bodies("# only a comment\n---\na: 1\n").unwrap(),
            [json!({"a": 1})]
        );
        let error = parse_bodies("a: b: c\n").unwrap_err().to_string();
        assert!(
            error.starts_with("error parsing : error converting YAML to JSON: yaml: "),
            "{error}"
        );
    }
}
