//! `Time.Format`.

use crate::calendar::{Civil, MONTHS, WEEKDAYS};
use crate::time::Time;
use crate::time_layout::{OffsetStyle, Part, cut};
use crate::zone::Offset;

/// Writes a time by a layout.
pub(crate) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let offset = time.offset();
    let civil = time.civil();
    let mut out = Vec::with_capacity(layout.len() + 16);
    let mut rest = layout;
    loop {
        let cut = cut(rest);
        out.extend_from_slice(cut.before);
        let Some(part) = cut.part else {
            return out;
        };
        let text = match part {
            Part::Offset(style) => offset_text(style, offset.seconds),
            Part::ZoneName => zone_text(&offset),
            Part::Fraction(digits) => fraction(time.nanosecond(), digits, cut.text),
            Part::OpenFraction(digits) => open_fraction(time.nanosecond(), digits, cut.text),
            other => civil_text(other, civil),
        };
        out.extend_from_slice(text.as_bytes());
        rest = cut.after;
    }
}

fn civil_text(part: Part, civil: Civil) -> String {
    let month = MONTHS[(civil.month - 1).clamp(0, 11) as usize];
    let weekday = WEEKDAYS[civil.weekday()];
    let hour12 = if civil.hour % 12 == 0 {
        12
    } else {
        civil.hour % 12
    };
    match part {
        Part::LongMonth => month.into(),
        Part::Month => month[..3].into(),
        Part::NumberMonth => civil.month.to_string(),
        Part::ZeroMonth => format!("{:02}", civil.month),
        Part::LongWeekday => weekday.into(),
        Part::Weekday => weekday[..3].into(),
        Part::Day => civil.day.to_string(),
        Part::BlankDay => format!("{:2}", civil.day),
        Part::ZeroDay => format!("{:02}", civil.day),
        Part::BlankYearDay => format!("{:3}", civil.day_of_year()),
        Part::ZeroYearDay => format!("{:03}", civil.day_of_year()),
        Part::Hour => format!("{:02}", civil.hour),
        Part::Hour12 => hour12.to_string(),
        Part::ZeroHour12 => format!("{hour12:02}"),
        Part::Minute => civil.minute.to_string(),
        Part::ZeroMinute => format!("{:02}", civil.minute),
        Part::Second => civil.second.to_string(),
        Part::ZeroSecond => format!("{:02}", civil.second),
        Part::LongYear if civil.year < 0 => format!("-{:04}", -civil.year),
        Part::LongYear => format!("{:04}", civil.year),
        Part::Year => format!("{:02}", civil.year.max(0) % 100),
        Part::UpperPm => if civil.hour >= 12 { "PM" } else { "AM" }.into(),
        Part::LowerPm => if civil.hour >= 12 { "pm" } else { "am" }.into(),
        _ => String::new(),
    }
}

fn offset_text(style: OffsetStyle, seconds: i64) -> String {
    if style.zulu && seconds == 0 {
        return "Z".into();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.abs();
    let numbers = [size / 3600, size / 60 % 60, size % 60];
    let numbers: Vec<String> = numbers[..style.numbers]
        .iter()
        .map(|n| format!("{n:02}"))
        .collect();
    format!(
        "{sign}{}",
        numbers.join(if style.colons { ":" } else { "" })
    )
}

/// GO: a zone without a name shows as its offset.
fn zone_text(offset: &Offset) -> String {
    if !offset.name.is_empty() {
        return offset.name.clone();
    }
    let style = OffsetStyle {
        zulu: false,
        colons: false,
        numbers: 2,
    };
    offset_text(style, offset.seconds)
}

fn fraction(nanosecond: u32, digits: usize, layout: &[u8]) -> String {
    let mut all = format!("{nanosecond:09}");
    all.truncate(digits);
    while all.len() < digits {
        all.push('0');
    }
    format!("{}{all}", separator(layout))
}

fn open_fraction(nanosecond: u32, digits: usize, layout: &[u8]) -> String {
    let mut all = format!("{nanosecond:09}");
    all.truncate(digits);
    let kept = all.trim_end_matches('0');
    if kept.is_empty() {
        return String::new();
    }
    format!("{}{kept}", separator(layout))
}

fn separator(layout: &[u8]) -> char {
    layout.first().map_or('.', |b| char::from(*b))
}
