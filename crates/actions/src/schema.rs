//! Values against the schemas of a chart: what the schemas may read, and who hears of it.

use std::fs::File;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};

use pintle_chart::Chart;
use pintle_chart::disk::go_text;
use pintle_go_value::Map;
use pintle_schema::{Loader, validate, validate_chart};

use crate::{Class, Error, Events, Level, Log};

/// How large a document may be that a schema refers to.
const MAX_DOCUMENT: u64 = 16 << 20;

/// Checks the values of a chart and of its subcharts.
///
/// # Errors
/// Helm's text: each chart that fails, and what is wrong.
pub(crate) fn check(chart: &Chart, values: &Map, events: &dyn Events) -> Result<(), Error> {
    check_chart(chart, values, events).map_err(|text| {
        Error::new(Class::Input, text)
            .hint("--skip-schema-validation goes on with values that break the schema")
    })
}

/// The same with nothing but Helm's text.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_chart(chart: &Chart, values: &Map, events: &dyn Events) -> Result<(), String> {
    let outside = Outside::default();
    let checked = validate_chart(chart, values, &outside);
    outside.report(events);
    checked.map_err(|error| error.text().to_owned())
}

/// Checks values against one schema.
///
/// # Errors
/// Helm's text, without a chart's name.
pub(crate) fn check_single(values: &Map, schema: &[u8], events: &dyn Events) -> Result<(), String> {
    let outside = Outside::default();
    let checked = validate(schema, values, &outside);
    outside.report(events);
    checked.map_err(|error| error.text().to_owned())
}

/// Files and servers that schemas may refer to.
#[derive(Default)]
struct Outside {
    /// URNs that nothing resolved, in the order in which they were met. HELM: each is told once.
    unresolved: Mutex<Vec<String>>,
}

impl Outside {
    fn report(self, events: &dyn Events) {
        let unresolved = self.unresolved.into_inner();
        for urn in unresolved.unwrap_or_else(PoisonError::into_inner) {
            let text = "unresolved URN reference ignored; using permissive schema";
            events.log(Log::new(Level::Warn, text).with("urn", urn));
        }
    }
}

impl Loader for Outside {
    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| format!("open {path}: {}", go_text(&error)))?;
        file.take(MAX_DOCUMENT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("read {path}: {}", go_text(&error)))?;
        if bytes.len() as u64 > MAX_DOCUMENT {
            return Err(format!("read {path}: larger than {MAX_DOCUMENT} bytes"));
        }
        Ok(bytes)
    }

    fn http(&self, url: &str) -> Result<Vec<u8>, String> {
        Err(format!(
            "HTTP request failed for {url}: references over the network are not followed yet"
        ))
    }

    fn unresolved_urn(&self, urn: &str) {
        let mut unresolved = self
            .unresolved
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !unresolved.iter().any(|known| known == urn) {
            unresolved.push(urn.to_owned());
        }
    }
}
