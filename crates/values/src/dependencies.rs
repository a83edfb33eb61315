//! Which subcharts take part: aliases, conditions, tags.

use pintle_chart::{Chart, Dependency, Warning};
use pintle_go_value::{Map, Value};
use pintle_semver::{Constraint, Version};

use crate::Error;
use crate::coalesce::view_values;
use crate::import::import_values;
use crate::table::{path_value, table};

/// Prepares a chart for rendering: applies aliases, removes subcharts that are switched off,
/// and copies imported values into the parents' defaults.
///
/// Changes the chart: its dependencies, its metadata, and its default values (which is what a
/// release record keeps of it).
///
/// # Errors
/// A subchart's name that holds something else than a table.
pub fn process(chart: &mut Chart, given: &Map) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    let done =
        enable(chart, given, "", &mut warnings).and_then(|()| import_values(chart, &mut warnings));
    match done {
        Ok(()) => Ok(warnings),
        Err(error) => Err(error.after(warnings)),
    }
}

/// Checks that all declared dependencies are there.
///
/// # Errors
/// Helm's text, with the names of those that are missing.
pub fn check(chart: &Chart) -> Result<(), Error> {
    check_present(chart).map_err(|error| {
        error.context("an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies")
    })
}

/// The same in the words of `package`.
///
/// # Errors
/// As [`check`].
pub fn check_present(chart: &Chart) -> Result<(), Error> {
    let is_missing =
        |wanted: &&Dependency| !chart.dependencies.iter().any(|c| c.name() == wanted.name);
    let missing: Vec<&str> = chart
        .metadata
        .dependencies
        .iter()
        .filter(is_missing)
        .map(|wanted| wanted.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "found in Chart.yaml, but missing in charts/ directory: {}",
        missing.join(", ")
    )))
}

/// Removes what is switched off, here and below. `path` leads from the top values to the
/// chart's own, with a dot at the end.
fn enable(
    chart: &mut Chart,
    given: &Map,
    path: &str,
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    // HELM: a chart that declares nothing keeps what is in charts/ as it is, to any depth.
    if !chart.metadata.declares_dependencies() {
        return Ok(());
    }
    apply_aliases(chart);
    for wanted in &mut chart.metadata.dependencies {
        wanted.enabled = true;
    }
    // HELM: for a subchart these are the values of the *top* chart with the subchart's
    // defaults mixed in at the top, which is what makes its tags and conditions global.
    let (values, more) = view_values(chart, given, false)?;
    warnings.extend(more);
    let declared = &mut chart.metadata.dependencies;
    apply_tags(declared, &values, warnings);
    apply_conditions(declared, &values, path, warnings);
    let removed: Vec<String> = declared
        .iter()
        .filter(|d| !d.enabled)
        .map(|d| d.name.clone())
        .collect();
    let stays = |name: &str| !removed.iter().any(|r| r == name);
    declared.retain(|wanted| stays(&wanted.name));
    chart.metadata.has_empty_dependencies = false;
    chart.dependencies.retain(|child| stays(child.name()));
    for child in &mut chart.dependencies {
        let inner = format!("{path}{}.", child.name());
        enable(child, &values, &inner, warnings)?;
    }
    Ok(())
}

/// Puts the subcharts into the order in which they are declared, each under its alias, after
/// those that are not declared at all.
fn apply_aliases(chart: &mut Chart) {
    let declared = &mut chart.metadata.dependencies;
    let present = std::mem::take(&mut chart.dependencies);
    let matched = declared.iter().filter_map(|wanted| {
        let found = present.iter().find(|child| fits(wanted, child))?;
        let mut child = found.clone();
        if !wanted.alias.is_empty() {
            child.metadata.name.clone_from(&wanted.alias);
        }
        Some(child)
    });
    let undeclared = present
        .iter()
        .filter(|child| !declared.iter().any(|wanted| fits(wanted, child)));
    chart.dependencies = undeclared.cloned().chain(matched).collect();
    for wanted in declared {
        if !wanted.alias.is_empty() {
            wanted.name.clone_from(&wanted.alias);
        }
    }
}

/// Whether the chart is the one that is wanted, by name and version.
fn fits(wanted: &Dependency, child: &Chart) -> bool {
    child.name() == wanted.name && is_compatible(&wanted.version, &child.metadata.version)
}

/// Whether `version` satisfies `constraint`; false if either cannot be read.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

/// A dependency is off if it has tags that are set and none of them is true.
fn apply_tags(declared: &mut [Dependency], values: &Map, warnings: &mut Vec<Warning>) {
    let Ok(tags) = table(values, "tags") else {
        return;
    };
    for wanted in declared {
        let (mut on, mut off) = (false, false);
        for tag in &wanted.tags {
            match tags.get(tag) {
                None => {}
                Some(Value::Bool(true)) => on = true,
                Some(Value::Bool(false)) => off = true,
                Some(_) => warnings.push(
                    Warning::warn("returned non-bool value")
                        .with("tag", tag)
                        .with("chart", &wanted.name),
                ),
            }
        }
        wanted.enabled = on || !off;
    }
}

/// The first of the paths that holds a bool decides.
fn apply_conditions(
    declared: &mut [Dependency],
    values: &Map,
    path: &str,
    warnings: &mut Vec<Warning>,
) {
    for wanted in declared {
        for condition in wanted.condition.trim().split(',').filter(|c| !c.is_empty()) {
            match path_value(values, &format!("{path}{condition}")) {
                Ok(Value::Bool(enabled)) => {
                    wanted.enabled = enabled;
                    break;
                }
                Ok(_) => warnings.push(
                    Warning::warn("returned non-bool value")
                        .with("path", condition)
                        .with("chart", &wanted.name),
                ),
                Err(_) => {}
            }
        }
    }
}
