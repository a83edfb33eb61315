//! Listings of releases and of their revisions.

use pintle_release::{ChartSummary, Release, Status, Time};
use serde::Serialize;

use super::color::Paint;
use super::table::Table;

/// A release in `list`, as JSON and YAML show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// HELM: a string here, a number in `history`.
    pub revision: String,
    /// When it was last deployed, in Go's form.
    pub updated: String,
    /// Its state.
    pub status: String,
    /// `NAME-VERSION` of its chart.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
    #[serde(skip)]
    state: Status,
}

impl Listed {
    /// What to show of a release; `when` gives times their text.
    pub fn new(release: &Release, when: impl Fn(Time) -> String) -> Self {
        let deployed = release.info.last_deployed;
        let (chart, app_version) = chart_texts(release);
        Self {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            revision: release.revision.to_string(),
            updated: if deployed.is_zero() {
                "-".to_owned()
            } else {
                when(deployed)
            },
            status: release.info.status.name().to_owned(),
            chart,
            app_version,
            state: release.info.status,
        }
    }
}

/// The table of `list`.
pub fn list_table(releases: &[Listed], heads: bool, paint: Paint) -> String {
    let mut table = Table::new();
    if heads {
        let heads = [
            "NAME",
            "NAMESPACE",
            "REVISION",
            "UPDATED",
            "STATUS",
            "CHART",
            "APP VERSION",
        ];
        table.row(heads.map(|head| paint.head(head)));
    }
    for release in releases {
        table.row([
            release.name.clone(),
            paint.namespace(&release.namespace),
            release.revision.clone(),
            release.updated.clone(),
            paint.status(release.state),
            release.chart.clone(),
            release.app_version.clone(),
        ]);
    }
    table.render()
}

/// A revision in `history`, as JSON and YAML show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revised {
    /// Its number.
    pub revision: u32,
    /// When it was deployed.
    #[serde(skip_serializing_if = "Time::is_zero")]
    pub updated: Time,
    /// Its state.
    pub status: String,
    /// `NAME-VERSION` of its chart.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
    /// The revision that a rollback went back to.
    #[serde(skip_serializing_if = "is_zero")]
    pub rollback_revision: u32,
    /// One line on what happened.
    pub description: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl From<&Release> for Revised {
    fn from(release: &Release) -> Self {
        let (chart, app_version) = chart_texts(release);
        Self {
            revision: release.revision,
            updated: release.info.last_deployed,
            status: release.info.status.name().to_owned(),
            chart,
            app_version,
            rollback_revision: release.info.rollback_revision,
            description: release.info.description.clone(),
        }
    }
}

/// The table of `history`; with `rollbacks`, a column says where rollbacks went back to.
pub fn history_table(revisions: &[Revised], rollbacks: bool) -> String {
    let mut table = Table::new();
    let mut row = |cells: [&str; 7]| {
        let kept = cells
            .iter()
            .enumerate()
            .filter(|(place, _)| rollbacks || *place != 5);
        table.row(kept.map(|(_, cell)| *cell));
    };
    row([
        "REVISION",
        "UPDATED",
        "STATUS",
        "CHART",
        "APP VERSION",
        "ROLLBACK",
        "DESCRIPTION",
    ]);
    for revision in revisions {
        let rollback = match revision.rollback_revision {
            0 => String::new(),
            number => number.to_string(),
        };
        row([
            &revision.revision.to_string(),
            &revision.updated.ansic(),
            &revision.status,
            &revision.chart,
            &revision.app_version,
            &rollback,
            &revision.description,
        ]);
    }
    table.render()
}

/// `NAME-VERSION` and the application's version. HELM: `MISSING` for a record without a chart.
fn chart_texts(release: &Release) -> (String, String) {
    let summary = release
        .chart
        .as_ref()
        .map_or_else(ChartSummary::default, pintle_release::StoredChart::summary);
    let name = summary.name_version();
    let missing = summary == ChartSummary::default();
    let version = if missing {
        name.clone()
    } else {
        summary.app_version
    };
    (name, version)
}
