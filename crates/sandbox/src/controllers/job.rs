//! Jobs: pods that are to end well so many times.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, number, say};
use super::see::See;
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
    pods: Vec<Value>,
    active: i64,
    ready: i64,
    terminating: i64,
    succeeded: i64,
    failed: i64,
    parallelism: i64,
    /// Nothing when it is over as soon as one pod ended well.
    completions: Option<i64>,
}

impl<'o> Job<'o> {
    fn read(see: &See<'_>, object: &'o Value) -> Self {
        let pods = see.controlled("/pods", object);
        let counts = parts::count(see, &pods, 0);
        let in_phase = |phase: &str| {
            pods.iter()
                .filter(|pod| pod["status"]["phase"] == phase)
                .count() as i64
        };
        let before = |name: &str| number(&object["status"][name], 0);
        Self {
            active: counts.active,
            ready: counts.ready,
            terminating: counts.terminating,
            // Pods that were counted may be gone.
            succeeded: in_phase("Succeeded").max(before("succeeded")),
            failed: in_phase("Failed").max(before("failed")),
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
            None => self.succeeded > 0 && self.active == 0,
        }
    }

    /// How many pods are to run now.
    fn wanted(&self) -> i64 {
        match self.completions {
            Some(wanted) => self.parallelism.min(wanted - self.succeeded),
            None if self.succeeded > 0 => self.active.min(self.parallelism),
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
        return end(&job, see, conditions, started, what, plan);
    }
    let was = parts::condition(object, "Suspended").is_some_and(|one| one["status"] == "True");
    if was != suspended {
        let (status, event) = if suspended {
            ("True", "Suspended")
        } else {
            ("False", "Resumed")
        };
        let message = format!("Job {}", event.to_lowercase());
        let mut new = condition(see, "Suspended", &format!("Job{event}"), &message);
        new["status"] = status.into();
        conditions.retain(|one| one["type"] != "Suspended");
        conditions.push(new);
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
    plan.status(object, status(&job, conditions, started.as_ref()));
}

/// The condition that says that it is over.
fn finished(job: &Value) -> Option<&Value> {
    let over = |kind| parts::condition(job, kind).filter(|one| one["status"] == "True");
    over("Complete").or_else(|| over("Failed"))
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
    Some(if see.rung == Some("deadline") {
        0
    } else {
        wait.max(0)
    })
}

fn condition(see: &See<'_>, kind: &str, reason: &str, message: &str) -> Value {
    json!({"type": kind, "status": "True", "reason": reason, "message": message,
        "lastProbeTime": see.time(), "lastTransitionTime": see.time()})
}

fn status(job: &Job<'_>, conditions: Vec<Value>, started: Option<&Value>) -> Value {
    let mut status = json!({
        "ready": job.ready,
        "terminating": job.terminating,
        "uncountedTerminatedPods": {},
    });
    say(
        &mut status,
        &[
            ("active", job.active),
            ("succeeded", job.succeeded),
            ("failed", job.failed),
        ],
    );
    if !conditions.is_empty() {
        status["conditions"] = conditions.into();
    }
    if let Some(started) = started {
        status["startTime"] = started.clone();
    }
    if job.is_indexed() {
        let done: Vec<i64> = indexes(job, |pod| pod["status"]["phase"] == "Succeeded")
            .into_iter()
            .collect();
        status["completedIndexes"] = ranges(&done).into();
    }
    status
}

/// `0-2,4`
fn ranges(numbers: &[i64]) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
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
    let pods = job.pods.iter().filter(|pod| wanted(pod));
    pods.filter_map(|pod| object::annotation(pod, INDEX)?.parse().ok())
        .collect()
}

/// It is over: what still runs is stopped, and what became of it is said.
fn end(
    job: &Job<'_>,
    see: &See<'_>,
    mut conditions: Vec<Value>,
    started: Option<Value>,
    [kind, reason, message]: [&str; 3],
    plan: &mut Plan,
) {
    stop(job, plan);
    let is_good = kind == "Complete";
    let first = if is_good {
        "SuccessCriteriaMet"
    } else {
        "FailureTarget"
    };
    for kind in [first, kind] {
        conditions.retain(|one| one["type"] != kind);
        conditions.push(condition(see, kind, reason, message));
    }
    let counted = Job {
        active: 0,
        ready: 0,
        terminating: 0,
        failed: job.failed + if is_good { 0 } else { job.active },
        pods: job.pods.clone(),
        ..*job
    };
    let started = started.or_else(|| Some(see.time().into()));
    let mut status = status(&counted, conditions, started.as_ref());
    if is_good {
        status["completionTime"] = see.time().into();
        plan.tell(job.object, "Completed", "Job completed");
    } else {
        plan.warn(job.object, reason, message);
    }
    plan.status(job.object, status);
}

fn stop(job: &Job<'_>, plan: &mut Plan) {
    for pod in job.pods.iter().filter(|pod| parts::is_active(pod)) {
        plan.delete_pod(job.object, pod);
    }
}

/// Makes the pods that are missing; after one failed, only when some time is over.
fn work(job: &Job<'_>, see: &See<'_>, plan: &mut Plan) {
    let missing = job.wanted() - job.active - job.terminating;
    if missing <= 0 {
        return;
    }
    if job.failed > 0 && job.active == 0 && see.rung != Some("again") {
        let power = u32::try_from((job.failed - 1).clamp(0, 10)).unwrap_or(0);
        plan.after("again", (AGAIN * 2_i64.pow(power)).min(AGAIN_AT_MOST));
        return;
    }
    let mut free = taken_out(job);
    for _ in 0..missing.min(500) {
        let mut pod = parts::pod(job.object, &job.object["spec"]["template"]);
        if job.is_indexed() {
            let Some(index) = free.pop_first() else {
                return;
            };
            index_pod(job, &mut pod, index);
        }
        plan.create_pod(job.object, pod);
    }
}

/// The indexes that no pod has.
fn taken_out(job: &Job<'_>) -> BTreeSet<i64> {
    let taken = indexes(job, |pod| {
        pod["status"]["phase"] != "Failed" && !object::is_going(pod)
    });
    let all = 0..job.completions.unwrap_or(0).min(100_000);
    if job.is_indexed() {
        all.filter(|index| !taken.contains(index)).collect()
    } else {
        BTreeSet::new()
    }
}

fn index_pod(job: &Job<'_>, pod: &mut Value, index: i64) {
    let text = index.to_string();
    parts::set_annotation(pod, INDEX, &text);
    parts::set_label(pod, INDEX, &text);
    let prefix = format!("{}-{index}-", object::name(job.object));
    object::metadata(pod).insert("generateName".to_owned(), prefix.into());
    let hostname = format!("{}-{index}", object::name(job.object));
    object::part(pod, "spec").insert("hostname".to_owned(), hostname.into());
}
