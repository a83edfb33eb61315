//! Go's `time.Time` as templates hold it.

use std::any::Any;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pintle_go_value::{Kind, MethodError, Object, Value};

use crate::calendar::{Civil, MONTHS, WEEKDAYS};
use crate::duration::{Duration, SECOND, argument, check_method};
use crate::time_format;
use crate::zone::{Offset, Zone};

/// Seconds from the start of year 1 to the start of 1970.
const YEAR_ONE: i64 = 62_135_596_800;
const RFC3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
/// What `String` and `%v` show.
const SHOWN: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";

/// A moment, and the zone it is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    /// Seconds after 1970 began, in UTC.
    seconds: i64,
    nanosecond: u32,
    zone: Zone,
    /// What the method `Local` goes to.
    home: TimeZone,
}

impl Time {
    /// A moment by seconds after 1970 began in UTC.
    pub(crate) fn new(seconds: i64, nanosecond: u32, zone: Zone) -> Self {
        Self {
            seconds,
            nanosecond,
            zone,
            home: TimeZone::UTC,
        }
    }

    /// The same, made on a machine in this zone.
    pub(crate) fn at_home(self, home: &TimeZone) -> Self {
        Self {
            home: home.clone(),
            ..self
        }
    }

    /// Go's zero time: the start of year 1.
    pub(crate) fn zero() -> Self {
        Self::new(-YEAR_ONE, 0, Zone::Utc)
    }

    /// A moment of our clock.
    pub(crate) fn from_timestamp(timestamp: Timestamp, zone: Zone) -> Self {
        let nanoseconds = timestamp.as_nanosecond();
        let second = i128::from(SECOND);
        Self::new(
            nanoseconds.div_euclid(second) as i64,
            nanoseconds.rem_euclid(second) as u32,
            zone,
        )
    }

    /// The moment as TOML writes it.
    pub(crate) fn toml(&self) -> String {
        let layout: &[u8] = match self.zone.name().as_str() {
            "datetime-local" => b"2006-01-02T15:04:05.999999999",
            "date-local" => b"2006-01-02",
            "time-local" => b"15:04:05.999999999",
            _ => RFC3339,
        };
        self.format(layout)
    }

    /// As a value for templates.
    pub(crate) fn value(self) -> Value {
        Value::Object(Arc::new(self))
    }

    /// Seconds after 1970 began.
    pub(crate) fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The part of the second.
    pub(crate) fn nanosecond(&self) -> u32 {
        self.nanosecond
    }

    /// The offset and abbreviation in force then.
    pub(crate) fn offset(&self) -> Offset {
        self.zone.offset_at(self.seconds)
    }

    /// What calendar and clock show in the zone.
    pub(crate) fn civil(&self) -> Civil {
        Civil::from_seconds(self.seconds.saturating_add(self.offset().seconds))
    }

    /// The same moment in another zone.
    pub(crate) fn within(&self, zone: Zone) -> Self {
        Self {
            zone,
            ..self.clone()
        }
    }

    /// `Format`, as text.
    pub(crate) fn format(&self, layout: &[u8]) -> String {
        String::from_utf8_lossy(&time_format::format(self, layout)).into_owned()
    }

    /// `Add`.
    pub(crate) fn add(&self, duration: Duration) -> Self {
        let nanoseconds = i64::from(self.nanosecond) + duration.0.rem_euclid(SECOND);
        let seconds = duration.0.div_euclid(SECOND) + nanoseconds / SECOND;
        Self {
            seconds: self.seconds.saturating_add(seconds),
            nanosecond: (nanoseconds % SECOND) as u32,
            ..self.clone()
        }
    }

    /// `Sub`: the largest duration where the difference does not fit.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        let difference = self.nanoseconds() - earlier.nanoseconds();
        Duration(difference.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// Nanoseconds after 1970 began.
    fn nanoseconds(&self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanosecond)
    }

    fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let civil = self.civil();
        let moved = Civil {
            year: civil.year.saturating_add(years),
            month: civil.month.saturating_add(months),
            day: civil.day.saturating_add(days),
            ..civil
        };
        let seconds = self.zone.seconds_of(moved.seconds());
        Self {
            seconds,
            ..self.clone()
        }
    }

    /// How far this is after a multiple of `unit`, counted from year 1.
    fn beyond(&self, unit: Duration) -> i64 {
        let since_start = self.nanoseconds() + i128::from(YEAR_ONE) * i128::from(SECOND);
        since_start.rem_euclid(i128::from(unit.0)) as i64
    }

    fn truncate(&self, unit: Duration) -> Self {
        if unit.0 <= 0 {
            return self.clone();
        }
        self.add(Duration(-self.beyond(unit)))
    }

    fn round(&self, unit: Duration) -> Self {
        if unit.0 <= 0 {
            return self.clone();
        }
        let beyond = self.beyond(unit);
        if i128::from(beyond) * 2 < i128::from(unit.0) {
            self.add(Duration(-beyond))
        } else {
            self.add(Duration(unit.0 - beyond))
        }
    }

    fn order(&self, other: Option<&Value>) -> Result<Ordering, MethodError> {
        Ok(self.nanoseconds().cmp(&time_argument(other)?.nanoseconds()))
    }

    fn go_string(&self) -> String {
        let civil = self.civil();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local(_) => "time.Local".to_owned(),
            Zone::Named(name, _) | Zone::Fixed(name, _) => format!("time.Location({name:?})"),
        };
        format!(
            "time.Date({}, time.{}, {}, {}, {}, {}, {}, {zone})",
            civil.year,
            MONTHS[(civil.month - 1).clamp(0, 11) as usize],
            civil.day,
            civil.hour,
            civil.minute,
            civil.second,
            self.nanosecond
        )
    }
}

fn time_argument(value: Option<&Value>) -> Result<&Time, MethodError> {
    let time = value.and_then(Value::as_object::<Time>);
    time.ok_or_else(|| {
        let name = value.map_or("nil".into(), Value::type_name);
        MethodError::Failed(format!(
            "wrong type for value; expected time.Time; got {name}"
        ))
    })
}

fn int_argument(arguments: &[Value], index: usize) -> Result<i64, MethodError> {
    let value = arguments.get(index).and_then(Value::as_int);
    value.ok_or_else(|| MethodError::Failed("wrong type for value; expected int".into()))
}

const METHODS: &[(&str, usize)] = &[
    ("Add", 1),
    ("AddDate", 3),
    ("After", 1),
    ("Before", 1),
    ("Compare", 1),
    ("Day", 0),
    ("Equal", 1),
    ("Format", 1),
    ("GoString", 0),
    ("Hour", 0),
    ("In", 1),
    ("IsDST", 0),
    ("IsZero", 0),
    ("Local", 0),
    ("Location", 0),
    ("MarshalJSON", 0),
    ("MarshalText", 0),
    ("Minute", 0),
    ("Month", 0),
    ("Nanosecond", 0),
    ("Round", 1),
    ("Second", 0),
    ("String", 0),
    ("Sub", 1),
    ("Truncate", 1),
    ("UTC", 0),
    ("Unix", 0),
    ("UnixMicro", 0),
    ("UnixMilli", 0),
    ("UnixNano", 0),
    ("Weekday", 0),
    ("Year", 0),
    ("YearDay", 0),
];

/// GO: why templates cannot call a method that returns more than a value and an error.
fn unsuitable(name: &str) -> Option<String> {
    let second = match name {
        "Clock" | "Date" => {
            let text = format!("function {name} has 3 return values; should be 1 or 2");
            return Some(text);
        }
        "ISOWeek" | "Zone" => "int",
        "ZoneBounds" => "time.Time",
        _ => return None,
    };
    Some(format!(
        "invalid function signature for {name}: second return value should be error; is {second}"
    ))
}

impl Object for Time {
    fn type_name(&self) -> Cow<'static, str> {
        "time.Time".into()
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.iter().any(|(known, _)| *known == name) || unsuitable(name).is_some()
    }

    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        match method {
            "AddDate" => return Some(&[Kind::Int; 3]),
            "Format" => return Some(&[Kind::String]),
            name if unsuitable(name).is_some() => return Some(&[]),
            _ => {}
        }
        let (_, count) = METHODS.iter().find(|(known, _)| *known == method)?;
        Some(&[Kind::Invalid; 3][..*count])
    }

    fn named_parameter(&self, method: &str) -> Option<&'static str> {
        Some(match method {
            "Add" | "Round" | "Truncate" => "time.Duration",
            "After" | "Before" | "Compare" | "Equal" | "Sub" => "time.Time",
            "In" => "*time.Location",
            _ => return None,
        })
    }

    /// GO: the fields behind a time, which wrong verbs show.
    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let since_year_1 = self.seconds.wrapping_sub(Self::zero().seconds);
        vec![
            ("wall".into(), Value::Uint64(u64::from(self.nanosecond))),
            ("ext".into(), Value::Int64(since_year_1)),
            ("loc".into(), Value::Nil),
        ]
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        if let Some(reason) = unsuitable(name) {
            return Err(MethodError::Unsuitable(reason));
        }
        check_method(METHODS, name, arguments)?;
        self.part(name)
            .map_or_else(|| self.derived(name, arguments), Ok)
    }

    fn string(&self) -> Option<String> {
        Some(self.format(SHOWN))
    }

    fn go_string(&self) -> Option<String> {
        Some(Time::go_string(self))
    }

    fn json(&self) -> Option<Value> {
        Some(Value::from(self.format(RFC3339)))
    }

    fn is_true(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Time {
    /// Methods without arguments that give a part or another form of the time.
    fn part(&self, name: &str) -> Option<Value> {
        let civil = self.civil();
        let whole = |unit: i64| Value::Int64((self.nanoseconds() / i128::from(unit)) as i64);
        Some(match name {
            "Year" => Value::Int(civil.year),
            "Month" => Named::month(civil.month),
            "Day" => Value::Int(civil.day),
            "Hour" => Value::Int(civil.hour),
            "Minute" => Value::Int(civil.minute),
            "Second" => Value::Int(civil.second),
            "Nanosecond" => Value::Int(i64::from(self.nanosecond)),
            "Weekday" => Named::weekday(civil.weekday()),
            "YearDay" => Value::Int(civil.day_of_year()),
            "Unix" => Value::Int64(self.seconds),
            "UnixMilli" => whole(1_000_000),
            "UnixMicro" => whole(1_000),
            "UnixNano" => whole(1),
            "IsDST" => Value::Bool(self.offset().daylight),
            "IsZero" => Value::Bool(self.nanoseconds() == Self::zero().nanoseconds()),
            "UTC" => self.within(Zone::Utc).value(),
            "Local" => self.within(Zone::Local(self.home.clone())).value(),
            "Location" => Value::Object(Arc::new(self.zone.clone())),
            "String" => Value::from(self.format(SHOWN)),
            "GoString" => Value::from(self.go_string()),
            "MarshalText" => Value::Bytes(self.format(RFC3339).into_bytes().into()),
            "MarshalJSON" => {
                Value::Bytes(format!("\"{}\"", self.format(RFC3339)).into_bytes().into())
            }
            _ => return None,
        })
    }

    /// Methods that take arguments.
    fn derived(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        let first = arguments.first();
        Ok(match name {
            "Add" => self.add(argument(first)?).value(),
            "Round" => self.round(argument(first)?).value(),
            "Truncate" => self.truncate(argument(first)?).value(),
            "AddDate" => {
                let part = |index| int_argument(arguments, index);
                self.add_date(part(0)?, part(1)?, part(2)?).value()
            }
            "After" => Value::Bool(self.order(first)?.is_gt()),
            "Before" => Value::Bool(self.order(first)?.is_lt()),
            "Equal" => Value::Bool(self.order(first)?.is_eq()),
            "Compare" => Value::Int(self.order(first)? as i64),
            "Sub" => self.since(time_argument(first)?).value(),
            "Format" => {
                let layout = first.and_then(Value::as_str).cloned().unwrap_or_default();
                Value::Str(time_format::format(self, layout.as_bytes()).into())
            }
            "In" => {
                let zone = first.and_then(Value::as_object::<Zone>).cloned();
                let zone = zone.ok_or_else(|| {
                    MethodError::Failed("time: missing Location in call to Time.In".into())
                })?;
                self.within(zone).value()
            }
            _ => return Err(MethodError::NotFound),
        })
    }
}

/// Go's `time.Month` or `time.Weekday`: a number with a name.
#[derive(Debug)]
struct Named {
    type_name: &'static str,
    number: i64,
    name: &'static str,
}

impl Named {
    fn month(number: i64) -> Value {
        Value::Object(Arc::new(Self {
            type_name: "time.Month",
            number,
            name: MONTHS[(number - 1).clamp(0, 11) as usize],
        }))
    }

    fn weekday(number: usize) -> Value {
        Value::Object(Arc::new(Self {
            type_name: "time.Weekday",
            number: number as i64,
            name: WEEKDAYS[number % 7],
        }))
    }
}

const NAMED_METHODS: &[(&str, usize)] = &[("String", 0)];

impl Object for Named {
    fn type_name(&self) -> Cow<'static, str> {
        self.type_name.into()
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn has_method(&self, name: &str) -> bool {
        name == "String"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        check_method(NAMED_METHODS, name, arguments)?;
        Ok(Value::from(self.name))
    }

    fn string(&self) -> Option<String> {
        Some(self.name.into())
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Int(self.number))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
