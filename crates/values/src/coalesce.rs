//! A chart's defaults under what the user gave.

#[cfg(test)]
mod laws;

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
    work.tables(over, under, &mut Path::default(), Meeting::own(false))?;
    Ok((over.clone(), work.warnings))
}

/// As [`coalesce_tables`], but nulls stay.
///
/// # Errors
/// As [`coalesce_tables`].
pub fn merge_tables(over: &Map, under: &Map) -> Result<(Map, Vec<Warning>), Error> {
    let mut work = Coalescing::default();
    work.tables(over, under, &mut Path::default(), Meeting::own(true))?;
    Ok((over.clone(), work.warnings))
}

/// Checks that values can be walked through: not nested without end, nor beyond counting.
pub(crate) fn check_extent(values: &Map) -> Result<(), Error> {
    if values.is_within(MAX_DEPTH, MAX_STEPS) {
        return Ok(());
    }
    Err(too_deep())
}

fn too_deep() -> Error {
    Error::new(format!(
        "values are nested too deeply (more than {MAX_DEPTH} levels)"
    ))
    .hint("a table may not contain itself; look at import-values and YAML aliases")
}

/// As [`coalesce_values`] and, with `keep_nulls`, [`merge_values`], for reading only: the result
/// shares maps with `given` and the defaults. That is much faster.
pub(crate) fn view_values(
    chart: &Chart,
    given: &Map,
    keep_nulls: bool,
) -> Result<(Map, Vec<Warning>), Error> {
    let work = Coalescing {
        shares: true,
        ..Coalescing::default()
    };
    work.run(chart, given, keep_nulls)
}

fn run(chart: &Chart, given: &Map, keep_nulls: bool) -> Result<(Map, Vec<Warning>), Error> {
    Coalescing::default().run(chart, given, keep_nulls)
}

#[derive(Default)]
struct Coalescing {
    warnings: Vec<Warning>,
    steps: usize,
    /// Whether the result is a view: it may share maps with what it is made of, and none is
    /// changed but by putting a changed copy in its place.
    ///
    /// Globals are copied even so: charts share their tables, and see each other's changes.
    shares: bool,
}

/// How tables meet.
#[derive(Clone, Copy)]
struct Meeting {
    /// A null in the upper table stays, instead of removing what is below.
    keep_nulls: bool,
    /// Nulls in the lower table are no entries.
    skip_nulls: bool,
    /// The lower table stays as it is, and no part of it comes into the upper one, unless
    /// that one is a view.
    is_foreign: bool,
    /// The upper table is part of a view, which is changed by copies alone.
    is_view: bool,
}

impl Meeting {
    /// Of tables that are the caller's.
    fn own(keep_nulls: bool) -> Self {
        Self {
            keep_nulls,
            skip_nulls: false,
            is_foreign: false,
            is_view: false,
        }
    }
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
    fn run(
        mut self,
        chart: &Chart,
        given: &Map,
        keep_nulls: bool,
    ) -> Result<(Map, Vec<Warning>), Error> {
        check_extent(given)?;
        let values = if self.shares {
            let values = given.shallow_copy();
            copy_globals(&values);
            values
        } else {
            given.deep_copy()
        };
        match self.chart(chart, &values, "", keep_nulls) {
            Ok(()) => Ok((values, self.warnings)),
            Err(error) => Err(error.after(self.warnings)),
        }
    }

    /// What comes of a value from elsewhere in a table of ours.
    fn taken(value: Value, is_view: bool) -> Value {
        match value {
            Value::Map(_) | Value::List(_) if !is_view => value.deep_copy(),
            value => value,
        }
    }

    /// The same without nulls in the map and the maps in it (not in lists).
    fn taken_without_nulls(value: Value, is_view: bool) -> Option<Value> {
        match value {
            Value::Nil => None,
            Value::Map(map) if has_nulls(&map) => {
                let copy = map.deep_copy();
                drop_nulls(&copy);
                Some(Value::Map(copy))
            }
            value => Some(Self::taken(value, is_view)),
        }
    }

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
                Some(Value::Map(table)) => to_change(table, values, &name.into(), self.shares),
                Some(other) => return Err(type_mismatch(name, other)),
            };
            if self.shares {
                copy_globals(&table);
            }
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
        for (key, default) in chart.values.entries() {
            let name = key.to_text();
            let is_view = self.shares && name != GLOBAL;
            let Some(value) = values.get(&key) else {
                let taken = if keep_nulls {
                    Some(Self::taken(default, is_view))
                } else {
                    Self::taken_without_nulls(default, is_view)
                };
                if let Some(taken) = taken {
                    values.set(key.clone(), taken);
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
                    let meeting = Meeting {
                        keep_nulls: keep_nulls || is_child,
                        skip_nulls: !keep_nulls && !is_child,
                        is_foreign: true,
                        is_view,
                    };
                    let over = to_change(over, values, &key, is_view);
                    self.tables(&over, &under, &mut Path::of(path, &name), meeting)?;
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
                    self.tables(&merged, &under, &mut path, Meeting::own(true))?;
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
        meeting: Meeting,
    ) -> Result<(), Error> {
        if meeting.keep_nulls && !meeting.is_foreign {
            spread_nulls(over, under);
        }
        for (key, default) in under.entries() {
            self.steps += 1;
            if self.steps > MAX_STEPS || path.0.len() > MAX_DEPTH {
                return Err(too_deep());
            }
            if meeting.skip_nulls && default.is_nil() {
                continue;
            }
            let Some(value) = over.get(&key) else {
                let taken = match meeting.is_foreign {
                    true if meeting.skip_nulls => {
                        Self::taken_without_nulls(default, meeting.is_view)
                    }
                    true => Some(Self::taken(default, meeting.is_view)),
                    false => Some(default),
                };
                if let Some(taken) = taken {
                    over.set(key, taken);
                }
                continue;
            };
            match (value, default) {
                (Value::Nil, default) if !meeting.keep_nulls && !default.is_nil() => {
                    over.remove(&key);
                }
                (Value::Nil, _) => {}
                (Value::Map(inner), Value::Map(under)) => {
                    let inner = to_change(inner, over, &key, meeting.is_view);
                    path.0.push(key.to_text().into_owned());
                    self.tables(&inner, &under, path, meeting)?;
                    path.0.pop();
                }
                (_, Value::Map(mut default)) => {
                    if meeting.skip_nulls && has_nulls(&default) {
                        default = default.deep_copy();
                        drop_nulls(&default);
                    }
                    self.warn(format!(
                        "warning: cannot overwrite table with non table for {} ({})",
                        path.to(&key),
                        show(b"%v", &Value::Map(default))
                    ));
                }
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

/// A map to be changed: `table`, which stands in `place` under `key`, or in a view a copy in
/// its place.
fn to_change(table: Map, place: &Map, key: &Str, is_view: bool) -> Map {
    if !is_view {
        return table;
    }
    let copy = table.shallow_copy();
    place.set(key.clone(), Value::Map(copy.clone()));
    copy
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

/// Makes the globals in `values` ones that nobody else has.
fn copy_globals(values: &Map) {
    if let Some(globals @ Value::Map(_)) = values.get(GLOBAL) {
        values.set(GLOBAL, globals.deep_copy());
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

/// Whether there are nulls in a map or in the maps in it.
fn has_nulls(map: &Map) -> bool {
    map.entries().iter().any(|(_, value)| match value {
        Value::Nil => true,
        Value::Map(inner) => has_nulls(inner),
        _ => false,
    })
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
