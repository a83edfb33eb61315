//! Helm's duration functions: a duration from almost anything, and its size in units.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::Any;
use pintle_go_value::{Str, Value, format};

use crate::call::{Call, fail};
use crate::declare::{Declaration, fixed};
use crate::duration::{Duration, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND};
use crate::strconv::parse_float;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("mustToDuration", &[Any], |c| Ok(to_duration(c.value(0))?.value()), "A duration from a text such as 1h30m, or from a number of seconds."),
    fixed("durationSeconds", &[Any], |c| Ok(units(c, SECOND)), "A duration in seconds."),
    fixed("durationMilliseconds", &[Any], |c| Ok(whole_units(c, MILLISECOND)), "A duration in whole milliseconds."),
    fixed("durationMicroseconds", &[Any], |c| Ok(whole_units(c, MICROSECOND)), "A duration in whole microseconds."),
    fixed("durationNanoseconds", &[Any], |c| Ok(whole_units(c, 1)), "A duration in nanoseconds."),
    fixed("durationMinutes", &[Any], |c| Ok(units(c, MINUTE)), "A duration in minutes."),
    fixed("durationHours", &[Any], |c| Ok(units(c, HOUR)), "A duration in hours."),
    fixed("durationDays", &[Any], |c| Ok(days(c, 1.0)), "A duration in days of 24 hours."),
    fixed("durationWeeks", &[Any], |c| Ok(days(c, 7.0)), "A duration in weeks."),
    fixed("durationRoundTo", &[Any, Any], |c| Ok(lenient(c, 0).round(lenient(c, 1)).value()), "A duration rounded to a multiple of another."),
    fixed("durationTruncateTo", &[Any, Any], |c| Ok(lenient(c, 0).truncate(lenient(c, 1)).value()), "A duration cut to a multiple of another."),
];

/// HELM: only `mustToDuration` tells of what is no duration; the others take it as zero.
fn lenient(call: &Call<'_>, index: usize) -> Duration {
    to_duration(call.value(index)).unwrap_or(Duration(0))
}

fn units(call: &Call<'_>, unit: i64) -> Value {
    Value::Float(lenient(call, 0).in_units(unit))
}

fn whole_units(call: &Call<'_>, unit: i64) -> Value {
    Value::Int64(lenient(call, 0).0 / unit)
}

fn days(call: &Call<'_>, count: f64) -> Value {
    // HELM: one division after the other, which rounds twice.
    Value::Float(lenient(call, 0).in_units(HOUR) / 24.0 / count)
}

fn to_duration(value: &Value) -> Result<Duration, CallError> {
    if let Some(duration) = value.as_object::<Duration>() {
        return Ok(*duration);
    }
    match value {
        Value::Nil => fail("invalid duration"),
        Value::Str(text) => from_text(text),
        Value::Float(seconds) => from_float(*seconds),
        Value::Uint(seconds) | Value::Uint64(seconds) => from_seconds(i128::from(*seconds)),
        other => match other.as_int() {
            Some(seconds) => from_seconds(i128::from(seconds)),
            None => fail(format!("unsupported duration type {}", other.type_name())),
        },
    }
}

fn from_text(given: &Str) -> Result<Duration, CallError> {
    let text = given.to_text();
    let text = text.trim();
    if text.is_empty() {
        return fail("empty duration");
    }
    if let Ok(duration) = Duration::parse(text) {
        return Ok(duration);
    }
    match parse_float(text.as_bytes()) {
        Ok(seconds) => from_float(seconds),
        Err(_) => fail(format!(
            "could not parse duration {}",
            format::sprintf(b"%q", &[given.clone().into()])
        )),
    }
}

fn from_seconds(seconds: i128) -> Result<Duration, CallError> {
    i64::try_from(seconds * i128::from(SECOND))
        .map(Duration)
        .or_else(|_| fail(format!("duration seconds overflow: {seconds}")))
}

fn from_float(seconds: f64) -> Result<Duration, CallError> {
    let printed = format::sprint(&Value::Float(seconds));
    if !seconds.is_finite() {
        return fail(format!("invalid duration seconds: {printed}"));
    }
    let nanoseconds = seconds * SECOND as f64;
    if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanoseconds) {
        return fail(format!("duration seconds overflow: {printed}"));
    }
    Ok(Duration(nanoseconds as i64))
}
