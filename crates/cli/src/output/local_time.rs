//! Times as Go shows them to people in a time zone.

use std::sync::Arc;

use jiff::tz::TimeZone;
use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::{Map, Value};
use pintle_release::Time;
use pintle_sprig::Env;

/// The layout of `--time-format`, or Go's usual form.
#[derive(Debug, Clone)]
pub struct LocalTime {
    env: Env,
    layout: Option<String>,
}

impl LocalTime {
    /// Times in this layout; in `2006-01-02 15:04:05.999999999 -0700 MST` without one.
    pub fn new(env: Env, layout: Option<String>) -> Self {
        Self { env, layout }
    }

    /// A time as text.
    pub fn text(&self, time: Time) -> String {
        let formatted = self
            .layout
            .as_deref()
            .and_then(|layout| self.laid_out(time, layout));
        formatted
            .unwrap_or_else(|| time.go_string(abbreviation(&self.env.local_zone, time).as_deref()))
    }

    /// Go's `Time.Format`, which the template functions know.
    fn laid_out(&self, time: Time, layout: &str) -> Option<String> {
        let mut functions = Functions::new();
        functions.extend(pintle_sprig::functions(&self.env));
        let mut set = Set::new(Arc::new(functions));
        set.add("time", "{{ (toDate .form .time).Format .layout }}")
            .ok()?;
        let data = Map::new();
        data.set("form", Value::from("2006-01-02T15:04:05Z07:00"));
        data.set("time", Value::from(time.to_string()));
        data.set("layout", Value::from(layout));
        let text = set
            .execute("time", &Value::Map(data), &Limits::default())
            .ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

/// The zone's abbreviation, when the time's offset is the one that the zone has then. GO: a
/// time that was written with an offset takes on the local zone only if it agrees with it.
fn abbreviation(zone: &TimeZone, time: Time) -> Option<String> {
    let offset = time.offset_seconds();
    let info = zone.to_offset_info(time.timestamp()?);
    (offset != 0 && info.offset().seconds() == offset).then(|| info.abbreviation().to_owned())
}
