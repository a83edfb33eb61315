//! The schemas of a chart and its subcharts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use pintle_chart::Chart;
use pintle_go_value::{Map, Value, json};

use crate::documents::{Fail, Store};
use crate::limits::{DEPTH, DEPTH_HERE, Halt, STACK};
use crate::loader::{Loader, Nothing};
use crate::node::Node;
use crate::schema::Program;
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
pub fn validate_chart(
    chart: &Chart,
    values: &Map,
    loader: &dyn Loader,
    compiled: &Compiled,
) -> Result<(), Error> {
    let mut text = String::new();
    append(&mut text, chart, values, (loader, Known::Use(compiled)));
    if text.is_empty() {
        return Ok(());
    }
    let head = "values don't meet the specifications of the schema(s) in the following chart(s):";
    Err(Error {
        text: format!("{head}\n{text}"),
    })
}

/// Schemas that are compiled already: who checks values against the same schema again need not
/// compile it again.
///
/// [`validate`] keeps them, and [`validate_chart`] uses those that are there. What refers to
/// something outside is not kept: the loader is asked every time.
#[derive(Debug, Default)]
pub struct Compiled(Mutex<Vec<(Vec<u8>, Arc<Program>)>>);

impl Compiled {
    fn get(&self, schema: &[u8]) -> Option<Arc<Program>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(text, _)| text == schema);
        found.map(|(_, program)| Arc::clone(program))
    }

    fn keep(&self, schema: &[u8], program: &Arc<Program>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push((schema.to_vec(), Arc::clone(program)));
    }
}

/// A loader that remembers whether it was asked for anything.
struct Asked<'a> {
    loader: &'a dyn Loader,
    asked: AtomicBool,
}

impl Loader for Asked<'_> {
    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        self.asked.store(true, Ordering::Relaxed);
        self.loader.file(path)
    }

    fn http(&self, url: &str) -> Result<Vec<u8>, String> {
        self.asked.store(true, Ordering::Relaxed);
        self.loader.http(url)
    }

    fn unresolved_urn(&self, urn: &str) {
        self.asked.store(true, Ordering::Relaxed);
        self.loader.unresolved_urn(urn);
    }
}

type Means<'a> = (&'a dyn Loader, Known<'a>);

/// What is done with schemas that are compiled.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// Those of before are used.
    Use(&'a Compiled),
    /// Others are kept, too.
    Keep(&'a Compiled),
}

impl Known<'_> {
    fn get(self, schema: &[u8]) -> Option<Arc<Program>> {
        let (Self::Use(compiled) | Self::Keep(compiled)) = self;
        compiled.get(schema)
    }
}

fn append(out: &mut String, chart: &Chart, values: &Map, means: Means<'_>) {
    if let Some(schema) = &chart.schema
        && let Err(error) = validate_by(schema, values, means)
    {
        out.push_str(chart.name());
        out.push_str(":\n");
        out.push_str(&error.text);
    }
    for child in &chart.dependencies {
        match values.get(child.name()) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(values)) => append(out, child, &values, means),
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
pub fn validate(
    schema: &[u8],
    values: &Map,
    loader: &dyn Loader,
    compiled: &Compiled,
) -> Result<(), Error> {
    validate_by(schema, values, (loader, Known::Keep(compiled)))
}

fn validate_by(schema: &[u8], values: &Map, means: Means<'_>) -> Result<(), Error> {
    let values = Value::Map(values.clone());
    let result = match attempt(schema, &values, means, DEPTH_HERE) {
        Err(Fail::Halt(Halt::Depth)) => on_own_stack(schema, &values, means),
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
        Ok(Value::Map(values)) => validate(schema, &values, &Nothing, &Compiled::default()),
        Ok(other) => Err(Error {
            text: json::mismatch(&other, "map[string]interface {}").0,
        }),
        Err(error) => Err(Error { text: error.0 }),
    }
}

/// Once more, where there is room for deep values and schemas.
fn on_own_stack(schema: &[u8], values: &Value, means: Means<'_>) -> Result<(), Fail> {
    let work = || attempt(schema, values, means, DEPTH);
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

fn attempt(schema: &[u8], values: &Value, means: Means<'_>, depth: usize) -> Result<(), Fail> {
    let (loader, compiled) = means;
    let program = match compiled.get(schema) {
        Some(program) => program,
        None => compile(schema, loader, compiled, depth)?,
    };
    let values = Node::from_value(values, depth)?;
    check::values(&program, &values, depth).map_err(|fail| match fail {
        Fail::Text(text) => Fail::Text(text + "\n"),
        halt @ Fail::Halt(_) => halt,
    })
}

fn compile(
    schema: &[u8],
    loader: &dyn Loader,
    compiled: Known<'_>,
    depth: usize,
) -> Result<Arc<Program>, Fail> {
    let asked = AtomicBool::new(false);
    let loader = Asked { loader, asked };
    let mut store = Store::new(&loader, depth);
    store.add(URL, Node::read(schema, depth)?);
    let program = Arc::new(store.compile(URL)?);
    if !loader.asked.load(Ordering::Relaxed)
        && let Known::Keep(compiled) = compiled
    {
        compiled.keep(schema, &program);
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Loader for Counting {
        fn file(&self, path: &str) -> Result<Vec<u8>, String> {
            Err(format!("no {path}"))
        }

        fn http(&self, _: &str) -> Result<Vec<u8>, String> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(b"{\"type\": \"string\"}".to_vec())
        }
    }

    fn twice(schema: &str) -> (Compiled, usize) {
        let (loader, compiled) = (Counting::default(), Compiled::default());
        let Ok(Value::Map(values)) = json::decode(b"{\"a\": 1}") else {
            panic!("no values");
        };
        let first = validate(schema.as_bytes(), &values, &loader, &compiled);
        let second = validate(schema.as_bytes(), &values, &loader, &compiled);
        assert!(first.is_err());
        assert_eq!(first, second);
        (compiled, loader.0.into_inner())
    }

    #[test]
    fn a_schema_is_compiled_once() {
        let schema = r#"{"properties": {"a": {"type": "string"}}}"#;
        let (compiled, _) = twice(schema);
        assert!(compiled.get(schema.as_bytes()).is_some());
        assert!(compiled.0.into_inner().is_ok_and(|known| known.len() == 1));
    }

    #[test]
    fn the_loader_is_asked_every_time() {
        let schema = r#"{"properties": {"a": {"$ref": "http://localhost/a.json"}}}"#;
        let (compiled, asked) = twice(schema);
        assert!(compiled.get(schema.as_bytes()).is_none());
        assert_eq!(asked, 2);
    }
}
