//! Services.

use serde_json::Value;

use super::Readiness;
use super::common::text;

/// A service. HELM: a load balancer needs an address inside the cluster, not one outside.
pub fn readiness(object: &Value) -> Readiness {
    let kind = text(object, "/spec/type");
    if kind == "LoadBalancer" && text(object, "/spec/clusterIP").is_empty() {
        return Readiness::in_progress(format!("ClusterIP not set. Service type: {kind}"));
    }
    Readiness::current("Service is ready")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::Progress;
    use serde_json::json;

    #[test]
    fn only_load_balancers_wait() {
        let service = |kind: &str, ip: &str| json!({"spec": {"type": kind, "clusterIP": ip}});
        assert_eq!(
            readiness(&service("LoadBalancer", "")),
            Readiness::in_progress("ClusterIP not set. Service type: LoadBalancer")
        );
        assert_eq!(
            readiness(&service("LoadBalancer", "10.0.0.1")).progress,
            Progress::Current
        );
        assert_eq!(
            readiness(&service("ClusterIP", "")).progress,
            Progress::Current
        );
    }
}
