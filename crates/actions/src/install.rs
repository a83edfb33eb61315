//! `install`: a chart becomes a release.

use std::collections::BTreeMap;

use crate::input::{ChartInput, ValuesInput};
use crate::{ApplyMode, DryRun, WaitOptions};

/// What to install and how; the flags of `install`.
#[derive(Debug, Clone, Default)]
pub struct InstallOptions {
    /// The release's name (see [`crate::input::release_name`]).
    pub name: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub apply_mode: ApplyMode,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
    /// `--create-namespace`
    pub create_namespace: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-crds`
    pub skip_crds: bool,
    /// `--replace`
    pub replace: bool,
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
    /// `--labels`
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
