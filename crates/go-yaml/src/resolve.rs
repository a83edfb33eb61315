//! What type a scalar is.

use std::num::IntErrorKind;

use crate::timestamp;

/// In front of the names of the types that YAML itself defines; `!!` stands for it.
pub(crate) const CORE_TAGS: &str = "tag:yaml.org,2002:";

/// What a scalar means. For [`Resolved::Text`] it means what it says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer too large for `Int`.
    Uint(u64),
    Float(f64),
    /// Looks like a date; read as text, but quoted when written.
    Timestamp,
    Text,
}

impl Resolved {
    /// The name of the type, as Go's errors show it.
    fn tag(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Text => "!!str",
        }
    }
}

/// What a scalar without quotes and without a tag means.
pub(crate) fn resolve(text: &[u8]) -> Resolved {
    resolve_with(text, true)
}

fn resolve_with(text: &[u8], timestamps: bool) -> Resolved {
    let Some(&first) = text.first() else {
        return Resolved::Null;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' => resolve_number(text, timestamps),
        b'.' => match word(text) {
            Resolved::Text => dotted_float(text),
            other => other,
        },
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        // GO: `<<` would be a merge key, but its first byte is not looked up.
        _ => Resolved::Text,
    }
}

/// The words that are not text.
fn word(text: &[u8]) -> Resolved {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On"
        | b"ON" => Resolved::Bool(true),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off"
        | b"OFF" => Resolved::Bool(false),
        b"~" | b"null" | b"Null" | b"NULL" => Resolved::Null,
        b".nan" | b".NaN" | b".NAN" => Resolved::Float(f64::NAN),
        b".inf" | b".Inf" | b".INF" | b"+.inf" | b"+.Inf" | b"+.INF" => {
            Resolved::Float(f64::INFINITY)
        }
        b"-.inf" | b"-.Inf" | b"-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => Resolved::Text,
    }
}

fn resolve_number(text: &[u8], timestamps: bool) -> Resolved {
    if let Some(small) = small_integer(text) {
        return Resolved::Int(small);
    }
    if matches!(text.get(1), Some(b'.')) {
        let special = word(text);
        if special != Resolved::Text {
            return special;
        }
    }
    if timestamps && timestamp::is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let plain: String = text
        .iter()
        .filter(|&&byte| byte != b'_')
        .map(|&byte| char::from(byte))
        .collect();
    integer(&plain)
        .or_else(|| float(&plain))
        .unwrap_or(Resolved::Text)
}

/// What most numbers are: a few digits.
fn small_integer(text: &[u8]) -> Option<i64> {
    let decimal = text.len() < 16
        && text.iter().all(u8::is_ascii_digit)
        && (text[0] != b'0' || text.len() == 1);
    decimal.then(|| {
        text.iter()
            .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
    })
}

/// An integer as Go writes them: decimal, `0x`, `0b`, `0o`, and octal after a bare `0`.
fn integer(text: &str) -> Option<Resolved> {
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (&text[..1], digits),
        None => ("", text),
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
    match i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        Ok(number) => Some(Resolved::Int(number)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow && sign.is_empty() => {
            u64::from_str_radix(digits, radix).ok().map(Resolved::Uint)
        }
        Err(_) => None,
    }
}

/// A float as YAML writes them. One too large is text.
fn float(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        digits(exponent) && !exponent.is_empty()
    });
    if !(mantissa_fits && exponent_fits) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Resolved::Float(number))
}

/// A float that starts with its point.
///
/// GO: these are read by other rules: `_` may stand between digits only.
fn dotted_float(text: &[u8]) -> Resolved {
    let between_digits = |index: usize| {
        let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        digit(index.wrapping_sub(1)) && digit(index + 1)
    };
    let well_placed = text
        .iter()
        .enumerate()
        .all(|(index, &byte)| byte != b'_' || between_digits(index));
    if !well_placed {
        return Resolved::Text;
    }
    let plain: String = text
        .iter()
        .filter(|&&byte| byte != b'_')
        .map(|&byte| char::from(byte))
        .collect();
    float(&plain).unwrap_or(Resolved::Text)
}

/// What a scalar with a tag means. For a tag that says nothing about the type, and for
/// `!!binary`, that is [`Resolved::Text`].
///
/// # Errors
/// Go's text, when the scalar cannot be of the type its tag says.
pub(crate) fn resolve_tagged(tag: &[u8], text: &[u8]) -> Result<Resolved, String> {
    let wanted = match tag.strip_prefix(CORE_TAGS.as_bytes()) {
        Some(name @ (b"bool" | b"int" | b"float" | b"null" | b"timestamp")) => name,
        _ => return Ok(Resolved::Text),
    };
    let resolved = resolve_with(text, wanted == b"timestamp");
    if wanted == &resolved.tag().as_bytes()[2..] {
        return Ok(resolved);
    }
    match resolved {
        Resolved::Int(number) if wanted == b"float" => Ok(Resolved::Float(number as f64)),
        _ => Err(format!(
            "cannot decode {} `{}` as a !!{}",
            resolved.tag(),
            String::from_utf8_lossy(text),
            String::from_utf8_lossy(wanted),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_types_of_yaml_1_1() {
        let cases: [(&str, Resolved); 34] = [
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("NULL", Resolved::Null),
            ("y", Resolved::Bool(true)),
            ("Off", Resolved::Bool(false)),
            ("yEs", Resolved::Text),
            ("12", Resolved::Int(12)),
            ("-12", Resolved::Int(-12)),
            ("+12", Resolved::Int(12)),
            ("1_000", Resolved::Int(1000)),
            ("017", Resolved::Int(15)),
            ("08", Resolved::Float(8.0)),
            ("0o17", Resolved::Int(15)),
            ("0x1F", Resolved::Int(31)),
            ("-0b11", Resolved::Int(-3)),
            ("0x+1", Resolved::Text),
            ("9223372036854775808", Resolved::Uint(1 << 63)),
            ("99999999999999999999", Resolved::Float(1e20)),
            ("1.5", Resolved::Float(1.5)),
            ("1.", Resolved::Float(1.0)),
            (".5", Resolved::Float(0.5)),
            (".5_0", Resolved::Float(0.5)),
            ("._5", Resolved::Text),
            (".", Resolved::Text),
            ("1e3", Resolved::Float(1000.0)),
            ("1e400", Resolved::Text),
            ("1e", Resolved::Text),
            ("-", Resolved::Text),
            ("-.inf", Resolved::Float(f64::NEG_INFINITY)),
            ("12:30", Resolved::Text),
            ("2001-01-02", Resolved::Timestamp),
            ("<<", Resolved::Text),
            ("0", Resolved::Int(0)),
            ("00", Resolved::Int(0)),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text.as_bytes()), expected, "{text}");
        }
    }
}
