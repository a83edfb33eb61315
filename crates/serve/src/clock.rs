//! Times as headers and indexes have them.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// `Sun, 22 Nov 2026 02:50:52 GMT`
pub fn header(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .ok()
}

/// A time in a header.
pub fn parse(text: &str) -> Option<SystemTime> {
    let time = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(time.into())
}

/// `2026-11-22T02:50:52.123Z`
pub fn index(time: SystemTime) -> String {
    match Timestamp::try_from(time) {
        Ok(time) => time.to_string(),
        Err(_) => pintle_chart::time::ZERO.to_owned(),
    }
}

/// Whole seconds of a time, which is all that headers have.
pub fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_250);
        let text = header(time).unwrap();
        assert_eq!(text, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse(&text), Some(whole_seconds(time)));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(index(time), "1994-11-06T08:49:37.25Z");
    }
}
