//! What all workloads do: they have pods of a template, count them, and say so.

use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, filled, number};
use super::see::See;
use crate::object;

/// The label of pods that says which template they are of.
pub const HASH: &str = "controller-revision-hash";

/// The pods of a workload, and how many of them are what.
pub struct Pods<'o> {
    owner: &'o Value,
    pub all: Vec<Value>,
    /// They run, or will.
    pub active: i64,
    pub ready: i64,
    /// They have been ready for as long as the workload wants.
    pub available: i64,
    pub terminating: i64,
    /// After how many seconds another one becomes available by time alone.
    wait: Option<i64>,
}

impl<'o> Pods<'o> {
    /// The pods that a workload controls.
    pub fn of(see: &See<'_>, owner: &'o Value) -> Self {
        Self::among(see, owner, see.controlled("/pods", owner))
    }

    /// Some of them.
    pub fn among(see: &See<'_>, owner: &'o Value, all: Vec<Value>) -> Self {
        let seconds = number(&owner["spec"]["minReadySeconds"], 0);
        let (mut active, mut ready, mut available, mut terminating) = (0, 0, 0, 0);
        let mut wait = None;
        for pod in all.iter().filter(|pod| !parts::is_over(pod)) {
            if object::is_going(pod) {
                terminating += 1;
                continue;
            }
            active += 1;
            let Some(condition) = parts::condition(pod, "Ready").filter(|_| parts::is_ready(pod))
            else {
                continue;
            };
            ready += 1;
            let left = seconds - see.since(&condition["lastTransitionTime"]);
            if left <= 0 {
                available += 1;
            } else {
                wait = Some(wait.map_or(left, |least: i64| least.min(left)));
            }
        }
        Self {
            owner,
            all,
            active,
            ready,
            available,
            terminating,
            wait,
        }
    }

    /// Those that run, or will.
    pub fn that_are_active(&self) -> impl Iterator<Item = &Value> + Clone {
        self.all.iter().filter(|pod| parts::is_active(pod))
    }

    /// How many of these are of a template.
    pub fn of_template(&self, hash: &str) -> i64 {
        let pods = self.that_are_active();
        pods.filter(|pod| object::label(pod, HASH) == Some(hash))
            .count() as i64
    }

    /// Writes the status of the workload, and waits for pods to become available.
    pub fn say(&self, status: Value, plan: &mut Plan) {
        plan.status(self.owner, filled(status));
        if let Some(seconds) = self.wait {
            plan.after("available", seconds);
        }
    }
}

/// A new pod of a template; it has no name yet.
pub fn pod(owner: &Value, template: &Value) -> Value {
    let from = &template["metadata"];
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": filled(json!({
            "labels": from["labels"],
            "annotations": from["annotations"],
            "finalizers": from["finalizers"],
            "namespace": owner["metadata"]["namespace"],
            "generateName": format!("{}-", object::name(owner)),
            "ownerReferences": parts::owned_by(owner),
        })),
        "spec": template["spec"],
    })
}
