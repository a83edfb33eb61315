//! DaemonSets: a pod on each node that it wants.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::parts::{self, each, share, text, unless_zero};
use super::revisions::Revisions;
use super::see::See;
use super::workload::{self, HASH, Pods};
use super::{Plan, schedule};
use crate::object;

const GENERATION: &str = "deprecated.daemonset.template.generation";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// One step.
pub fn plan(see: &See<'_>, set: &Value, plan: &mut Plan) {
    let revisions = Revisions::note(see, set, HASH, plan);
    let hash = revisions.hash.as_str();
    let pods = Pods::of(see, set);
    let model = json!({"spec": set["spec"]["template"]["spec"]});
    let nodes = see.all("/nodes", None);
    let nodes = nodes.filter(|node| schedule::wants(&model, node));
    let wanted: Vec<String> = nodes.map(|node| object::name(&node).to_owned()).collect();
    let is_wanted = |pod: &Value| wanted.iter().any(|name| name == node(pod));
    for name in &wanted {
        if !pods.all.iter().any(|pod| node(pod) == name) {
            plan.create_pod(set, make(set, name, hash));
        }
    }
    for pod in pods.all.iter().filter(|pod| !object::is_going(pod)) {
        if !is_wanted(pod) || parts::is_over(pod) {
            plan.delete_pod(set, pod);
        }
    }
    roll(set, &pods, hash, wanted.len() as i64, plan);
    // Nodes are counted, not pods.
    let on = |name: &String| pods.that_are_active().find(|pod| node(pod) == name);
    let counted = Pods::among(see, set, wanted.iter().filter_map(on).cloned().collect());
    let others = pods.all.iter().filter(|pod| !is_wanted(pod));
    let others: BTreeSet<&str> = others.map(node).collect();
    let status = json!({
        "observedGeneration": set["metadata"]["generation"],
        "desiredNumberScheduled": wanted.len(),
        "currentNumberScheduled": counted.active,
        "updatedNumberScheduled": unless_zero(counted.of_template(hash)),
        "numberReady": counted.ready,
        "numberAvailable": unless_zero(counted.available),
        "numberUnavailable": unless_zero(wanted.len() as i64 - counted.available),
        "numberMisscheduled": others.len(),
    });
    counted.say(status, plan);
    revisions.forget(set, |_| false, plan);
}

/// The node that a pod is for: where it is, or where it has to go.
fn node(pod: &Value) -> &str {
    if let Some(node) = pod["spec"]["nodeName"].as_str() {
        return node;
    }
    let terms = &pod["spec"]["affinity"]["nodeAffinity"][REQUIRED]["nodeSelectorTerms"];
    text(&terms[0]["matchFields"][0]["values"][0])
}

fn make(set: &Value, node: &str, hash: &str) -> Value {
    let mut pod = workload::pod(set, &set["spec"]["template"]);
    let generation = object::annotation(set, GENERATION).unwrap_or("1");
    parts::set_label(&mut pod, HASH, hash);
    parts::set_label(&mut pod, "pod-template-generation", generation);
    let required = &mut pod["spec"]["affinity"]["nodeAffinity"][REQUIRED];
    let known = each(&required["nodeSelectorTerms"]).cloned();
    let mut terms: Vec<Value> = known.collect();
    if terms.is_empty() {
        terms.push(json!({}));
    }
    for term in &mut terms {
        term["matchFields"] = json!([{"key": "metadata.name", "operator": "In", "values": [node]}]);
    }
    *required = json!({"nodeSelectorTerms": terms});
    let mut tolerations: Vec<Value> = each(&pod["spec"]["tolerations"]).cloned().collect();
    for (key, effect) in [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ] {
        let key = format!("node.kubernetes.io/{key}");
        let one = json!({"key": key, "operator": "Exists", "effect": effect});
        if !tolerations.contains(&one) {
            tolerations.push(one);
        }
    }
    pod["spec"]["tolerations"] = tolerations.into();
    pod
}

/// Replaces pods of an older template, as many at once as may be missing.
fn roll(set: &Value, pods: &Pods<'_>, hash: &str, wanted: i64, plan: &mut Plan) {
    let strategy = &set["spec"]["updateStrategy"];
    if strategy["type"] == "OnDelete" {
        return;
    }
    let most = match &strategy["rollingUpdate"]["maxUnavailable"] {
        Value::Null => 1,
        most => share(most, wanted, true, "1").max(1),
    };
    let mut may = most - (wanted - pods.ready).max(0);
    let is_old = |pod: &&Value| object::label(pod, HASH) != Some(hash);
    for pod in pods.that_are_active().filter(is_old) {
        let well = parts::is_ready(pod);
        if !well || may > 0 {
            may -= i64::from(well);
            plan.delete_pod(set, pod);
        }
    }
}
