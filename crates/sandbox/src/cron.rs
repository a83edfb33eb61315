//! When a cron job runs: five fields, or a name for them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// After more than so many years without a time there is none.
const YEARS: i16 = 5;

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// One field: its least and greatest number, and names for its numbers from the least on.
type Field = (u32, u32, &'static [&'static str]);

const FIELDS: [Field; 5] = [
    (0, 59, &[]),
    (0, 23, &[]),
    (1, 31, &[]),
    (1, 12, MONTHS),
    (0, 6, DAYS),
];

/// Which minutes: of the hour, hours, days of the month, months, days of the week; or each so many
/// seconds.
#[derive(Debug)]
pub struct Schedule {
    sets: [u64; 5],
    any_day: bool,
    any_weekday: bool,
    every: Option<i64>,
}

impl Schedule {
    /// # Errors
    /// What is wrong with it, in the words of the real server.
    pub fn read(text: &str) -> Result<Self, String> {
        let fields = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            fields => fields,
        };
        let mut schedule = Self {
            sets: [0; 5],
            any_day: false,
            any_weekday: false,
            every: None,
        };
        if fields.starts_with('@') {
            schedule.every = Some(every(fields)?);
            return Ok(schedule);
        }
        let words: Vec<&str> = fields.split_whitespace().collect();
        if words.len() != FIELDS.len() {
            let (count, words) = (words.len(), words.join(" "));
            return Err(format!(
                "expected exactly 5 fields, found {count}: [{words}]"
            ));
        }
        for ((set, word), field) in schedule.sets.iter_mut().zip(&words).zip(FIELDS) {
            for part in word.split(',') {
                *set |= range(part, field)?;
            }
        }
        schedule.any_day = words[2].starts_with(['*', '?']);
        schedule.any_weekday = words[4].starts_with(['*', '?']);
        Ok(schedule)
    }

    fn has(&self, at: usize, value: i8) -> bool {
        self.sets[at] & 1 << value != 0
    }

    /// GO: with both a day of the month and one of the week, either will do.
    fn is_day(&self, at: DateTime) -> bool {
        let day = self.has(2, at.day());
        let week = self.has(4, at.weekday().to_sunday_zero_offset());
        if self.any_day || self.any_weekday {
            day && week
        } else {
            day || week
        }
    }

    /// The first time after another, in seconds since 1970.
    #[must_use]
    pub fn after(&self, seconds: i64, zone: &TimeZone) -> Option<i64> {
        if let Some(every) = self.every {
            return seconds.checked_add(every);
        }
        let first = Timestamp::from_second(seconds).ok()?;
        let first = first.to_zoned(zone.clone()).datetime();
        let last = first.year().saturating_add(YEARS);
        let hour = |at: DateTime| at.date().at(at.hour(), 0, 0, 0);
        let minute = hour(first).checked_add(i64::from(first.minute()).minutes());
        let mut at = minute.and_then(|at| at.checked_add(1.minute())).ok()?;
        while at.year() <= last {
            at = if !self.has(3, at.month()) || !self.is_day(at) {
                at.date().tomorrow().ok()?.at(0, 0, 0, 0)
            } else if !self.has(1, at.hour()) {
                hour(at).checked_add(1.hour()).ok()?
            } else {
                let found = at.to_zoned(zone.clone()).ok()?.timestamp().as_second();
                if self.has(0, at.minute()) && found > seconds {
                    return Some(found);
                }
                at.checked_add(1.minute()).ok()?
            };
        }
        None
    }
}

/// The seconds of `@every 1h30m`.
fn every(text: &str) -> Result<i64, String> {
    let Some(duration) = text.strip_prefix("@every ") else {
        return Err(format!("unrecognized descriptor: {text}"));
    };
    let read = pintle_sprig::parse_duration(duration);
    let nanoseconds = read.map_err(|why| format!("failed to parse duration {text}: {why}"))?;
    // GO: less than a second is one.
    Ok((nanoseconds / 1_000_000_000).max(1))
}

/// `*/15`, `1-5`, `mon`: as bits.
fn range(part: &str, field: Field) -> Result<u64, String> {
    let (least, most, _) = field;
    let mut halves = part.split('/');
    let (ends, step) = (halves.next().unwrap_or_default(), halves.next());
    if halves.next().is_some() {
        return Err(format!("too many slashes: {part}"));
    }
    let mut ends = ends.split('-');
    let (start, end) = (ends.next().unwrap_or_default(), ends.next());
    if ends.next().is_some() {
        return Err(format!("too many hyphens: {part}"));
    }
    let all = matches!(start, "*" | "?");
    let start = if all { least } else { number(start, field)? };
    let end = match end {
        Some(end) => number(end, field)?,
        None if all || step.is_some() => most,
        None => start,
    };
    let by = step.map_or(Ok(1), integer)?;
    if start < least {
        return Err(format!(
            "beginning of range ({start}) below minimum ({least}): {part}"
        ));
    }
    if end > most {
        return Err(format!(
            "end of range ({end}) above maximum ({most}): {part}"
        ));
    }
    if start > end {
        return Err(format!(
            "beginning of range ({start}) beyond end of range ({end}): {part}"
        ));
    }
    if by == 0 {
        return Err(format!("step of range should be a positive number: {part}"));
    }
    let values = (start..=end).step_by(by as usize);
    Ok(values.fold(0, |bits, value| bits | 1 << value))
}

fn number(text: &str, (least, _, names): Field) -> Result<u32, String> {
    let lower = text.to_lowercase();
    match (least..).zip(names).find(|(_, name)| **name == lower) {
        Some((number, _)) => Ok(number),
        None => integer(text),
    }
}

fn integer(text: &str) -> Result<u32, String> {
    let bad = || {
        format!("failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax")
    };
    let number: i64 = text.parse().map_err(|_| bad())?;
    u32::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        // 2027-01-15T08:00:00Z, a Friday.
        let now = 1_800_000_000;
        for (schedule, next) in [
            ("* * * * *", "2027-01-15T08:01:00Z"),
            ("*/15 * * * *", "2027-01-15T08:15:00Z"),
            ("@hourly", "2027-01-15T09:00:00Z"),
            ("@every 1h30m", "2027-01-15T09:30:00Z"),
            ("@every 90000ms", "2027-01-15T08:01:30Z"),
            ("30 7 * * *", "2027-01-16T07:30:00Z"),
            ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
            ("0 12 * * mon-wed", "2027-01-18T12:00:00Z"),
            ("0 12 1 * sun", "2027-01-17T12:00:00Z"),
            ("0 12 * jul 0", "2027-07-04T12:00:00Z"),
        ] {
            let read = Schedule::read(schedule);
            let at = read.map(|one| one.after(now, &TimeZone::UTC));
            let told = at.map(|at| at.map(crate::clock::text));
            assert_eq!(told, Ok(Some(next.to_owned())), "{schedule}");
        }
        for bad in [
            "",
            "* * * *",
            "60 * * * *",
            "*/0 * * * *",
            "a * * * *",
            "0 0 31 13 *",
            "5-1- * * * *",
            "@every x",
            "@every 1h1",
            "@often",
        ] {
            assert!(Schedule::read(bad).is_err(), "{bad}");
        }
        let why = "failed to parse duration @every 1h1: time: missing unit in duration \"1h1\"";
        let read = Schedule::read("@every 1h1").map(|_| ());
        assert_eq!(read, Err(why.to_owned()));
        let never = Schedule::read("0 0 31 2 *").expect("a schedule");
        assert_eq!(never.after(now, &TimeZone::UTC), None);
    }
}
