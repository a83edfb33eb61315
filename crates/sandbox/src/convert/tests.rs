//! The same objects in several versions.

use serde_json::{Value, json};

use super::convert;
use crate::catalog::{Catalog, Resource};

fn resource(group: &str, version: &str, plural: &str) -> &'static Resource {
    Catalog::builtin()
        .resource(group, version, plural)
        .expect("built in")
}

#[test]
fn the_first_version_of_autoscalers_knows_the_use_of_processors() {
    let of = |kind: &str| json!({"type": "Utilization", kind: 50});
    let cpu = json!({"type": "Resource", "resource": {"name": "cpu", "target": of("averageUtilization")}});
    let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": of("averageUtilization")}});
    let of = |metrics: &[&Value]| {
        json!({
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "conv"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"},
                "minReplicas": 1,
                "maxReplicas": 3,
                "metrics": metrics,
            },
            "status": {"desiredReplicas": 0, "currentMetrics": null, "conditions": []},
        })
    };
    let v1 = resource("autoscaling", "v1", "horizontalpodautoscalers");
    let old = convert(of(&[&memory, &cpu]), v1);
    assert_eq!(old["spec"]["targetCPUUtilizationPercentage"], 50);
    assert!(old["spec"].get("metrics").is_none());
    assert_eq!(
        old["status"],
        json!({"currentReplicas": 0, "desiredReplicas": 0})
    );
    let v2 = resource("autoscaling", "v2", "horizontalpodautoscalers");
    assert_eq!(convert(old, v2)["spec"], of(&[&cpu])["spec"]);
}

#[test]
fn events_are_of_two_groups() {
    let core = json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "n"},
        "involvedObject": {"kind": "Pod", "name": "p"},
        "message": "m",
        "reason": "r",
        "source": {"component": "c"},
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": null,
        "eventTime": null,
        "count": 2,
        "type": "Normal",
        "reportingComponent": "c",
        "reportingInstance": "",
    });
    let own = convert(core.clone(), resource("events.k8s.io", "v1", "events"));
    assert_eq!(own["regarding"]["name"], "p");
    assert_eq!(
        (&own["note"], &own["deprecatedCount"]),
        (&json!("m"), &json!(2))
    );
    assert_eq!(own["reportingController"], "c");
    assert_eq!(convert(own, resource("", "v1", "events")), core);
}
