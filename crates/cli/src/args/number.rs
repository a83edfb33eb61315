//! Numbers and booleans as Go's `strconv` reads them, with its error texts.

use crate::quote::quote;

/// A failed conversion: `strconv.ParseInt: parsing "x": invalid syntax`.
fn failed(function: &str, text: &str, reason: &str) -> String {
    format!("strconv.{function}: parsing {}: {reason}", quote(text))
}

/// `strconv.ParseBool`
pub fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(failed("ParseBool", text, "invalid syntax")),
    }
}

/// `strconv.ParseInt(text, 0, 64)`: the base is read from the prefix.
pub fn parse_int(text: &str) -> Result<i64, String> {
    let fail = |reason| failed("ParseInt", text, reason);
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(magnitude(digits).map_err(fail)?);
    let value = if negative { -magnitude } else { magnitude };
    i64::try_from(value).map_err(|_| fail(OUT_OF_RANGE))
}

/// `strconv.ParseUint(text, 0, 64)`
pub fn parse_uint(text: &str) -> Result<u64, String> {
    magnitude(text).map_err(|reason| failed("ParseUint", text, reason))
}

/// `strconv.Atoi`: base ten alone.
pub fn parse_decimal(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(failed("Atoi", text, "invalid syntax"));
    }
    text.parse().map_err(|_| failed("Atoi", text, OUT_OF_RANGE))
}

/// `strconv.ParseFloat(text, 32)`, without the hexadecimal form.
pub fn parse_float(text: &str) -> Result<f32, String> {
    let fail = |reason| failed("ParseFloat", text, reason);
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let named = ["inf", "infinity", "nan"]
        .iter()
        .any(|name| unsigned.eq_ignore_ascii_case(name));
    // Rust reads the same decimal forms as Go.
    let value: f32 = text.parse().map_err(|_| fail("invalid syntax"))?;
    if value.is_infinite() && !named {
        return Err(fail(OUT_OF_RANGE));
    }
    Ok(value)
}

const OUT_OF_RANGE: &str = "value out of range";

/// Digits with an optional base prefix (`0x`, `0b`, `0o`, `0`) and, with a prefix, underscores
/// between digits.
fn magnitude(text: &str) -> Result<u64, &'static str> {
    const INVALID: &str = "invalid syntax";
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // GO: an underscore stands between two digits, or between the prefix and a digit.
    let stray = lower.starts_with('_') || digits.contains("__") || digits.ends_with('_');
    if digits.is_empty() || stray {
        return Err(INVALID);
    }
    let mut value: u64 = 0;
    let mut overflow = false;
    for byte in digits.bytes() {
        if byte == b'_' {
            continue;
        }
        let digit = (byte as char).to_digit(radix).ok_or(INVALID)?;
        match value
            .checked_mul(u64::from(radix))
            .and_then(|value| value.checked_add(u64::from(digit)))
        {
            Some(next) => value = next,
            None => overflow = true,
        }
    }
    if overflow {
        Err(OUT_OF_RANGE)
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_bool, parse_decimal, parse_float, parse_int, parse_uint};

    // Texts seen with `helm list --max VALUE`, `helm list --qps VALUE`.
    #[test]
    fn texts_are_gos() {
        assert_eq!(parse_int("-3"), Ok(-3));
        assert_eq!(parse_int("0x10"), Ok(16));
        assert_eq!(parse_int("010"), Ok(8));
        assert_eq!(parse_int("1_000"), Ok(1000));
        assert_eq!(parse_int("0x_1"), Ok(1));
        assert_eq!(parse_int("0_1"), Ok(1));
        assert_eq!(parse_int("-9223372036854775808"), Ok(i64::MIN));
        for bad in ["", "x", "_1", "1_", "1__0", "0x", "09", "--1", "1.5"] {
            assert_eq!(
                parse_int(bad),
                Err(format!(
                    "strconv.ParseInt: parsing \"{bad}\": invalid syntax"
                ))
            );
        }
        assert_eq!(
            parse_int("99999999999999999999"),
            Err("strconv.ParseInt: parsing \"99999999999999999999\": value out of range".into())
        );
        assert_eq!(
            parse_uint("-1"),
            Err("strconv.ParseUint: parsing \"-1\": invalid syntax".into())
        );
        assert_eq!(
            parse_decimal("0x1"),
            Err("strconv.Atoi: parsing \"0x1\": invalid syntax".into())
        );
        assert_eq!(parse_float(".5"), Ok(0.5));
        assert_eq!(
            parse_float("abc"),
            Err("strconv.ParseFloat: parsing \"abc\": invalid syntax".into())
        );
        assert_eq!(
            parse_bool("maybe"),
            Err("strconv.ParseBool: parsing \"maybe\": invalid syntax".into())
        );
    }
}
