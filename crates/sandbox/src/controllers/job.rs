//! Jobs: pods that are to end well so many times.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, filled, number, put_condition, unless_zero};
use super::see::See;
use super::workload::{self, Pods};
use crate::object;

const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// After how many seconds a pod that failed is tried again, at first and at most.
const AGAIN: i64 = 10;
const AGAIN_AT_MOST: i64 = 600;

/// How many seconds a job that is over is there at least: pods of a real cluster take a moment,
/// and whoever made the job sees how it ended.
const SEEN: i64 = 2;

struct Job<'o> {
    object: &'o Value,
    pods: Pods<'o>,
    succeeded: i64,
    failed: i64,
    parallelism: i64,
    /// Nothing when it is over as soon as one pod ended well.
    completions: Option<i64>,
}

impl<'o> Job<'o> {
    fn read(see: &See<'_>, object: &'o Value) -> Self {
        let pods = Pods::of(see, object);
        // Pods that were counted may be gone.
        let count = |phase: &str, name: &str| {
            let is_in = |pod: &&Value| pod["status"]["phase"] == phase;
            let now = pods.all.iter().filter(is_in).count() as i64;
            now.max(number(&object["status"][name], 0))
        };
        Self {
            succeeded: count("Succeeded", "succeeded"),
            failed: count("Failed", "failed"),
            parallelism: number(&object["spec"]["parallelism"], 1).max(0),
            completions: object["spec"]["completions"].as_i64(),
            pods,
            object,
        }
    }

    fn is_indexed(&self) -> bool {
        self.object["spec"]["completionMode"] == "Indexed"
    }

    fn is_done(&self) -> bool {
        match self.completions {
            Some(wanted) => self.succeeded >= wanted,
            None => self.succeeded > 0 && self.pods.active == 0,
        }
    }

    /// How many pods are to run now.
    fn wanted(&self) -> i64 {
        match self.completions {
            Some(wanted) => self.parallelism.min(wanted - self.succeeded),
            None if self.succeeded > 0 => self.pods.active.min(self.parallelism),
            None => self.parallelism,
        }
    }
}

/// One step.
pub fn plan(see: &See<'_>, object: &Value, plan: &mut Plan) {
    let other = |by: &Value| by != "kubernetes.io/job-controller";
    if object["spec"].get("managedBy").is_some_and(other) {
        return;
    }
    if let Some(over) = finished(object) {
        return expire(see, object, over, plan);
    }
    let job = Job::read(see, object);
    let mut conditions = parts::conditions(object);
    let suspended = object["spec"]["suspend"] == true;
    let mut started = object["status"].get("startTime").cloned();
    let wait = deadline(&job, see, started.as_ref());
    let over = if job.is_done() {
        let message = "Reached expected number of succeeded pods";
        Some(["Complete", "CompletionsReached", message])
    } else if job.failed > number(&object["spec"]["backoffLimit"], 6) {
        let message = "Job has reached the specified backoff limit";
        Some(["Failed", "BackoffLimitExceeded", message])
    } else if wait == Some(0) && !suspended {
        let message = "Job was active longer than specified deadline";
        Some(["Failed", "DeadlineExceeded", message])
    } else {
        None
    };
    if let Some(what) = over {
        return end(job, see, conditions, started, what, plan);
    }
    if parts::is_true(object, "Suspended") != suspended {
        let (status, event) = if suspended {
            ("True", "Suspended")
        } else {
            ("False", "Resumed")
        };
        let message = format!("Job {}", event.to_lowercase());
        let reason = format!("Job{event}");
        let what = ["Suspended", status, &reason, &message];
        put_condition(&mut conditions, condition(see, what));
        plan.tell(object, event, &message);
    }
    if suspended {
        stop(&job, plan);
        started = None;
    } else {
        started = started.or_else(|| Some(see.time().into()));
        work(&job, see, plan);
    }
    // Not yet started, it has all of its time.
    let wait = wait.or_else(|| object["spec"]["activeDeadlineSeconds"].as_i64());
    if let (Some(seconds), None, false) = (wait, &plan.timer, suspended) {
        plan.after("deadline", seconds);
    }
    plan.status(object, status(&job, conditions, started));
}

/// The condition that says that it is over.
fn finished(job: &Value) -> Option<&Value> {
    let kind = ["Complete", "Failed"]
        .into_iter()
        .find(|kind| parts::is_true(job, kind))?;
    parts::condition(job, kind)
}

/// After its time a job that is over goes.
fn expire(see: &See<'_>, job: &Value, over: &Value, plan: &mut Plan) {
    let Some(seconds) = job["spec"]["ttlSecondsAfterFinished"].as_i64() else {
        return;
    };
    let wait = seconds - see.since(&over["lastTransitionTime"]);
    if see.rung == Some("expire") {
        plan.delete("batch/jobs", job, "Foreground");
    } else {
        plan.after("expire", wait.max(SEEN));
    }
}

/// In how many seconds its time is over.
fn deadline(job: &Job<'_>, see: &See<'_>, started: Option<&Value>) -> Option<i64> {
    let seconds = job.object["spec"]["activeDeadlineSeconds"].as_i64()?;
    let wait = seconds - see.since(started?);
    let rung = see.rung == Some("deadline");
    Some(if rung { 0 } else { wait.max(0) })
}

fn condition(see: &See<'_>, what: [&str; 4]) -> Value {
    let mut new = see.condition(what);
    new["lastProbeTime"] = new["lastTransitionTime"].clone();
    new
}

fn status(job: &Job<'_>, conditions: Vec<Value>, started: Option<Value>) -> Value {
    let done = || indexes(job, |pod| pod["status"]["phase"] == "Succeeded");
    filled(json!({
        "conditions": (!conditions.is_empty()).then_some(conditions),
        "startTime": started,
        "active": unless_zero(job.pods.active),
        "ready": job.pods.ready,
        "succeeded": unless_zero(job.succeeded),
        "failed": unless_zero(job.failed),
        "terminating": job.pods.terminating,
        "uncountedTerminatedPods": {},
        "completedIndexes": job.is_indexed().then(|| ranges(done())),
    }))
}

/// `0-2,4`
fn ranges(numbers: BTreeSet<i64>) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let parts = parts.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    });
    parts.collect::<Vec<_>>().join(",")
}

fn indexes(job: &Job<'_>, wanted: impl Fn(&Value) -> bool) -> BTreeSet<i64> {
    let pods = job.pods.all.iter().filter(|pod| wanted(pod));
    pods.filter_map(|pod| object::annotation(pod, INDEX)?.parse().ok())
        .collect()
}

/// It is over: what still runs is stopped, and what became of it is said.
fn end(
    mut job: Job<'_>,
    see: &See<'_>,
    mut conditions: Vec<Value>,
    started: Option<Value>,
    [kind, reason, message]: [&str; 3],
    plan: &mut Plan,
) {
    stop(&job, plan);
    let is_good = kind == "Complete";
    let first = if is_good {
        "SuccessCriteriaMet"
    } else {
        job.failed += job.pods.active;
        "FailureTarget"
    };
    for kind in [first, kind] {
        let what = [kind, "True", reason, message];
        put_condition(&mut conditions, condition(see, what));
    }
    (job.pods.active, job.pods.ready, job.pods.terminating) = (0, 0, 0);
    let started = started.or_else(|| Some(see.time().into()));
    let mut status = status(&job, conditions, started);
    if is_good {
        status["completionTime"] = see.time().into();
        plan.tell(job.object, "Completed", "Job completed");
    } else {
        plan.warn(job.object, reason, message);
    }
    plan.status(job.object, status);
}

fn stop(job: &Job<'_>, plan: &mut Plan) {
    for pod in job.pods.that_are_active() {
        plan.delete_pod(job.object, pod);
    }
}

/// Makes the pods that are missing; after one failed, only when some time is over.
fn work(job: &Job<'_>, see: &See<'_>, plan: &mut Plan) {
    let missing = job.wanted() - job.pods.active - job.pods.terminating;
    if missing <= 0 {
        return;
    }
    if job.failed > 0 && job.pods.active == 0 && see.rung != Some("again") {
        let power = u32::try_from((job.failed - 1).clamp(0, 10)).unwrap_or(0);
        plan.after("again", (AGAIN * 2_i64.pow(power)).min(AGAIN_AT_MOST));
        return;
    }
    let mut free = free(job);
    for _ in 0..missing.min(500) {
        let mut pod = workload::pod(job.object, &job.object["spec"]["template"]);
        if job.is_indexed() {
            let Some(index) = free.next() else {
                return;
            };
            index_pod(job, &mut pod, index);
        }
        plan.create_pod(job.object, pod);
    }
}

/// The indexes that no pod has.
fn free(job: &Job<'_>) -> impl Iterator<Item = i64> + use<> {
    let taken = indexes(job, |pod| {
        pod["status"]["phase"] != "Failed" && !object::is_going(pod)
    });
    let all = 0..job.completions.unwrap_or(0);
    all.filter(move |index| !taken.contains(index))
}

fn index_pod(job: &Job<'_>, pod: &mut Value, index: i64) {
    parts::set_annotation(pod, INDEX, &index.to_string());
    parts::set_label(pod, INDEX, &index.to_string());
    let name = format!("{}-{index}", object::name(job.object));
    pod["metadata"]["generateName"] = format!("{name}-").into();
    pod["spec"]["hostname"] = name.into();
}
