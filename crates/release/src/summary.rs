//! The few fields of a record that a listing shows.

use serde::Deserialize;

use crate::encoding::{Error, unpack};
use crate::go_json::null_is_default;
use crate::{Status, Time};

/// What `list` and `history` show of a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The revision.
    pub revision: u32,
    /// The state.
    pub status: Status,
    /// When it was deployed.
    pub last_deployed: Time,
    /// One line on what happened.
    pub description: String,
    /// The revision a rollback went back to; 0 when it was none.
    pub rollback_revision: u32,
    /// The chart.
    pub chart: ChartSummary,
}

/// What a listing shows of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ChartSummary {
    /// Its name.
    #[serde(deserialize_with = "null_is_default")]
    pub name: String,
    /// Its version.
    #[serde(deserialize_with = "null_is_default")]
    pub version: String,
    /// The version of what it installs.
    #[serde(rename = "appVersion", deserialize_with = "null_is_default")]
    pub app_version: String,
}

impl ChartSummary {
    /// `NAME-VERSION`. HELM: a record without a chart shows `MISSING`.
    pub fn name_version(&self) -> String {
        if self.name.is_empty() && self.version.is_empty() {
            return "MISSING".to_owned();
        }
        format!("{}-{}", self.name, self.version)
    }
}

/// Reads only what a listing shows; templates, values and manifests are skipped, not kept.
///
/// # Errors
/// As [`crate::decode`].
pub fn decode_summary(record: &[u8]) -> Result<Summary, Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Record {
        #[serde(deserialize_with = "null_is_default")]
        name: String,
        #[serde(deserialize_with = "null_is_default")]
        info: InfoOnly,
        #[serde(deserialize_with = "null_is_default")]
        chart: ChartOnly,
        #[serde(deserialize_with = "null_is_default")]
        version: u32,
        #[serde(deserialize_with = "null_is_default")]
        namespace: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct InfoOnly {
        #[serde(deserialize_with = "null_is_default")]
        last_deployed: Time,
        #[serde(deserialize_with = "null_is_default")]
        description: String,
        #[serde(deserialize_with = "null_is_default")]
        status: Status,
        #[serde(deserialize_with = "null_is_default")]
        rollback_revision: u32,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct ChartOnly {
        #[serde(deserialize_with = "null_is_default")]
        metadata: ChartSummary,
    }

    let json = unpack(record)?;
    let record: Record = serde_json::from_slice(&json)?;
    Ok(Summary {
        name: record.name,
        namespace: record.namespace,
        revision: record.version,
        status: record.info.status,
        last_deployed: record.info.last_deployed,
        description: record.info.description,
        rollback_revision: record.info.rollback_revision,
        chart: record.chart.metadata,
    })
}
