//! Go's time, as records and output show it.

use std::borrow::Cow;
use std::fmt;

use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment and the offset of the clock that told it; or no moment at all, Go's zero time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(Option<Moment>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Moment {
    timestamp: Timestamp,
    /// Seconds east of Greenwich.
    offset: i32,
}

/// A text that is no RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse it")]
pub struct TimeError {
    /// The text.
    pub text: String,
}

impl Time {
    /// No moment.
    pub const ZERO: Self = Self(None);

    /// A moment as a clock at `offset_seconds` east of Greenwich tells it.
    pub fn new(timestamp: Timestamp, offset_seconds: i32) -> Self {
        Self(Some(Moment {
            timestamp,
            offset: offset_seconds,
        }))
    }

    /// Reads RFC 3339 with up to nine digits of a second. The empty text and Go's zero time
    /// (`0001-01-01T00:00:00Z`) are no moment.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        if text.is_empty() || text == "0001-01-01T00:00:00Z" {
            return Ok(Self::ZERO);
        }
        parse_rfc3339(text).ok_or_else(|| TimeError {
            text: text.to_owned(),
        })
    }

    /// Whether there is no moment.
    pub fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    /// The moment.
    pub fn timestamp(self) -> Option<Timestamp> {
        self.0.map(|moment| moment.timestamp)
    }

    /// Seconds east of Greenwich of the clock that told it.
    pub fn offset_seconds(self) -> i32 {
        self.0.map_or(0, |moment| moment.offset)
    }

    /// What the clock showed. Go's zero time shows the first of January of year 1.
    pub fn wall_clock(self) -> civil::DateTime {
        self.0
            .map_or(civil::datetime(1, 1, 1, 0, 0, 0, 0), |moment| {
                Offset::from_seconds(moment.offset)
                    .unwrap_or(Offset::UTC)
                    .to_datetime(moment.timestamp)
            })
    }

    /// Go's `time.ANSIC`, as in `LAST DEPLOYED: Sat Nov 21 09:25:22 2026`.
    pub fn ansic(self) -> String {
        let clock = self.wall_clock();
        format!(
            "{} {} {:>2} {:02}:{:02}:{:02} {:04}",
            WEEKDAYS[clock.weekday().to_sunday_zero_offset() as usize % 7],
            MONTHS[(clock.month() as usize).saturating_sub(1) % 12],
            clock.day(),
            clock.hour(),
            clock.minute(),
            clock.second(),
            clock.year()
        )
    }

    /// Go's `Time.String`, as in `2026-11-21 09:25:22.2299 +0000 UTC`.
    ///
    /// `zone` is the abbreviation of the zone, which a record does not keep: Go knows it only
    /// when the offset is that of its own zone. Without it, UTC is `UTC` and any other offset
    /// stands for itself.
    pub fn go_string(self, zone: Option<&str>) -> String {
        let clock = self.wall_clock();
        let offset = self.offset_text("");
        let name = match zone {
            Some(zone) => zone,
            None if self.offset_seconds() == 0 => "UTC",
            None => &offset,
        };
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}{} {offset} {name}",
            clock.year(),
            clock.month(),
            clock.day(),
            clock.hour(),
            clock.minute(),
            clock.second(),
            Fraction(clock.subsec_nanosecond())
        )
    }

    fn offset_text(self, colon: &str) -> String {
        let offset = self.offset_seconds();
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Go's `time.RFC3339Nano`: trailing zeros of the second's fraction are dropped.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = self.wall_clock();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            clock.year(),
            clock.month(),
            clock.day(),
            clock.hour(),
            clock.minute(),
            clock.second(),
            Fraction(clock.subsec_nanosecond())
        )?;
        if self.offset_seconds() == 0 {
            f.write_str("Z")
        } else {
            f.write_str(&self.offset_text(":"))
        }
    }
}

struct Fraction(i32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        write!(f, ".{}", format!("{:09}", self.0).trim_end_matches('0'))
    }
}

fn parse_rfc3339(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    // Strict in form: jiff alone would also take other ISO 8601 texts.
    let punctuated = bytes.len() >= 20
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes[10] == b'T'
        && bytes[13] == b':'
        && bytes[16] == b':';
    if !punctuated {
        return None;
    }
    let timestamp: Timestamp = text.parse().ok()?;
    Some(Time::new(timestamp, offset_of(text)?))
}

fn offset_of(text: &str) -> Option<i32> {
    if text.ends_with('Z') {
        return Some(0);
    }
    let tail = text.get(text.len().checked_sub(6)?..)?;
    let sign = match tail.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = tail[1..].split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_and_the_fraction_are_kept() {
        for text in [
            "2026-11-21T10:41:54.350700698Z",
            "2026-11-21T10:41:54.35Z",
            "2026-11-21T10:41:54Z",
            "2026-11-21T10:41:54.1+01:00",
            "2026-11-21T10:41:54-09:30",
        ] {
            assert_eq!(Time::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn helm_3_writes_no_moment_as_the_empty_text() {
        assert!(Time::parse("").unwrap().is_zero());
        assert!(Time::parse("0001-01-01T00:00:00Z").unwrap().is_zero());
        assert_eq!(Time::ZERO.to_string(), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in [
            "now",
            "2026-11-21",
            "2026-11-21 10:41:54Z",
            "2026-11-21T10:41:54",
            "é",
        ] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
    }

    // `helm status` and `helm list` of Helm 4.3.1 show these forms.
    #[test]
    fn people_see_gos_forms() {
        let time = Time::parse("2026-11-01T09:05:02.2299Z").unwrap();
        assert_eq!(time.ansic(), "Sun Nov  1 09:05:02 2026");
        assert_eq!(time.go_string(None), "2026-11-01 09:05:02.2299 +0000 UTC");
        let time = Time::parse("2026-11-21T10:41:54+01:00").unwrap();
        assert_eq!(time.go_string(None), "2026-11-21 10:41:54 +0100 +0100");
        assert_eq!(time.go_string(Some("CET")), "2026-11-21 10:41:54 +0100 CET");
    }
}
