//! Jobs: started for a release, completed when asked for and for hooks.

use serde_json::Value;

use super::Readiness;
use super::common::{list, number, present, text};
use super::watcher::Jobs;

/// A job.
pub fn readiness(object: &Value, jobs: Jobs) -> Readiness {
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    let (succeeded, failed, active) = (count("succeeded"), count("failed"), count("active"));
    let wanted = number(object, "/spec/completions")
        .or_else(|| number(object, "/spec/parallelism"))
        .unwrap_or(1);
    for condition in list(object, "/status/conditions") {
        let happened = text(condition, "/status") == "True";
        match text(condition, "/type") {
            "Complete" if happened => {
                return Readiness::current(format!(
                    "Job Completed. succeeded: {succeeded}/{wanted}"
                ));
            }
            "Failed" if happened => {
                return Readiness::failed(format!("Job Failed. failed: {failed}/{wanted}"));
            }
            "Suspended" if happened && jobs == Jobs::Started => {
                return Readiness::current("Job is suspended");
            }
            _ => {}
        }
    }
    // HELM: the text of its own rule for jobs that must complete.
    if jobs == Jobs::Completed {
        return Readiness::in_progress("Job in progress");
    }
    if !present(object, "/status/startTime") {
        return Readiness::in_progress("Job not started");
    }
    Readiness::current(format!(
        "Job in progress. success:{succeeded}, active: {active}, failed: {failed}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::Progress;
    use serde_json::json;

    #[test]
    fn a_started_job_is_enough_unless_jobs_are_waited_for() {
        let job = json!({"status": {"startTime": "2026-01-01T00:00:00Z", "active": 1}});
        assert_eq!(readiness(&job, Jobs::Started).progress, Progress::Current);
        assert_eq!(
            readiness(&job, Jobs::Completed),
            Readiness::in_progress("Job in progress")
        );
        assert_eq!(
            readiness(&json!({}), Jobs::Started).message,
            "Job not started"
        );
    }

    #[test]
    fn the_end_counts_for_both() {
        let ended = |kind: &str| {
            json!({"spec": {"completions": 2}, "status": {"succeeded": 2, "failed": 1,
                "conditions": [{"type": kind, "status": "True"}]}})
        };
        for jobs in [Jobs::Started, Jobs::Completed] {
            assert_eq!(
                readiness(&ended("Complete"), jobs),
                Readiness::current("Job Completed. succeeded: 2/2")
            );
            assert_eq!(
                readiness(&ended("Failed"), jobs),
                Readiness::failed("Job Failed. failed: 1/2")
            );
        }
        assert_eq!(
            readiness(&ended("Suspended"), Jobs::Started).progress,
            Progress::Current
        );
    }
}
