//! StatefulSets: pods with names of their own, one after the other, each with its claims.

use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, each, number, say};
use super::revisions::{HASH, Revisions};
use super::see::See;
use crate::object;

const CLAIMS: &str = "/persistentvolumeclaims";

struct Set<'o> {
    object: &'o Value,
    pods: Vec<Value>,
    /// The revision of the template that it has now.
    update: String,
    /// The one that all pods had last.
    current: String,
    current_template: Value,
    /// The first number, and how many.
    first: i64,
    replicas: i64,
}

/// One step.
pub fn plan(see: &See<'_>, object: &Value, plan: &mut Plan) {
    let revisions = Revisions::note(see, object, "controller.kubernetes.io/hash", plan);
    let update = revisions.name.clone();
    let current = match parts::text(&object["status"]["currentRevision"]) {
        "" => update.clone(),
        current => current.to_owned(),
    };
    let old = revisions.template(&current);
    let set = Set {
        pods: see.controlled("/pods", object),
        update,
        current,
        current_template: old.unwrap_or_else(|| object["spec"]["template"].clone()),
        first: number(&object["spec"]["ordinals"]["start"], 0),
        replicas: number(&object["spec"]["replicas"], 1).max(0),
        object,
    };
    step(&set, see, plan);
    if let Some(seconds) = status(&set, see, plan) {
        plan.after("available", seconds);
    }
    let is_used = |name: &str| {
        let mut pods = set.pods.iter();
        name == set.current || pods.any(|pod| object::label(pod, HASH) == Some(name))
    };
    revisions.forget(object, is_used, plan);
}

impl Set<'_> {
    fn ordinal(&self, pod: &Value) -> Option<i64> {
        let rest = object::name(pod).strip_prefix(object::name(self.object))?;
        rest.strip_prefix('-')?.parse().ok()
    }

    fn pod(&self, ordinal: i64) -> Option<&Value> {
        self.pods
            .iter()
            .find(|pod| self.ordinal(pod) == Some(ordinal))
    }

    fn is_updated(&self, pod: &Value) -> bool {
        object::label(pod, HASH) == Some(&self.update)
    }

    fn partition(&self) -> i64 {
        number(
            &self.object["spec"]["updateStrategy"]["rollingUpdate"]["partition"],
            0,
        )
    }

    fn rolls(&self) -> bool {
        self.object["spec"]["updateStrategy"]["type"] != "OnDelete"
    }

    /// A new pod.
    fn make(&self, ordinal: i64) -> Value {
        let below = self.rolls() && ordinal < self.first + self.partition();
        let is_old = below && self.current != self.update;
        let (template, revision) = if is_old {
            (&self.current_template, &self.current)
        } else {
            (&self.object["spec"]["template"], &self.update)
        };
        let mut pod = parts::pod(self.object, template);
        let name = format!("{}-{ordinal}", object::name(self.object));
        object::metadata(&mut pod).insert("name".to_owned(), name.as_str().into());
        parts::set_label(&mut pod, HASH, revision);
        parts::set_label(
            &mut pod,
            "apps.kubernetes.io/pod-index",
            &ordinal.to_string(),
        );
        parts::set_label(&mut pod, "statefulset.kubernetes.io/pod-name", &name);
        let spec = object::part(&mut pod, "spec");
        spec.insert("hostname".to_owned(), name.as_str().into());
        if let Some(service) = self.object["spec"]["serviceName"]
            .as_str()
            .filter(|one| !one.is_empty())
        {
            spec.insert("subdomain".to_owned(), service.into());
        }
        let templates = || each(&self.object["spec"]["volumeClaimTemplates"]);
        if templates().next().is_some() {
            let is_claim =
                |volume: &&Value| templates().any(|one| one["metadata"]["name"] == volume["name"]);
            let volumes = templates().map(|one| {
                let volume = parts::text(&one["metadata"]["name"]);
                json!({"name": volume, "persistentVolumeClaim": {"claimName": format!("{volume}-{name}")}})
            });
            let others = each(&template["spec"]["volumes"])
                .filter(|one| !is_claim(one))
                .cloned();
            let volumes: Vec<Value> = volumes.chain(others).collect();
            spec.insert("volumes".to_owned(), volumes.into());
        }
        pod
    }
}

/// The claims of a pod that are not there yet.
fn claims(set: &Set<'_>, see: &See<'_>, pod: &Value, plan: &mut Plan) {
    let (namespace, name) = (object::namespace(set.object), object::name(pod));
    for template in each(&set.object["spec"]["volumeClaimTemplates"]) {
        let claim = format!("{}-{name}", parts::text(&template["metadata"]["name"]));
        if see.find(CLAIMS, namespace, &claim).is_some() {
            continue;
        }
        let mut new = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": template["metadata"], "spec": template["spec"]});
        let meta = object::metadata(&mut new);
        meta.insert("name".to_owned(), claim.as_str().into());
        meta.insert("namespace".to_owned(), namespace.into());
        let labels = set.object["spec"]["selector"]["matchLabels"].as_object();
        for (label, value) in labels.into_iter().flatten() {
            parts::set_label(&mut new, label, parts::text(value));
        }
        plan.create(new);
        let message = format!(
            "Create Claim {claim} Pod {name} in StatefulSet {} success",
            object::name(set.object)
        );
        plan.tell(set.object, "SuccessfulCreate", &message);
    }
}

fn tell(set: &Set<'_>, plan: &mut Plan, done: &str, name: &str) {
    let message = format!(
        "{done} Pod {name} in StatefulSet {} successful",
        object::name(set.object)
    );
    let reason = format!("Successful{done}");
    plan.tell(set.object, &reason, &message);
}

/// Makes, deletes, replaces: with `OrderedReady` one pod at a time.
fn step(set: &Set<'_>, see: &See<'_>, plan: &mut Plan) {
    let parallel = set.object["spec"]["podManagementPolicy"] == "Parallel";
    let wanted = set.first..set.first + set.replicas;
    for ordinal in wanted.clone() {
        let Some(pod) = set.pod(ordinal) else {
            let new = set.make(ordinal);
            claims(set, see, &new, plan);
            let name = object::name(&new).to_owned();
            plan.create(new);
            tell(set, plan, "Create", &name);
            if parallel {
                continue;
            }
            return;
        };
        if parts::is_over(pod) && !object::is_going(pod) {
            // It is made anew.
            plan.delete("/pods", pod, "");
            tell(set, plan, "Delete", object::name(pod));
        }
        if !parallel && (object::is_going(pod) || !parts::is_ready(pod)) {
            return;
        }
    }
    let mut over: Vec<&Value> = set.pods.iter().collect();
    over.retain(|pod| set.ordinal(pod).is_none_or(|one| !wanted.contains(&one)));
    over.sort_by_key(|pod| std::cmp::Reverse(set.ordinal(pod)));
    for pod in &over {
        if !object::is_going(pod) {
            plan.delete("/pods", pod, "");
            tell(set, plan, "Delete", object::name(pod));
        }
        if !parallel {
            return;
        }
    }
    if !set.rolls() || !over.is_empty() {
        return;
    }
    // From the last one down, each when those after it are well.
    for ordinal in (set.first + set.partition()..set.first + set.replicas).rev() {
        let Some(pod) = set.pod(ordinal) else {
            return;
        };
        if !set.is_updated(pod) && !object::is_going(pod) {
            plan.delete("/pods", pod, "");
            tell(set, plan, "Delete", object::name(pod));
            return;
        }
        if object::is_going(pod) || !parts::is_ready(pod) {
            return;
        }
    }
}

fn status(set: &Set<'_>, see: &See<'_>, plan: &mut Plan) -> Option<i64> {
    let counts = parts::count(
        see,
        &set.pods,
        number(&set.object["spec"]["minReadySeconds"], 0),
    );
    let of = |revision: &str| {
        let pods = set.pods.iter().filter(|pod| parts::is_active(pod));
        pods.filter(|pod| object::label(pod, HASH) == Some(revision))
            .count() as i64
    };
    let (updated, mut old) = (of(&set.update), of(&set.current));
    let mut current = set.current.as_str();
    // All are of the new revision: from now on it is the current one.
    if set.rolls()
        && updated == set.replicas
        && counts.ready == set.replicas
        && counts.active == set.replicas
    {
        current = &set.update;
        old = updated;
    }
    let mut status = json!({
        "observedGeneration": set.object["metadata"]["generation"],
        "replicas": counts.active,
        "availableReplicas": counts.available,
        "collisionCount": 0,
        "currentRevision": current,
        "updateRevision": set.update,
    });
    say(
        &mut status,
        &[
            ("readyReplicas", counts.ready),
            ("currentReplicas", old),
            ("updatedReplicas", updated),
        ],
    );
    plan.status(set.object, status);
    counts.wait
}
