//! CronJobs: Jobs by the clock.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, number, text};
use super::see::See;
use crate::cron::Schedule;
use crate::object;

/// GO: what a Job says of the time that it is for.
const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/// One step.
pub fn plan(see: &See<'_>, cron: &Value, plan: &mut Plan) {
    let jobs = see.controlled("batch/jobs", cron);
    let (over, running): (Vec<&Value>, Vec<&Value>) = jobs.iter().partition(|job| is_over(job));
    let mut status = json!({});
    for name in ["lastScheduleTime", "lastSuccessfulTime"] {
        if let Some(known) = cron["status"].get(name) {
            status[name] = known.clone();
        }
    }
    for job in &over {
        let done = text(&job["status"]["completionTime"]);
        if done > text(&status["lastSuccessfulTime"]) {
            status["lastSuccessfulTime"] = done.into();
            let message = format!(
                "Saw completed job: {}, condition: Complete",
                object::name(job)
            );
            plan.tell(cron, "SawCompletedJob", &message);
        }
    }
    forget(cron, &over, plan);
    let active: Vec<Value> = running.iter().map(|job| json!({"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "namespace": job["metadata"]["namespace"], "uid": job["metadata"]["uid"], "resourceVersion": job["metadata"]["resourceVersion"]})).collect();
    if !active.is_empty() {
        status["active"] = active.into();
    }
    if cron["spec"]["suspend"] != true {
        due(see, cron, &running, &mut status, plan);
    }
    plan.status(cron, status);
}

fn is_over(job: &Value) -> bool {
    ["Complete", "Failed"]
        .iter()
        .any(|kind| parts::condition(job, kind).is_some_and(|one| one["status"] == "True"))
}

/// Deletes the Jobs that are more than are to be kept.
fn forget(cron: &Value, over: &[&Value], plan: &mut Plan) {
    for (kind, name, usual) in [
        ("Complete", "successfulJobsHistoryLimit", 3),
        ("Failed", "failedJobsHistoryLimit", 1),
    ] {
        let mut of: Vec<&&Value> = over
            .iter()
            .filter(|job| parts::condition(job, kind).is_some())
            .collect();
        of.sort_by_key(|job| text(&job["status"]["startTime"]));
        let keep = number(&cron["spec"][name], usual).max(0) as usize;
        for job in &of[..of.len().saturating_sub(keep)] {
            plan.delete("batch/jobs", job, "Background");
        }
    }
}

/// Makes the Job whose time has come, and waits for the next one.
fn due(see: &See<'_>, cron: &Value, running: &[&Value], status: &mut Value, plan: &mut Plan) {
    let Ok(schedule) = Schedule::read(text(&cron["spec"]["schedule"])) else {
        return;
    };
    let zone =
        TimeZone::get(cron["spec"]["timeZone"].as_str().unwrap_or("UTC")).unwrap_or(TimeZone::UTC);
    let last = match text(&status["lastScheduleTime"]) {
        "" => object::text(cron, "creationTimestamp"),
        last => last,
    };
    let Some(last) = crate::clock::seconds(last) else {
        return;
    };
    let Some(mut at) = schedule.after(last, &zone) else {
        return;
    };
    if at > see.now && see.rung != Some("schedule") {
        plan.after("schedule", at - see.now);
        return;
    }
    // Of those that were missed the last one counts.
    for _ in 0..100 {
        match schedule.after(at, &zone) {
            Some(next) if next <= see.now => at = next,
            _ => break,
        }
    }
    let policy = text(&cron["spec"]["concurrencyPolicy"]);
    let late = cron["spec"]["startingDeadlineSeconds"]
        .as_i64()
        .is_some_and(|most| see.now - at > most);
    if policy == "Forbid" && !running.is_empty() {
        let message =
            "Not starting job because prior execution is running and concurrency policy is Forbid";
        plan.tell(cron, "JobAlreadyActive", message);
        return;
    }
    if !late {
        if policy == "Replace" {
            for job in running {
                plan.delete("batch/jobs", job, "Background");
            }
        }
        make(cron, at, plan);
    }
    status["lastScheduleTime"] = crate::clock::text(at).into();
}

fn make(cron: &Value, at: i64, plan: &mut Plan) {
    let template = &cron["spec"]["jobTemplate"];
    let name = format!("{}-{}", object::name(cron), at / 60);
    let mut job = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": cron["metadata"]["namespace"],
            "ownerReferences": parts::owned_by(cron),
        },
        "spec": template["spec"],
    });
    for part in ["labels", "annotations"] {
        if let Some(value) = template["metadata"].get(part) {
            job["metadata"][part] = value.clone();
        }
    }
    parts::set_annotation(&mut job, SCHEDULED, &crate::clock::text(at));
    plan.create(job);
    let message = format!("Created job {name}");
    plan.tell(cron, "SuccessfulCreate", &message);
}
