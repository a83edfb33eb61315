//! Decimal numbers of any length: the float functions of Sprig compute in decimal, so that
//! `addf 0.1 0.2` is `0.3`.

use pintle_go_template::CallError;
// Already here for the RSA functions: spares another library for long integers.
use rsa::BigUint;

use crate::call::fail;

/// Digits after the point that a division keeps.
const DIVISION_PLACES: i64 = 16;

/// `sign * digits * 10^exponent`.
#[derive(Debug, Clone)]
pub(crate) struct Decimal {
    negative: bool,
    digits: BigUint,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal that reads back as this float.
    pub(crate) fn from_float(float: f64) -> Result<Self, CallError> {
        if !float.is_finite() {
            let name = if float.is_nan() {
                "NaN"
            } else if float > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            return fail(format!("Cannot create a Decimal from {name}"));
        }
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = BigUint::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10);
        Ok(Self {
            negative: float < 0.0,
            digits: digits.unwrap_or_default(),
            exponent: exponent.parse::<i64>().unwrap_or(0) - fraction.len() as i64,
        })
    }

    /// The nearest float.
    pub(crate) fn to_float(&self) -> f64 {
        let sign = if self.negative && self.digits != BigUint::default() {
            "-"
        } else {
            ""
        };
        format!("{sign}{}e{}", self.digits.to_str_radix(10), self.exponent)
            .parse()
            .unwrap_or(0.0)
    }

    /// The sum.
    pub(crate) fn add(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let (left, right) = (self.scaled(exponent), other.scaled(exponent));
        let (negative, digits) = if self.negative == other.negative {
            (self.negative, left + right)
        } else if left >= right {
            (self.negative, left - right)
        } else {
            (other.negative, right - left)
        };
        Self {
            negative,
            digits,
            exponent,
        }
    }

    /// The difference.
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let negated = Self {
            negative: !other.negative,
            ..other.clone()
        };
        self.add(&negated)
    }

    /// The product.
    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self {
            negative: self.negative != other.negative,
            digits: &self.digits * &other.digits,
            exponent: self.exponent + other.exponent,
        }
    }

    /// The quotient to 16 decimals, half rounded away from zero.
    pub(crate) fn div(&self, other: &Self) -> Result<Self, CallError> {
        if other.digits == BigUint::default() {
            return fail("decimal division by 0");
        }
        let shift = self.exponent - other.exponent + DIVISION_PLACES;
        let (dividend, divisor) = if shift >= 0 {
            (&self.digits * power_of_ten(shift), other.digits.clone())
        } else {
            (self.digits.clone(), &other.digits * power_of_ten(-shift))
        };
        let quotient = &dividend / &divisor;
        let remainder = &dividend % &divisor;
        let round_up = remainder * 2u32 >= divisor;
        Ok(Self {
            negative: self.negative != other.negative,
            digits: if round_up { quotient + 1u32 } else { quotient },
            exponent: -DIVISION_PLACES,
        })
    }

    /// The digits when written with a smaller exponent.
    fn scaled(&self, exponent: i64) -> BigUint {
        &self.digits * power_of_ten(self.exponent - exponent)
    }
}

fn power_of_ten(exponent: i64) -> BigUint {
    let mut result = BigUint::from(1u32);
    let mut base = BigUint::from(10u32);
    let mut left = exponent.max(0);
    while left > 0 {
        if left & 1 == 1 {
            result *= &base;
        }
        left >>= 1;
        if left > 0 {
            base = &base * &base;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(float: f64) -> Decimal {
        Decimal::from_float(float).unwrap()
    }

    #[test]
    fn sums_are_decimal() {
        assert_eq!(decimal(0.1).add(&decimal(0.2)).to_float(), 0.3);
        assert_eq!(decimal(0.3).sub(&decimal(0.1)).to_float(), 0.2);
        assert_eq!(decimal(1e300).add(&decimal(1e-300)).to_float(), 1e300);
        assert_eq!(decimal(-1.5).add(&decimal(1.5)).to_float(), 0.0);
    }

    #[test]
    fn quotients_keep_sixteen_places() {
        let third = decimal(1.0).div(&decimal(3.0)).unwrap();
        assert_eq!(third.to_float(), 0.333_333_333_333_333_3);
        assert_eq!(decimal(1e-20).div(&decimal(3.0)).unwrap().to_float(), 0.0);
        assert!(decimal(1.0).div(&decimal(0.0)).is_err());
    }

    #[test]
    fn only_numbers_have_a_decimal() {
        assert!(Decimal::from_float(f64::NAN).is_err());
        assert!(Decimal::from_float(f64::NEG_INFINITY).is_err());
    }
}
