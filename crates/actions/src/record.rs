//! From charts and rendered manifests to release records.

use pintle_chart::{Chart, File};
use pintle_go_value::Value;
use pintle_release::{ApplyMethod, ChartParts, StoredChart, StoredFile, Time};
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
    let unstorable = |error: serde_json::Error| {
        Error::new(Class::State, format!("cannot store the chart: {error}"))
    };
    let lock = match &chart.lock {
        Some(lock) => ChartParts::raw(lock).map_err(unstorable)?,
        None => None,
    };
    let parts = ChartParts {
        metadata: ChartParts::raw(&chart.metadata).map_err(unstorable)?,
        lock,
        templates: chart.templates.iter().map(stored_file).collect(),
        values: pintle_release::Json(values(chart)),
        schema: chart.schema.clone(),
        schema_modified: chart.schema_modified.clone(),
        files: chart.files.iter().map(stored_file).collect(),
        modified: chart.modified.clone(),
    };
    StoredChart::new(&parts).map_err(unstorable)
}

/// GO: a chart without a values file has no map at all.
fn values(chart: &Chart) -> Value {
    if chart.has_values {
        chart.values.clone().into()
    } else {
        Value::Nil
    }
}

fn stored_file(file: &File) -> StoredFile {
    StoredFile {
        name: file.name.clone(),
        data: file.data.clone(),
        modified: file.modified.clone(),
    }
}

impl From<ApplyMode> for ApplyMethod {
    fn from(mode: ApplyMode) -> Self {
        match mode {
            ApplyMode::ServerSide => Self::ServerSide,
            ApplyMode::ClientSide => Self::ClientSide,
        }
    }
}
