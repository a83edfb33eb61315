//! From charts and rendered manifests to release records.

use pintle_chart::Chart;
use pintle_release::{ApplyMethod, StoredChart, Time};
use pintle_sprig::Env;

use crate::{ApplyMode, Class, Error};

/// The present moment on the clock of the environment.
pub(crate) fn now(env: &Env) -> Time {
    let now = env.clock.now();
    Time::new(now, env.local_zone.to_offset(now).seconds())
}

/// Unix seconds, for the labels of records.
pub(crate) fn unix_now(env: &Env) -> i64 {
    env.clock.now().as_second()
}

/// A chart as a record keeps it: without its dependencies.
///
/// # Errors
/// When the metadata cannot be written as JSON.
pub(crate) fn stored_chart(chart: &Chart) -> Result<StoredChart, Error> {
    StoredChart::of(chart)
        .map_err(|error| Error::new(Class::State, format!("cannot store the chart: {error}")))
}

impl From<ApplyMode> for ApplyMethod {
    fn from(mode: ApplyMode) -> Self {
        match mode {
            ApplyMode::ServerSide => Self::ServerSide,
            ApplyMode::ClientSide => Self::ClientSide,
        }
    }
}
