//! Where pods run.

use serde_json::{Value, json};

use super::claim::{CLAIMS, waits_for_pod};
use super::parts::{self, each, text};
use super::see::See;
use super::{Part, Plan};
use crate::object;
use crate::select;

/// Gives a pod a node.
pub fn plan(see: &See<'_>, pod: &Value, plan: &mut Plan) {
    let placed = !text(&pod["spec"]["nodeName"]).is_empty();
    let gated = parts::has_any(&pod["spec"]["schedulingGates"]);
    if placed || gated || parts::is_over(pod) {
        return;
    }
    let mut condition = json!({"type": "PodScheduled", "status": "True", "lastProbeTime": null, "lastTransitionTime": see.time()});
    let mut new = pod.clone();
    let mut conditions = parts::conditions(pod);
    match node(see, pod) {
        Ok(node) => {
            new["spec"]["nodeName"] = node.as_str().into();
            parts::put_condition(&mut conditions, condition);
            new["status"]["conditions"] = conditions.into();
            plan.update(pod, new, Part::Whole);
            let name = format!("{}/{}", object::namespace(pod), object::name(pod));
            let message = format!("Successfully assigned {name} to {node}");
            plan.tell(pod, "Scheduled", &message);
        }
        Err(why) => {
            if parts::condition(pod, "PodScheduled").is_some_and(|old| old["message"] == why) {
                return;
            }
            condition["status"] = "False".into();
            condition["reason"] = "Unschedulable".into();
            condition["observedGeneration"] = pod["metadata"]["generation"].clone();
            condition["message"] = why.as_str().into();
            parts::put_condition(&mut conditions, condition);
            new["status"]["conditions"] = conditions.into();
            plan.update(pod, new, Part::Status);
            plan.warn(pod, "FailedScheduling", &why);
        }
    }
}

/// The node that a pod gets, or why it gets none.
fn node(see: &See<'_>, pod: &Value) -> Result<String, String> {
    let nodes: Vec<Value> = see.all("/nodes", None).collect();
    let count = nodes.len();
    if let Some(why) = claims(see, pod) {
        return Err(format!("0/{count} nodes are available: {why}"));
    }
    let is_able = |node: &&Value| node["spec"]["unschedulable"] != true;
    let able = nodes.iter().filter(is_able);
    if let Some(node) = able.clone().find(|node| wants(pod, node)) {
        return Ok(object::name(node).to_owned());
    }
    if count == 0 {
        return Err("no nodes available to schedule pods".to_owned());
    }
    let why = match count - able.count() {
        0 => format!("{count} node(s) didn't match Pod's node affinity/selector"),
        stopped => format!("{stopped} node(s) were unschedulable"),
    };
    Err(format!(
        "0/{count} nodes are available: {why}. preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
    ))
}

/// Why a pod has to wait for its claims.
fn claims(see: &See<'_>, pod: &Value) -> Option<String> {
    let namespace = object::namespace(pod);
    for volume in each(&pod["spec"]["volumes"]) {
        let Some(name) = volume["persistentVolumeClaim"]["claimName"].as_str() else {
            continue;
        };
        let Some(claim) = see.find(CLAIMS, namespace, name) else {
            let why = format!("persistentvolumeclaim \"{name}\" not found. not found");
            return Some(why);
        };
        if claim["status"]["phase"] != "Bound" && !waits_for_pod(see, &claim) {
            let why = "pod has unbound immediate PersistentVolumeClaims. not found";
            return Some(why.to_owned());
        }
    }
    None
}

/// Whether a pod wants a node: by its selector and its affinity.
pub fn wants(pod: &Value, node: &Value) -> bool {
    let label = |name: &str| object::label(node, name);
    let equal = json!({"matchLabels": pod["spec"]["nodeSelector"]});
    if !select::selects(&equal, &label) {
        return false;
    }
    let required =
        &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let Some(terms) = required["nodeSelectorTerms"].as_array() else {
        return true;
    };
    terms.iter().any(|term| {
        each(&term["matchExpressions"]).all(|one| select::wants(one, label(text(&one["key"]))))
            && each(&term["matchFields"]).all(|one| select::wants(one, Some(object::name(node))))
    })
}
