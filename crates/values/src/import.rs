//! `import-values`: a child's tables as defaults of its parent.

use pintle_chart::{Chart, Dependency, Warning};
use pintle_go_value::{Map, Value, format};

use crate::Error;
use crate::coalesce::{check_extent, merge_tables, merge_values, view_values};
use crate::table::table;

/// Copies imported values into the defaults of each parent, from the deepest chart up.
///
/// HELM: tables are imported by reference. Where two imports meet, the second also shows up
/// in the parent's copy of the child's table that the first came from.
///
/// HELM: afterwards the defaults of a chart that declares dependencies hold those of all its
/// subcharts as well, and `import-values` in its metadata is written out in full.
pub(crate) fn import_values(chart: &mut Chart, warnings: &mut Vec<Warning>) -> Result<(), Error> {
    for child in &mut chart.dependencies {
        import_values(child, warnings)?;
    }
    if !chart.metadata.declares_dependencies() {
        return Ok(());
    }
    let imports = |wanted: &Dependency| !wanted.import_values.is_empty();
    if !chart.metadata.dependencies.iter().any(imports) {
        // The defaults of all charts may share what none of them changes.
        let (values, more) = view_values(chart, &Map::new(), true)?;
        warnings.extend(more);
        chart.values = values;
        chart.has_values = true;
        return Ok(());
    }
    let (values, more) = merge_values(chart, &Map::new())?;
    warnings.extend(more);
    let mut imported = Map::new();
    for wanted in &mut chart.metadata.dependencies {
        let entries: Vec<Import> = wanted
            .import_values
            .iter()
            .filter_map(Import::read)
            .collect();
        for entry in &entries {
            if let Some(found) = entry.find(wanted, &values, warnings) {
                let (merged, more) = merge_tables(&imported, &found)?;
                imported = merged;
                warnings.extend(more);
            }
        }
        wanted.import_values = entries.iter().map(Import::to_value).collect();
    }
    // What was imported may by now contain itself.
    check_extent(&values)?;
    check_extent(&imported)?;
    let (defaults, more) = merge_tables(&values.deep_copy(), &imported)?;
    warnings.extend(more);
    chart.values = defaults;
    chart.has_values = true;
    Ok(())
}

/// What is imported from a dependency: paths below the child, and in the parent.
pub(crate) fn entries(wanted: &Dependency) -> Vec<(String, String)> {
    let all = wanted.import_values.iter().filter_map(Import::read);
    all.map(|entry| (entry.child, entry.parent)).collect()
}

/// One entry of `import-values`.
struct Import {
    child: String,
    parent: String,
    /// Written as a name: a table under `exports`.
    is_export: bool,
}

impl Import {
    /// HELM: entries that are neither a string nor a map are silently dropped.
    fn read(entry: &Value) -> Option<Self> {
        match entry {
            Value::Str(name) => Some(Self {
                child: format!("exports.{name}"),
                parent: ".".to_owned(),
                is_export: true,
            }),
            Value::Map(map) => Some(Self {
                child: print(map.get("child")),
                parent: print(map.get("parent")),
                is_export: false,
            }),
            _ => None,
        }
    }

    /// What to put under the parent's values.
    fn find(&self, from: &Dependency, values: &Map, warnings: &mut Vec<Warning>) -> Option<Map> {
        let path = format!("{}.{}", from.name, self.child);
        // HELM: an empty table is not shared.
        let unshared = |found: Map| if found.is_empty() { Map::new() } else { found };
        match table(values, &path).map(unshared) {
            Ok(found) if self.parent == "." => Some(found),
            Ok(found) => Some(nest(&self.parent, found)),
            Err(error) => {
                let missing = if self.is_export {
                    Warning::warn("ImportValues missing table")
                } else {
                    Warning::warn("ImportValues missing table from chart").with("chart", &from.name)
                };
                warnings.push(missing.with("error", error.text()));
                None
            }
        }
    }

    fn to_value(&self) -> Value {
        let map: Map = [
            ("child", Value::from(self.child.as_str())),
            ("parent", Value::from(self.parent.as_str())),
        ]
        .into_iter()
        .collect();
        Value::Map(map.retyped(pintle_go_value::MapType::Str))
    }
}

/// `data` under the keys of `path`.
fn nest(path: &str, data: Map) -> Map {
    path.split('.').rev().fold(data, |inner, key| {
        [(key, Value::Map(inner))].into_iter().collect()
    })
}

/// GO: `%v`, so a missing path reads `<nil>`.
fn print(value: Option<Value>) -> String {
    format::sprint(&value.unwrap_or_default())
        .to_text()
        .into_owned()
}
