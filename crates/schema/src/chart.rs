//! The schemas of a chart and its subcharts.

use std::thread;

use pintle_chart::Chart;
use pintle_go_value::{Map, Value, json};

use crate::documents::{Fail, Store};
use crate::limits::{DEPTH, DEPTH_HERE, Halt, STACK};
use crate::loader::{Loader, Nothing};
use crate::node::Node;
use crate::validate as check;

/// The URL that a chart's schema has; references are seen from there.
const URL: &str = "file:///values.schema.json";

/// Values that do not meet their schema, or a schema that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    text: String,
}

impl Error {
    /// Helm's text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Validates the values of a chart and of its subcharts, each against its own schema.
///
/// `values` are the values that templates will see, defaults and globals included. A subchart
/// whose values were removed (no key, or null) is passed over.
///
/// # Errors
/// Helm's text: a head line, then for each chart that fails its name and what is wrong.
pub fn validate_chart(chart: &Chart, values: &Map, loader: &dyn Loader) -> Result<(), Error> {
    let mut text = String::new();
    append(&mut text, chart, values, loader);
    if text.is_empty() {
        return Ok(());
    }
    let head = "values don't meet the specifications of the schema(s) in the following chart(s):";
    Err(Error {
        text: format!("{head}\n{text}"),
    })
}

fn append(out: &mut String, chart: &Chart, values: &Map, loader: &dyn Loader) {
    if let Some(schema) = &chart.schema
        && let Err(error) = validate(schema, values, loader)
    {
        out.push_str(chart.name());
        out.push_str(":\n");
        out.push_str(&error.text);
    }
    for child in &chart.dependencies {
        match values.get(child.name()) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(values)) => append(out, child, &values, loader),
            Some(other) => {
                let (name, found) = (child.name(), other.type_name());
                out.push_str(&format!(
                    "{name}:\ninvalid type for values: expected object (map), got {found}\n"
                ));
            }
        }
    }
}

/// Validates values against one schema, given as JSON text.
///
/// # Errors
/// Helm's text. What is wrong with the values ends with a line feed, what is wrong with the
/// schema does not.
pub fn validate(schema: &[u8], values: &Map, loader: &dyn Loader) -> Result<(), Error> {
    let values = Value::Map(values.clone());
    let result = match attempt(schema, &values, loader, DEPTH_HERE) {
        Err(Fail::Halt(Halt::Depth)) => on_own_stack(schema, &values, loader),
        other => other,
    };
    result.map_err(|fail| Error {
        text: match fail {
            Fail::Text(text) => text,
            Fail::Halt(halt) => halt.text(),
        },
    })
}

/// Validates a JSON document against a schema that may not refer to anything outside: the
/// entry for fuzzing.
///
/// # Errors
/// As [`validate`]; values that are no JSON object.
pub fn validate_bytes(schema: &[u8], values: &[u8]) -> Result<(), Error> {
    match json::decode(values) {
        Ok(Value::Map(values)) => validate(schema, &values, &Nothing),
        Ok(other) => Err(Error {
            text: json::mismatch(&other, "map[string]interface {}").0,
        }),
        Err(error) => Err(Error { text: error.0 }),
    }
}

/// Once more, where there is room for deep values and schemas.
fn on_own_stack(schema: &[u8], values: &Value, loader: &dyn Loader) -> Result<(), Fail> {
    let work = || attempt(schema, values, loader, DEPTH);
    thread::scope(|scope| {
        let builder = thread::Builder::new()
            .name("schema".to_owned())
            .stack_size(STACK);
        let Ok(worker) = builder.spawn_scoped(scope, work) else {
            return Err(Fail::Halt(Halt::Depth));
        };
        // A panic stays a panic, as if there were only one thread.
        worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn attempt(schema: &[u8], values: &Value, loader: &dyn Loader, depth: usize) -> Result<(), Fail> {
    let schema = Node::read(schema, depth)?;
    let mut store = Store::new(loader, depth);
    store.add(URL, schema);
    let program = store.compile(URL)?;
    let values = Node::from_value(values, depth)?;
    check::values(&program, &values, depth).map_err(|fail| match fail {
        Fail::Text(text) => Fail::Text(text + "\n"),
        halt @ Fail::Halt(_) => halt,
    })
}
