//! Go's `time.Duration` text: `1h2m3.5s`.

/// GO: this package quotes by byte, unlike `strconv.Quote`.
fn quote(text: &str) -> String {
    let escaped: String = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        })
        .collect();
    format!("\"{escaped}\"")
}

const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// `time.ParseDuration`, in nanoseconds.
///
/// # Errors
/// Go's texts: `time: missing unit in duration "5"`, `time: unknown unit "x" in duration "5x"`,
/// `time: invalid duration "x"`.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (nanoseconds, next) = parse_term(text, rest)?;
        total = total.saturating_add(nanoseconds);
        rest = next;
    }
    let signed = if negative { -total } else { total };
    i64::try_from(signed).map_err(|_| invalid())
}

/// One number with its unit at the start of `rest`; `text` is the whole, for the messages.
fn parse_term<'a>(text: &str, rest: &'a str) -> Result<(i128, &'a str), String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let whole_end = digits_end(rest);
    let (whole, mut rest) = rest.split_at(whole_end);
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction, rest) = after.split_at(digits_end(after));
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let unit_end = rest
        .find(|character: char| character == '.' || character.is_ascii_digit())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(unit_end);
    if unit.is_empty() {
        return Err(format!("time: missing unit in duration {}", quote(text)));
    }
    let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!(
            "time: unknown unit {} in duration {}",
            quote(unit),
            quote(text)
        ));
    };
    let whole: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse::<i64>().map_err(|_| invalid())?.into()
    };
    Ok((whole * scale + fraction_part(fraction, *scale), rest))
}

fn digits_end(text: &str) -> usize {
    text.find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len())
}

/// The digits behind the point, in nanoseconds, cut off as Go does.
fn fraction_part(digits: &str, scale: i128) -> i128 {
    let mut value: i128 = 0;
    let mut power: i128 = 1;
    for digit in digits.bytes().take(18) {
        value = value * 10 + i128::from(digit - b'0');
        power *= 10;
    }
    value * scale / power
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn reads_as_go() {
        for (text, nanoseconds) in [
            ("5m", 300_000_000_000),
            ("1h2m3.5s", 3_723_500_000_000),
            ("-1.5ms", -1_500_000),
            (".5us", 500),
            ("0", 0),
            ("+90s", 90_000_000_000),
            ("1.000000001s", 1_000_000_001),
        ] {
            assert_eq!(parse_duration(text), Ok(nanoseconds), "{text}");
        }
    }

    // Texts made with `helm-4.3.1 test --timeout VALUE`.
    #[test]
    fn errors_are_gos() {
        for (text, error) in [
            ("5", "time: missing unit in duration \"5\""),
            ("5x", "time: unknown unit \"x\" in duration \"5x\""),
            ("x", "time: invalid duration \"x\""),
            ("", "time: invalid duration \"\""),
            ("-", "time: invalid duration \"-\""),
            (".s", "time: invalid duration \".s\""),
            (
                "5µ",
                "time: unknown unit \"\\xc2\\xb5\" in duration \"5\\xc2\\xb5\"",
            ),
            ("1h-5m", "time: unknown unit \"h-\" in duration \"1h-5m\""),
            ("9999999h", "time: invalid duration \"9999999h\""),
        ] {
            assert_eq!(parse_duration(text), Err(error.to_owned()), "{text}");
        }
    }
}
