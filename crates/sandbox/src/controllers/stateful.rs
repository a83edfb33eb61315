//! StatefulSets: pods with names of their own, one after the other, each with its claims.

use serde_json::{Value, json};

use super::Plan;
use super::claim::CLAIMS;
use super::parts::{self, each, number, text, unless_zero};
use super::revisions::Revisions;
use super::see::See;
use super::workload::{self, HASH, Pods};
use crate::object;

struct Set<'o> {
    object: &'o Value,
    pods: Pods<'o>,
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
    let current = match text(&object["status"]["currentRevision"]) {
        "" => update.clone(),
        current => current.to_owned(),
    };
    let old = revisions.template(&current);
    let set = Set {
        pods: Pods::of(see, object),
        update,
        current,
        current_template: old.unwrap_or_else(|| object["spec"]["template"].clone()),
        first: number(&object["spec"]["ordinals"]["start"], 0),
        replicas: number(&object["spec"]["replicas"], 1).max(0),
        object,
    };
    step(&set, see, plan);
    set.pods.say(status(&set), plan);
    let is_used = |name: &str| {
        let mut pods = set.pods.all.iter();
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
        let mut pods = self.pods.all.iter();
        pods.find(|pod| self.ordinal(pod) == Some(ordinal))
    }

    /// The first number of a pod that gets a new template.
    fn first_updated(&self) -> i64 {
        let rolling = &self.object["spec"]["updateStrategy"]["rollingUpdate"];
        self.first + number(&rolling["partition"], 0)
    }

    fn rolls(&self) -> bool {
        self.object["spec"]["updateStrategy"]["type"] != "OnDelete"
    }

    /// A new pod.
    fn make(&self, ordinal: i64) -> Value {
        let spec = &self.object["spec"];
        let is_old = self.rolls() && ordinal < self.first_updated() && self.current != self.update;
        let (template, revision) = if is_old {
            (&self.current_template, &self.current)
        } else {
            (&spec["template"], &self.update)
        };
        let mut pod = workload::pod(self.object, template);
        let name = format!("{}-{ordinal}", object::name(self.object));
        pod["metadata"]["name"] = name.as_str().into();
        for (label, value) in [
            (HASH, revision.as_str()),
            ("apps.kubernetes.io/pod-index", &ordinal.to_string()),
            ("statefulset.kubernetes.io/pod-name", &name),
        ] {
            parts::set_label(&mut pod, label, value);
        }
        pod["spec"]["hostname"] = name.as_str().into();
        if !text(&spec["serviceName"]).is_empty() {
            pod["spec"]["subdomain"] = spec["serviceName"].clone();
        }
        let claims = &spec["volumeClaimTemplates"];
        if parts::has_any(claims) {
            let is_claim =
                |volume: &&Value| each(claims).any(|one| one["metadata"]["name"] == volume["name"]);
            let volumes = each(claims).map(|one| {
                let volume = text(&one["metadata"]["name"]);
                json!({"name": volume, "persistentVolumeClaim": {"claimName": format!("{volume}-{name}")}})
            });
            let others = each(&template["spec"]["volumes"]).filter(|one| !is_claim(one));
            pod["spec"]["volumes"] = volumes.chain(others.cloned()).collect();
        }
        pod
    }

    /// Says what was done with a pod.
    fn tell(&self, done: &str, pod: &str, plan: &mut Plan) {
        let set = object::name(self.object);
        let message = format!("{done} Pod {pod} in StatefulSet {set} successful");
        plan.tell(self.object, &format!("Successful{done}"), &message);
    }

    fn delete(&self, pod: &Value, plan: &mut Plan) {
        plan.delete("/pods", pod, "");
        self.tell("Delete", object::name(pod), plan);
    }
}

/// The claims of a pod that are not there yet.
fn claims(set: &Set<'_>, see: &See<'_>, pod: &Value, plan: &mut Plan) {
    let (namespace, name) = (object::namespace(set.object), object::name(pod));
    for template in each(&set.object["spec"]["volumeClaimTemplates"]) {
        let claim = format!("{}-{name}", text(&template["metadata"]["name"]));
        if see.find(CLAIMS, namespace, &claim).is_some() {
            continue;
        }
        let mut new = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": template["metadata"], "spec": template["spec"]});
        new["metadata"]["name"] = claim.as_str().into();
        new["metadata"]["namespace"] = namespace.into();
        let labels = set.object["spec"]["selector"]["matchLabels"].as_object();
        for (label, value) in labels.into_iter().flatten() {
            parts::set_label(&mut new, label, text(value));
        }
        plan.create(new);
        let set_name = object::name(set.object);
        let message = format!("Create Claim {claim} Pod {name} in StatefulSet {set_name} success");
        plan.tell(set.object, "SuccessfulCreate", &message);
    }
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
            set.tell("Create", &name, plan);
            if parallel {
                continue;
            }
            return;
        };
        if parts::is_over(pod) && !object::is_going(pod) {
            // It is made anew.
            set.delete(pod, plan);
        }
        if !parallel && (object::is_going(pod) || !parts::is_ready(pod)) {
            return;
        }
    }
    let mut over: Vec<&Value> = set.pods.all.iter().collect();
    over.retain(|pod| set.ordinal(pod).is_none_or(|one| !wanted.contains(&one)));
    over.sort_by_key(|pod| std::cmp::Reverse(set.ordinal(pod)));
    for pod in &over {
        if !object::is_going(pod) {
            set.delete(pod, plan);
        }
        if !parallel {
            return;
        }
    }
    if !set.rolls() || !over.is_empty() {
        return;
    }
    // From the last one down, each when those after it are well.
    for ordinal in (set.first_updated()..wanted.end).rev() {
        let Some(pod) = set.pod(ordinal) else {
            return;
        };
        let is_updated = object::label(pod, HASH) == Some(&set.update);
        if !is_updated && !object::is_going(pod) {
            set.delete(pod, plan);
            return;
        }
        if object::is_going(pod) || !parts::is_ready(pod) {
            return;
        }
    }
}

fn status(set: &Set<'_>) -> Value {
    let pods = &set.pods;
    let updated = pods.of_template(&set.update);
    let (mut current, mut old) = (&set.current, pods.of_template(&set.current));
    // All are of the new revision: from now on it is the current one.
    let all = [updated, pods.ready, pods.active];
    if set.rolls() && all == [set.replicas; 3] {
        (current, old) = (&set.update, updated);
    }
    json!({
        "observedGeneration": set.object["metadata"]["generation"],
        "replicas": pods.active,
        "readyReplicas": unless_zero(pods.ready),
        "availableReplicas": pods.available,
        "currentReplicas": unless_zero(old),
        "updatedReplicas": unless_zero(updated),
        "currentRevision": current,
        "updateRevision": set.update,
        "collisionCount": 0,
    })
}
