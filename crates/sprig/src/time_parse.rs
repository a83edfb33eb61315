//! `time.ParseInLocation`.

use std::sync::Arc;

use crate::calendar::{Civil, MONTHS, WEEKDAYS, days_in, is_leap};
use crate::duration::quote;
use crate::time::Time;
use crate::time_layout::{OffsetStyle, Part, cut};
use crate::zone::Zone;

/// Reads a time by a layout; without a zone in the text it is in `local`.
///
/// # Errors
/// Go's text.
pub(crate) fn parse(layout: &[u8], value: &[u8], local: &Zone) -> Result<Time, String> {
    let mut fields = Fields::default();
    let mut left = value;
    let mut rest = layout;
    let mismatch = |wanted: &[u8], left: &[u8]| {
        let (value, layout) = (quote(value), quote(layout));
        let (left, wanted) = (quote(left), quote(wanted));
        format!("parsing time {value} as {layout}: cannot parse {left} as {wanted}")
    };
    let message = |text: &str| format!("parsing time {}: {text}", quote(value));
    loop {
        let cut = cut(rest);
        left = skip(left, cut.before).map_err(|stuck| mismatch(cut.before, stuck))?;
        let Some(part) = cut.part else {
            break;
        };
        left = match fields.read(part, left, cut.after) {
            Ok(after) => after,
            Err(Problem::Syntax) => return Err(mismatch(cut.text, left)),
            Err(Problem::Range(what)) => return Err(message(&format!("{what} out of range"))),
        };
        rest = cut.after;
    }
    if !left.is_empty() {
        return Err(message(&format!("extra text: {}", quote(left))));
    }
    fields.finish(local).map_err(|problem| message(&problem))
}

/// Literal text of the layout: a blank stands for any number of blanks.
fn skip<'a>(mut value: &'a [u8], mut literal: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let Some((&wanted, after)) = literal.split_first() {
        if wanted == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            literal = trim_blanks(literal);
            value = trim_blanks(value);
            continue;
        }
        match value.split_first() {
            Some((found, rest)) if *found == wanted => value = rest,
            _ => return Err(value),
        }
        literal = after;
    }
    Ok(value)
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| **b == b' ').count();
    &text[blanks..]
}

/// Why a part could not be read.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    Syntax,
    Range(&'static str),
}

type Parsed<'a, T> = Result<(T, &'a [u8]), Problem>;

/// What has been read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: u32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i64>,
    zone_name: Option<Vec<u8>>,
}

impl Fields {
    /// Reads one part; `following` is the layout after it.
    fn read<'a>(
        &mut self,
        part: Part,
        value: &'a [u8],
        following: &[u8],
    ) -> Result<&'a [u8], Problem> {
        match part {
            Part::Year | Part::LongYear => self.read_year(part, value),
            Part::Month | Part::LongMonth | Part::NumberMonth | Part::ZeroMonth => {
                self.read_month(part, value)
            }
            Part::Weekday => name(&WEEKDAYS, 3, value).map(|(_, left)| left),
            Part::LongWeekday => name(&WEEKDAYS, 9, value).map(|(_, left)| left),
            Part::Day | Part::BlankDay | Part::ZeroDay => {
                let value = if part == Part::BlankDay {
                    without_blank(value)
                } else {
                    value
                };
                let (day, left) = number(value, part == Part::ZeroDay)?;
                self.day = Some(day);
                Ok(left)
            }
            Part::BlankYearDay | Part::ZeroYearDay => self.read_year_day(part, value),
            Part::Hour => within(number(value, false)?, 0..24, "hour", &mut self.hour),
            Part::Hour12 => within(number(value, false)?, 0..13, "hour", &mut self.hour),
            Part::ZeroHour12 => within(number(value, true)?, 0..13, "hour", &mut self.hour),
            Part::Minute => within(number(value, false)?, 0..60, "minute", &mut self.minute),
            Part::ZeroMinute => within(number(value, true)?, 0..60, "minute", &mut self.minute),
            Part::Second | Part::ZeroSecond => self.read_second(part, value, following),
            Part::UpperPm | Part::LowerPm => self.read_half(part, value),
            Part::Offset(style) => self.read_offset(style, value),
            Part::ZoneName => self.read_zone_name(value),
            Part::Fraction(digits) => {
                let text = value.get(..=digits).ok_or(Problem::Syntax)?;
                self.nanosecond = nanoseconds(text)?;
                Ok(&value[1 + digits..])
            }
            Part::OpenFraction(_) => self.read_open_fraction(value),
        }
    }

    fn read_year<'a>(&mut self, part: Part, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        let length = if part == Part::Year { 2 } else { 4 };
        let text = value.get(..length).ok_or(Problem::Syntax)?;
        if part == Part::LongYear && !text[0].is_ascii_digit() {
            return Err(Problem::Syntax);
        }
        let year = signed(text)?;
        self.year = match part {
            Part::Year if year >= 69 => year + 1900,
            Part::Year => year + 2000,
            _ => year,
        };
        Ok(&value[length..])
    }

    fn read_month<'a>(&mut self, part: Part, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        let (month, left) = match part {
            Part::Month => name(&MONTHS, 3, value)?,
            Part::LongMonth => name(&MONTHS, 9, value)?,
            _ => number(value, part == Part::ZeroMonth)?,
        };
        let mut read = 0;
        let left = within((month, left), 1..13, "month", &mut read)?;
        self.month = Some(read);
        Ok(left)
    }

    fn read_year_day<'a>(&mut self, part: Part, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        let fixed = part == Part::ZeroYearDay;
        let value = if fixed {
            value
        } else {
            without_blank(without_blank(value))
        };
        let length = value
            .iter()
            .take(3)
            .take_while(|b| b.is_ascii_digit())
            .count();
        if length == 0 || (fixed && length != 3) {
            return Err(Problem::Syntax);
        }
        self.year_day = Some(signed(&value[..length])?);
        Ok(&value[length..])
    }

    /// GO: a fraction after the seconds is read even where the layout has none.
    fn read_second<'a>(
        &mut self,
        part: Part,
        value: &'a [u8],
        following: &[u8],
    ) -> Result<&'a [u8], Problem> {
        let read = number(value, part == Part::ZeroSecond)?;
        let left = within(read, 0..60, "second", &mut self.second)?;
        let expected = matches!(
            cut(following).part,
            Some(Part::Fraction(_) | Part::OpenFraction(_))
        );
        if expected || !starts_fraction(left) {
            return Ok(left);
        }
        self.read_open_fraction(left)
    }

    fn read_open_fraction<'a>(&mut self, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        if !starts_fraction(value) {
            return Ok(value);
        }
        let length = 1 + value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.nanosecond = nanoseconds(&value[..length])?;
        Ok(&value[length..])
    }

    fn read_half<'a>(&mut self, part: Part, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        let text = value.get(..2).ok_or(Problem::Syntax)?;
        let (before, after): (&[u8], &[u8]) = if part == Part::UpperPm {
            (b"AM", b"PM")
        } else {
            (b"am", b"pm")
        };
        if text != before && text != after {
            return Err(Problem::Syntax);
        }
        self.afternoon = Some(text == after);
        Ok(&value[2..])
    }

    fn read_offset<'a>(
        &mut self,
        style: OffsetStyle,
        value: &'a [u8],
    ) -> Result<&'a [u8], Problem> {
        if style.zulu && value.starts_with(b"Z") {
            self.utc = true;
            return Ok(&value[1..]);
        }
        let step = if style.colons { 3 } else { 2 };
        let length = 1 + style.numbers * step - usize::from(style.colons);
        let text = value.get(..length).ok_or(Problem::Syntax)?;
        let mut numbers = [0; 3];
        for (index, found) in numbers.iter_mut().take(style.numbers).enumerate() {
            let start = 1 + index * step;
            if style.colons && index > 0 && text[start - 1] != b':' {
                return Err(Problem::Syntax);
            }
            *found = number(&text[start..start + 2], true)?.0;
        }
        let [hours, minutes, seconds] = numbers;
        // GO: 24 hours and 60 minutes are let through, as some people write them.
        for (count, most, what) in [
            (hours, 24, "time zone offset hour"),
            (minutes, 60, "time zone offset minute"),
            (seconds, 60, "time zone offset second"),
        ] {
            if count > most {
                return Err(Problem::Range(what));
            }
        }
        let size = (hours * 60 + minutes) * 60 + seconds;
        self.offset = Some(match text[0] {
            b'+' => size,
            b'-' => -size,
            _ => return Err(Problem::Syntax),
        });
        Ok(&value[length..])
    }

    fn read_zone_name<'a>(&mut self, value: &'a [u8]) -> Result<&'a [u8], Problem> {
        if value.starts_with(b"UTC") {
            self.utc = true;
            return Ok(&value[3..]);
        }
        let length = zone_name_length(value).ok_or(Problem::Syntax)?;
        self.zone_name = Some(value[..length].to_vec());
        Ok(&value[length..])
    }

    fn finish(mut self, local: &Zone) -> Result<Time, String> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let (month, day) = self.date()?;
        if day < 1 || day > days_in(self.year, month) {
            return Err("day out of range".into());
        }
        let shown = Civil {
            year: self.year,
            month,
            day,
            hour: self.hour,
            minute: self.minute,
            second: self.second,
        };
        Ok(self.place(shown.seconds(), local))
    }

    fn date(&self) -> Result<(i64, i64), String> {
        let Some(year_day) = self.year_day else {
            return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1)));
        };
        let length = if is_leap(self.year) { 366 } else { 365 };
        if !(1..=length).contains(&year_day) {
            return Err("day-of-year out of range".into());
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(self.year, month) {
            day -= days_in(self.year, month);
            month += 1;
        }
        if self.month.is_some_and(|given| given != month) {
            return Err("day-of-year does not match month".into());
        }
        if self.day.is_some_and(|given| given != day) {
            return Err("day-of-year does not match day".into());
        }
        Ok((month, day))
    }

    /// The moment, by the zone in the text or else the local one.
    fn place(self, shown: i64, local: &Zone) -> Time {
        let nanosecond = self.nanosecond;
        let name = self
            .zone_name
            .map(|name| String::from_utf8_lossy(&name).into_owned());
        if self.utc {
            return Time::new(shown, nanosecond, Zone::Utc);
        }
        if let Some(offset) = self.offset {
            let seconds = shown - offset;
            let here = local.offset_at(seconds);
            if here.seconds == offset && name.as_ref().is_none_or(|name| *name == here.name) {
                return Time::new(seconds, nanosecond, local.clone());
            }
            let zone = Zone::Fixed(name.unwrap_or_default().into(), offset as i32);
            return Time::new(seconds, nanosecond, zone);
        }
        let Some(name) = name else {
            return Time::new(local.seconds_of(shown), nanosecond, local.clone());
        };
        if let Some(offset) = local.offset_named(&name, shown) {
            return Time::new(shown - offset, nanosecond, local.clone());
        }
        // GO: an unknown abbreviation is kept beside the UTC time; only GMT+3 gets its offset,
        // which does not move the time either.
        let hours = name
            .strip_prefix("GMT")
            .and_then(|hours| hours.parse::<i32>().ok());
        let offset = hours.unwrap_or(0) * 3600;
        Time::new(shown, nanosecond, Zone::Fixed(Arc::from(name), offset))
    }
}

fn without_blank(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

/// One or two digits; exactly two when `fixed`.
fn number(value: &[u8], fixed: bool) -> Parsed<'_, i64> {
    let digit = |at: usize| {
        value
            .get(at)
            .filter(|b| b.is_ascii_digit())
            .map(|b| i64::from(b - b'0'))
    };
    match (digit(0), digit(1)) {
        (Some(tens), Some(ones)) => Ok((tens * 10 + ones, &value[2..])),
        (Some(ones), None) if !fixed => Ok((ones, &value[1..])),
        _ => Err(Problem::Syntax),
    }
}

fn within<'a>(
    (found, left): (i64, &'a [u8]),
    range: std::ops::Range<i64>,
    what: &'static str,
    field: &mut i64,
) -> Result<&'a [u8], Problem> {
    if !range.contains(&found) {
        return Err(Problem::Range(what));
    }
    *field = found;
    Ok(left)
}

/// A number from 1 by its English name, of which at most `length` letters count.
fn name<'a>(names: &[&str], length: usize, value: &'a [u8]) -> Parsed<'a, i64> {
    for (index, name) in names.iter().enumerate() {
        let name = &name.as_bytes()[..name.len().min(length)];
        let found = value.get(..name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return Ok((index as i64 + 1, &value[name.len()..]));
        }
    }
    Err(Problem::Syntax)
}

/// Digits, perhaps with a sign.
fn signed(text: &[u8]) -> Result<i64, Problem> {
    let text = std::str::from_utf8(text).map_err(|_| Problem::Syntax)?;
    text.parse().map_err(|_| Problem::Syntax)
}

fn starts_fraction(value: &[u8]) -> bool {
    matches!(value, [b'.' | b',', digit, ..] if digit.is_ascii_digit())
}

/// Nanoseconds from a separator and digits, of which nine count.
fn nanoseconds(text: &[u8]) -> Result<u32, Problem> {
    let [b'.' | b',', digits @ ..] = text else {
        return Err(Problem::Syntax);
    };
    let digits = &digits[..digits.len().min(9)];
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Problem::Syntax);
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Ok(value * 10u32.pow(9 - digits.len() as u32))
}

/// How long the abbreviation of a zone at the start of a text is: three to five capitals.
fn zone_name_length(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(after) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_length(after));
    }
    if matches!(value[0], b'+' | b'-') {
        return Some(signed_hours_length(value)).filter(|length| *length > 0);
    }
    let capitals = value
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_uppercase())
        .count();
    match capitals {
        3 => Some(3),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        5 if value[4] == b'T' => Some(5),
        _ => None,
    }
}

/// How long a sign with an hour from 0 to 23 is, such as `+03`.
fn signed_hours_length(value: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = value else {
        return 0;
    };
    let length = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    match signed(&digits[..length]) {
        Ok(hours) if hours <= 23 => 1 + length,
        _ => 0,
    }
}
