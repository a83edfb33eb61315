//! DaemonSets: a pod on each node that it wants.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::parts::{self, each, number, say, share, text};
use super::revisions::{HASH, Revisions};
use super::see::See;
use super::{Plan, schedule};
use crate::object;

const GENERATION: &str = "deprecated.daemonset.template.generation";

/// One step.
pub fn plan(see: &See<'_>, set: &Value, plan: &mut Plan) {
    let revisions = Revisions::note(see, set, HASH, plan);
    let hash = revisions.hash.as_str();
    let mut pods: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for pod in see.controlled("/pods", set) {
        pods.entry(node(&pod).to_owned()).or_default().push(pod);
    }
    let model = json!({"spec": set["spec"]["template"]["spec"]});
    let nodes = see
        .list("/nodes", None)
        .into_iter()
        .map(|kept| kept.object());
    let nodes = nodes.filter(|node| schedule::wants(&model, node));
    let wanted: Vec<String> = nodes.map(|node| object::name(&node).to_owned()).collect();
    for name in wanted.iter().filter(|name| !pods.contains_key(*name)) {
        plan.create_pod(set, make(set, name, hash));
    }
    for (node, pods) in &pods {
        let is_wanted = wanted.contains(node);
        for pod in pods.iter().filter(|pod| !object::is_going(pod)) {
            if !is_wanted || parts::is_over(pod) {
                plan.delete_pod(set, pod);
            }
        }
    }
    roll(set, &pods, hash, wanted.len() as i64, plan);
    status(see, set, &pods, hash, &wanted, plan);
    revisions.forget(set, |_| false, plan);
}

/// The node that a pod is for: where it is, or where it has to go.
fn node(pod: &Value) -> &str {
    if let Some(node) = pod["spec"]["nodeName"].as_str() {
        return node;
    }
    let terms = &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        ["nodeSelectorTerms"];
    text(&terms[0]["matchFields"][0]["values"][0])
}

fn make(set: &Value, node: &str, hash: &str) -> Value {
    let mut pod = parts::pod(set, &set["spec"]["template"]);
    parts::set_label(&mut pod, HASH, hash);
    parts::set_label(
        &mut pod,
        "pod-template-generation",
        object::annotation(set, GENERATION).unwrap_or("1"),
    );
    let spec = object::part(&mut pod, "spec");
    let mut affinity = spec.remove("affinity").unwrap_or_else(|| json!({}));
    let field = json!([{"key": "metadata.name", "operator": "In", "values": [node]}]);
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let mut terms = affinity["nodeAffinity"][required]["nodeSelectorTerms"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if terms.is_empty() {
        terms.push(json!({}));
    }
    for term in &mut terms {
        term["matchFields"] = field.clone();
    }
    affinity["nodeAffinity"][required] = json!({"nodeSelectorTerms": terms});
    spec.insert("affinity".to_owned(), affinity);
    let mut tolerations: Vec<Value> = spec
        .get("tolerations")
        .map(|all| each(all).cloned().collect())
        .unwrap_or_default();
    for (key, effect) in [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ] {
        let one = json!({"key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": effect});
        if !tolerations.contains(&one) {
            tolerations.push(one);
        }
    }
    spec.insert("tolerations".to_owned(), tolerations.into());
    pod
}

/// Replaces pods of an older template, as many at once as may be missing.
fn roll(
    set: &Value,
    pods: &BTreeMap<String, Vec<Value>>,
    hash: &str,
    wanted: i64,
    plan: &mut Plan,
) {
    let strategy = &set["spec"]["updateStrategy"];
    if strategy["type"] == "OnDelete" {
        return;
    }
    let most = match &strategy["rollingUpdate"]["maxUnavailable"] {
        Value::Null => 1,
        most => share(most, wanted, true, "1").max(1),
    };
    let active = || pods.values().flatten().filter(|pod| parts::is_active(pod));
    let well = active().filter(|pod| parts::is_ready(pod)).count() as i64;
    let mut may = most - (wanted - well).max(0);
    for pod in active().filter(|pod| object::label(pod, HASH) != Some(hash)) {
        let well = parts::is_ready(pod);
        if !well || may > 0 {
            may -= i64::from(well);
            plan.delete_pod(set, pod);
        }
    }
}

fn status(
    see: &See<'_>,
    set: &Value,
    pods: &BTreeMap<String, Vec<Value>>,
    hash: &str,
    wanted: &[String],
    plan: &mut Plan,
) {
    let here = || pods.iter().filter(|(node, _)| wanted.contains(node));
    let all: Vec<Value> = here()
        .filter_map(|(_, pods)| pods.iter().find(|pod| parts::is_active(pod)))
        .cloned()
        .collect();
    let counts = parts::count(see, &all, number(&set["spec"]["minReadySeconds"], 0));
    let updated = all
        .iter()
        .filter(|pod| object::label(pod, HASH) == Some(hash))
        .count() as i64;
    let mut status = json!({
        "currentNumberScheduled": counts.active,
        "desiredNumberScheduled": wanted.len(),
        "numberMisscheduled": pods.len() - here().count(),
        "numberReady": counts.ready,
        "observedGeneration": set["metadata"]["generation"],
    });
    say(
        &mut status,
        &[
            ("updatedNumberScheduled", updated),
            ("numberAvailable", counts.available),
            ("numberUnavailable", wanted.len() as i64 - counts.available),
        ],
    );
    plan.status(set, status);
    if let Some(seconds) = counts.wait {
        plan.after("available", seconds);
    }
}
