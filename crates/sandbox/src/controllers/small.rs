//! Kinds of which little is to be said.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::parts::{self, number, share, text};
use super::see::See;
use super::{Part, Plan};
use crate::object;

/// How many pods may be disturbed.
pub fn disruption(see: &See<'_>, budget: &Value, plan: &mut Plan) {
    let spec = &budget["spec"];
    if !spec["selector"].is_object() {
        return;
    }
    let pods = see.selected("/pods", object::namespace(budget), &spec["selector"]);
    let there = pods.iter().filter(|pod| parts::is_active(pod));
    let healthy = there.clone().filter(|pod| parts::is_ready(pod)).count() as i64;
    let (least, most) = (&spec["minAvailable"], &spec["maxUnavailable"]);
    let expected = if least.is_i64() {
        there.count() as i64
    } else {
        expected(see, &pods).max(0)
    };
    let desired = if least.is_null() {
        (expected - share(most, expected, true, "0")).max(0)
    } else {
        share(least, expected, true, "0")
    };
    let allowed = if expected > 0 {
        (healthy - desired).max(0)
    } else {
        0
    };
    let (value, reason) = if allowed > 0 {
        ("True", "SufficientPods")
    } else {
        ("False", "InsufficientPods")
    };
    let generation = &budget["metadata"]["generation"];
    let mut condition = see.said(budget, ["DisruptionAllowed", value, reason, ""]);
    condition["observedGeneration"] = generation.clone();
    let status = json!({
        "conditions": [condition],
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "disruptionsAllowed": allowed,
        "expectedPods": expected,
        "observedGeneration": generation,
    });
    plan.status(budget, status);
}

/// How many pods the controllers of pods want.
fn expected(see: &See<'_>, pods: &[Value]) -> i64 {
    let mut owners = BTreeMap::new();
    for pod in pods {
        if let Some(owner) = parts::controller(pod)
            && let Some(shelf) = scalable(text(&owner["kind"]))
        {
            owners.entry(text(&owner["uid"])).or_insert_with(|| {
                let set = see.find(shelf, object::namespace(pod), text(&owner["name"]));
                set.map_or(0, |set| number(&set["spec"]["replicas"], 1))
            });
        }
    }
    owners.values().sum()
}

/// Where the objects of a kind are that have a number of replicas.
fn scalable(kind: &str) -> Option<&'static str> {
    match kind {
        "Deployment" => Some("apps/deployments"),
        "ReplicaSet" => Some("apps/replicasets"),
        "ReplicationController" => Some("/replicationcontrollers"),
        "StatefulSet" => Some("apps/statefulsets"),
        _ => None,
    }
}

/// A scaler without metrics: it says that it has none, and keeps to its bounds.
pub fn autoscaler(see: &See<'_>, scaler: &Value, plan: &mut Plan) {
    if scaler["apiVersion"] != "autoscaling/v2" {
        return;
    }
    let spec = &scaler["spec"];
    let target = &spec["scaleTargetRef"];
    let (kind, name) = (text(&target["kind"]), text(&target["name"]));
    let namespace = object::namespace(scaler);
    let found = scalable(kind).and_then(|shelf| see.find(shelf, namespace, name));
    let Some(found) = found else {
        let (group, _) = object::group_version(text(&target["apiVersion"]));
        let message = format!(
            "the HPA controller was unable to get the target's current scale: {}s.{group} \"{name}\" not found",
            kind.to_lowercase()
        );
        let what = ["AbleToScale", "False", "FailedGetScale", &message];
        let status = json!({
            "conditions": [see.said(scaler, what)],
            "currentMetrics": null,
            "desiredReplicas": 0,
        });
        return plan.status(scaler, status);
    };
    let current = number(&found["spec"]["replicas"], 1);
    let least = number(&spec["minReplicas"], 1);
    let most = number(&spec["maxReplicas"], 1);
    let to = current.clamp(least, most.max(least));
    let mut status = json!({
        "currentMetrics": [{"type": ""}],
        "currentReplicas": current,
        "desiredReplicas": 0,
        "observedGeneration": scaler["metadata"]["generation"],
    });
    let able = "the HPA controller was able to get the target's current scale";
    let able = ["AbleToScale", "True", "SucceededGetScale", able];
    let said = |what: &[[&str; 4]]| what.iter().map(|one| see.said(scaler, *one)).collect();
    status["conditions"] = if current == 0 {
        status["currentMetrics"] = Value::Null;
        let why = "scaling is disabled since the replica count of the target is zero";
        said(&[able, ["ScalingActive", "False", "ScalingDisabled", why]])
    } else if to != current {
        let mut new = found.clone();
        new["spec"]["replicas"] = to.into();
        plan.update(&found, new, Part::Object);
        status["desiredReplicas"] = to.into();
        let done = "the HPA controller was able to update the target scale to the desired count";
        said(&[["AbleToScale", "True", "SucceededRescale", done]])
    } else {
        let metric = &spec["metrics"][0]["resource"]["name"];
        let metric = metric.as_str().unwrap_or("cpu");
        let why = format!(
            "the HPA was unable to compute the replica count: failed to get {metric} utilization: unable to get metrics for resource {metric}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
        );
        let none = ["ScalingActive", "False", "FailedGetResourceMetric", &why];
        said(&[able, none])
    };
    plan.status(scaler, status);
}

/// An Ingress gets the address of all load balancers.
pub fn ingress(_: &See<'_>, ingress: &Value, plan: &mut Plan) {
    let has = parts::has_any(&ingress["status"]["loadBalancer"]["ingress"]);
    if !has && !parts::is_held(ingress) {
        let address = json!({"loadBalancer": {"ingress": [{"ip": super::service::ADDRESS}]}});
        plan.status(ingress, address);
    }
}

/// Events go after an hour, as in a real cluster.
pub fn events(see: &See<'_>, plan: &mut Plan) {
    const KEPT: i64 = 3600;
    for event in see.all("/events", None) {
        if see.since(&event["metadata"]["creationTimestamp"]) > KEPT {
            plan.delete("/events", &event, "");
        }
    }
    plan.after("again", KEPT / 6);
}

/// An API that another server would have is not there.
pub fn api_service(see: &See<'_>, service: &Value, plan: &mut Plan) {
    let to = &service["spec"]["service"];
    let (namespace, name) = (text(&to["namespace"]), text(&to["name"]));
    let missing = format!("service/{name} in \"{namespace}\" is not present");
    let (value, reason, message) = if !to.is_object() {
        ("True", "Local", "Local APIServices are always available")
    } else if see.find("/services", namespace, name).is_none() {
        ("False", "ServiceNotFound", missing.as_str())
    } else {
        let message = "the sandbox runs no containers: nothing answers";
        ("False", "FailedDiscoveryCheck", message)
    };
    let old = parts::condition(service, "Available");
    if old.is_none_or(|old| old["status"] != value || old["reason"] != reason) {
        let condition = see.said(service, ["Available", value, reason, message]);
        plan.status(service, json!({"conditions": [condition]}));
    }
}
