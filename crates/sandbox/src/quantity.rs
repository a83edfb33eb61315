//! Amounts: `100m`, `1.5Gi`, `2e3`; and the one way in which the real server writes each.

use std::cmp::Ordering;

/// An amount, in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    nano: i128,
    form: Form,
}

/// How an amount was written, which is how it is written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Decimal,
    Binary,
    Exponent,
}

const ONE: i128 = 1_000_000_000;
const MILLI: i128 = 1_000_000;
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Reads an amount; nothing when it is none, or one beyond all bounds.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, suffix) = rest.split_at(end);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if part.contains('.') || (whole.is_empty() && part.is_empty()) {
            return None;
        }
        let (form, binary, ten) = unit(suffix)?;
        let whole = whole.trim_start_matches('0');
        let part = part.trim_end_matches('0');
        if whole.len() + part.len() > 18 {
            return None;
        }
        let mantissa: i128 = match format!("{whole}{part}").as_str() {
            "" => 0,
            digits => digits.parse().ok()?,
        };
        // mantissa * 1024^binary * 10^(ten - part + 9), rounded away from nothing.
        let scaled = mantissa.checked_mul(1024_i128.checked_pow(binary)?)?;
        let power = ten - i32::try_from(part.len()).ok()? + 9;
        let nano = if power >= 0 {
            scaled.checked_mul(10_i128.checked_pow(power.unsigned_abs())?)?
        } else {
            up(scaled, 10_i128.checked_pow(power.unsigned_abs())?)
        };
        let nano = if negative { -nano } else { nano };
        Some(Self { nano, form })
    }

    /// Rounded up to thousandths, as amounts of resources are.
    #[must_use]
    pub fn to_milli(self) -> Self {
        let up = up(self.nano.abs(), MILLI) * MILLI;
        Self {
            nano: if self.nano < 0 { -up } else { up },
            ..self
        }
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.nano < 0
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.nano % ONE == 0
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.nano.cmp(&other.nano))
    }
}

/// The one way to write it: the largest unit without a fraction.
impl std::fmt::Display for Quantity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let binary = self.form == Form::Binary && self.nano % ONE == 0;
        if binary && self.nano.abs() >= 1024 * ONE {
            let (mut value, mut unit) = (self.nano / ONE, 0);
            while unit + 1 < BINARY.len() && value % 1024 == 0 {
                value /= 1024;
                unit += 1;
            }
            return write!(out, "{value}{}", BINARY[unit]);
        }
        if self.nano == 0 {
            return out.write_str("0");
        }
        let (mut value, mut unit) = (self.nano, 0);
        while unit + 1 < DECIMAL.len() && value % 1000 == 0 {
            value /= 1000;
            unit += 1;
        }
        let (suffix, ten) = DECIMAL[unit];
        match self.form {
            Form::Exponent if ten != 0 => write!(out, "{value}e{ten}"),
            _ => write!(out, "{value}{suffix}"),
        }
    }
}

/// How a suffix writes amounts, its power of 1024 and its power of 10.
fn unit(suffix: &str) -> Option<(Form, u32, i32)> {
    if let Some((_, ten)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((Form::Decimal, 0, *ten));
    }
    if let Some(power) = BINARY.iter().position(|name| *name == suffix) {
        return Some((Form::Binary, u32::try_from(power).ok()?, 0));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let ten: i32 = exponent.parse().ok()?;
    (ten.abs() <= 18).then_some((Form::Exponent, 0, ten))
}

fn up(value: i128, by: i128) -> i128 {
    value / by + i128::from(value % by != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_one_way() {
        for (text, written) in [
            ("1", "1"),
            ("1000m", "1"),
            ("0.5", "500m"),
            ("1.5", "1500m"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("512", "512"),
            ("0.5Ki", "512"),
            ("1000", "1k"),
            ("1e3", "1e3"),
            ("5E", "5E"),
            ("100000k", "100M"),
            ("0Gi", "0"),
            ("-10m", "-10m"),
            ("+1", "1"),
            ("0.0000000001", "1n"),
        ] {
            let told = Quantity::parse(text).map(|amount| amount.to_string());
            assert_eq!(told.as_deref(), Some(written), "{text}");
        }
        assert_eq!(
            Quantity::parse("1u").map(|amount| amount.to_milli().to_string()),
            Some("1m".to_owned())
        );
        for bad in [
            "",
            "x",
            "1.2.3",
            "1KB",
            ".",
            "1 Gi",
            "9999999999999999999999",
        ] {
            assert_eq!(Quantity::parse(bad), None, "{bad}");
        }
    }
}
