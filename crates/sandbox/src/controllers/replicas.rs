//! ReplicaSets and ReplicationControllers: so many pods of one template.

use serde_json::{Value, json};

use super::parts::{self, number, unless_zero};
use super::see::See;
use super::workload::{self, Pods};
use super::{Part, Plan};
use crate::object;
use crate::select;

/// How many pods are made or deleted at once.
const BURST: usize = 500;

/// Makes the pods that are missing, deletes those that are too many, counts the rest.
pub fn plan(see: &See<'_>, set: &Value, plan: &mut Plan) {
    let pods = Pods::of(see, set);
    if !object::is_going(set) && adopt(see, set, plan) == 0 {
        let wanted = number(&set["spec"]["replicas"], 1).max(0) as usize;
        let mut active: Vec<&Value> = pods.that_are_active().collect();
        for _ in active.len()..wanted.min(active.len() + BURST) {
            plan.create_pod(set, workload::pod(set, &set["spec"]["template"]));
        }
        active.sort_by_key(|pod| worth(pod));
        let over = active.len().saturating_sub(wanted).min(BURST);
        for pod in &active[..over] {
            plan.delete_pod(set, pod);
        }
    }
    pods.say(status(set, &pods), plan);
}

fn is_replica_set(set: &Value) -> bool {
    set["kind"] == "ReplicaSet"
}

/// Pods that nobody controls, and that the selector wants, become the set's own.
fn adopt(see: &See<'_>, set: &Value, plan: &mut Plan) -> usize {
    let selector = match &set["spec"]["selector"] {
        selector if is_replica_set(set) => selector.clone(),
        labels => json!({"matchLabels": labels}),
    };
    let mut adopted = 0;
    for kept in see.list("/pods", Some(object::namespace(set))) {
        let free = kept.owners.is_empty() && !kept.is_going;
        if !free || !select::selects(&selector, &|name| kept.label(name)) {
            continue;
        }
        let pod = kept.object();
        if !parts::is_over(&pod) {
            let mut new = pod.clone();
            new["metadata"]["ownerReferences"] = parts::owned_by(set);
            plan.update(&pod, new, Part::Object);
            adopted += 1;
        }
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

fn status(set: &Value, pods: &Pods<'_>) -> Value {
    let whole = json!({"matchLabels": set["spec"]["template"]["metadata"]["labels"]});
    let labeled = |pod: &&Value| select::selects(&whole, &|name| object::label(pod, name));
    json!({
        "observedGeneration": set["metadata"]["generation"],
        "replicas": pods.active,
        "fullyLabeledReplicas": unless_zero(pods.that_are_active().filter(labeled).count() as i64),
        "readyReplicas": unless_zero(pods.ready),
        "availableReplicas": unless_zero(pods.available),
        "terminatingReplicas": is_replica_set(set).then_some(pods.terminating),
        "conditions": set["status"]["conditions"],
    })
}
