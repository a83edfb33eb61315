//! The block about one release that `status`, `get all`, `install` and `upgrade` print.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pintle_manifest::HookEvent;
use pintle_release::Release;

use super::color::Paint;

/// What to show besides the state itself.
#[derive(Debug, Clone)]
pub struct StatusBlock<'a> {
    /// The release.
    pub release: &'a Release,
    /// How to paint.
    pub paint: Paint,
    /// Name and versions of the chart.
    pub chart: bool,
    /// The objects in the cluster: a table for each kind.
    pub resources: Option<&'a BTreeMap<String, String>>,
    /// The values as YAML: the user's, and all that templates saw. With them, hooks and
    /// manifest are shown too.
    pub values: Option<(String, String)>,
    /// Leave the notes out.
    pub hide_notes: bool,
}

impl<'a> StatusBlock<'a> {
    /// A block about the state alone.
    pub fn new(release: &'a Release, paint: Paint) -> Self {
        Self {
            release,
            paint,
            chart: false,
            resources: None,
            values: None,
            hide_notes: false,
        }
    }

    /// The text.
    pub fn render(&self) -> String {
        let mut text = self.state();
        text += &self.tables();
        text += &tests(self.release);
        if let Some((user, computed)) = &self.values {
            text += &format!("USER-SUPPLIED VALUES:\n{user}\nCOMPUTED VALUES:\n{computed}\n");
        }
        let info = &self.release.info;
        let is_dry = info.description.eq_ignore_ascii_case("Dry run complete");
        if is_dry || self.values.is_some() {
            text += &manifests(self.release);
        }
        if !self.hide_notes && !info.notes.is_empty() {
            text += &format!("NOTES:\n{}\n", info.notes.trim());
        }
        text
    }

    /// HELM: an empty line after each kind, and one more at the end.
    fn tables(&self) -> String {
        let Some(tables) = self.resources.filter(|tables| !tables.is_empty()) else {
            return String::new();
        };
        let tables = tables
            .iter()
            .map(|(kind, table)| format!("==> {kind}\n{table}\n"));
        format!("RESOURCES:\n{}\n", tables.collect::<String>())
    }

    fn state(&self) -> String {
        let (release, info) = (self.release, &self.release.info);
        let mut text = format!("NAME: {}\n", release.name);
        if !info.last_deployed.is_zero() {
            text += &format!("LAST DEPLOYED: {}\n", info.last_deployed.ansic());
        }
        text += &format!("NAMESPACE: {}\n", self.paint.namespace(&release.namespace));
        text += &format!("STATUS: {}\n", self.paint.status(info.status));
        text += &format!("REVISION: {}\n", release.revision);
        if self.chart {
            let chart = release
                .chart
                .as_ref()
                .map(pintle_release::StoredChart::summary);
            let chart = chart.unwrap_or_default();
            text += &format!(
                "CHART: {}\nVERSION: {}\nAPP_VERSION: {}\n",
                chart.name, chart.version, chart.app_version
            );
        }
        text + &format!("DESCRIPTION: {}\n", info.description)
    }
}

/// The test hooks and how they last ran.
///
/// HELM: tests that never ran are not named; only a chart without tests is told.
fn tests(release: &Release) -> String {
    let tests: Vec<_> = release
        .hooks
        .iter()
        .filter(|hook| hook.runs_on(HookEvent::Test))
        .collect();
    if tests.is_empty() {
        return "TEST SUITE: None\n".to_owned();
    }
    let mut text = String::new();
    for hook in tests {
        let run = &hook.last_run;
        if run.started_at.is_zero() {
            continue;
        }
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "TEST SUITE:     {}\nLast Started:   {}\nLast Completed: {}\nPhase:          {}",
            hook.name,
            run.started_at.ansic(),
            run.completed_at.ansic(),
            run.phase.name()
        );
    }
    text
}

/// The hooks and the manifest as rendered.
fn manifests(release: &Release) -> String {
    format!(
        "HOOKS:\n{}MANIFEST:\n{}\n",
        hooks(release),
        release.manifest
    )
}

/// The hooks as YAML documents, each under its template.
pub fn hooks(release: &Release) -> String {
    let documents = release
        .hooks
        .iter()
        .map(|hook| format!("---\n# Source: {}\n{}\n", hook.path, hook.manifest));
    documents.collect()
}
