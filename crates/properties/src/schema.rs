//! Values against a schema.

use pintle_schema::validate_bytes;

use crate::parts;

/// A verdict comes, every time the same; and a schema says the same in other words. The input
/// is a schema and values.
pub(crate) fn validate(input: &[u8]) {
    let text = parts::text(input);
    let [schema, values] = parts::split(&text);
    let verdict = judge(schema, values);
    assert_eq!(verdict, judge(schema, values), "every time the same");
    if let Err(message) = &verdict {
        assert!(!message.is_empty());
    }
    // References are seen from where the schema stands: only what has none may be moved.
    // A `not` hides what the schema found to be evaluated, but that is its own affair here.
    if schema.contains('$') || schema.contains("\\u") || schema.contains("\"id\"") {
        return;
    }
    let Some(meets) = meets(&verdict) else {
        return;
    };
    for other in [
        format!(r#"{{"allOf": [{schema}]}}"#),
        format!(r#"{{"anyOf": [{schema}, false]}}"#),
        format!(r#"{{"not": {{"not": {schema}}}}}"#),
        format!(r#"{{"if": {schema}, "else": false}}"#),
    ] {
        let same = judge(&other, values);
        if let Some(same) = self::meets(&same) {
            assert_eq!(meets, same, "{other}");
        }
    }
}

fn judge(schema: &str, values: &str) -> Result<(), String> {
    validate_bytes(schema.as_bytes(), values.as_bytes()).map_err(|error| error.text().to_owned())
}

/// Whether the values meet the schema; none when that was not found out.
fn meets(verdict: &Result<(), String>) -> Option<bool> {
    match verdict {
        Ok(()) => Some(true),
        // What is wrong with the values ends with a line feed.
        Err(message) if message.ends_with('\n') => Some(false),
        Err(_) => None,
    }
}
