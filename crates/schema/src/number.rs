//! Numbers as JSON schema compares them: exactly, however large or fine they are.

use std::cmp::Ordering;

/// A decimal number of any size.
///
/// GO: Helm's validator reads every number, also a `float64` of the values, from its
/// decimal text; so `0.1` is one tenth here, and not the nearest binary fraction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Number {
    /// An integer that fits. Everything that can be one is one, so that equal numbers are
    /// equal values.
    Int(i64),
    /// Anything else.
    Decimal(Box<Decimal>),
}

/// `digits × 10^exponent`; the digits neither start nor end with a zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Box<[u8]>,
    exponent: i64,
}

/// Where an exponent stops counting; no number that a computer holds comes near.
const FARTHEST: i64 = 1 << 40;

impl Number {
    /// Reads a number as JSON writes it; text that is none reads as far as it goes.
    pub(crate) fn parse(text: &str) -> Self {
        if let Ok(int) = text.parse::<i64>() {
            return Self::Int(int);
        }
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let negative = whole.starts_with('-');
        let exponent = read_exponent(exponent) - fraction.len() as i64;
        let digits = whole.bytes().chain(fraction.bytes());
        Self::from_digits(
            negative,
            digits.filter(u8::is_ascii_digit).collect(),
            exponent,
        )
    }

    /// A `float64`, by the shortest decimal text that means it.
    pub(crate) fn from_float(float: f64) -> Self {
        let int = float as i64;
        if int as f64 == float && int.unsigned_abs() < 1 << 53 {
            return Self::Int(int);
        }
        Self::parse(&format!("{float:e}"))
    }

    /// An unsigned integer.
    pub(crate) fn from_unsigned(int: u64) -> Self {
        i64::try_from(int).map_or_else(|_| Self::parse(&int.to_string()), Self::Int)
    }

    fn from_digits(negative: bool, digits: Vec<u8>, exponent: i64) -> Self {
        let start = digits.iter().position(|d| *d != b'0');
        let Some(start) = start else {
            return Self::Int(0);
        };
        let end = digits.iter().rposition(|d| *d != b'0').unwrap_or(start) + 1;
        let exponent = exponent + (digits.len() - end) as i64;
        let decimal = Decimal {
            negative,
            digits: digits[start..end].into(),
            exponent,
        };
        match decimal.as_int() {
            Some(int) => Self::Int(int),
            None => Self::Decimal(Box::new(decimal)),
        }
    }

    /// Whether there is nothing behind the point.
    pub(crate) fn is_integer(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Decimal(decimal) => decimal.exponent >= 0,
        }
    }

    /// The integer, or the nearest one that fits; none for a fraction.
    pub(crate) fn to_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Decimal(decimal) if decimal.exponent < 0 => None,
            Self::Decimal(decimal) if decimal.negative => Some(i64::MIN),
            Self::Decimal(_) => Some(i64::MAX),
        }
    }

    /// The nearest `float64`.
    pub(crate) fn to_float(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Decimal(decimal) => decimal.text().parse().unwrap_or_default(),
        }
    }

    /// Whether this divided by `divisor` is an integer. Divisors of more than 37
    /// significant digits divide only themselves.
    pub(crate) fn is_multiple_of(&self, divisor: &Self) -> bool {
        let (Self::Int(a), Self::Int(b)) = (self, divisor) else {
            return self == divisor || self.decimal().is_multiple_of(&divisor.decimal());
        };
        *b != 0 && a.checked_rem(*b).unwrap_or(0) == 0
    }

    fn decimal(&self) -> Decimal {
        match self {
            Self::Decimal(decimal) => (**decimal).clone(),
            Self::Int(int) => {
                let text = int.unsigned_abs().to_string();
                let digits = text.trim_end_matches('0');
                Decimal {
                    negative: *int < 0,
                    digits: digits.as_bytes().into(),
                    exponent: (text.len() - digits.len()) as i64,
                }
            }
        }
    }
}

fn read_exponent(text: &str) -> i64 {
    let value = text.strip_prefix('+').unwrap_or(text).parse::<i64>();
    let farthest = if text.starts_with('-') {
        -FARTHEST
    } else {
        FARTHEST
    };
    value.unwrap_or(farthest).clamp(-FARTHEST, FARTHEST)
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (a, b) => a.decimal().compare(&b.decimal()),
        }
    }
}

impl Decimal {
    fn as_int(&self) -> Option<i64> {
        if self.exponent < 0 || self.digits.len() as i64 + self.exponent > 19 {
            return None;
        }
        let mut int: i64 = 0;
        let zeros = std::iter::repeat_n(&b'0', self.exponent as usize);
        for digit in self.digits.iter().chain(zeros) {
            int = int.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))?;
        }
        if self.negative {
            Some(int)
        } else {
            int.checked_neg()
        }
    }

    fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let digits = String::from_utf8_lossy(&self.digits);
        format!("{sign}{digits}e{}", self.exponent)
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.compare_size(other),
            (-1, -1) => other.compare_size(self),
            (a, b) => a.cmp(&b),
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        let magnitude = |d: &Self| d.digits.len() as i64 + d.exponent;
        // Of one magnitude, digits compare like text: neither ends with a zero.
        magnitude(self)
            .cmp(&magnitude(other))
            .then_with(|| self.digits.cmp(&other.digits))
    }

    fn is_multiple_of(&self, divisor: &Self) -> bool {
        if self.digits.is_empty() {
            return !divisor.digits.is_empty();
        }
        let shift = self.exponent - divisor.exponent;
        // With a negative shift, ten would have to divide digits that do not end with zero.
        if divisor.digits.is_empty() || divisor.digits.len() > 37 || shift < 0 {
            return false;
        }
        let number = |r: u128, digit: &u8| r * 10 + u128::from(digit - b'0');
        let divisor = divisor.digits.iter().fold(0, number);
        let rest = self.digits.iter().fold(0, |r, d| number(r, d) % divisor);
        // The divisor has fewer than 128 factors of two and of five: more zeros change nothing.
        (0..shift.min(128)).fold(rest, |rest, _| rest * 10 % divisor) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal_values() {
        for text in ["1.0", "10e-1", "0.1e1", "1E0"] {
            assert_eq!(Number::parse(text), Number::Int(1), "{text}");
        }
        assert_eq!(
            Number::from_float(1e20),
            Number::parse("100000000000000000000")
        );
        assert_eq!(Number::parse("-0.0"), Number::Int(0));
        assert_ne!(
            Number::parse("9007199254740993"),
            Number::from_float(9_007_199_254_740_993.0)
        );
    }

    #[test]
    fn order_is_exact() {
        let sorted = [
            "-1e30",
            "-2.5",
            "-2",
            "0",
            "1e-400",
            "0.1",
            "0.11",
            "2",
            "1e400",
            "1e99999999999999999999",
        ];
        let numbers: Vec<Number> = sorted.iter().map(|text| Number::parse(text)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        assert_eq!(Number::parse("1e400").to_float(), f64::INFINITY);
    }

    #[test]
    fn multiples_are_exact() {
        let holds = |a: &str, b: &str| Number::parse(a).is_multiple_of(&Number::parse(b));
        assert!(holds("0.3", "0.1") && holds("4.35", "0.01") && holds("1e300", "0.5"));
        assert!(
            holds("0", "7") && holds("-9", "3") && holds("1e30", "2") && holds("1e400", "1e399")
        );
        assert!(
            !holds("0.015", "0.01") && !holds("7", "2") && !holds("1e30", "3") && !holds("5", "0")
        );
        assert!(holds("9223372036854775808", "2") && !holds("9223372036854775809", "2"));
    }
}
