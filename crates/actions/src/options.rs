//! Choices that several verbs share.

use std::time::Duration;

pub use pintle_cluster::Propagation as Cascade;
pub use pintle_cluster::wait::Strategy as WaitStrategy;

/// What a run may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DryRun {
    /// A real run.
    #[default]
    None,
    /// Nothing is changed; templates see no cluster.
    Client,
    /// Nothing is changed; templates may look up objects, the server validates.
    Server,
}

/// How the objects of a release are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApplyMode {
    /// Server-side apply, as Helm 4 does.
    #[default]
    ServerSide,
    /// Client-side three-way merge, as Helm 3 did.
    ClientSide,
}

/// `--server-side` of upgrade and rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServerSide {
    /// As the previous revision was written.
    #[default]
    Auto,
    /// This way, whatever the previous revision did.
    Fixed(ApplyMode),
}

/// What is waited for, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitOptions {
    /// `--wait`
    pub strategy: WaitStrategy,
    /// `--wait-for-jobs`
    pub jobs: bool,
    /// `--timeout`, for each thing that is waited for
    pub timeout: Duration,
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            strategy: WaitStrategy::HookOnly,
            jobs: false,
            timeout: Duration::from_mins(5),
        }
    }
}
