//! `template`: render a chart without a cluster.

use std::path::PathBuf;

use crate::DryRun;
use crate::input::{ChartInput, ValuesInput};

/// What to render and what to show of it.
#[derive(Debug, Clone, Default)]
pub struct TemplateOptions {
    /// The release's name (`release-name` when the user gives none).
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--dry-run`: [`DryRun::Server`] lets templates see the cluster.
    pub dry_run: DryRun,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// `--api-versions`
    pub api_versions: Vec<String>,
    /// `--include-crds`
    pub include_crds: bool,
    /// `--skip-crds`
    pub skip_crds: bool,
    /// `--skip-tests`
    pub skip_tests: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--is-upgrade`
    pub is_upgrade: bool,
    /// `--show-only`, in flag order
    pub show_only: Vec<String>,
    /// `--output-dir`
    pub output_dir: Option<PathBuf>,
    /// `--release-name`: a folder of that name under the output folder
    pub release_name_folder: bool,
    /// `--enable-dns`
    pub enable_dns: bool,
    /// `--skip-schema-validation`
    pub skip_schema_validation: bool,
    /// `--debug`: on failure, what was rendered so far is part of the outcome
    pub debug: bool,
}
