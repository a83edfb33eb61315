//! Rendered text as Kubernetes manifests: split, hooks, order.
