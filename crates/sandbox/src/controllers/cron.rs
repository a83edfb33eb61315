//! CronJobs: Jobs by the clock.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::Plan;
use super::parts::{self, condition, filled, is_true, number, reference, text};
use super::see::See;
use crate::clock;
use crate::cron::Schedule;
use crate::object;

/// GO: what a Job says of the time that it is for.
const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/// One step.
pub fn plan(see: &See<'_>, cron: &Value, plan: &mut Plan) {
    let jobs = see.controlled("batch/jobs", cron);
    let is_over = |job: &&Value| is_true(job, "Complete") || is_true(job, "Failed");
    let (over, running): (Vec<&Value>, Vec<&Value>) = jobs.iter().partition(is_over);
    let known = &cron["status"];
    let mut status = json!({
        "lastScheduleTime": known["lastScheduleTime"],
        "lastSuccessfulTime": known["lastSuccessfulTime"],
    });
    for job in &over {
        let done = text(&job["status"]["completionTime"]);
        if done > text(&status["lastSuccessfulTime"]) {
            status["lastSuccessfulTime"] = done.into();
            let name = object::name(job);
            let message = format!("Saw completed job: {name}, condition: Complete");
            plan.tell(cron, "SawCompletedJob", &message);
        }
    }
    forget(cron, &over, plan);
    if !running.is_empty() {
        status["active"] = running.iter().map(|job| reference(job)).collect();
    }
    if cron["spec"]["suspend"] != true {
        due(see, cron, &running, &mut status, plan);
    }
    plan.status(cron, filled(status));
}

/// Deletes the Jobs that are more than are to be kept.
fn forget(cron: &Value, over: &[&Value], plan: &mut Plan) {
    for (kind, name, usual) in [
        ("Complete", "successfulJobsHistoryLimit", 3),
        ("Failed", "failedJobsHistoryLimit", 1),
    ] {
        let of = over.iter().filter(|job| condition(job, kind).is_some());
        let mut of: Vec<&&Value> = of.collect();
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
    let zone = cron["spec"]["timeZone"].as_str().unwrap_or("UTC");
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let last = match text(&status["lastScheduleTime"]) {
        "" => object::text(cron, "creationTimestamp"),
        last => last,
    };
    let Some(last) = clock::seconds(last) else {
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
    status["lastScheduleTime"] = clock::text(at).into();
}

fn make(cron: &Value, at: i64, plan: &mut Plan) {
    let template = &cron["spec"]["jobTemplate"];
    let name = format!("{}-{}", object::name(cron), at / 60);
    let mut job = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": filled(json!({
            "name": name,
            "namespace": cron["metadata"]["namespace"],
            "labels": template["metadata"]["labels"],
            "annotations": template["metadata"]["annotations"],
            "ownerReferences": parts::owned_by(cron),
        })),
        "spec": template["spec"],
    });
    parts::set_annotation(&mut job, SCHEDULED, &clock::text(at));
    plan.create(job);
    plan.tell(cron, "SuccessfulCreate", &format!("Created job {name}"));
}
