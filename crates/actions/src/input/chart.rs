//! From the words that name a chart to the chart.

use std::path::{Path, PathBuf};

use pintle_chart::{Chart, Watch};

use crate::prepare::report;
use crate::{Class, Error, Events, explain};

/// How a chart is named: Helm's flags for finding one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartInput {
    /// A path, `repo/name`, URL or `oci://` reference.
    pub reference: String,
    /// `--version`
    pub version: Option<String>,
    /// `--repo`
    pub repository: Option<String>,
    /// `--devel`
    pub devel: bool,
    /// `--verify`
    pub verify: bool,
}

/// Finds the chart.
///
/// HELM: an existing path wins over everything; a path that looks like one must exist.
///
/// # Errors
/// There is no such chart.
pub(crate) fn locate(input: &ChartInput) -> Result<PathBuf, Error> {
    let name = input.reference.trim();
    let path = Path::new(name);
    if path.exists() {
        return Ok(pintle_chart::disk::absolute(path)?);
    }
    if path.is_absolute() || name.starts_with('.') {
        return Err(Error::new(Class::Input, format!("path {name:?} not found"))
            .hint("check the path: a chart is a folder with a Chart.yaml, or a .tgz archive"));
    }
    Err(not_a_path(name))
}

/// Reads the chart.
///
/// # Errors
/// The chart is broken; the texts are Helm's.
pub(crate) fn load(path: &Path, events: &dyn Events) -> Result<Chart, Error> {
    load_watched(path, &(), events)
}

/// The same; `watch` is told of each file as soon as it is read.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_watched(
    path: &Path,
    watch: &dyn Watch,
    events: &dyn Events,
) -> Result<Chart, Error> {
    let (chart, warnings) = pintle_chart::disk::load_watched(path, watch).map_err(|refused| {
        report(refused.warnings().to_vec(), events);
        let error = Error::from(refused.clone());
        if events.wants_explanations() {
            explain::chart_file(path, &refused, error)
        } else {
            error
        }
    })?;
    report(warnings, events);
    Ok(chart)
}

fn not_a_path(name: &str) -> Error {
    let text = match name.split_once('/') {
        Some((repository, _)) if !name.contains("://") => format!("repo {repository} not found"),
        _ => format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}"),
    };
    Error::new(Class::Input, text).hint(format!(
        "there is no file or folder {name:?} here; charts from repositories and registries cannot be fetched yet: download the archive and name its path"
    ))
}
