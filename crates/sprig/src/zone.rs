//! Go's `time.Location`.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pintle_go_value::{Kind, MethodError, Object, Value};

use crate::duration::check_method;

/// Where a time is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// UTC itself
    Utc,
    /// the local zone
    Local(TimeZone),
    /// a zone of the time zone database, under the name it was asked for by
    Named(Arc<str>, TimeZone),
    /// an offset in seconds with a name that may be empty
    Fixed(Arc<str>, i32),
}

/// The offset and abbreviation in force at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offset {
    /// Seconds east of UTC.
    pub seconds: i64,
    /// Such as `CET`; may be empty.
    pub name: String,
    /// Whether it is daylight saving time.
    pub daylight: bool,
}

impl Zone {
    /// `time.LoadLocation`; an unknown zone gives nothing.
    pub(crate) fn load(name: &str, local: &TimeZone) -> Option<Self> {
        match name {
            "" | "UTC" => Some(Self::Utc),
            "Local" => Some(Self::Local(local.clone())),
            _ => TimeZone::get(name)
                .ok()
                .map(|zone| Self::Named(name.into(), zone)),
        }
    }

    /// The offset at that many seconds after 1970 began.
    pub(crate) fn offset_at(&self, seconds: i64) -> Offset {
        match self {
            Self::Utc => Offset {
                seconds: 0,
                name: "UTC".into(),
                daylight: false,
            },
            Self::Fixed(name, offset) => Offset {
                seconds: i64::from(*offset),
                name: name.to_string(),
                daylight: false,
            },
            Self::Local(zone) | Self::Named(_, zone) => {
                let info = zone.to_offset_info(moment(seconds));
                Offset {
                    seconds: i64::from(info.offset().seconds()),
                    name: info.abbreviation().to_owned(),
                    daylight: info.dst().is_dst(),
                }
            }
        }
    }

    /// The offset that an abbreviation means around a moment: the one in force then, else
    /// the latest time it was used.
    pub(crate) fn offset_named(&self, abbreviation: &str, seconds: i64) -> Option<i64> {
        let near = self.offset_at(seconds);
        if near.name == abbreviation {
            return Some(near.seconds);
        }
        let (Self::Local(zone) | Self::Named(_, zone)) = self else {
            return None;
        };
        zone.preceding(Timestamp::MAX)
            .take(MOST_TRANSITIONS)
            .find(|transition| transition.abbreviation() == abbreviation)
            .map(|transition| i64::from(transition.offset().seconds()))
    }

    /// The seconds after 1970 at which clocks in this zone show what UTC clocks show at
    /// `shown`.
    pub(crate) fn seconds_of(&self, shown: i64) -> i64 {
        // The offset at the wrong moment is mostly right; else the one there is.
        let guess = shown.saturating_sub(self.offset_at(shown).seconds);
        shown.saturating_sub(self.offset_at(guess).seconds)
    }

    /// `Location.String`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Utc => "UTC".into(),
            Self::Local(zone) => zone.iana_name().unwrap_or("Local").to_owned(),
            Self::Named(name, _) | Self::Fixed(name, _) => name.to_string(),
        }
    }
}

/// How many changes of the clock are searched for an abbreviation, from year 9999 back.
const MOST_TRANSITIONS: usize = 20_000;

fn moment(seconds: i64) -> Timestamp {
    let within = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(within).unwrap_or_default()
}

const METHODS: &[(&str, usize)] = &[("String", 0)];

impl Object for Zone {
    fn type_name(&self) -> Cow<'static, str> {
        "*time.Location".into()
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn has_method(&self, name: &str) -> bool {
        name == "String"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        check_method(METHODS, name, arguments)?;
        Ok(Value::from(self.name()))
    }

    fn string(&self) -> Option<String> {
        Some(self.name())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
