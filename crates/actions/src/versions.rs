//! `show versions` and `search oci`: which versions of a chart there are.

use pintle_registry::{Reference, is_oci};
use pintle_semver::{Constraint, Version};
use serde::Serialize;

use crate::input::ChartInput;
use crate::locate;
use crate::{Class, Error, Events};

/// Which versions are wanted.
#[derive(Debug, Clone, Default)]
pub struct VersionsOptions {
    /// The chart, in a registry or a repository, with a range of versions.
    pub chart: ChartInput,
    /// Only the newest, with what its chart says about itself; in a registry.
    pub newest: bool,
}

/// One version of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChartVersion {
    /// Where the chart is.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of what it installs; only for the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_version: Option<String>,
    /// What it is; only for the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The versions of a chart, the newest first.
///
/// # Errors
/// No such registry, repository or chart.
pub fn versions(
    options: &VersionsOptions,
    events: &dyn Events,
) -> Result<Vec<ChartVersion>, Error> {
    let chart = &options.chart;
    let range = range(chart)?;
    let fits = |version: &Version| range.as_ref().is_none_or(|range| range.check(version));
    if is_oci(&chart.reference) && chart.repository.is_none() {
        return in_registry(options, fits);
    }
    let known = locate::known_versions(chart, events)?;
    let mut found: Vec<Version> = known
        .iter()
        .filter_map(|text| Version::parse(text).ok())
        .collect();
    found.retain(fits);
    found.sort_by(|a, b| b.cmp(a));
    Ok(found
        .iter()
        .map(|version| listed(&chart.reference, version.original()))
        .collect())
}

fn in_registry(
    options: &VersionsOptions,
    fits: impl Fn(&Version) -> bool + Send + Sync,
) -> Result<Vec<ChartVersion>, Error> {
    let reference = Reference::parse(&options.chart.reference)?;
    let name = format!("oci://{}/{}", reference.registry, reference.repository);
    let client = options.chart.access.registry()?;
    pintle_fetch::blocking(async || {
        let mut found = client.versions(&reference).await.map_err(Error::from)?;
        found.retain(&fits);
        if options.newest {
            found.truncate(1);
        }
        let mut listed: Vec<_> = found
            .iter()
            .map(|version| listed(&name, &version.to_string()))
            .collect();
        if let (true, Some(first)) = (options.newest, listed.first_mut()) {
            let metadata = client
                .metadata(&reference.at_version(&first.version)?)
                .await?;
            first.app_version = Some(metadata.app_version);
            first.description = Some(metadata.description);
        }
        Ok(listed)
    })
}

/// Which versions count: stable ones, unless development versions are asked for.
fn range(chart: &ChartInput) -> Result<Option<Constraint>, Error> {
    let version = chart.version.as_deref().unwrap_or_default().trim();
    let text = match (version, chart.devel) {
        ("", true) => return Ok(None),
        ("", false) => "*",
        (range, _) => range,
    };
    let range = Constraint::parse(text).map_err(|error| {
        Error::new(Class::Input, error.to_string())
            .hint("a range is written such as ^1.2, >=1.0 <2.0 or 1.x")
    })?;
    Ok(Some(range))
}

fn listed(name: &str, version: &str) -> ChartVersion {
    ChartVersion {
        name: name.to_owned(),
        version: version.to_owned(),
        app_version: None,
        description: None,
    }
}
