//! Text to numbers as Go's `strconv` does it.

/// Why a text is not a number, and Go's nearest value when it is only out of range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NumberError<T> {
    /// Not a number at all.
    Syntax,
    /// A number, but too large; the nearest that fits.
    Range(T),
}

impl<T: Default> NumberError<T> {
    /// The value that Go returns beside the error.
    pub(crate) fn value(self) -> T {
        match self {
            Self::Syntax => T::default(),
            Self::Range(nearest) => nearest,
        }
    }
}

/// `strconv.ParseInt(text, base, 64)`; base 0 takes the base from a prefix and allows
/// underscores.
pub(crate) fn parse_int(text: &[u8], base: u32) -> Result<i64, NumberError<i64>> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = match parse_uint(digits, base) {
        Ok(magnitude) => magnitude,
        Err(NumberError::Range(_)) => u64::MAX,
        Err(NumberError::Syntax) => return Err(NumberError::Syntax),
    };
    if negative {
        0i64.checked_sub_unsigned(magnitude)
            .ok_or(NumberError::Range(i64::MIN))
    } else {
        i64::try_from(magnitude).map_err(|_| NumberError::Range(i64::MAX))
    }
}

fn parse_uint(text: &[u8], base: u32) -> Result<u64, NumberError<u64>> {
    let (base, digits, underscores) = if base == 0 {
        let (base, digits) = split_prefix(text);
        (base, digits, text.contains(&b'_'))
    } else {
        (base, text, false)
    };
    if digits.is_empty() || (underscores && !underscores_fit(text)) {
        return Err(NumberError::Syntax);
    }
    let mut value = Some(0u64);
    for &byte in digits {
        if byte == b'_' && underscores {
            continue;
        }
        let digit = char::from(byte).to_digit(base).ok_or(NumberError::Syntax)?;
        value = value
            .and_then(|v| v.checked_mul(u64::from(base)))
            .and_then(|v| v.checked_add(u64::from(digit)));
    }
    value.ok_or(NumberError::Range(u64::MAX))
}

/// The base that a prefix tells, and what follows the prefix. A lone `0` is decimal.
fn split_prefix(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, text),
    }
}

/// Whether each underscore stands between digits (or between a base prefix and a digit).
fn underscores_fit(text: &[u8]) -> bool {
    let (prefixed, body) = match text {
        [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let hexadecimal = matches!(text, [b'0', b'x' | b'X', ..]);
    let is_digit = |byte: u8| byte.is_ascii_digit() || (hexadecimal && byte.is_ascii_hexdigit());
    let mut after_digit = prefixed;
    for (index, &byte) in body.iter().enumerate() {
        if byte == b'_' {
            let before_digit = body.get(index + 1).copied().is_some_and(is_digit);
            if !after_digit || !before_digit {
                return false;
            }
        }
        after_digit = is_digit(byte);
    }
    true
}

/// `strconv.ParseFloat(text, 64)`: decimal and hexadecimal numbers, infinities, NaN.
pub(crate) fn parse_float(text: &[u8]) -> Result<f64, NumberError<f64>> {
    let text = std::str::from_utf8(text).map_err(|_| NumberError::Syntax)?;
    if let Some(special) = parse_special(text) {
        return Ok(special);
    }
    let (sign, body) = match text.as_bytes() {
        [b'-', ..] => (-1.0, &text[1..]),
        [b'+', ..] => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if body.contains('_') && !underscores_fit(body.as_bytes()) {
        return Err(NumberError::Syntax);
    }
    let body = body.replace('_', "");
    let magnitude = match body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        Some(hexadecimal) => parse_hexadecimal(hexadecimal).ok_or(NumberError::Syntax)?,
        None => parse_decimal(&body).ok_or(NumberError::Syntax)?,
    };
    if magnitude.is_infinite() {
        return Err(NumberError::Range(sign * f64::INFINITY));
    }
    Ok(sign * magnitude)
}

fn parse_special(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" | "+infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn parse_decimal(text: &str) -> Option<f64> {
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    // Rust also reads words and a second sign, which Go does not.
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !text.bytes().all(plain) {
        return None;
    }
    text.parse().ok()
}

/// `1.8p3` after its `0x`: the mantissa in base 16, the obligatory exponent in base 2.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let at = text.find(['p', 'P'])?;
    let (mantissa, exponent) = (&text[..at], &text[at + 1..]);
    let exponent = parse_exponent(exponent)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0f64;
    let mut scale = 0i64;
    for digit in whole.chars() {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    for digit in fraction.chars() {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
        scale -= 4;
    }
    let power = exponent.saturating_add(scale).clamp(-5000, 5000) as i32;
    // In two steps, since 2^power alone may be out of range where the product is not.
    Some(value * 2f64.powi(power / 2) * 2f64.powi(power - power / 2))
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX / 2);
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_take_their_base_from_the_prefix() {
        for (text, value) in [
            ("010", 8),
            ("0x10", 16),
            ("-0b11", -3),
            ("1_000", 1000),
            ("0", 0),
        ] {
            assert_eq!(parse_int(text.as_bytes(), 0), Ok(value), "{text}");
        }
        for text in ["", "08", "0x", "1__0", "_1", "1_", " 5", "1.0"] {
            assert_eq!(
                parse_int(text.as_bytes(), 0),
                Err(NumberError::Syntax),
                "{text}"
            );
        }
        assert_eq!(
            parse_int(b"9223372036854775808", 10),
            Err(NumberError::Range(i64::MAX))
        );
        assert_eq!(parse_int(b"-9223372036854775808", 10), Ok(i64::MIN));
    }

    #[test]
    fn floats_are_gos() {
        for (text, value) in [
            ("1_000", 1000.0),
            ("0x1p4", 16.0),
            (".5", 0.5),
            ("-1.", -1.0),
        ] {
            assert_eq!(parse_float(text.as_bytes()), Ok(value), "{text}");
        }
        for text in ["", ".", "0x10", "infinit", " 1", "--1", "1e", "+-1"] {
            assert_eq!(
                parse_float(text.as_bytes()),
                Err(NumberError::Syntax),
                "{text}"
            );
        }
        assert_eq!(
            parse_float(b"1e400"),
            Err(NumberError::Range(f64::INFINITY))
        );
        assert!(parse_float(b"NaN").unwrap().is_nan());
    }
}
