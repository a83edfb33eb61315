//! Deployments: their ReplicaSets, what is said of them, and their history.

use serde_json::{Value, json};

use super::parts::{self, filled, number, share, text, unless_zero};
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
        let made = |set: &Value| object::text(set, "creationTimestamp").to_owned();
        sets.sort_by_cached_key(|set| (revision(set), made(set)));
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
        new["spec"]["replicas"] = to.into();
        plan.update(set, new, Part::Object);
        if from == to {
            return false;
        }
        self.tell_size(object::name(set), from, to, plan);
        true
    }

    fn tell_size(&self, set: &str, from: i64, to: i64, plan: &mut Plan) {
        let how = if to > from { "up" } else { "down" };
        let message = format!("Scaled {how} replica set {set} from {from} to {to}");
        plan.tell(self.object, "ScalingReplicaSet", &message);
    }

    /// Makes the ReplicaSet of the template that it has now.
    fn make(&self, plan: &mut Plan) -> String {
        let spec = &self.object["spec"];
        let mut template = spec["template"].clone();
        let mut hash = parts::hash_name(&template);
        let is_taken = |set: &Value| object::label(set, HASH) == Some(&hash);
        if self.old.iter().any(is_taken) {
            // Another template of the same hash: the next one.
            hash = parts::hash_name(&json!([hash, template]));
        }
        let name = format!("{}-{hash}", object::name(self.object));
        parts::set_label(&mut template, HASH, &hash);
        let mut selector = spec["selector"].clone();
        selector["matchLabels"][HASH] = hash.into();
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
            "spec": filled(json!({
                "replicas": size,
                "selector": selector,
                "template": template,
                "minReadySeconds": spec["minReadySeconds"],
            })),
        });
        self.hand_on(&mut set);
        self.note(&mut set);
        parts::set_annotation(&mut set, REVISION, &self.next_revision().to_string());
        plan.create(set);
        if size > 0 {
            self.tell_size(&name, 0, size, plan);
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
                    let past = match object::annotation(set, HISTORY).unwrap_or_default() {
                        "" => known.to_string(),
                        past => format!("{past},{known}"),
                    };
                    parts::set_annotation(&mut new, HISTORY, &past);
                }
                parts::set_annotation(&mut new, REVISION, &number.to_string());
            } else {
                number = known;
            }
            if let Some(seconds) = self.object["spec"].get("minReadySeconds") {
                new["spec"]["minReadySeconds"] = seconds.clone();
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
    let available = deployment.sum("availableReplicas");
    let mut status = filled(json!({
        "observedGeneration": deployment.object["metadata"]["generation"],
        "replicas": unless_zero(deployment.sum("replicas")),
        "updatedReplicas": new.and_then(|set| unless_zero(number(&set["status"]["replicas"], 0))),
        "readyReplicas": unless_zero(deployment.sum("readyReplicas")),
        "availableReplicas": unless_zero(available),
        "unavailableReplicas": unless_zero((deployment.total() - available).max(0)),
        "terminatingReplicas": deployment.sum("terminatingReplicas"),
    }));
    let mut conditions = parts::conditions(deployment.object);
    let (value, reason, message) = if available >= deployment.replicas - deployment.unavailable {
        let message = "Deployment has minimum availability.";
        ("True", "MinimumReplicasAvailable", message)
    } else {
        let message = "Deployment does not have minimum availability.";
        ("False", "MinimumReplicasUnavailable", message)
    };
    say(see, &mut conditions, ["Available", value, reason, message]);
    if let Some((value, reason, message)) = progress(deployment, see, &status, made, paused, plan) {
        say(
            see,
            &mut conditions,
            ["Progressing", value, reason, &message],
        );
    }
    status["conditions"] = conditions.into();
    plan.status(deployment.object, status);
}

/// Says a condition, unless it is said already for the same reason. The time of the last
/// transition stays when only the reason is another.
fn say(see: &See<'_>, conditions: &mut Vec<Value>, what: [&str; 4]) {
    let mut new = see.condition(what);
    new["lastUpdateTime"] = new["lastTransitionTime"].clone();
    let old = conditions.iter().find(|one| one["type"] == new["type"]);
    if let Some(old) = old.filter(|old| old["status"] == new["status"]) {
        if old["reason"] == new["reason"] {
            return;
        }
        new["lastTransitionTime"] = old["lastTransitionTime"].clone();
    }
    parts::put_condition(conditions, new);
}

/// What is to be said of how it goes on (a condition's status, reason and message), when it is
/// something new.
fn progress(
    deployment: &Deployment<'_>,
    see: &See<'_>,
    status: &Value,
    made: Option<&str>,
    paused: bool,
    plan: &mut Plan,
) -> Option<(&'static str, &'static str, String)> {
    let deadline = number(&deployment.object["spec"]["progressDeadlineSeconds"], 600);
    if deadline == FOREVER {
        return None;
    }
    let known = parts::condition(deployment.object, "Progressing");
    let reason = known.map_or("", |one| text(&one["reason"]));
    if paused {
        let message = "Deployment is paused".to_owned();
        return Some(("Unknown", "DeploymentPaused", message));
    }
    if reason == "DeploymentPaused" {
        let message = "Deployment is resumed".to_owned();
        return Some(("Unknown", "DeploymentResumed", message));
    }
    if let Some(name) = made {
        let message = format!("Created new replica set \"{name}\"");
        return Some(("True", "NewReplicaSetCreated", message));
    }
    let name = deployment.new.as_ref().map_or_else(
        || format!("Deployment \"{}\"", object::name(deployment.object)),
        |set| format!("ReplicaSet \"{}\"", object::name(set)),
    );
    let now = |name: &str| number(&status[name], 0);
    let before = |name: &str| number(&deployment.object["status"][name], 0);
    let message = format!("{name} has successfully progressed.");
    if now("replicas") == now("updatedReplicas")
        && reason == "NewReplicaSetAvailable"
        && known.is_some_and(|one| one["message"] == message)
    {
        return None;
    }
    let counts = ["updatedReplicas", "replicas", "availableReplicas"];
    if counts
        .into_iter()
        .all(|name| now(name) == deployment.replicas)
    {
        return Some(("True", "NewReplicaSetAvailable", message));
    }
    let more = |name: &str| now(name) > before(name);
    let fewer_are_old =
        now("replicas") - now("updatedReplicas") < before("replicas") - before("updatedReplicas");
    if fewer_are_old
        || more("updatedReplicas")
        || more("readyReplicas")
        || more("availableReplicas")
    {
        return Some((
            "True",
            "ReplicaSetUpdated",
            format!("{name} is progressing."),
        ));
    }
    if reason == "ProgressDeadlineExceeded" || reason == "NewReplicaSetAvailable" {
        return None;
    }
    let wait = deadline - known.map_or(0, |one| see.since(&one["lastUpdateTime"]));
    if see.rung == Some("deadline") || wait < 0 {
        let message = format!("{name} has timed out progressing.");
        return Some(("False", "ProgressDeadlineExceeded", message));
    }
    plan.after("deadline", wait.max(1));
    None
}
