//! Dates: formatting, reading, moving, and rough ages.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Any, Named, Str as Text};
use pintle_go_value::{Str, Value};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed, impure};
use crate::duration::{Duration, HOUR, MINUTE, SECOND};
use crate::strconv::{NumberError, parse_int};
use crate::time::Time;
use crate::time_format::format;
use crate::time_parse::parse;
use crate::zone::Zone;

const TIME: pintle_go_template::Parameter = Named("time.Time");

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    impure("now", &[], |c| Ok(now(c).value()), "The present time."),
    impure("ago", &[Any], ago, "How long a time ago is, to the second."),
    impure("date", &[Text, Any], |c| format_in(c, c.bytes(0)?, 1, "Local"), "Formats a time by a layout in the local zone."),
    impure("dateInZone", &[Text, Any, Text], |c| format_in(c, c.bytes(0)?, 1, &c.str(2)?.to_text()), "Formats a time by a layout in a zone."),
    impure("date_in_zone", &[Text, Any, Text], |c| format_in(c, c.bytes(0)?, 1, &c.str(2)?.to_text()), "Formats a time by a layout in a zone; the old name of dateInZone."),
    impure("htmlDate", &[Any], |c| format_in(c, b"2006-01-02", 0, "Local"), "Formats a time as a date for HTML forms."),
    impure("htmlDateInZone", &[Any, Text], |c| format_in(c, b"2006-01-02", 0, &c.str(1)?.to_text()), "Formats a time as a date for HTML forms in a zone."),
    fixed("dateModify", &[Text, TIME], date_modify, "Moves a time by a duration; leaves it where that is none."),
    fixed("date_modify", &[Text, TIME], date_modify, "Moves a time by a duration; the old name of dateModify."),
    fixed("mustDateModify", &[Text, TIME], must_date_modify, "Moves a time by a duration."),
    fixed("must_date_modify", &[Text, TIME], must_date_modify, "Moves a time by a duration; the old name of mustDateModify."),
    impure("toDate", &[Text, Text], to_date, "Reads a time by a layout; the zero time where that fails."),
    impure("mustToDate", &[Text, Text], must_to_date, "Reads a time by a layout."),
    fixed("unixEpoch", &[TIME], unix_epoch, "The seconds from 1970 to a time, as text."),
    fixed("duration", &[Any], duration, "A number of seconds (text or int64) as a duration."),
    impure("durationRound", &[Any], duration_round, "A duration in its largest unit only."),
];

fn local(call: &Call<'_>) -> Zone {
    Zone::Local(call.env.local_zone.clone())
}

fn now(call: &Call<'_>) -> Time {
    Time::from_timestamp(call.env.clock.now(), local(call)).at_home(&call.env.local_zone)
}

/// HELM: whatever is neither a time nor an integer means now.
fn time_of(call: &Call<'_>, index: usize) -> Time {
    let value = call.value(index);
    if let Some(time) = value.as_object::<Time>() {
        return time.clone();
    }
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => Time::new(*seconds, 0, local(call)),
        Value::Int32(seconds) => Time::new(i64::from(*seconds), 0, local(call)),
        _ => now(call),
    }
}

/// HELM: an unknown zone means UTC.
fn format_in(call: &Call<'_>, layout: &[u8], index: usize, zone: &str) -> Outcome {
    let zone = Zone::load(zone, &call.env.local_zone).unwrap_or(Zone::Utc);
    let time = time_of(call, index).within(zone);
    Ok(Str::from(format(&time, layout)).into())
}

fn ago(call: &Call<'_>) -> Outcome {
    let age = now(call).since(&time_of(call, 0)).round(Duration(SECOND));
    Ok(Value::from(age.text()))
}

fn given_time<'a>(call: &Call<'a>, index: usize) -> Result<&'a Time, CallError> {
    call.value(index).as_object::<Time>().ok_or_else(|| {
        let name = call.value(index).type_name();
        CallError::Message(format!(
            "wrong type for value; expected time.Time; got {name}"
        ))
    })
}

fn date_modify(call: &Call<'_>) -> Outcome {
    let time = given_time(call, 1)?;
    match Duration::parse(&call.str(0)?.to_text()) {
        Ok(duration) => Ok(time.add(duration).value()),
        Err(_) => Ok(call.value(1).clone()),
    }
}

fn must_date_modify(call: &Call<'_>) -> Outcome {
    let duration = Duration::parse(&call.str(0)?.to_text())?;
    Ok(given_time(call, 1)?.add(duration).value())
}

fn to_date(call: &Call<'_>) -> Outcome {
    Ok(must_to_date(call).unwrap_or_else(|_| Time::zero().value()))
}

fn must_to_date(call: &Call<'_>) -> Outcome {
    let time = parse(call.bytes(0)?, call.bytes(1)?, &local(call))?;
    Ok(time.at_home(&call.env.local_zone).value())
}

fn unix_epoch(call: &Call<'_>) -> Outcome {
    Ok(Value::from(given_time(call, 0)?.seconds().to_string()))
}

/// HELM: of numbers only an int64 counts, so `duration 95` is `0s`; too many seconds wrap.
fn duration(call: &Call<'_>) -> Outcome {
    let seconds = match call.value(0) {
        Value::Str(text) => parse_int(text.as_bytes(), 10).unwrap_or_else(NumberError::value),
        Value::Int64(seconds) => *seconds,
        _ => 0,
    };
    Ok(Value::from(Duration(seconds.wrapping_mul(SECOND)).text()))
}

/// HELM: a unit is used only above one of it, so a minute is `60s` and a second `0s`.
fn duration_round(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    let duration = match value {
        Value::Str(text) => Duration::parse(&text.to_text()).map_or(0, |duration| duration.0),
        Value::Int64(nanoseconds) => *nanoseconds,
        _ => match value.as_object::<Time>() {
            Some(time) => now(call).since(time).0,
            None => 0,
        },
    };
    let size = duration.unsigned_abs();
    for (unit, name) in [
        (365 * 24 * HOUR, "y"),
        (30 * 24 * HOUR, "mo"),
        (24 * HOUR, "d"),
        (HOUR, "h"),
        (MINUTE, "m"),
        (SECOND, "s"),
    ] {
        let unit = unit.unsigned_abs();
        if size > unit {
            return Ok(Value::from(format!("{}{name}", size / unit)));
        }
    }
    Ok(Value::from("0s"))
}
