//! ReplicaSets and ReplicationControllers: so many pods of one template.

use serde_json::{Value, json};

use super::parts::{self, number, say};
use super::see::See;
use super::{Part, Plan};
use crate::object;
use crate::select;

/// How many pods are made or deleted at once.
const BURST: usize = 500;

/// Makes the pods that are missing, deletes those that are too many, counts the rest.
pub fn plan(see: &See<'_>, set: &Value, plan: &mut Plan) {
    let is_replica_set = set["kind"] == "ReplicaSet";
    let selector = if is_replica_set {
        set["spec"]["selector"].clone()
    } else {
        json!({"matchLabels": set["spec"]["selector"]})
    };
    let pods = see.controlled("/pods", set);
    if !object::is_going(set) && adopt(see, set, &selector, plan) == 0 {
        let wanted = number(&set["spec"]["replicas"], 1).max(0) as usize;
        let mut active: Vec<&Value> = pods.iter().filter(|pod| parts::is_active(pod)).collect();
        for _ in active.len()..wanted.min(active.len() + BURST) {
            plan.create_pod(set, parts::pod(set, &set["spec"]["template"]));
        }
        active.sort_by_key(|pod| worth(pod));
        let over = active.len().saturating_sub(wanted).min(BURST);
        for pod in &active[..over] {
            plan.delete_pod(set, pod);
        }
    }
    let (status, wait) = status(see, set, &pods, is_replica_set);
    plan.status(set, status);
    if let Some(seconds) = wait {
        plan.after("available", seconds);
    }
}

/// Pods that nobody controls, and that the selector wants, become the set's own.
fn adopt(see: &See<'_>, set: &Value, selector: &Value, plan: &mut Plan) -> usize {
    let mut adopted = 0;
    for kept in see.list("/pods", Some(object::namespace(set))) {
        let free = kept.owners.is_empty() && !kept.is_going;
        if !free || !select::selects(selector, &|name| kept.label(name)) {
            continue;
        }
        let pod = kept.object();
        if parts::is_over(&pod) {
            continue;
        }
        let mut new = pod.clone();
        object::metadata(&mut new).insert("ownerReferences".to_owned(), parts::owned_by(set));
        plan.update(&pod, new, Part::Object);
        adopted += 1;
    }
    adopted
}

/// The order in which pods are deleted: those that nobody misses come first.
fn worth(pod: &Value) -> (bool, bool, bool, std::cmp::Reverse<String>) {
    let time = object::text(pod, "creationTimestamp").to_owned();
    (
        !pod["spec"]["nodeName"].is_null(),
        pod["status"]["phase"] == "Running",
        parts::is_ready(pod),
        std::cmp::Reverse(time),
    )
}

fn status(see: &See<'_>, set: &Value, pods: &[Value], is_set: bool) -> (Value, Option<i64>) {
    let counts = parts::count(see, pods, number(&set["spec"]["minReadySeconds"], 0));
    let labels = &set["spec"]["template"]["metadata"]["labels"];
    let whole = json!({"matchLabels": labels});
    let labeled = pods.iter().filter(|pod| {
        parts::is_active(pod) && select::selects(&whole, &|name| object::label(pod, name))
    });
    let mut status = json!({
        "replicas": counts.active,
        "observedGeneration": set["metadata"]["generation"],
    });
    if is_set {
        status["terminatingReplicas"] = counts.terminating.into();
    }
    say(
        &mut status,
        &[
            ("fullyLabeledReplicas", labeled.count() as i64),
            ("readyReplicas", counts.ready),
            ("availableReplicas", counts.available),
        ],
    );
    if let Some(conditions) = set["status"].get("conditions") {
        status["conditions"] = conditions.clone();
    }
    (status, counts.wait)
}
