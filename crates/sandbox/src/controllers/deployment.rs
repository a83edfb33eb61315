//! Deployments: their ReplicaSets, what is said of them, and their history.

use serde_json::{Value, json};

use super::parts::{self, number, say, set_condition, share, text};
use super::rollout;
use super::see::See;
use super::{Part, Plan};
use crate::object;

pub const SHELF: &str = "apps/replicasets";
const HASH: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";
/// GO: no deadline.
const FOREVER: i64 = i32::MAX as i64;

/// A Deployment and its ReplicaSets.
pub struct Deployment<'o> {
    pub object: &'o Value,
    /// The ReplicaSet of the template that it has now.
    pub new: Option<Value>,
    /// The others, the oldest first.
    pub old: Vec<Value>,
    pub replicas: i64,
    pub surge: i64,
    pub unavailable: i64,
    pub recreate: bool,
}

impl<'o> Deployment<'o> {
    fn read(see: &See<'_>, object: &'o Value) -> Self {
        let spec = &object["spec"];
        let replicas = number(&spec["replicas"], 1);
        let recreate = spec["strategy"]["type"] == "Recreate";
        let rolling = &spec["strategy"]["rollingUpdate"];
        let mut surge = share(&rolling["maxSurge"], replicas, true, "25%");
        let mut unavailable = share(&rolling["maxUnavailable"], replicas, false, "25%");
        if recreate {
            (surge, unavailable) = (0, 0);
        } else if surge == 0 && unavailable == 0 {
            // With neither there would be no way on.
            unavailable = 1;
        }
        let mut sets = see.controlled(SHELF, object);
        sets.sort_by_cached_key(|set| {
            (
                revision(set),
                object::text(set, "creationTimestamp").to_owned(),
            )
        });
        let new = sets.iter().rposition(|set| is_of(set, &spec["template"]));
        let new = new.map(|at| sets.remove(at));
        Self {
            new,
            old: sets,
            replicas,
            surge,
            unavailable: unavailable.min(replicas),
            recreate,
            object,
        }
    }

    pub fn sets(&self) -> impl Iterator<Item = &Value> {
        self.old.iter().chain(&self.new)
    }

    /// How many pods its ReplicaSets are to have.
    pub fn total(&self) -> i64 {
        self.sets().map(wanted).sum()
    }

    pub fn sum(&self, name: &str) -> i64 {
        self.sets().map(|set| number(&set["status"][name], 0)).sum()
    }

    /// Puts on a ReplicaSet what it is part of.
    fn note(&self, set: &mut Value) {
        parts::set_annotation(set, DESIRED, &self.replicas.to_string());
        parts::set_annotation(set, MOST, &(self.replicas + self.surge).to_string());
    }

    /// Gives a ReplicaSet another size; whether it is another.
    pub fn scale(&self, set: &Value, to: i64, plan: &mut Plan) -> bool {
        let from = wanted(set);
        let mut new = set.clone();
        self.note(&mut new);
        object::part(&mut new, "spec").insert("replicas".to_owned(), to.into());
        plan.update(set, new, Part::Object);
        if from == to {
            return false;
        }
        let how = if to > from { "up" } else { "down" };
        let message = format!(
            "Scaled {how} replica set {} from {from} to {to}",
            object::name(set)
        );
        plan.tell(self.object, "ScalingReplicaSet", &message);
        true
    }

    /// Makes the ReplicaSet of the template that it has now.
    fn make(&self, plan: &mut Plan) -> String {
        let mut template = self.object["spec"]["template"].clone();
        let base = parts::hash_name(&template);
        // Another template of the same hash: the next one.
        let taken = |hash: &str| {
            self.old
                .iter()
                .any(|set| object::label(set, HASH) == Some(hash))
        };
        let hash = if taken(&base) {
            parts::hash_name(&json!([base, template]))
        } else {
            base
        };
        let name = format!("{}-{hash}", object::name(self.object));
        parts::set_label(&mut template, HASH, &hash);
        let mut selector = self.object["spec"]["selector"].clone();
        object::part(&mut selector, "matchLabels").insert(HASH.to_owned(), hash.as_str().into());
        let size = rollout::first_size(self);
        let mut set = json!({
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": name,
                "namespace": self.object["metadata"]["namespace"],
                "labels": template["metadata"]["labels"],
                "ownerReferences": parts::owned_by(self.object),
            },
            "spec": {"replicas": size, "selector": selector, "template": template},
        });
        if let Some(seconds) = self.object["spec"].get("minReadySeconds") {
            set["spec"]["minReadySeconds"] = seconds.clone();
        }
        self.hand_on(&mut set);
        self.note(&mut set);
        parts::set_annotation(&mut set, REVISION, &self.next_revision().to_string());
        plan.create(set);
        if size > 0 {
            let message = format!("Scaled up replica set {name} from 0 to {size}");
            plan.tell(self.object, "ScalingReplicaSet", &message);
        }
        name
    }

    /// The ReplicaSet gets the annotations, of which `kubectl rollout history` shows one.
    fn hand_on(&self, set: &mut Value) {
        let own = self.object["metadata"]["annotations"].as_object();
        for (name, value) in own.into_iter().flatten() {
            let stays = name == "kubectl.kubernetes.io/last-applied-configuration"
                || name.starts_with("deployment.kubernetes.io/");
            if !stays {
                parts::set_annotation(set, name, parts::text(value));
            }
        }
    }

    fn next_revision(&self) -> i64 {
        self.old.iter().map(revision).max().unwrap_or(0) + 1
    }

    /// Notes revisions; whether something had to be written.
    fn number(&self, plan: &mut Plan) -> bool {
        let before = plan.writes.len();
        let mut number = self.next_revision();
        if let Some(set) = &self.new {
            let mut new = set.clone();
            self.hand_on(&mut new);
            let known = revision(set);
            if known < number {
                if known > 0 {
                    let past = object::annotation(set, HISTORY).unwrap_or_default();
                    let past = if past.is_empty() {
                        known.to_string()
                    } else {
                        format!("{past},{known}")
                    };
                    parts::set_annotation(&mut new, HISTORY, &past);
                }
                parts::set_annotation(&mut new, REVISION, &number.to_string());
            } else {
                number = known;
            }
            if let Some(seconds) = self.object["spec"].get("minReadySeconds") {
                object::part(&mut new, "spec")
                    .insert("minReadySeconds".to_owned(), seconds.clone());
            }
            plan.update(set, new, Part::Object);
        }
        let mut new = self.object.clone();
        parts::set_annotation(&mut new, REVISION, &number.to_string());
        // GO: written with the status: it is no other generation.
        plan.update(self.object, new, Part::Whole);
        plan.writes.len() > before
    }
}

/// How many pods a ReplicaSet is to have.
pub fn wanted(set: &Value) -> i64 {
    number(&set["spec"]["replicas"], 1)
}

fn revision(set: &Value) -> i64 {
    let text = object::annotation(set, REVISION).unwrap_or_default();
    text.parse().unwrap_or(0)
}

/// Whether a ReplicaSet is of a template.
fn is_of(set: &Value, template: &Value) -> bool {
    let mut own = set["spec"]["template"].clone();
    if let Some(labels) = own["metadata"]["labels"].as_object_mut() {
        labels.remove(HASH);
        if labels.is_empty() && template["metadata"].get("labels").is_none() {
            object::metadata(&mut own).remove("labels");
        }
    }
    own == *template
}

/// One step of a Deployment.
pub fn plan(see: &See<'_>, object: &Value, plan: &mut Plan) {
    let deployment = Deployment::read(see, object);
    let paused = object["spec"]["paused"] == true;
    let mut made = None;
    if paused {
        rollout::paused(&deployment, plan);
    } else if deployment.new.is_none() && rollout::may_make(&deployment, see) {
        made = Some(deployment.make(plan));
    } else if deployment.new.is_some() && deployment.number(plan) {
        // Written first, and then seen again.
        return;
    } else {
        rollout::step(&deployment, see, plan);
        forget(&deployment, plan);
    }
    status(&deployment, see, made.as_deref(), paused, plan);
}

/// Deletes the ReplicaSets that are too old to go back to.
fn forget(deployment: &Deployment<'_>, plan: &mut Plan) {
    let keep = number(&deployment.object["spec"]["revisionHistoryLimit"], 10).max(0) as usize;
    let is_empty = |set: &&Value| {
        wanted(set) == 0
            && number(&set["status"]["replicas"], 0) == 0
            && set["status"]["observedGeneration"] == set["metadata"]["generation"]
            && !object::is_going(set)
    };
    let too_many = deployment.old.len().saturating_sub(keep);
    for set in deployment.old.iter().take(too_many).filter(is_empty) {
        plan.delete(SHELF, set, "");
    }
}

fn status(
    deployment: &Deployment<'_>,
    see: &See<'_>,
    made: Option<&str>,
    paused: bool,
    plan: &mut Plan,
) {
    let new = deployment.new.as_ref();
    let updated = new.map_or(0, |set| number(&set["status"]["replicas"], 0));
    let available = deployment.sum("availableReplicas");
    let mut status = json!({
        "observedGeneration": deployment.object["metadata"]["generation"],
        "terminatingReplicas": deployment.sum("terminatingReplicas"),
    });
    say(
        &mut status,
        &[
            ("replicas", deployment.sum("replicas")),
            ("updatedReplicas", updated),
            ("readyReplicas", deployment.sum("readyReplicas")),
            ("availableReplicas", available),
            (
                "unavailableReplicas",
                (deployment.total() - available).max(0),
            ),
        ],
    );
    let mut conditions = parts::conditions(deployment.object);
    let enough = available >= deployment.replicas - deployment.unavailable;
    set_condition(
        &mut conditions,
        if enough {
            condition(
                see,
                "Available",
                "True",
                "MinimumReplicasAvailable",
                "Deployment has minimum availability.",
            )
        } else {
            condition(
                see,
                "Available",
                "False",
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
            )
        },
    );
    if let Some(new) = progress(deployment, see, &status, made, paused, plan) {
        set_condition(&mut conditions, new);
    }
    status["conditions"] = conditions.into();
    plan.status(deployment.object, status);
}

fn condition(see: &See<'_>, kind: &str, status: &str, reason: &str, message: &str) -> Value {
    json!({"type": kind, "status": status, "reason": reason, "message": message,
        "lastUpdateTime": see.time(), "lastTransitionTime": see.time()})
}

/// What is to be said of how it goes on, when it is something new.
fn progress(
    deployment: &Deployment<'_>,
    see: &See<'_>,
    status: &Value,
    made: Option<&str>,
    paused: bool,
    plan: &mut Plan,
) -> Option<Value> {
    let deadline = number(&deployment.object["spec"]["progressDeadlineSeconds"], 600);
    if deadline == FOREVER {
        return None;
    }
    let say = |status: &str, reason: &str, message: &str| {
        Some(condition(see, "Progressing", status, reason, message))
    };
    let known = parts::condition(deployment.object, "Progressing");
    let reason = known.map_or("", |one| text(&one["reason"]));
    if paused {
        return say("Unknown", "DeploymentPaused", "Deployment is paused");
    }
    if reason == "DeploymentPaused" {
        return say("Unknown", "DeploymentResumed", "Deployment is resumed");
    }
    if let Some(name) = made {
        let message = format!("Created new replica set \"{name}\"");
        return say("True", "NewReplicaSetCreated", &message);
    }
    let name = deployment.new.as_ref().map_or_else(
        || format!("Deployment \"{}\"", object::name(deployment.object)),
        |set| format!("ReplicaSet \"{}\"", object::name(set)),
    );
    let old = &deployment.object["status"];
    let count = |status: &Value, name: &str| number(&status[name], 0);
    let now = |name: &str| count(status, name);
    let is_settled =
        now("replicas") == now("updatedReplicas") && reason == "NewReplicaSetAvailable";
    let message = format!("{name} has successfully progressed.");
    if is_settled && known.is_some_and(|one| one["message"] == message) {
        return None;
    }
    let all = deployment.replicas;
    if now("updatedReplicas") == all && now("replicas") == all && now("availableReplicas") == all {
        let mut new = condition(
            see,
            "Progressing",
            "True",
            "NewReplicaSetAvailable",
            &message,
        );
        if reason == "NewReplicaSetAvailable" {
            // The same said of another ReplicaSet: it is not found equal by its reason.
            new["lastTransitionTime"] = known?["lastTransitionTime"].clone();
        }
        return Some(new);
    }
    let left = |status: &Value| count(status, "replicas") - count(status, "updatedReplicas");
    let is_on = now("updatedReplicas") > count(old, "updatedReplicas")
        || left(status) < left(old)
        || now("readyReplicas") > count(old, "readyReplicas")
        || now("availableReplicas") > count(old, "availableReplicas");
    if is_on {
        return say(
            "True",
            "ReplicaSetUpdated",
            &format!("{name} is progressing."),
        );
    }
    if reason == "ProgressDeadlineExceeded" || reason == "NewReplicaSetAvailable" {
        return None;
    }
    let wait = deadline - known.map_or(0, |one| see.since(&one["lastUpdateTime"]));
    if see.rung == Some("deadline") || wait < 0 {
        let message = format!("{name} has timed out progressing.");
        return say("False", "ProgressDeadlineExceeded", &message);
    }
    plan.after("deadline", wait.max(1));
    None
}
