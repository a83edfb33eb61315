//! Rendering while the values are still being checked against schemas.
//!
//! Large charts have large schemas: checking takes as long as rendering does. Both begin at
//! once, and nothing of the render is told before the check is done. Values that break a
//! schema end as if nothing had been rendered.

use std::sync::{Mutex, PoisonError};
use std::thread;

use pintle_chart::Chart;
use pintle_fetch::Client;
use pintle_go_value::Map;

use crate::prepare::{self, Facts, Output, Prepared};
use crate::{Error, Events, Log};

/// Schemas of so many bytes together are worth a thread.
const WORTHWHILE: usize = 16 << 10;

/// Checks the values against the schemas, unless there is nobody to fetch them, and gives what
/// [`prepare::render`] does.
///
/// # Errors
/// As [`prepare::check_schemas`].
pub(crate) fn check_and_render(
    prepared: &Prepared,
    schemas: Option<&Client>,
    facts: Facts,
    events: &dyn Events,
) -> Result<Result<Output, Error>, Error> {
    let Some(client) = schemas else {
        return Ok(prepare::render(prepared, facts, events));
    };
    let held = Held {
        events,
        logs: Mutex::default(),
    };
    let check = |values: &Map| prepare::check_schemas(prepared, values, client, events);
    let render = || prepare::render(prepared, facts, &held);
    let output = beside(&prepared.chart, &prepared.values, check, render)?;
    held.tell();
    Ok(output)
}

/// What `work` gives, if the values pass the `check` of the chart's schemas. Where it pays, both
/// happen at once, and `check` gets a copy of the values: templates may change what they see.
///
/// # Errors
/// As `check`.
pub(crate) fn beside<T, E: Send>(
    chart: &Chart,
    values: &Map,
    check: impl Fn(&Map) -> Result<(), E> + Sync,
    work: impl FnOnce() -> T,
) -> Result<T, E> {
    if size_of_schemas(chart) < WORTHWHILE {
        check(values)?;
        return Ok(work());
    }
    let values = values.deep_copy();
    thread::scope(|scope| {
        let Ok(checking) = thread::Builder::new().spawn_scoped(scope, || check(&values)) else {
            check(&values)?;
            return Ok(work());
        };
        let output = work();
        let checked = checking.join();
        // A panic stays a panic, as if there were only one thread.
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(output)
    })
}

fn size_of_schemas(chart: &Chart) -> usize {
    let below = chart.dependencies.iter().map(size_of_schemas);
    chart.schema.as_ref().map_or(0, |schema| schema.len()) + below.sum::<usize>()
}

/// Log lines that are not told yet.
struct Held<'a> {
    events: &'a dyn Events,
    logs: Mutex<Vec<Log>>,
}

impl Held<'_> {
    fn tell(self) {
        let logs = self.logs.into_inner();
        for log in logs.unwrap_or_else(PoisonError::into_inner) {
            self.events.log(log);
        }
    }
}

impl Events for Held<'_> {
    fn log(&self, log: Log) {
        let logs = self.logs.lock();
        logs.unwrap_or_else(PoisonError::into_inner).push(log);
    }

    fn message(&self, text: &str) {
        self.events.message(text);
    }

    fn wants_explanations(&self) -> bool {
        self.events.wants_explanations()
    }

    fn progress(&self, text: &str) {
        self.events.progress(text);
    }
}
