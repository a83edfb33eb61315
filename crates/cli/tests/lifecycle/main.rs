//! Releases on a real Kubernetes API server, alone and turn by turn with real Helm.
//!
//! The cluster is the one `PINTLE_TEST_KUBECONFIG` names (`tests/cluster/up` makes one). Each
//! test works in namespaces of its own.

mod agreement;
mod charts;
mod checks;
mod cluster;
mod connections;
mod live;
mod refusals;
mod turns;
mod verbs;
