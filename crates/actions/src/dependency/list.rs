//! `dependency list`: what is declared, and what is there.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::{Chart, Dependency, Warning};
use pintle_semver::{Constraint, Version};

use crate::prepare::report;
use crate::{Error, Events};

/// What there is to say of a chart's dependencies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DependencyList {
    /// Whether the chart declares any.
    pub declares: bool,
    /// Name, version, repository and state of each.
    pub rows: Vec<[String; 4]>,
    /// What else is in `charts/`.
    pub warnings: Vec<String>,
}

/// Looks at the dependencies of the chart at a path.
///
/// # Errors
/// No chart is there.
pub fn list(path: &Path, events: &dyn Events) -> Result<DependencyList, Error> {
    let chart = load(path, events)?;
    let folder = crate::lint::joined(path, "charts");
    if !chart.metadata.declares_dependencies() {
        return Ok(DependencyList {
            warnings: vec![format!("WARNING: no dependencies at {}", folder.display())],
            ..DependencyList::default()
        });
    }
    let declared = &chart.metadata.dependencies;
    let rows = declared
        .iter()
        .map(|wanted| {
            [
                wanted.name.clone(),
                wanted.version.clone(),
                wanted.repository.clone(),
                state(&folder, wanted, &chart, events).to_owned(),
            ]
        })
        .collect();
    let warnings = inside(&folder)
        .into_iter()
        .filter_map(|path| undeclared(&path, declared, events))
        .collect();
    Ok(DependencyList {
        declares: true,
        rows,
        warnings,
    })
}

fn load(path: &Path, events: &dyn Events) -> Result<Chart, Error> {
    let told = |warnings: Vec<Warning>| report(warnings, events);
    match pintle_chart::disk::load_as_is(path, &()) {
        Ok((chart, warnings)) => {
            told(warnings);
            Ok(chart)
        }
        Err(error) => {
            told(error.warnings().to_vec());
            Err(error.into())
        }
    }
}

/// What is in a folder, in the order of names.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| folder.join(entry.file_name()))
        .collect();
    paths.sort();
    paths
}

/// The state of a dependency, in one or two words.
///
/// HELM: an archive is looked at before the charts that were loaded.
fn state(folder: &Path, wanted: &Dependency, chart: &Chart, events: &dyn Events) -> &'static str {
    if wanted.name.contains('[') && !wanted.name.contains(']') {
        return "bad pattern";
    }
    let start = format!("{}-", wanted.name);
    let version = |path: &PathBuf| -> Option<String> {
        let name = path.file_name()?.to_str()?.strip_suffix(".tgz")?;
        Some(name.strip_prefix(&start)?.to_owned())
    };
    let archives: Vec<(PathBuf, String)> = inside(folder)
        .into_iter()
        .filter_map(|path| version(&path).map(|version| (path, version)))
        .collect();
    let archive = match archives.as_slice() {
        [] => None,
        [(path, _)] => Some(path),
        several => {
            let mut versioned = several
                .iter()
                .filter(|(_, version)| Version::parse_strict(version).is_ok());
            match (versioned.next(), versioned.next()) {
                (Some(_), Some(_)) => return "too many matches",
                (Some((path, _)), None) => Some(path),
                _ => None,
            }
        }
    };
    if let Some(archive) = archive
        && archive.exists()
    {
        return match load(archive, events) {
            Err(_) => "corrupt",
            Ok(found) if found.name() != wanted.name => "misnamed",
            Ok(found) => compared(&found, wanted).unwrap_or("ok"),
        };
    }
    let loaded = chart.dependencies.iter().rev();
    match loaded.into_iter().find(|child| child.name() == wanted.name) {
        None => "missing",
        Some(found) => compared(found, wanted).unwrap_or("unpacked"),
    }
}

/// What is wrong with a version, if anything is.
fn compared(found: &Chart, wanted: &Dependency) -> Option<&'static str> {
    if found.metadata.version == wanted.version {
        return None;
    }
    let constraint = Constraint::parse(&wanted.version);
    let version = Version::parse(&found.metadata.version);
    match (constraint, version) {
        (Ok(constraint), Ok(version)) => (!constraint.check(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// What to say of something in `charts/` that is not declared.
fn undeclared(path: &Path, declared: &[Dependency], events: &dyn Events) -> Option<String> {
    let is_archive = path.extension().is_some_and(|end| end == "tgz");
    if !path.is_dir() && !is_archive {
        return None;
    }
    let shown = crate::repo::quote(&path.to_string_lossy());
    match load(path, events) {
        Err(_) => Some(format!("WARNING: {shown} is not a chart.")),
        Ok(chart) if declared.iter().any(|one| one.name == chart.name()) => None,
        Ok(_) => Some(format!("WARNING: {shown} is not in Chart.yaml.")),
    }
}
