//! `upgrade`: a release gets a new revision from a chart.

use std::collections::BTreeMap;

use pintle_release::Release;

use crate::input::{ChartInput, ValuesInput};
use crate::{DryRun, ServerSide, WaitOptions};

/// Which values of the previous revision count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reuse {
    /// HELM: the old ones when the user gives none now, otherwise none.
    #[default]
    WhenNoneGiven,
    /// `--reset-values`: none
    Reset,
    /// `--reuse-values`: the old chart's defaults and the old user values
    Reuse,
    /// `--reset-then-reuse-values`: the new chart's defaults and the old user values
    ResetThenReuse,
}

/// What to upgrade and how; the flags of `upgrade`.
#[derive(Debug, Clone, Default)]
pub struct UpgradeOptions {
    /// The release's name.
    pub name: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--install`: install when there is no such release
    pub install: bool,
    /// `--reset-values`, `--reuse-values`, `--reset-then-reuse-values`
    pub reuse: Reuse,
    /// `--history-max`; 0 keeps all
    pub history_max: i64,
    /// `--cleanup-on-fail`
    pub cleanup_on_fail: bool,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub server_side: ServerSide,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
    /// `--create-namespace` (with `install` alone)
    pub create_namespace: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-crds` (with `install` alone)
    pub skip_crds: bool,
    /// `--rollback-on-failure`
    pub rollback_on_failure: bool,
    /// `--take-ownership`
    pub take_ownership: bool,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`
    pub force_replace: bool,
    /// `--description`
    pub description: Option<String>,
    /// `--labels`; a value of `null` removes the label
    pub labels: BTreeMap<String, String>,
    /// `--hide-secret`
    pub hide_secret: bool,
    /// `--render-subchart-notes`
    pub render_subchart_notes: bool,
    /// `--skip-schema-validation`
    pub skip_schema_validation: bool,
    /// `--disable-openapi-validation`
    pub disable_openapi_validation: bool,
    /// `--enable-dns`
    pub enable_dns: bool,
}

/// What an upgrade made.
#[derive(Debug, Clone)]
pub struct UpgradeOutcome {
    /// The new revision.
    pub release: Release,
    /// Whether there was no such release and it was installed.
    pub installed: bool,
}
