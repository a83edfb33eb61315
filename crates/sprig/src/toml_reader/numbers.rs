//! Numbers and times by their words.

use pintle_go_value::Value;
use pintle_go_value::format::quoted::quote;

use super::words::Word;
use super::{Error, Places};
use crate::strconv::{NumberError, parse_float, parse_int};
use crate::time_parse;
use crate::zone::Zone;

fn error(word: &Word, message: String) -> Error {
    Error::at(word.line, message)
}

/// An integer of any base.
pub(super) fn integer(word: &Word) -> Result<Value, Error> {
    let text = &word.text;
    check(word, "integer", &[text])?;
    match parse_int(text.as_bytes(), 0) {
        Ok(number) => Ok(Value::Int64(number)),
        Err(_) => Err(error(word, format!("{text} is out of range for int64"))),
    }
}

/// A float, from whatever characters floats have.
pub(super) fn float(word: &Word) -> Result<Value, Error> {
    let text = &word.text;
    let parts: Vec<&str> = text
        .split(['.', 'e', 'E'])
        .filter(|part| !part.is_empty())
        .collect();
    check(word, "float", &parts)?;
    if !digits_follow_points(text) {
        let text = quote(text);
        let message = format!("Invalid float {text}: '.' must be followed by one or more digits");
        return Err(error(word, message));
    }
    // GO: `strconv` knows no NaN with a sign.
    match &**text {
        "nan" | "+nan" => return Ok(Value::Float(f64::NAN)),
        "-nan" => return Ok(Value::Float(f64::NAN.copysign(-1.0))),
        _ => {}
    }
    parse_float(text.replace('_', "").as_bytes())
        .map(Value::Float)
        .map_err(|problem| match problem {
            NumberError::Range(_) => error(word, format!("{text} is out of range for float64")),
            NumberError::Syntax => error(word, format!("Invalid float value: {}", quote(text))),
        })
}

/// Checks underscores in all parts of a number, and zeros before the first.
fn check(word: &Word, kind: &str, parts: &[&str]) -> Result<(), Error> {
    let problem = if !parts.iter().all(|part| underscores_fit(part)) {
        "underscores must be surrounded by digits"
    } else if parts.first().is_some_and(|part| has_leading_zero(part)) {
        "cannot have leading zeroes"
    } else {
        return Ok(());
    };
    let text = quote(&word.text);
    Err(error(word, format!("Invalid {kind} {text}: {problem}")))
}

/// Whether each underscore is between digits, of whatever base. GO: and whether the last
/// character is a digit at all.
fn underscores_fit(part: &str) -> bool {
    if matches!(part.trim_start_matches(['+', '-']), "inf" | "nan") {
        return true;
    }
    let mut after_digit = false;
    for c in part.chars() {
        if c == '_' && !after_digit {
            return false;
        }
        after_digit = c.is_ascii_hexdigit();
    }
    after_digit
}

fn has_leading_zero(part: &str) -> bool {
    match part.as_bytes() {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

fn digits_follow_points(text: &str) -> bool {
    let mut parts = text.split('.');
    parts.next();
    parts.all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
}

/// The layouts of times, and the name of the zone of those that have none.
const LAYOUTS: [(&[u8], Option<&str>); 7] = [
    (b"2006-01-02T15:04:05.999999999Z07:00", None),
    (b"2006-01-02T15:04:05.999999999", Some("datetime-local")),
    (b"2006-01-02", Some("date-local")),
    (b"15:04:05.999999999", Some("time-local")),
    (b"2006-01-02T15:04Z07:00", None),
    (b"2006-01-02T15:04", Some("datetime-local")),
    (b"15:04", Some("time-local")),
];

/// A date, a time of day, or both.
pub(super) fn time(word: &Word, places: &Places) -> Result<Value, Error> {
    let text = word.text.replace('z', "Z").replace(['t', ' '], "T");
    let bad = || error(word, format!("invalid datetime: {}", quote(&text)));
    for (layout, zone_name) in LAYOUTS {
        let zone = match zone_name {
            Some(name) => Zone::Fixed(name.into(), places.offset),
            None => places.local.clone(),
        };
        if let Ok(time) = time_parse::parse(layout, text.as_bytes(), &zone) {
            if has_separators(text.as_bytes(), layout) {
                return Ok(time.value());
            }
            return Err(bad());
        }
    }
    Err(bad())
}

/// Whether the separators are where the layout has them: Go reads an hour of one digit.
fn has_separators(text: &[u8], layout: &[u8]) -> bool {
    layout
        .iter()
        .enumerate()
        .take_while(|(_, c)| !matches!(c, b'.' | b'Z'))
        .all(|(at, c)| c.is_ascii_digit() || text.get(at) == Some(c))
}

#[cfg(test)]
mod tests {
    use super::{digits_follow_points, has_leading_zero, has_separators, underscores_fit};

    #[test]
    fn forms_of_numbers() {
        for (part, fits) in [("1_0", true), ("_1", false), ("1_", false), ("+", false)] {
            assert_eq!(underscores_fit(part), fits, "{part}");
        }
        for (part, zero) in [
            ("0", false),
            ("00", true),
            ("0x1", false),
            ("-0", false),
            ("-01", true),
        ] {
            assert_eq!(has_leading_zero(part), zero, "{part}");
        }
        assert!(digits_follow_points("1e5"));
        assert!(!digits_follow_points("1."));
        assert!(!digits_follow_points("1.e5"));
        assert!(!has_separators(b"5:04", b"15:04"));
    }
}
