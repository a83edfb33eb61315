//! YAML scalars as text, for fields that are strings.

use pintle_go_value::Value;
use pintle_go_yaml::Position;

/// The text a scalar gives when the field is a string; `None` for lists and maps.
///
/// GO: whole numbers are printed from the integer the YAML reader made, others with
/// `FormatFloat(f, 'g', -1, 32)`, so that `1.10` becomes `1.1` and `1000000.0` becomes
/// `1e+06`. Our values hold floats only, so the integer is read again from the source.
pub(crate) fn text(value: &Value, source: &[u8], at: Option<Position>) -> Option<String> {
    Some(match value {
        Value::Str(text) => text.to_text().into_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Float(float) => integer_at(source, at)
            .filter(|integer| *integer as f64 == *float)
            .map_or_else(|| float_text(*float), |integer| integer.to_string()),
        other => other.as_int()?.to_string(),
    })
}

/// The text of a scalar whose integers are kept as such; `None` for null, lists and maps.
///
/// HELM: this is how `sigs.k8s.io/yaml` fills string fields with what is no string.
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::Nil => None,
        Value::Uint(number) | Value::Uint64(number) => Some(number.to_string()),
        other => text(other, b"", None),
    }
}

/// Go's `FormatFloat(f, 'g', -1, 32)`: as many digits as tell 32 bit floats apart.
fn float_text(float: f64) -> String {
    let float = float as f32;
    if float.is_nan() {
        return "NaN".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{float:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{float}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The integer written at a place of the source, if one is.
fn integer_at(source: &[u8], at: Option<Position>) -> Option<i128> {
    let at = at?;
    let line = source
        .split(|&b| b == b'\n')
        .nth((at.line as usize).checked_sub(1)?)?;
    let line = String::from_utf8_lossy(line);
    let token: String = line
        .chars()
        .skip((at.column as usize).checked_sub(1)?)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.'))
        .collect();
    parse_integer(&token)
}

/// An integer in the notations of YAML 1.1 as Go's library reads them.
fn parse_integer(token: &str) -> Option<i128> {
    let plain = token.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    // GO: beyond 64 bits the YAML reader makes a float.
    if magnitude > i128::from(u64::MAX) || (negative && magnitude > 1 << 63) {
        return None;
    }
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(token: &str, float: f64) -> String {
        let at = Position { line: 2, column: 4 };
        let source = format!("x\na: {token}, b\n");
        text(&Value::Float(float), source.as_bytes(), Some(at)).unwrap()
    }

    /// `helm show chart` with these tokens as appVersion.
    #[test]
    fn numbers_become_text_as_in_helm() {
        assert_eq!(shown("1.10", 1.1), "1.1");
        assert_eq!(
            shown("12345678901234567", 12_345_678_901_234_567.0),
            "12345678901234567"
        );
        assert_eq!(shown("1000000", 1e6), "1000000");
        assert_eq!(shown("1000000.0", 1e6), "1e+06");
        assert_eq!(shown("1e3", 1e3), "1000");
        assert_eq!(shown("0777", 511.0), "511");
        assert_eq!(shown("0x1F", 31.0), "31");
        assert_eq!(shown("-5", -5.0), "-5");
        assert_eq!(shown("0.00001", 0.00001), "1e-05");
        assert_eq!(shown("99999999999999999999999", 1e23), "1e+23");
        assert_eq!(shown("1.123456789", 1.123_456_789), "1.1234568");
        assert_eq!(shown("1.5e300", 1.5e300), "+Inf");
        assert_eq!(shown("-0.0", -0.0), "-0");
    }
}
