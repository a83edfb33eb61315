//! Rendering while the values are still being checked against schemas.
//!
//! Large charts have large schemas: checking takes as long as rendering does. Both begin at
//! once, and nothing of the render is told before the check is done. Values that break a
//! schema end as if nothing had been rendered.

use std::sync::{Mutex, PoisonError};
use std::thread;

use pintle_chart::Chart;
use pintle_fetch::Client;

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
    if size_of_schemas(&prepared.chart) < WORTHWHILE {
        prepare::check_schemas(prepared, &prepared.values, client, events)?;
        return Ok(prepare::render(prepared, facts, events));
    }
    // Templates may change what they see.
    let values = prepared.values.deep_copy();
    let held = Held {
        events,
        logs: Mutex::default(),
    };
    thread::scope(|scope| {
        let check = || prepare::check_schemas(prepared, &values, client, events);
        let Ok(checking) = thread::Builder::new().spawn_scoped(scope, check) else {
            check()?;
            return Ok(prepare::render(prepared, facts, events));
        };
        let output = prepare::render(prepared, facts, &held);
        let checked = checking.join();
        // A panic stays a panic, as if there were only one thread.
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        held.tell();
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
