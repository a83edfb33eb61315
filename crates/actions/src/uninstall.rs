//! `uninstall`: a release's objects, and its records, are deleted.

use crate::{Cascade, WaitOptions};

/// What to uninstall and how; the flags of `uninstall`.
#[derive(Debug, Clone, Default)]
pub struct UninstallOptions {
    /// The release's name.
    pub name: String,
    /// `--cascade`
    pub cascade: Cascade,
    /// `--description`
    pub description: Option<String>,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--ignore-not-found`
    pub ignore_not_found: bool,
    /// `--keep-history`
    pub keep_history: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--wait`, `--timeout`
    pub wait: WaitOptions,
}

/// What an uninstall has to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UninstallOutcome {
    /// Helm's text about objects that were kept (`These resources were kept due to the
    /// resource policy:…`) or skipped; empty when there is nothing to tell.
    pub info: String,
}
