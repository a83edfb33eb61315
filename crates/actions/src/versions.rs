//! `show versions` and `search oci`: which versions of a chart there are.

use pintle_registry::Reference;
use pintle_semver::{Constraint, Version};
use serde::Serialize;

use crate::input::Access;
use crate::{Class, Error};

/// Which versions are wanted.
#[derive(Debug, Clone, Default)]
pub struct VersionsOptions {
    /// `oci://host/path/name`; the scheme may be left out.
    pub reference: String,
    /// `--version`: a range; empty for all.
    pub range: String,
    /// `--devel`: development versions too.
    pub devel: bool,
    /// Only the newest, with what its chart says about itself.
    pub newest: bool,
    /// How servers are reached.
    pub access: Access,
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

/// The versions of a chart in a registry, the newest first.
///
/// # Errors
/// No reference, no registry, no such chart.
pub fn versions(options: &VersionsOptions) -> Result<Vec<ChartVersion>, Error> {
    let reference = Reference::parse(&options.reference)?;
    let range = range(options)?;
    let client = options.access.registry()?;
    pintle_fetch::blocking(async || {
        let mut found = client.versions(&reference).await.map_err(Error::from)?;
        found.retain(|version| range.as_ref().is_none_or(|range| range.check(version)));
        if options.newest {
            found.truncate(1);
        }
        let mut listed: Vec<_> = found
            .iter()
            .map(|version| listed(&reference, version))
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
fn range(options: &VersionsOptions) -> Result<Option<Constraint>, Error> {
    let text = match (options.range.as_str(), options.devel) {
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

fn listed(reference: &Reference, version: &Version) -> ChartVersion {
    ChartVersion {
        name: format!("oci://{}/{}", reference.registry, reference.repository),
        version: version.to_string(),
        app_version: None,
        description: None,
    }
}
