//! A chart's defaults under what the user gave.

use pintle_chart::{Chart, Warning};
use pintle_go_value::{Map, Str, Value, format};

use crate::Error;

/// The key of the values that all subcharts see.
const GLOBAL: &str = "global";

/// How deep values may be nested, and how many may be looked at.
///
/// DIFF: Helm has no limits here; tables that contain themselves (`import-values` can make
/// such) end it with a stack overflow.
const MAX_DEPTH: usize = 500;
const MAX_STEPS: usize = 20_000_000;

/// The values a chart is rendered with: `given` over the defaults of the chart and of its
/// subcharts, with globals handed down and nulls removed. `given` is not changed.
///
/// # Errors
/// A subchart's name that holds something else than a table: `type mismatch on …`.
pub fn coalesce_values(chart: &Chart, given: &Map) -> Result<(Map, Vec<Warning>), Error> {
    run(chart, given, false)
}

/// As [`coalesce_values`], but nulls stay, so that a later coalescing still sees them.
///
/// # Errors
/// As [`coalesce_values`].
pub fn merge_values(chart: &Chart, given: &Map) -> Result<(Map, Vec<Warning>), Error> {
    run(chart, given, true)
}

/// `over` over `under`: tables meet key by key, everything else of `over` wins, and a null in
/// `over` removes. Changes and returns `over`.
///
/// # Errors
/// Values that are nested without end.
pub fn coalesce_tables(over: &Map, under: &Map) -> Result<(Map, Vec<Warning>), Error> {
    let mut work = Coalescing::default();
    work.tables(over, under, &mut Path::default(), false)?;
    Ok((over.clone(), work.warnings))
}

/// As [`coalesce_tables`], but nulls stay.
///
/// # Errors
/// As [`coalesce_tables`].
pub fn merge_tables(over: &Map, under: &Map) -> Result<(Map, Vec<Warning>), Error> {
    let mut work = Coalescing::default();
    work.tables(over, under, &mut Path::default(), true)?;
    Ok((over.clone(), work.warnings))
}

/// Checks that values can be walked through: not nested without end, nor beyond counting.
pub(crate) fn check_extent(values: &Map) -> Result<(), Error> {
    let mut steps = 0;
    count(values, 0, &mut steps)
}

fn count(values: &Map, depth: usize, steps: &mut usize) -> Result<(), Error> {
    values
        .entries()
        .iter()
        .try_for_each(|(_, value)| count_value(value, depth, steps))
}

fn count_value(value: &Value, depth: usize, steps: &mut usize) -> Result<(), Error> {
    *steps += 1;
    if depth > MAX_DEPTH || *steps > MAX_STEPS {
        return Err(too_deep());
    }
    match value {
        Value::Map(inner) => count(inner, depth + 1, steps),
        Value::List(items) => items
            .iter()
            .try_for_each(|item| count_value(item, depth + 1, steps)),
        _ => Ok(()),
    }
}

fn too_deep() -> Error {
    Error::new(format!(
        "values are nested too deeply (more than {MAX_DEPTH} levels)"
    ))
    .hint("a table may not contain itself; look at import-values and YAML aliases")
}

fn run(chart: &Chart, given: &Map, keep_nulls: bool) -> Result<(Map, Vec<Warning>), Error> {
    check_extent(given)?;
    let mut work = Coalescing::default();
    let values = given.deep_copy();
    match work.chart(chart, &values, "", keep_nulls) {
        Ok(()) => Ok((values, work.warnings)),
        Err(error) => Err(error.after(work.warnings)),
    }
}

#[derive(Default)]
struct Coalescing {
    warnings: Vec<Warning>,
    steps: usize,
}

/// The names on the way to a table, for warnings.
#[derive(Default)]
struct Path(Vec<String>);

impl Path {
    fn of(names: &str, key: &str) -> Self {
        Self(vec![names.to_owned(), key.to_owned()])
    }

    fn to(&self, key: &Str) -> String {
        let mut names: Vec<&str> = self.0.iter().map(String::as_str).collect();
        let key = key.to_text();
        names.push(&key);
        names.join(".")
    }
}

impl Coalescing {
    fn chart(
        &mut self,
        chart: &Chart,
        values: &Map,
        prefix: &str,
        keep_nulls: bool,
    ) -> Result<(), Error> {
        let path = join(prefix, chart.name());
        self.defaults(chart, values, &path, keep_nulls)?;
        for child in &chart.dependencies {
            let name = child.name();
            let table = match values.get(name) {
                None => Map::new(),
                Some(Value::Map(table)) => table,
                Some(other) => return Err(type_mismatch(name, other)),
            };
            values.set(name, Value::Map(table.clone()));
            self.globals(&table, values, &path)?;
            self.chart(child, &table, &path, keep_nulls)?;
        }
        Ok(())
    }

    /// Puts the chart's own defaults under `values`.
    fn defaults(
        &mut self,
        chart: &Chart,
        values: &Map,
        path: &str,
        keep_nulls: bool,
    ) -> Result<(), Error> {
        check_extent(&chart.values)?;
        for (key, default) in chart.values.deep_copy().entries() {
            let name = key.to_text();
            let Some(value) = values.get(&key) else {
                if keep_nulls {
                    values.set(key.clone(), default);
                } else if let Some(default) = without_nulls(default) {
                    values.set(key.clone(), default);
                }
                continue;
            };
            match (value, default) {
                (Value::Nil, _) if !keep_nulls => {
                    values.remove(&key);
                }
                (Value::Map(over), Value::Map(under)) => {
                    // HELM: nulls meant for a subchart stay until that chart's own turn.
                    let is_child = chart.dependencies.iter().any(|c| *c.name() == *name);
                    if !is_child && !keep_nulls {
                        drop_nulls(&under);
                    }
                    let mut path = Path::of(path, &name);
                    self.tables(&over, &under, &mut path, keep_nulls || is_child)?;
                }
                (Value::Map(_), Value::Nil) => {}
                (Value::Map(_), _) => self.warn(format!(
                    "warning: skipped value for {}: Not a table.",
                    join(path, &name)
                )),
                _ => {}
            }
        }
        Ok(())
    }

    /// Hands the parent's globals down into the subchart's table.
    ///
    /// HELM: tables in the tables of `global` are shared from then on, so what a subchart's
    /// own globals add to them, or null in them, the parent sees as well.
    fn globals(&mut self, table: &Map, parent: &Map, path: &str) -> Result<(), Error> {
        let Some(own) = global_table(table) else {
            self.warn(format!(
                "warning: skipping globals because destination {GLOBAL} is not a table."
            ));
            return Ok(());
        };
        let Some(from) = global_table(parent) else {
            self.warn(format!(
                "warning: skipping globals because source {GLOBAL} is not a table."
            ));
            return Ok(());
        };
        for (key, value) in from.entries() {
            match (value, own.get(&key)) {
                (Value::Map(over), None) => own.set(key, Value::Map(over.shallow_copy())),
                (Value::Map(over), Some(Value::Map(under))) => {
                    let merged = over.shallow_copy();
                    let mut path = Path::of(path, &key.to_text());
                    self.tables(&merged, &under, &mut path, true)?;
                    own.set(key, Value::Map(merged));
                }
                (Value::Map(_), Some(_)) => self.warn(format!(
                    "Conflict: cannot merge map onto non-map for {}. Skipping.",
                    show(b"%q", &Value::Str(key))
                )),
                (_, Some(Value::Map(_))) => self.warn(format!("key {key} is table. Skipping")),
                (value, _) => own.set(key, value),
            }
        }
        table.set(GLOBAL, Value::Map(own));
        Ok(())
    }

    /// Puts `under` under `over`.
    fn tables(
        &mut self,
        over: &Map,
        under: &Map,
        path: &mut Path,
        keep_nulls: bool,
    ) -> Result<(), Error> {
        if keep_nulls {
            spread_nulls(over, under);
        }
        for (key, default) in under.entries() {
            self.steps += 1;
            if self.steps > MAX_STEPS || path.0.len() > MAX_DEPTH {
                return Err(too_deep());
            }
            let Some(value) = over.get(&key) else {
                over.set(key, default);
                continue;
            };
            match (value, default) {
                (Value::Nil, default) if !keep_nulls && !default.is_nil() => {
                    over.remove(&key);
                }
                (Value::Nil, _) => {}
                (Value::Map(over), Value::Map(under)) => {
                    path.0.push(key.to_text().into_owned());
                    self.tables(&over, &under, path, keep_nulls)?;
                    path.0.pop();
                }
                (_, default @ Value::Map(_)) => self.warn(format!(
                    "warning: cannot overwrite table with non table for {} ({})",
                    path.to(&key),
                    show(b"%v", &default)
                )),
                (Value::Map(_), default) if !default.is_nil() => self.warn(format!(
                    "warning: destination for {} is a table. Ignoring non-table value ({})",
                    path.to(&key),
                    show(b"%v", &default)
                )),
                _ => {}
            }
        }
        Ok(())
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(Warning::info(message));
    }
}

/// HELM: a null that stays is also put into the map below, which shows when `import-values`
/// shares that map.
fn spread_nulls(over: &Map, under: &Map) {
    for (key, value) in over.entries() {
        if value.is_nil() {
            under.set(key, Value::Nil);
        }
    }
}

/// The globals in `values`, empty if there are none; `None` if they are no table.
fn global_table(values: &Map) -> Option<Map> {
    match values.get(GLOBAL) {
        None => Some(Map::new()),
        Some(Value::Map(table)) => Some(table),
        Some(_) => None,
    }
}

fn without_nulls(value: Value) -> Option<Value> {
    if let Value::Map(map) = &value {
        drop_nulls(map);
    }
    (!value.is_nil()).then_some(value)
}

/// Removes nulls from a map and the maps in it, not from lists.
fn drop_nulls(map: &Map) {
    for (key, value) in map.entries() {
        match value {
            Value::Nil => {
                map.remove(&key);
            }
            Value::Map(inner) => drop_nulls(&inner),
            _ => {}
        }
    }
}

/// HELM: prints the value with a verb for bools, so that it comes out as `%!t(int64=5)`.
fn type_mismatch(name: &str, value: Value) -> Error {
    Error::new(format!("type mismatch on {name}: {}", show(b"%t", &value))).hint(format!(
        "{name} is the name of a subchart, so its values must be a map"
    ))
}

fn show(verb: &[u8], value: &Value) -> String {
    let shown = format::sprintf(verb, std::slice::from_ref(value));
    shown.to_text().into_owned()
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        return name.to_owned();
    }
    format!("{prefix}.{name}")
}
