//! Times of objects, and what Go says of texts that are none.

use jiff::Timestamp;

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";
const MICRO: &str = "2006-01-02T15:04:05.000000Z07:00";

/// A time in UTC, to the second or to the millionth of one.
///
/// # Errors
/// What Go's `time.Parse` says.
pub(super) fn canonical(text: &str, micro: bool) -> Result<String, String> {
    let layout = if micro { MICRO } else { LAYOUT };
    if let Some((part, rest)) = fault(text, micro) {
        if let Some(extra) = rest.strip_prefix('Z') {
            return Err(format!("parsing time \"{text}\": extra text: \"{extra}\""));
        }
        return Err(format!(
            "parsing time \"{text}\" as \"{layout}\": cannot parse \"{rest}\" as \"{part}\""
        ));
    }
    let Ok(time) = text.parse::<Timestamp>() else {
        let two = |at: usize| text.get(at..at + 2).and_then(|two| two.parse::<u8>().ok());
        let over = |at: usize, most: u8| two(at).is_some_and(|number| number > most);
        let what = match () {
            () if two(5) == Some(0) || over(5, 12) => "month",
            () if over(11, 23) => "hour",
            () if over(14, 59) => "minute",
            () if over(17, 59) => "second",
            () => "day",
        };
        return Err(format!("parsing time \"{text}\": {what} out of range"));
    };
    Ok(shown(time, micro))
}

/// A time as objects have it.
pub(super) fn shown(time: Timestamp, micro: bool) -> String {
    if micro {
        format!("{time:.6}")
    } else {
        format!("{time:.0}")
    }
}

/// The part of the layout that the text does not have, and the text from there on.
fn fault(text: &str, micro: bool) -> Option<(&'static str, &str)> {
    const PARTS: [(&str, &str); 11] = [
        ("2006", "dddd"),
        ("-", "-"),
        ("01", "dd"),
        ("-", "-"),
        ("02", "dd"),
        ("T", "T"),
        ("15", "dd"),
        (":", ":"),
        ("04", "dd"),
        (":", ":"),
        ("05", "dd"),
    ];
    let mut rest = text;
    for (part, pattern) in PARTS {
        let matches = rest.len() >= pattern.len()
            && rest
                .bytes()
                .zip(pattern.bytes())
                .all(|(byte, like)| match like {
                    b'd' => byte.is_ascii_digit(),
                    like => byte == like,
                });
        if !matches {
            return Some((part, rest));
        }
        rest = &rest[pattern.len()..];
    }
    if micro {
        let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
        if !rest.starts_with('.') || digits != 6 {
            return Some((".000000", rest));
        }
        rest = &rest[7..];
    } else if let Some(part) = rest.strip_prefix(['.', ',']) {
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() < part.len() {
            rest = digits;
        }
    }
    let zone = rest.as_bytes();
    let offset = zone.len() == 6
        && matches!(zone[0], b'+' | b'-')
        && zone[3] == b':'
        && [1, 2, 4, 5].iter().all(|at| zone[*at].is_ascii_digit());
    (rest != "Z" && !offset).then_some(("Z07:00", rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Kubernetes v1.37.1's API server says of times.
    #[test]
    fn times_as_the_real_server_reads_them() {
        let as_layout = |text: &str, rest: &str, part: &str| {
            Err(format!(
                "parsing time \"{text}\" as \"{LAYOUT}\": cannot parse \"{rest}\" as \"{part}\""
            ))
        };
        for (text, rest, part) in [
            ("x", "x", "2006"),
            ("", "", "2006"),
            ("2020", "", "-"),
            ("2020-01-01", "", "T"),
            ("2020-01-01T00:00:00", "", "Z07:00"),
            ("2020-01-01t00:00:00Z", "t00:00:00Z", "T"),
        ] {
            assert_eq!(canonical(text, false), as_layout(text, rest, part));
        }
        for (text, why) in [
            ("2020-13-01T00:00:00Z", "month out of range"),
            ("2020-02-30T00:00:00Z", "day out of range"),
            ("2020-01-01T25:00:00Z", "hour out of range"),
            ("2020-01-01T00:00:00Zx", "extra text: \"x\""),
        ] {
            let told = format!("parsing time \"{text}\": {why}");
            assert_eq!(canonical(text, false), Err(told));
        }
        let time = canonical("2020-01-01T00:00:00.5+02:00", false);
        assert_eq!(time.as_deref(), Ok("2019-12-31T22:00:00Z"));
        let time = canonical("2020-01-01T00:00:00.500000Z", true);
        assert_eq!(time.as_deref(), Ok("2020-01-01T00:00:00.500000Z"));
        assert!(canonical("2020-01-01T00:00:00.5Z", true).is_err());
    }
}
