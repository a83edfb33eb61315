//! Times as Go prints them in JSON (RFC 3339, fraction without trailing zeros).

/// What Go prints for a time nobody set.
pub const ZERO: &str = "0001-01-01T00:00:00Z";

/// `2026-11-21T10:46:52.45Z` from seconds and nanoseconds since 1970.
///
/// DIFF: Go prints file times in the local zone of the machine; we print UTC everywhere, so
/// that the same chart gives the same record on every machine.
pub(crate) fn rfc3339(seconds: i64, nanoseconds: u32) -> Option<String> {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    // GO: a year outside 0 to 9999 has no JSON form.
    if !(0..=9999).contains(&year) {
        return None;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = fraction(nanoseconds);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

fn fraction(nanoseconds: u32) -> String {
    if nanoseconds == 0 {
        return String::new();
    }
    format!(".{nanoseconds:09}")
        .trim_end_matches('0')
        .to_owned()
}

/// The seconds since 1970 of a time as it is kept here, rounded as Go's tar writer rounds them.
/// Nothing for a text that is no time.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let rest = text.get(19..)?;
    let fraction = rest.strip_prefix('.').unwrap_or_default();
    let rounded = i64::from(
        fraction
            .bytes()
            .next()
            .is_some_and(|b| (b'5'..=b'9').contains(&b)),
    );
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.as_bytes() {
        [b'Z'] => 0,
        [sign, ..] => {
            let minutes =
                zone.get(1..3)?.parse::<i64>().ok()? * 60 + zone.get(4..6)?.parse::<i64>().ok()?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        [] => return None,
    };
    let of_day = hour * 3600 + minute * 60 + second + rounded;
    Some(days(year, month, day) * 86_400 + of_day - offset * 60)
}

/// The number of a day from 1970-01-01 on, the other way round of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day counted from 1970-01-01 (Gregorian, years starting in March inside).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Checks an RFC 3339 text and brings it to the form Go prints.
///
/// # Errors
/// Go's text for a time that cannot be read.
pub fn normalize(text: &str) -> Result<String, String> {
    let refused = |rest: &str, wanted: &str| {
        format!(
            "parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{rest}\" as \"{wanted}\""
        )
    };
    let mut rest = text;
    for (digits, wanted, separator) in [
        (4, "2006", "-"),
        (2, "01", "-"),
        (2, "02", "T"),
        (2, "15", ":"),
        (2, "04", ":"),
        (2, "05", ""),
    ] {
        let is_number =
            rest.len() >= digits && rest.bytes().take(digits).all(|b| b.is_ascii_digit());
        if !is_number {
            return Err(refused(rest, wanted));
        }
        rest = &rest[digits..];
        rest = rest
            .strip_prefix(separator)
            .ok_or_else(|| refused(rest, separator))?;
    }
    let (head, tail) = text.split_at(text.len() - rest.len());
    let digits = tail
        .strip_prefix('.')
        .map_or(0, |f| f.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = tail.split_at(if digits == 0 { 0 } else { digits + 1 });
    if !is_zone(zone) {
        return Err(refused(zone, "Z07:00"));
    }
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    let zone = if zone == "+00:00" { "Z" } else { zone };
    Ok(format!("{head}{fraction}{zone}"))
}

fn is_zone(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_go() {
        let show = |s, n| rfc3339(s, n).unwrap();
        assert_eq!(show(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(show(1_700_000_000, 500_000_000), "2023-11-14T22:13:20.5Z");
        assert_eq!(show(951_782_400, 1), "2000-02-29T00:00:00.000000001Z");
        assert_eq!(show(-1, 0), "1969-12-31T23:59:59Z");
        assert_eq!(rfc3339(i64::MAX / 2, 0), None);
    }

    #[test]
    fn seconds_are_those_that_were_printed() {
        for at in [0, 951_782_400, 1_700_000_000, -1, 253_402_300_799] {
            assert_eq!(seconds(&rfc3339(at, 0).unwrap()), Some(at));
            assert_eq!(seconds(&rfc3339(at, 499_999_999).unwrap()), Some(at));
            assert_eq!(seconds(&rfc3339(at, 500_000_000).unwrap()), Some(at + 1));
        }
        assert_eq!(seconds("1970-01-01T02:30:00+02:30"), Some(0));
        assert_eq!(seconds("1969-12-31T23:00:00.25-01:00"), Some(0));
        for bad in [
            "",
            "1970",
            "1970-01-01T00:00:00",
            "\u{fc}970-01-01T00:00:00Z",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn reads_as_go() {
        let text = "2020-01-01T00:00:00.120000+02:00";
        assert_eq!(normalize(text).unwrap(), "2020-01-01T00:00:00.12+02:00");
        // helm install with `generated: 2020-01-01` in Chart.lock
        assert_eq!(
            normalize("2020-01-01").unwrap_err(),
            "parsing time \"2020-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\""
        );
        for bad in [
            "",
            "é",
            "2020-1-01T00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00+02",
        ] {
            assert!(normalize(bad).is_err(), "{bad}");
        }
    }
}
