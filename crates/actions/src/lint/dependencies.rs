//! Rules about the charts that a chart depends on.

use std::collections::BTreeSet;

use pintle_chart::Chart;

use super::{Context, Severity, Subject};

/// Checks that what is declared is there, once, and the other way round.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    let chart = match subject.chart(context.events) {
        Ok(chart) => chart,
        Err(error) => {
            let text = format!("unable to load chart\n\t{error}");
            subject.rule(Severity::Error, "", Err(text));
            return;
        }
    };
    let folder = subject.folder.path().to_string_lossy().into_owned();
    let declared: Vec<&str> = chart
        .metadata
        .dependencies
        .iter()
        .map(|d| &*d.name)
        .collect();
    let present: Vec<&str> = chart.dependencies.iter().map(Chart::name).collect();
    let rules = [
        (
            Severity::Error,
            "chart metadata is missing these dependencies",
            without(&present, &declared),
        ),
        (
            Severity::Error,
            "multiple dependencies with name or alias",
            repeated(&chart),
        ),
        (
            Severity::Warning,
            "chart directory is missing these dependencies",
            without(&declared, &present),
        ),
    ];
    for (severity, what, names) in rules {
        if !names.is_empty() {
            let text = format!("{what}: {}", names.join(","));
            subject.rule(severity, &folder, Err(text));
        }
    }
}

/// The names that are not among the others.
fn without<'a>(names: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let is_alone = |name: &&str| !others.contains(name);
    names.iter().copied().filter(is_alone).collect()
}

/// Names and aliases that occur again.
fn repeated(chart: &Chart) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let keys = chart.metadata.dependencies.iter().map(|dependency| {
        if dependency.alias.is_empty() {
            dependency.name.as_str()
        } else {
            dependency.alias.as_str()
        }
    });
    keys.filter(|key| !seen.insert(*key)).collect()
}
