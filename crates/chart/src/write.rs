//! A chart to an archive.
//!
//! - `gzip`: compressed on all processors
//! - `tar`: the blocks of a tar file, as Go's library writes them
//! - `yaml`: `Chart.yaml` and `Chart.lock` as Helm writes them anew

mod gzip;
mod tar;
mod yaml;

use std::io::{self, Write};

use serde::de::IgnoredAny;

use self::gzip::Gzip;
use self::tar::Writer;
use crate::{ApiVersion, Chart, Error, File, time};

impl Chart {
    /// The name of the chart's archive: `web-1.2.3.tgz`.
    pub fn archive_name(&self) -> String {
        format!("{}-{}.tgz", self.name(), self.metadata.version)
    }

    /// Gives every file the same time, in seconds since 1970, and says of the lock that it was
    /// made then: what an archive needs to be the same wherever it is made.
    pub fn stamp(&mut self, seconds: i64) {
        let stamp = time::rfc3339(seconds, 0);
        self.modified.clone_from(&stamp);
        self.schema_modified.clone_from(&stamp);
        if let (Some(lock), Some(stamp)) = (&mut self.lock, &stamp) {
            lock.generated.clone_from(stamp);
        }
        let files = self.raw.iter_mut().chain(&mut self.templates);
        for file in files.chain(&mut self.files) {
            file.modified.clone_from(&stamp);
        }
        for child in &mut self.dependencies {
            child.stamp(seconds);
        }
    }
}

/// Writes the chart's archive: Helm's files in Helm's order, the same bytes for the same chart.
///
/// DIFF: what has no time gets that of its `Chart.yaml`, where Helm takes the time of day.
///
/// # Errors
/// A schema that is no JSON, or whatever keeps `to` from being written.
pub fn write_archive(chart: &Chart, to: impl Write) -> Result<(), Error> {
    let zipped = Gzip::new(to).map_err(|error| unwritten(&error))?;
    let mut archive = Writer::new(zipped);
    write_chart(chart, "", &mut archive)?;
    let finish = || archive.finish()?.finish()?.flush();
    finish().map_err(|error| unwritten(&error))
}

fn write_chart(chart: &Chart, folder: &str, archive: &mut Writer<impl Write>) -> Result<(), Error> {
    let base = format!("{folder}{}/", chart.name());
    let of_chart = chart.modified.as_deref().and_then(time::seconds);
    let mut add = |name: &str, data: &[u8], modified: Option<&str>| {
        let modified = modified.and_then(time::seconds).or(of_chart);
        archive
            .file(&format!("{base}{name}"), data, modified.unwrap_or(0))
            .map_err(|error| unwritten(&error))
    };
    add("Chart.yaml", &chart_yaml(chart)?, None)?;
    if let Some(lock) = &chart.lock
        && chart.metadata.chart_api_version() == ApiVersion::V2
    {
        let generated = Some(lock.generated.as_str()).filter(|time| *time != time::ZERO);
        add("Chart.lock", &lock.to_yaml()?, generated)?;
    }
    let values = chart.raw.iter().filter(|file| file.name == "values.yaml");
    for File {
        name,
        data,
        modified,
    } in values
    {
        add(name, data, modified.as_deref())?;
    }
    if let Some(schema) = &chart.schema {
        check_json(schema)?;
        let modified = chart.schema_modified.as_deref();
        add("values.schema.json", schema, modified)?;
    }
    for file in chart.templates.iter().chain(&chart.files) {
        add(&file.name, &file.data, file.modified.as_deref())?;
    }
    for child in &chart.dependencies {
        write_chart(child, &format!("{base}charts/"), archive)?;
    }
    Ok(())
}

/// HELM: a chart of version 1 keeps its dependencies in `requirements.yaml` alone.
fn chart_yaml(chart: &Chart) -> Result<Vec<u8>, Error> {
    if chart.metadata.api_version != "v1" || chart.metadata.dependencies.is_empty() {
        return chart.metadata.to_yaml();
    }
    let mut metadata = chart.metadata.clone();
    metadata.dependencies.clear();
    metadata.to_yaml()
}

fn check_json(schema: &[u8]) -> Result<(), Error> {
    match serde_json::from_slice::<IgnoredAny>(schema) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new("invalid JSON in values.schema.json")
            .hint(format!("the file is no JSON: {error}"))),
    }
}

fn unwritten(error: &io::Error) -> Error {
    Error::new(crate::disk::go_text(error))
}
