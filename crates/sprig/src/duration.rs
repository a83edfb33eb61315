//! Go's `time.Duration`: nanoseconds, their text, and the value that templates hold.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_value::{Kind, MethodError, Object, Value};

pub(crate) const MICROSECOND: i64 = 1_000;
pub(crate) const MILLISECOND: i64 = 1_000_000;
pub(crate) const SECOND: i64 = 1_000_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A number of nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duration(pub i64);

impl Duration {
    /// As a value for templates.
    pub(crate) fn value(self) -> Value {
        Value::Object(Arc::new(self))
    }

    /// `time.ParseDuration`.
    ///
    /// # Errors
    /// Go's text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("time: invalid duration {}", quote(text.as_bytes()));
        let (negative, mut rest) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total = 0u64;
        while !rest.is_empty() {
            let (part, after) = parse_part(rest, text)?.ok_or_else(invalid)?;
            total = total.checked_add(part).ok_or_else(invalid)?;
            if total > 1 << 63 {
                return Err(invalid());
            }
            rest = after;
        }
        if negative {
            return Ok(Self((total as i64).wrapping_neg()));
        }
        i64::try_from(total).map(Self).map_err(|_| invalid())
    }

    /// The nearest multiple of `unit`, half away from zero.
    pub(crate) fn round(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            return self;
        }
        let remainder = i128::from(self.0 % unit.0);
        let (value, step) = (i128::from(self.0), i128::from(unit.0));
        let down = value - remainder;
        let rounded = if remainder.abs() * 2 < step {
            down
        } else {
            down + step * remainder.signum()
        };
        Self(rounded.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// The multiple of `unit` towards zero.
    pub(crate) fn truncate(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            return self;
        }
        Self(self.0 - self.0 % unit.0)
    }

    /// As a float in a larger unit: the whole and the fraction apart, as Go computes it.
    pub(crate) fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// `1h30m0s`, `1.5s`, `100ms`.
    pub(crate) fn text(self) -> String {
        let nanoseconds = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let second = SECOND as u64;
        if nanoseconds == 0 {
            return "0s".into();
        }
        if nanoseconds < second {
            let (unit, digits) = match nanoseconds {
                0..1_000 => ("ns", 0),
                1_000..1_000_000 => ("µs", 3),
                _ => ("ms", 6),
            };
            return format!("{sign}{}{unit}", with_fraction(nanoseconds, digits));
        }
        let seconds = with_fraction(nanoseconds % (60 * second), 9);
        let minutes = nanoseconds / (60 * second);
        match (minutes / 60, minutes % 60) {
            (0, 0) => format!("{sign}{seconds}s"),
            (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
            (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
        }
    }
}

/// One number with its unit in nanoseconds, and what follows; `None` when there is no
/// number or it is too large. The outer error tells of the unit.
///
/// GO: a whole number that does not fit is told of before its unit is looked at.
fn parse_part<'a>(rest: &'a str, whole: &str) -> Result<Option<(u64, &'a str)>, String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole_length = digits(rest);
    let (integer, mut after) = rest.split_at(whole_length);
    let mut fraction = "";
    let dotted = after.starts_with('.');
    if dotted {
        let length = digits(&after[1..]);
        fraction = &after[1..=length];
        after = &after[1 + length..];
    }
    if integer.is_empty() && fraction.is_empty() {
        return Ok(None);
    }
    let integer = if integer.is_empty() { "0" } else { integer };
    let count = integer.parse::<u64>().ok().filter(|n| *n <= 1 << 63);
    let Some(count) = count else {
        return Ok(None);
    };
    let unit_length = after
        .bytes()
        .take_while(|b| *b != b'.' && !b.is_ascii_digit())
        .count();
    let (unit, after) = after.split_at(unit_length);
    let Some(scale) = unit_of(unit) else {
        let whole = quote(whole.as_bytes());
        return Err(if unit.is_empty() {
            format!("time: missing unit in duration {whole}")
        } else {
            format!(
                "time: unknown unit {} in duration {whole}",
                quote(unit.as_bytes())
            )
        });
    };
    let amount = count.checked_mul(scale);
    let amount = amount.and_then(|n| n.checked_add(fraction_of(fraction, scale)));
    Ok(amount.filter(|n| *n <= 1 << 63).map(|n| (n, after)))
}

fn unit_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{B5}s" | "\u{3BC}s" => MICROSECOND as u64,
        "ms" => MILLISECOND as u64,
        "s" => SECOND as u64,
        "m" => MINUTE as u64,
        "h" => HOUR as u64,
        _ => return None,
    })
}

/// GO: digits that would overflow are dropped; the product is rounded down in floats.
fn fraction_of(digits: &str, scale: u64) -> u64 {
    let (mut value, mut divisor) = (0u64, 1f64);
    for digit in digits.bytes() {
        let next = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(u64::from(digit - b'0')))
            .filter(|v| i64::try_from(*v).is_ok());
        let Some(next) = next else { break };
        value = next;
        divisor *= 10.0;
    }
    (value as f64 * (scale as f64 / divisor)) as u64
}

/// A count of units of 10^-digits, without trailing zeros.
fn with_fraction(count: u64, digits: usize) -> String {
    let scale = 10u64.pow(digits as u32);
    let (whole, fraction) = (count / scale, count % scale);
    if fraction == 0 {
        return whole.to_string();
    }
    let fraction = format!("{fraction:0digits$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// The quoting of Go's `time` package: bytes beyond printable ASCII as `\xNN`.
pub(crate) fn quote(text: &[u8]) -> String {
    let mut result = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => {
                result.push('\\');
                result.push(char::from(byte));
            }
            b' '..=0x7F => result.push(char::from(byte)),
            other => result.push_str(&format!("\\x{other:02x}")),
        }
    }
    result.push('"');
    result
}

/// A duration given to a method: one of our values, or an integer constant.
pub(crate) fn argument(value: Option<&Value>) -> Result<Duration, MethodError> {
    let value = value.ok_or(MethodError::ArgumentCount(1, 0))?;
    if let Some(duration) = value.as_object::<Duration>() {
        return Ok(*duration);
    }
    value.as_int().map(Duration).ok_or_else(|| {
        MethodError::Failed(format!(
            "wrong type for value; expected time.Duration; got {}",
            value.type_name()
        ))
    })
}

const METHODS: &[(&str, usize)] = &[
    ("Abs", 0),
    ("Hours", 0),
    ("Microseconds", 0),
    ("Milliseconds", 0),
    ("Minutes", 0),
    ("Nanoseconds", 0),
    ("Round", 1),
    ("Seconds", 0),
    ("String", 0),
    ("Truncate", 1),
];

/// Checks that a method of a table exists and gets as many arguments as it takes.
pub(crate) fn check_method(
    methods: &[(&str, usize)],
    name: &str,
    arguments: &[Value],
) -> Result<(), MethodError> {
    let (_, wanted) = methods
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or(MethodError::NotFound)?;
    if *wanted != arguments.len() {
        return Err(MethodError::ArgumentCount(*wanted, arguments.len()));
    }
    Ok(())
}

impl Object for Duration {
    fn type_name(&self) -> Cow<'static, str> {
        "time.Duration".into()
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.iter().any(|(known, _)| *known == name)
    }

    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        let (_, count) = METHODS.iter().find(|(known, _)| *known == method)?;
        Some(&[Kind::Invalid; 1][..*count])
    }

    fn named_parameter(&self, _: &str) -> Option<&'static str> {
        Some("time.Duration")
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        check_method(METHODS, name, arguments)?;
        Ok(match name {
            "Abs" => Self(self.0.saturating_abs()).value(),
            "Hours" => Value::Float(self.in_units(HOUR)),
            "Microseconds" => Value::Int64(self.0 / MICROSECOND),
            "Milliseconds" => Value::Int64(self.0 / MILLISECOND),
            "Minutes" => Value::Float(self.in_units(MINUTE)),
            "Nanoseconds" => Value::Int64(self.0),
            "Round" => self.round(argument(arguments.first())?).value(),
            "Seconds" => Value::Float(self.in_units(SECOND)),
            "Truncate" => self.truncate(argument(arguments.first())?).value(),
            _ => Value::from(self.text()),
        })
    }

    fn string(&self) -> Option<String> {
        Some(self.text())
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Int64(self.0))
    }

    fn with_number(&self, number: i64) -> Option<Value> {
        Some(Self(number).value())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_does() {
        for (nanoseconds, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (100 * MILLISECOND, "100ms"),
            (90 * SECOND, "1m30s"),
            (HOUR, "1h0m0s"),
            (-1_500_000_000, "-1.5s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(Duration(nanoseconds).text(), text);
        }
    }

    #[test]
    fn texts_are_read_as_go_does() {
        assert_eq!(
            Duration::parse("1h30m5s100ms7us3µs2ns"),
            Ok(Duration(5_405_100_010_002))
        );
        assert_eq!(Duration::parse("-.5s"), Ok(Duration(-500_000_000)));
        assert_eq!(
            Duration::parse("1").unwrap_err(),
            "time: missing unit in duration \"1\""
        );
        assert_eq!(
            Duration::parse("1y").unwrap_err(),
            "time: unknown unit \"y\" in duration \"1y\""
        );
        for text in ["", "-", ".s", "9999999h", "x", "+-1s"] {
            assert!(
                Duration::parse(text)
                    .unwrap_err()
                    .contains("invalid duration"),
                "{text}"
            );
        }
        assert_eq!(
            Duration::parse("-9223372036854775808ns"),
            Ok(Duration(i64::MIN))
        );
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_saturates() {
        assert_eq!(
            Duration(90 * MINUTE).round(Duration(HOUR)),
            Duration(2 * HOUR)
        );
        assert_eq!(
            Duration(-90 * MINUTE).round(Duration(HOUR)),
            Duration(-2 * HOUR)
        );
        assert_eq!(Duration(i64::MAX).round(Duration(HOUR)).0, i64::MAX);
    }
}
