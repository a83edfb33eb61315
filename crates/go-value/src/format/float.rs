//! Floating point text as Go's `strconv.FormatFloat` makes it.

/// No `f64` has more decimal digits after its point; the formatter of the standard library
/// has a limit of its own above that.
const MAX_DIGITS: usize = 1100;

/// The decimal digits of a finite number: `0.digits × 10^point`, without trailing zeros
/// unless a precision asked for them.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// The fewest digits that read back as the same number.
    fn shortest(value: f64) -> Self {
        Self::parse(value, crate::json::shortest(value.abs()))
    }

    /// Exactly `count` significant digits (at least 1).
    fn significant(value: f64, count: usize) -> Self {
        let shown = count.clamp(1, MAX_DIGITS);
        let mut decimal = Self::parse(value, format!("{:.*e}", shown - 1, value.abs()));
        decimal.digits.resize(count.max(1), b'0');
        decimal
    }

    fn parse(value: f64, scientific: String) -> Self {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        let zero = digits.iter().all(|d| *d == b'0');
        Self {
            negative: value.is_sign_negative(),
            point: if zero {
                1
            } else {
                exponent.parse().unwrap_or(0) + 1
            },
            digits,
        }
    }

    fn trim_zeros(&mut self) {
        while self.digits.len() > 1 && self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }
}

/// Appends `%v` of a float: the shortest digits that read back as the same number, with an
/// exponent when that is below -4 or at least 6.
pub fn append_display(out: &mut Vec<u8>, value: f64) {
    // Whole numbers of up to six digits are what charts mostly hold.
    if value.fract() == 0.0 && value.abs() < 1e6 && (value != 0.0 || value.is_sign_positive()) {
        super::layout::append_int(out, value as i64);
    } else {
        append(out, value, b'g', None);
    }
}

/// Appends a float as Go's `strconv.AppendFloat(out, value, verb, precision, 64)`; the
/// verbs are `e E f g G b x X`, and no precision means the shortest text that reads back
/// as the same number.
///
/// ```
/// let mut out = Vec::new();
/// pintle_go_value::format::float::append(&mut out, 1_000_000.0, b'g', None);
/// assert_eq!(out, b"1e+06");
/// ```
pub fn append(out: &mut Vec<u8>, value: f64, verb: u8, precision: Option<usize>) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_infinite() {
        return out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    }
    match verb {
        b'b' => append_binary(out, value),
        b'x' | b'X' => append_hexadecimal(out, value, verb, precision),
        b'f' | b'F' => append_fixed(out, value, precision),
        b'g' | b'G' => append_general(out, value, verb, precision),
        _ => append_exponent(out, value, verb, precision),
    }
}

fn append_fixed(out: &mut Vec<u8>, value: f64, precision: Option<usize>) {
    let text = match precision {
        Some(count) => format!("{value:.0$}", count.min(MAX_DIGITS)),
        None => format!("{value}"),
    };
    out.extend_from_slice(text.as_bytes());
    let missing = precision.unwrap_or(0).saturating_sub(MAX_DIGITS);
    out.resize(out.len() + missing, b'0');
}

fn append_exponent(out: &mut Vec<u8>, value: f64, verb: u8, precision: Option<usize>) {
    let decimal = match precision {
        Some(count) => Decimal::significant(value, count.saturating_add(1)),
        None => Decimal::shortest(value),
    };
    append_decimal_exponent(out, &decimal, verb);
}

fn append_decimal_exponent(out: &mut Vec<u8>, decimal: &Decimal, verb: u8) {
    if decimal.negative {
        out.push(b'-');
    }
    out.push(decimal.digits[0]);
    if decimal.digits.len() > 1 {
        out.push(b'.');
        out.extend_from_slice(&decimal.digits[1..]);
    }
    append_exponent_text(out, verb, decimal.point - 1);
}

/// An exponent has a sign and at least two digits.
fn append_exponent_text(out: &mut Vec<u8>, letter: u8, exponent: i32) {
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("{}{sign}{:02}", char::from(letter), exponent.unsigned_abs());
    out.extend_from_slice(text.as_bytes());
}

fn append_general(out: &mut Vec<u8>, value: f64, verb: u8, precision: Option<usize>) {
    let mut decimal = match precision {
        Some(count) => Decimal::significant(value, count),
        None => Decimal::shortest(value),
    };
    decimal.trim_zeros();
    let exponent = decimal.point - 1;
    if exponent < -4 || exponent >= general_threshold(&decimal, precision) {
        let letter = if verb == b'G' { b'E' } else { b'e' };
        append_decimal_exponent(out, &decimal, letter);
    } else {
        append_plain(out, &decimal);
    }
}

/// From which exponent on `%g` uses the exponent form: at the precision, or at the number
/// of digits when there are fewer; the shortest form counts as precision 6.
fn general_threshold(decimal: &Decimal, precision: Option<usize>) -> i32 {
    let Some(precision) = precision else { return 6 };
    let digits = decimal.digits.len();
    if precision > digits && digits as i32 >= decimal.point {
        digits as i32
    } else {
        i32::try_from(precision.max(1)).unwrap_or(i32::MAX)
    }
}

/// The digits with a decimal point where it belongs, and no exponent.
fn append_plain(out: &mut Vec<u8>, decimal: &Decimal) {
    if decimal.negative {
        out.push(b'-');
    }
    let digits = &decimal.digits;
    if decimal.point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + decimal.point.unsigned_abs() as usize, b'0');
        out.extend_from_slice(digits);
        return;
    }
    let whole = decimal.point as usize;
    if digits.len() <= whole {
        out.extend_from_slice(digits);
        out.resize(out.len() + whole - digits.len(), b'0');
    } else {
        out.extend_from_slice(&digits[..whole]);
        out.push(b'.');
        out.extend_from_slice(&digits[whole..]);
    }
}

const MANTISSA_BITS: u32 = 52;

/// Mantissa and exponent such that the value is `mantissa × 2^exponent`.
fn binary_parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let biased = ((bits >> MANTISSA_BITS) & 0x7ff) as i32;
    if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << MANTISSA_BITS, biased - 1075)
    }
}

/// `%b`: mantissa and power of two, as decimal integers.
fn append_binary(out: &mut Vec<u8>, value: f64) {
    let (mantissa, exponent) = binary_parts(value);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    out.extend_from_slice(format!("{sign}{mantissa}p{exponent:+}").as_bytes());
}

/// `%x`: hexadecimal mantissa with one digit before the point, and a power of two.
fn append_hexadecimal(out: &mut Vec<u8>, value: f64, verb: u8, precision: Option<usize>) {
    let (mut mantissa, mut exponent) = binary_parts(value);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // The leading 1 goes to bit 60, above fifteen hexadecimal digits.
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent += 60 - shift as i32;
        if let Some(count) = precision.filter(|count| *count < 15) {
            mantissa = round_half_even(mantissa, 60 - 4 * count as u32);
            if mantissa >> 61 != 0 {
                mantissa >>= 1;
                exponent += 1;
            }
        }
    }
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1)).into_bytes();
    match precision {
        Some(count) => digits.resize(count, b'0'),
        None => digits.truncate(
            digits
                .iter()
                .rposition(|d| *d != b'0')
                .map_or(0, |at| at + 1),
        ),
    }
    let start = out.len();
    if value.is_sign_negative() {
        out.push(b'-');
    }
    out.extend_from_slice(b"0x");
    out.push(b'0' + (mantissa >> 60) as u8);
    if !digits.is_empty() {
        out.push(b'.');
        out.extend_from_slice(&digits);
    }
    append_exponent_text(out, b'p', exponent);
    if verb == b'X' {
        out[start..].make_ascii_uppercase();
    }
}

/// Rounds away the lowest `bits` bits, a tie to the even neighbour.
fn round_half_even(value: u64, bits: u32) -> u64 {
    let unit = 1u64 << bits;
    let (rest, whole) = (value & (unit - 1), value & !(unit - 1));
    let up = rest > unit / 2 || (rest == unit / 2 && whole & unit != 0);
    whole + if up { unit } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, verb: u8, precision: Option<usize>) -> String {
        let mut out = Vec::new();
        append(&mut out, value, verb, precision);
        String::from_utf8(out).expect("float text is ASCII")
    }

    // Expected texts were printed by Go's fmt.Printf.
    #[test]
    fn general_form_picks_the_exponent_as_go_does() {
        for (value, expected) in [
            (1e5, "100000"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e20, "1e+20"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (-0.0, "-0"),
            (1.5, "1.5"),
        ] {
            assert_eq!(text(value, b'g', None), expected);
            let mut out = Vec::new();
            append_display(&mut out, value);
            assert_eq!(out, expected.as_bytes());
        }
        assert_eq!(text(100_000.0, b'g', Some(3)), "1e+05");
        assert_eq!(text(3.25, b'g', Some(2)), "3.2");
        assert_eq!(text(100.0, b'g', Some(10)), "100");
    }

    #[test]
    fn other_forms() {
        assert_eq!(text(2.5, b'f', Some(0)), "2");
        assert_eq!(text(0.25, b'f', Some(1)), "0.2");
        assert_eq!(text(1.005, b'f', Some(2)), "1.00");
        assert_eq!(text(123_456.789, b'e', Some(6)), "1.234568e+05");
        assert_eq!(text(0.1, b'X', None), "0X1.999999999999AP-04");
        assert_eq!(text(3.25, b'x', Some(3)), "0x1.a00p+01");
        assert_eq!(text(0.0, b'x', None), "0x0p+00");
        assert_eq!(text(1e5, b'b', None), "6871947673600000p-36");
        assert_eq!(text(1.0, b'f', Some(100_000)).len(), 100_002);
    }
}
