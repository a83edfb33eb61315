//! Formats of times and durations (RFC 3339).

use crate::format::{Verdict, date, ensure, fail, quoted_char};

/// `12:00:00.5+01:00`
pub(crate) fn time(text: &str) -> Verdict {
    ensure(text.len() >= 9, "less than 9 characters long")?;
    let bytes = text.as_bytes();
    ensure(
        bytes[2] == b':' && bytes[5] == b':',
        "missing colon in correct place",
    )?;
    let (clock, rest) = bytes.split_at(8);
    let number = |at: usize| two(&clock[at..at + 2]);
    let (Some(hour), Some(minute), Some(second)) = (number(0), number(3), number(6)) else {
        return fail("invalid hour/min/sec");
    };
    ensure(
        hour >= 0 && minute >= 0 && second >= 0,
        "non-positive hour/min/sec",
    )?;
    ensure(
        hour <= 23 && minute <= 59 && second <= 60,
        "hour/min/sec out of range",
    )?;
    let rest = fraction(rest)?;
    let mut minutes = hour * 60 + minute;
    if rest != b"z" && rest != b"Z" {
        minutes -= offset(rest)?;
        if minutes < 0 {
            minutes += 24 * 60;
        }
    }
    let at_midnight = minutes / 60 == 23 && minutes % 60 == 59;
    ensure(second < 60 || at_midnight, "invalid leap second")
}

/// Two characters as Go's `Atoi` reads them, a sign included.
fn two(text: &[u8]) -> Option<i32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn fraction(rest: &[u8]) -> Result<&[u8], String> {
    let Some(after) = rest.strip_prefix(b".") else {
        return Ok(rest);
    };
    let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
    ensure(digits > 0, "no digits in second fraction")?;
    Ok(&after[digits..])
}

/// Minutes east of Greenwich.
fn offset(text: &[u8]) -> Result<i32, String> {
    ensure(text.len() == 6, "offset must be 6 characters long")?;
    let sign = match text[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return fail("offset must begin with plus/minus"),
    };
    ensure(text[3] == b':', "missing colon in offset in correct place")?;
    let (Some(hour), Some(minute)) = (two(&text[1..3]), two(&text[4..])) else {
        return fail("invalid hour/min in offset");
    };
    ensure(hour >= 0 && minute >= 0, "non-positive hour/min in offset")?;
    ensure(
        hour <= 23 && minute <= 59,
        "hour/min in offset out of range",
    )?;
    Ok(sign * (hour * 60 + minute))
}

/// `2006-01-02T15:04:05Z`
pub(crate) fn date_time(text: &str) -> Verdict {
    ensure(text.len() >= 20, "less than 20 characters long")?;
    let at_t = matches!(text.as_bytes()[10], b't' | b'T');
    ensure(at_t, "11th character must be t or T")?;
    // The eleventh byte is a character of its own, so the text can be cut around it.
    date(&text[..10]).map_err(|why| format!("invalid date element: {why}"))?;
    time(&text[11..]).map_err(|why| format!("invalid time element: {why}"))
}

/// `P1Y2M3DT4H5M6S`, `P7W`
pub(crate) fn duration(text: &str) -> Verdict {
    let Some(text) = text.strip_prefix('P') else {
        return fail("must start with P");
    };
    ensure(!text.is_empty(), "nothing after P")?;
    if let Some(weeks) = text.strip_suffix('W') {
        ensure(!weeks.is_empty(), "no number in week")?;
        return ensure(weeks.bytes().all(|b| b.is_ascii_digit()), "invalid week");
    }
    for (at, part) in text.split('T').enumerate() {
        ensure(at == 0 || !part.is_empty(), "no time elements")?;
        let Some(units) = ["YMD", "HMS"].get(at) else {
            return fail("more than one T");
        };
        elements(part, units)?;
    }
    Ok(())
}

fn elements(mut text: &str, all: &str) -> Verdict {
    let mut units = all;
    while !text.is_empty() {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        ensure(rest.len() < text.len(), "missing number")?;
        let mut characters = rest.chars();
        let Some(unit) = characters.next() else {
            return fail("missing unit");
        };
        let Some(at) = units.find(unit) else {
            let what = if all.contains(unit) {
                "out of order"
            } else {
                ""
            };
            let unit = quoted_char(unit);
            return fail(match what {
                "" => format!("invalid unit {unit}"),
                what => format!("unit {unit} {what}"),
            });
        };
        units = &units[at + 1..];
        text = characters.as_str();
    }
    Ok(())
}

/// Two moments, or a moment and a duration, with a slash between.
pub(crate) fn period(text: &str) -> Verdict {
    let Some((start, end)) = text.split_once('/') else {
        return fail("missing slash");
    };
    let start_duration = |why| format!("invalid start duration: {why}");
    let end_duration = |why| format!("invalid end duration: {why}");
    let start_moment = |why| format!("invalid start date-time: {why}");
    let end_moment = |why| format!("invalid end date-time: {why}");
    if start.starts_with('P') {
        duration(start).map_err(start_duration)?;
        return date_time(end).map_err(end_moment);
    }
    date_time(start).map_err(start_moment)?;
    if end.starts_with('P') {
        return duration(end).map_err(end_duration);
    }
    date_time(end).map_err(end_moment)
}
