//! Kinds of which little is to be said.

use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, each, number, share, text};
use super::see::See;
use crate::object;

/// How many pods may be disturbed.
pub fn disruption(see: &See<'_>, budget: &Value, plan: &mut Plan) {
    if !budget["spec"]["selector"].is_object() {
        return;
    }
    let pods = see.selected(
        "/pods",
        object::namespace(budget),
        &budget["spec"]["selector"],
    );
    let healthy = pods
        .iter()
        .filter(|pod| parts::is_active(pod) && parts::is_ready(pod))
        .count() as i64;
    let there = pods.iter().filter(|pod| parts::is_active(pod)).count() as i64;
    let (least, most) = (
        &budget["spec"]["minAvailable"],
        &budget["spec"]["maxUnavailable"],
    );
    let expected = if least.is_i64() {
        there
    } else {
        expected(see, &pods).max(0)
    };
    let desired = if !least.is_null() {
        share(least, expected, true, "0")
    } else {
        (expected - share(most, expected, true, "0")).max(0)
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
    let generation = budget["metadata"]["generation"].clone();
    let mut condition = parts::said(see, budget, ["DisruptionAllowed", value, reason, ""]);
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
    let mut owners: Vec<(String, i64)> = Vec::new();
    for pod in pods {
        let Some(owner) = parts::controller(pod) else {
            continue;
        };
        let uid = text(&owner["uid"]).to_owned();
        if owners.iter().any(|(known, _)| *known == uid) {
            continue;
        }
        let shelf = match text(&owner["kind"]) {
            "ReplicaSet" => "apps/replicasets",
            "StatefulSet" => "apps/statefulsets",
            "ReplicationController" => "/replicationcontrollers",
            _ => continue,
        };
        let found = see.find(shelf, object::namespace(pod), text(&owner["name"]));
        owners.push((
            uid,
            found.map_or(0, |set| number(&set["spec"]["replicas"], 1)),
        ));
    }
    owners.iter().map(|(_, count)| count).sum()
}

/// A scaler without metrics: it says that it has none, and keeps to its bounds.
pub fn autoscaler(see: &See<'_>, scaler: &Value, plan: &mut Plan) {
    if scaler["apiVersion"] != "autoscaling/v2" {
        return;
    }
    let target = &scaler["spec"]["scaleTargetRef"];
    let (kind, name) = (text(&target["kind"]), text(&target["name"]));
    let shelf = match kind {
        "Deployment" => "apps/deployments",
        "StatefulSet" => "apps/statefulsets",
        "ReplicaSet" => "apps/replicasets",
        _ => "",
    };
    let found = see.find(shelf, object::namespace(scaler), name);
    let said = |what| parts::said(see, scaler, what);
    let Some(found) = found else {
        let plural = format!("{}s", kind.to_lowercase());
        let group = text(&target["apiVersion"])
            .split_once('/')
            .map_or("", |(group, _)| group);
        let message = format!(
            "the HPA controller was unable to get the target's current scale: {plural}.{group} \"{name}\" not found"
        );
        plan.status(
            scaler,
            json!({
                "conditions": [said(["AbleToScale", "False", "FailedGetScale", &message])],
                "currentMetrics": null,
                "desiredReplicas": 0,
            }),
        );
        return;
    };
    let current = number(&found["spec"]["replicas"], 1);
    let (least, most) = (
        number(&scaler["spec"]["minReplicas"], 1),
        number(&scaler["spec"]["maxReplicas"], 1),
    );
    let metric = each(&scaler["spec"]["metrics"]).next();
    let resource = metric.map_or("cpu", |one| {
        one["resource"]["name"].as_str().unwrap_or("cpu")
    });
    let mut status = json!({
        "currentMetrics": [{"type": ""}],
        "currentReplicas": current,
        "desiredReplicas": 0,
        "observedGeneration": scaler["metadata"]["generation"],
    });
    let able = "the HPA controller was able to get the target's current scale";
    let mut conditions = vec![said(["AbleToScale", "True", "SucceededGetScale", able])];
    let to = current.clamp(least, most.max(least));
    if current == 0 {
        let message = "scaling is disabled since the replica count of the target is zero";
        conditions.push(said(["ScalingActive", "False", "ScalingDisabled", message]));
        status["currentMetrics"] = Value::Null;
    } else if to != current {
        let mut new = found.clone();
        object::part(&mut new, "spec").insert("replicas".to_owned(), to.into());
        plan.update(&found, new, super::Part::Object);
        status["desiredReplicas"] = to.into();
        let message = "the HPA controller was able to update the target scale to the desired count";
        conditions = vec![said(["AbleToScale", "True", "SucceededRescale", message])];
    } else {
        let message = format!(
            "the HPA was unable to compute the replica count: failed to get {resource} utilization: unable to get metrics for resource {resource}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
        );
        conditions.push(said([
            "ScalingActive",
            "False",
            "FailedGetResourceMetric",
            &message,
        ]));
    }
    status["conditions"] = conditions.into();
    plan.status(scaler, status);
}

/// An Ingress gets the address of all load balancers.
pub fn ingress(_: &See<'_>, ingress: &Value, plan: &mut Plan) {
    let has = each(&ingress["status"]["loadBalancer"]["ingress"])
        .next()
        .is_some();
    let held = object::annotation(ingress, "pintle.test/pending") == Some("true");
    if !has && !held {
        let address = json!({"loadBalancer": {"ingress": [{"ip": super::service::ADDRESS}]}});
        plan.status(ingress, address);
    }
}

/// Events go after an hour, as in a real cluster.
pub fn events(see: &See<'_>, plan: &mut Plan) {
    const KEPT: i64 = 3600;
    for kept in see.list("/events", None) {
        let event = kept.object();
        if see.since(&event["metadata"]["creationTimestamp"]) > KEPT {
            plan.delete("/events", &event, "");
        }
    }
    plan.after("again", KEPT / 6);
}

/// An API that another server would have is not there.
pub fn api_service(see: &See<'_>, service: &Value, plan: &mut Plan) {
    let to = &service["spec"]["service"];
    let (value, reason, message) = if to.is_object() {
        let (namespace, name) = (text(&to["namespace"]), text(&to["name"]));
        if see.find("/services", namespace, name).is_none() {
            let message = format!("service/{name} in \"{namespace}\" is not present");
            ("False", "ServiceNotFound", message)
        } else {
            let message = "the sandbox runs no containers: nothing answers".to_owned();
            ("False", "FailedDiscoveryCheck", message)
        }
    } else {
        (
            "True",
            "Local",
            "Local APIServices are always available".to_owned(),
        )
    };
    let old = parts::condition(service, "Available");
    if old.is_some_and(|old| old["status"] == value && old["reason"] == reason) {
        return;
    }
    let condition = parts::said(see, service, ["Available", value, reason, &message]);
    plan.status(service, json!({"conditions": [condition]}));
}
