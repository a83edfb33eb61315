//! Where an action acts.

use std::sync::Arc;

use pintle_cluster::Cluster;
use pintle_sprig::Env;
use pintle_storage::Storage;

use crate::Events;

/// A cluster, a storage of release records and a namespace to act on.
#[derive(Clone)]
pub struct Session {
    /// The cluster.
    pub cluster: Cluster,
    /// Where records are kept.
    pub storage: Storage,
    /// The namespace of the release.
    pub namespace: String,
    /// Clock and randomness.
    pub env: Env,
    /// Who is told what happens.
    pub events: Arc<dyn Events>,
    /// Set when the user asks to stop (SIGINT, SIGTERM).
    pub cancelled: tokio::sync::watch::Receiver<bool>,
}

impl Session {
    /// The same, deaf to the user's wish to stop: for undoing what was begun.
    pub(crate) fn uncancelled(&self) -> Self {
        let (_, never) = tokio::sync::watch::channel(false);
        Self {
            cancelled: never,
            ..self.clone()
        }
    }
}
