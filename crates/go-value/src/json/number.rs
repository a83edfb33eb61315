//! The text of a number.

use std::io::Write;

/// The largest integer below which every integer is a `float64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Appends a finite float as Go's JSON writes it: the shortest decimal that reads
/// back as the same number, plain from 1e-6 up to 1e21, otherwise with an exponent.
pub fn write_float(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs();
    if magnitude < EXACT && value.fract() == 0.0 {
        if value == 0.0 && value.is_sign_negative() {
            out.push(b'-');
        }
        write_integer(out, value as i64);
        return;
    }
    let text = shortest(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    if (1e-6..1e21).contains(&magnitude) {
        write_plain(out, mantissa, exponent.parse().unwrap_or_default());
    } else {
        // GO: exponents have a sign and no leading zero: `1e+21`, `1e-7`.
        let sign = if exponent.starts_with('-') { "" } else { "+" };
        let _ = write!(out, "{mantissa}e{sign}{exponent}");
    }
}

/// The shortest decimal that reads back as the same finite number, such as `-1.25e-7`.
///
/// GO: of two equally near decimals Go takes the even one, Rust the larger one
/// (1663291778356348.25 is `…348.2` in Go).
pub fn shortest(value: f64) -> String {
    let text = format!("{value:e}");
    let digits = text
        .bytes()
        .take_while(|&b| b != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    if digits < FEWEST_DIGITS_OF_A_TIE {
        return text;
    }
    // Rounding to a number of digits takes the even one in Rust too.
    let even = format!("{value:.0$e}", digits - 1);
    if even != text && even.parse() == Ok(value) {
        even
    } else {
        text
    }
}

/// With fewer digits the neighbours of a number are nearer than half a digit.
const FEWEST_DIGITS_OF_A_TIE: usize = 15;

/// Appends an integer.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    if (0..10).contains(&value) {
        out.push(b'0' + value as u8);
    } else {
        // Writing to a vector cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// Appends `mantissa` times ten to the power of `exponent`, written out.
fn write_plain(out: &mut Vec<u8>, mantissa: &str, exponent: i32) {
    if mantissa.starts_with('-') {
        out.push(b'-');
    }
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend((1..-exponent).map(|_| b'0'));
        out.extend(digits);
        return;
    }
    let whole = exponent as usize + 1;
    let mut written = 0;
    for digit in digits {
        if written == whole {
            out.push(b'.');
        }
        out.push(digit);
        written += 1;
    }
    out.extend((written..whole).map(|_| b'0'));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        write_float(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_are_written_as_go_does() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-12.0, "-12"),
            (1.5, "1.5"),
            (1e6, "1000000"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.25e22, "1.25e+22"),
            (-1e21, "-1e+21"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (1.25e-7, "1.25e-7"),
            (5e-324, "5e-324"),
            (1.5e300, "1.5e+300"),
            (123_456_789.125, "123456789.125"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (-1_663_291_778_356_348.0 - 0.25, "-1663291778356348.2"),
            (1_470_912_692_301.0 + 0.156_25, "1470912692301.1562"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(value), expected);
        }
    }
}
