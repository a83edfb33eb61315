//! `rollback`: a release gets a new revision that repeats an earlier one.

use crate::{DryRun, ServerSide, WaitOptions};

/// Where to roll back to and how; the flags of `rollback`.
#[derive(Debug, Clone, Default)]
pub struct RollbackOptions {
    /// The release's name.
    pub name: String,
    /// The revision; 0 for the one before the newest.
    pub revision: u32,
    /// `--cleanup-on-fail`
    pub cleanup_on_fail: bool,
    /// `--description`
    pub description: Option<String>,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub server_side: ServerSide,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`
    pub force_replace: bool,
    /// `--history-max`; 0 keeps all
    pub history_max: i64,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
}
