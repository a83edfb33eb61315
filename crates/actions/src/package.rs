//! `package`: the chart in a folder to an archive.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_chart::{ApiVersion, Chart};
use pintle_semver::Version;

use crate::prepare::report;
use crate::{Class, Error, Events};
use pintle_repo::whole_file::Unfinished;

/// How to package a chart.
#[derive(Debug, Clone, Default)]
pub struct PackageOptions {
    /// `--version`: the version instead of the chart's own.
    pub version: Option<String>,
    /// `--app-version`: the same for what the chart installs.
    pub app_version: Option<String>,
    /// `--destination`: the folder for the archive; `.` shows as the whole path.
    pub destination: String,
    /// Seconds since 1970 that every file in the archive is said to be of.
    pub source_date: Option<i64>,
}

/// Packages the chart in the folder at `path` and gives the path of its archive.
///
/// # Errors
/// No chart in the folder, a dependency that is not there, a version that is none, or a
/// destination that cannot be written; the texts are Helm's.
pub fn package(
    path: &str,
    options: &PackageOptions,
    events: &dyn Events,
) -> Result<PathBuf, Error> {
    check_path(path)?;
    let mut chart = load(path, events)?;
    if let Some(version) = &options.version {
        chart.metadata.version.clone_from(version);
    }
    Version::parse(&chart.metadata.version).map_err(|error| {
        problem(error.to_string()).hint("--version must be a semantic version, such as 1.2.3")
    })?;
    if let Some(version) = &options.app_version {
        chart.metadata.app_version.clone_from(version);
    }
    if let Some(seconds) = options.source_date {
        chart.stamp(seconds);
    }
    if !chart.metadata.dependencies.is_empty() {
        pintle_values::dependencies::check_present(&chart).map_err(|error| {
            Error::from(error).hint("dependency build, or -u, fetches what is missing")
        })?;
    }
    let folder = match options.destination.as_str() {
        "." => absolute(".")?,
        other => super::lint::joined(Path::new(other), ""),
    };
    save(&chart, &folder).map_err(|error| error.prefixed("failed to save: "))
}

/// A path from the root.
///
/// # Errors
/// No working directory.
pub fn absolute(path: &str) -> Result<PathBuf, Error> {
    Ok(pintle_chart::disk::absolute(Path::new(path))?)
}

/// HELM: looks whether the path is there, by the name it was given.
///
/// # Errors
/// Nothing is there.
pub fn check_path(path: &str) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(problem(format!("stat {path}: {}", go_text(&error)))
            .hint("a chart is a folder with a Chart.yaml; is this the right path?")),
    }
}

fn load(path: &str, events: &dyn Events) -> Result<Chart, Error> {
    let (chart, warnings) =
        pintle_chart::disk::load_unpacked(Path::new(path)).inspect_err(|error| {
            report(error.warnings().to_vec(), events);
        })?;
    report(warnings, events);
    if chart.metadata.chart_api_version() == ApiVersion::V3 {
        return Err(
            problem("invalid chart apiVersion").hint("charts of version 3 are an experiment")
        );
    }
    Ok(chart)
}

/// Writes a chart's archive into a folder, which is made when it is not there.
///
/// # Errors
/// Metadata that is not valid, a schema that is no JSON, a folder that cannot be written.
pub(crate) fn save(chart: &Chart, folder: &Path) -> Result<PathBuf, Error> {
    chart
        .metadata
        .validate()
        .map_err(|error| Error::from(error.context("chart validation")))?;
    make_folder(folder)?;
    let path = super::lint::joined(folder, &chart.archive_name());
    let unwritable = |error: io::Error| {
        problem(format!("open {}: {}", path.display(), go_text(&error)))
            .hint("can the folder be written to? --destination names another")
    };
    if path.is_dir() {
        return Err(unwritable(io::ErrorKind::IsADirectory.into()));
    }
    let (file, unfinished) = Unfinished::beside(&path).map_err(unwritable)?;
    let mut writer = BufWriter::with_capacity(64 << 10, file);
    pintle_chart::write_archive(chart, &mut writer)?;
    writer.flush().map_err(unwritable)?;
    unfinished.rename(&path).map_err(unwritable)?;
    Ok(path)
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(facts) if facts.is_dir() => Ok(()),
        Ok(_) => Err(problem(format!("is not a directory: {shown}"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder)
            .map_err(|error| problem(format!("mkdir {shown}: {}", go_text(&error)))),
        Err(error) => Err(problem(format!(
            "stat {shown}: stat {shown}: {}",
            go_text(&error)
        ))),
    }
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}
