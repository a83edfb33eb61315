//! The Kubernetes client: discovery, apply, delete, wait.
