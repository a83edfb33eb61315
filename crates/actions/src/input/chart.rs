//! From the words that name a chart to the chart.

use std::path::{Path, PathBuf};

use pintle_chart::{Chart, Watch};

use crate::locate::Access;
use crate::prepare::report;
use crate::{Error, Events, explain};

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
    /// `--keyring`: the keys that are trusted then.
    pub keyring: PathBuf,
    /// `--dependency-update`: fetch charts that it depends on when they are missing.
    pub dependency_update: bool,
    /// `--debug`
    pub debug: bool,
    /// Seconds since 1970 that files in archives of local charts are said to be of.
    pub source_date: Option<i64>,
    /// How it is fetched.
    pub access: Access,
}

impl ChartInput {
    /// The version that is asked for, perhaps by `--devel`; empty for the newest stable one.
    pub(crate) fn wanted_version(&self) -> String {
        let version = self.version.as_deref().unwrap_or_default().trim();
        if version.is_empty() && self.devel {
            return ">0.0.0-0".to_owned();
        }
        version.to_owned()
    }
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
