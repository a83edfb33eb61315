//! Numbers and quotes as Helm's validator prints them for readers of English.

use pintle_go_value::format::quoted;

/// A text in double quotes, as Go writes it (`%q`).
pub(crate) fn double_quoted(text: &str) -> String {
    quoted::quote(text)
}

/// A text in single quotes.
///
/// GO: made from the double-quoted form by replacing quotes in all of it, the closing one
/// included: a text that ends with a backslash loses one.
pub(crate) fn quote(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    quoted::append(&mut out, text);
    let text = String::from_utf8_lossy(&out);
    let text = text.replace("\\\"", "\"").replace('\'', "\\'");
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    format!("'{inner}'")
}

/// Texts in single quotes with commas between.
pub(crate) fn quote_all<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quote).collect();
    quoted.join(", ")
}

/// An integer with commas.
pub(crate) fn int(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&value.unsigned_abs().to_string()))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A `float64`: `70,000`, `1.5`, `1×10⁰⁶`, `∞`.
pub(crate) fn float(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}∞");
    }
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        let plain = value.abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let point = if fraction.is_empty() { "" } else { "." };
        return format!("{sign}{}{point}{fraction}", grouped(whole));
    }
    let minus = if exponent < 0 { "⁻" } else { "" };
    let raised: String = format!("{:02}", exponent.abs())
        .chars()
        .map(superscript)
        .collect();
    format!("{sign}{mantissa}×10{minus}{raised}")
}

fn superscript(digit: char) -> char {
    match digit {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_helms() {
        for (value, text) in [
            (0.0, "0"),
            (999_999.0, "999,999"),
            (1_000_000.0, "1×10⁰⁶"),
            (1_234_567.891, "1.234567891×10⁰⁶"),
            (-123_456.0, "-123,456"),
            (123_456.789, "123,456.789"),
            (0.0001, "0.0001"),
            (0.00001, "1×10⁻⁰⁵"),
            (1e100, "1×10¹⁰⁰"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(float(value), text);
        }
        assert_eq!(int(123_456_789), "123,456,789");
        assert_eq!(int(-1000), "-1,000");
        assert_eq!(int(100), "100");
    }

    #[test]
    fn quotes_are_helms() {
        assert_eq!(quote(b"x'\"\x07"), r#"'x\'"\a'"#);
        assert_eq!(quote(b"a\\b"), r"'a\\b'");
        assert_eq!(quote(b""), "''");
    }
}
