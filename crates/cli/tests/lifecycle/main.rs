//! Releases on a Kubernetes API server, alone and turn by turn with real Helm.
//!
//! The server is the real one that `PINTLE_TEST_KUBECONFIG` names (`tests/cluster/up` makes one),
//! else a sandbox in this process. Each test works in namespaces of its own.

mod agreement;
mod charts;
mod checks;
mod cluster;
mod connections;
mod live;
mod refusals;
mod turns;
mod verbs;
