//! The same objects in several versions.

use serde_json::{Value, json};

use super::convert;
use crate::catalog::{Catalog, Resource};

fn resource(group: &str, version: &str, plural: &str) -> &'static Resource {
    Catalog::builtin()
        .resource(group, version, plural)
        .expect("built in")
}

fn autoscaler() -> Value {
    let rules = json!([{"type": "Percent", "value": 100, "periodSeconds": 15}]);
    json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "conv"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"},
            "minReplicas": 1,
            "maxReplicas": 3,
            "metrics": [
                {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
                {"type": "Pods", "pods": {"metric": {"name": "x", "selector": {"matchLabels": {"a": "b"}}}, "target": {"type": "AverageValue", "averageValue": "15"}}},
                {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "30"}}},
                {"type": "Object", "object": {"describedObject": {"kind": "S", "name": "n", "apiVersion": "v1"}, "metric": {"name": "m"}, "target": {"type": "Value", "value": "2k"}}},
                {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "c", "target": {"type": "Utilization", "averageUtilization": 5}}},
                {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}},
            ],
            "behavior": {
                "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": rules},
                "scaleDown": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": rules},
            },
        },
        "status": {"desiredReplicas": 0, "currentMetrics": null, "conditions": [
            {"type": "AbleToScale", "status": "False", "lastTransitionTime": "2026-11-22T07:33:15Z", "reason": "FailedGetScale", "message": "m"},
        ]},
    })
}

#[test]
fn autoscalers_keep_in_annotations_what_the_first_version_has_no_place_for() {
    let v1 = resource("autoscaling", "v1", "horizontalpodautoscalers");
    let old = convert(autoscaler(), v1);
    assert_eq!(old["spec"]["targetCPUUtilizationPercentage"], 50);
    assert_eq!(
        old["status"],
        json!({"currentReplicas": 0, "desiredReplicas": 0})
    );
    let notes = &old["metadata"]["annotations"];
    let metrics = notes["autoscaling.alpha.kubernetes.io/metrics"].as_str();
    let metrics: Vec<Value> = serde_json::from_str(metrics.expect("a text")).expect("it is JSON");
    assert_eq!(metrics.len(), 5, "all but what there is a property for");
    let v2 = resource("autoscaling", "v2", "horizontalpodautoscalers");
    let mut back = convert(old, v2);
    if let Some(metadata) = back["metadata"].as_object_mut() {
        metadata.remove("annotations");
    }
    assert_eq!(back, autoscaler());
}

#[test]
fn notes_that_cannot_be_read_are_dropped() {
    let v2 = resource("autoscaling", "v2", "horizontalpodautoscalers");
    for note in [
        "{",
        "[1, null]",
        "7",
        r#"[{"resource": 3}]"#,
        r#"[{"type": "Pods", "pods": {"metricName": "a"}}]"#,
    ] {
        let old = json!({
            "apiVersion": "autoscaling/v1",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"annotations": {
                "autoscaling.alpha.kubernetes.io/metrics": note,
                "autoscaling.alpha.kubernetes.io/behavior": note,
                "autoscaling.alpha.kubernetes.io/current-metrics": note,
            }},
            "spec": {"maxReplicas": 1},
        });
        let new = convert(old, v2);
        assert_eq!(new["apiVersion"], "autoscaling/v2", "{note}");
        assert!(new["spec"].get("behavior").is_none(), "{note}");
    }
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
