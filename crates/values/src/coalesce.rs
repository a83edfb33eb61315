//! A chart's defaults under what the user gave.

use pintle_chart::{Chart, Warning};
use pintle_go_value::{Map, Value, format};

use crate::Error;

/// The key of the values that all subcharts see.
const GLOBAL: &str = "global";

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
pub fn coalesce_tables(over: &Map, under: &Map) -> (Map, Vec<Warning>) {
    let mut work = Coalescing::default();
    work.tables(over, under, "", false);
    (over.clone(), work.warnings)
}

/// As [`coalesce_tables`], but nulls stay.
pub fn merge_tables(over: &Map, under: &Map) -> (Map, Vec<Warning>) {
    let mut work = Coalescing::default();
    work.tables(over, under, "", true);
    (over.clone(), work.warnings)
}

fn run(chart: &Chart, given: &Map, keep_nulls: bool) -> Result<(Map, Vec<Warning>), Error> {
    let mut work = Coalescing::default();
    let values = given.deep_copy();
    work.chart(chart, &values, "", keep_nulls)?;
    Ok((values, work.warnings))
}

#[derive(Default)]
struct Coalescing {
    warnings: Vec<Warning>,
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
        self.defaults(chart, values, &path, keep_nulls);
        for child in &chart.dependencies {
            let name = child.name();
            let table = match values.get(name) {
                None => Map::new(),
                Some(Value::Map(table)) => table,
                Some(other) => return Err(type_mismatch(name, other)),
            };
            values.set(name, Value::Map(table.clone()));
            self.globals(&table, values, &path);
            self.chart(child, &table, &path, keep_nulls)?;
        }
        Ok(())
    }

    /// Puts the chart's own defaults under `values`.
    fn defaults(&mut self, chart: &Chart, values: &Map, path: &str, keep_nulls: bool) {
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
                (Value::Nil, Value::Nil) => {}
                (Value::Nil, _) if !keep_nulls => {
                    values.remove(&key);
                }
                (Value::Map(over), Value::Map(under)) => {
                    // HELM: nulls meant for a subchart stay until that chart's own turn.
                    let is_child = chart.dependencies.iter().any(|c| *c.name() == *name);
                    if !is_child && !keep_nulls {
                        drop_nulls(&under);
                    }
                    self.tables(&over, &under, &join(path, &name), keep_nulls || is_child);
                }
                (Value::Map(_), Value::Nil) => {}
                (Value::Map(_), _) => self.warn(format!(
                    "warning: skipped value for {}: Not a table.",
                    join(path, &name)
                )),
                _ => {}
            }
        }
    }

    /// Hands the parent's globals down into the subchart's table.
    fn globals(&mut self, table: &Map, parent: &Map, path: &str) {
        let Some(own) = global_table(table) else {
            self.warn(format!(
                "warning: skipping globals because destination {GLOBAL} is not a table."
            ));
            return;
        };
        let Some(from) = global_table(parent) else {
            self.warn(format!(
                "warning: skipping globals because source {GLOBAL} is not a table."
            ));
            return;
        };
        for (key, value) in from.entries() {
            match (value, own.get(&key)) {
                (Value::Map(over), None) => own.set(key, Value::Map(over.deep_copy())),
                (Value::Map(over), Some(Value::Map(under))) => {
                    let merged = over.deep_copy();
                    self.tables(&merged, &under, &join(path, &key.to_text()), true);
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
    }

    /// Puts `under` under `over`.
    fn tables(&mut self, over: &Map, under: &Map, path: &str, keep_nulls: bool) {
        for (key, default) in under.entries() {
            let Some(value) = over.get(&key) else {
                over.set(key, default);
                continue;
            };
            if value.is_nil() && !keep_nulls {
                over.remove(&key);
                continue;
            }
            match (value, default) {
                (Value::Map(over), Value::Map(under)) => {
                    self.tables(&over, &under, &join(path, &key.to_text()), keep_nulls);
                }
                (_, default @ Value::Map(_)) => self.warn(format!(
                    "warning: cannot overwrite table with non table for {} ({})",
                    join(path, &key.to_text()),
                    show(b"%v", &default)
                )),
                (Value::Map(_), default) if !default.is_nil() => self.warn(format!(
                    "warning: destination for {} is a table. Ignoring non-table value ({})",
                    join(path, &key.to_text()),
                    show(b"%v", &default)
                )),
                _ => {}
            }
        }
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(Warning::info(message));
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
