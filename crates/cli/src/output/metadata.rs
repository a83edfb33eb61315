//! What a release was made from, for `get metadata`.

use std::collections::BTreeMap;

use pintle_release::{ApplyMethod, Json, Release, Time};
use serde::{Deserialize, Serialize};

/// The facts, in the order of the JSON output.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseMetadata {
    name: String,
    chart: String,
    version: String,
    app_version: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency>,
    namespace: String,
    revision: u32,
    status: String,
    deployed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    apply_method: Option<ApplyMethod>,
}

/// What is read of the stored chart.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: Option<String>,
    version: Option<String>,
    app_version: Option<String>,
    annotations: Option<BTreeMap<String, String>>,
    dependencies: Option<Vec<Dependency>>,
}

/// A dependency as records write it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Dependency {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    repository: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(rename = "import-values", skip_serializing_if = "Option::is_none")]
    import_values: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
}

impl From<&Release> for ReleaseMetadata {
    fn from(release: &Release) -> Self {
        // DIFF: Helm crashes on a record without a chart; here its facts are empty.
        let chart: Metadata = release
            .chart
            .as_ref()
            .and_then(|chart| chart.metadata().ok().flatten())
            .unwrap_or_default();
        Self {
            name: release.name.clone(),
            chart: chart.name.unwrap_or_default(),
            version: chart.version.unwrap_or_default(),
            app_version: chart.app_version.unwrap_or_default(),
            annotations: chart.annotations.unwrap_or_default(),
            labels: release.labels.clone(),
            dependencies: chart.dependencies.unwrap_or_default(),
            namespace: release.namespace.clone(),
            revision: release.revision,
            status: release.info.status.name().to_owned(),
            deployed_at: rfc3339(release.info.last_deployed),
            apply_method: release.apply_method,
        }
    }
}

impl ReleaseMetadata {
    /// The lines for people.
    pub fn lines(&self) -> String {
        let dependencies: Vec<&str> = self
            .dependencies
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        let lines = [
            ("NAME", self.name.clone()),
            ("CHART", self.chart.clone()),
            ("VERSION", self.version.clone()),
            ("APP_VERSION", self.app_version.clone()),
            ("ANNOTATIONS", pairs(&self.annotations)),
            ("LABELS", pairs(&self.labels)),
            ("DEPENDENCIES", dependencies.join(",")),
            ("NAMESPACE", self.namespace.clone()),
            ("REVISION", self.revision.to_string()),
            ("STATUS", self.status.clone()),
            ("DEPLOYED_AT", self.deployed_at.clone()),
            (
                "APPLY_METHOD",
                ApplyMethod::describe(self.apply_method).to_owned(),
            ),
        ];
        lines
            .map(|(name, text)| format!("{name}: {text}\n"))
            .concat()
    }
}

fn pairs(map: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = map
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(",")
}

/// RFC 3339 to the second.
fn rfc3339(time: Time) -> String {
    let text = time.to_string();
    let Some(point) = text.find('.') else {
        return text;
    };
    let zone = text[point + 1..].find(|character: char| !character.is_ascii_digit());
    let zone = zone.map_or("", |place| &text[point + 1 + place..]);
    format!("{}{zone}", &text[..point])
}
