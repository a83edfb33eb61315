//! Pods: running and ready for a release, ended for a hook.

use jiff::Timestamp;
use serde_json::Value;

use super::Readiness;
use super::common::{condition, is_true, list, text};

/// How long a pod may be unschedulable before it counts as failed; a new node or a freed one
/// comes that soon or not at all.
const SCHEDULE_SECONDS: i64 = 15;

/// A pod of a release.
///
/// HELM: a pod that ended is ready, even one that failed.
pub fn readiness(object: &Value, now: Timestamp) -> Readiness {
    match text(object, "/status/phase") {
        "Succeeded" => Readiness::current("Pod has completed successfully"),
        "Failed" => Readiness::current("Pod has completed, but not successfully"),
        "Running" => running(object),
        "Pending" => pending(object, now),
        "" => Readiness::in_progress("Pod phase not available"),
        phase => Readiness::failed(format!("unknown phase {phase}")),
    }
}

fn running(object: &Value) -> Readiness {
    if is_true(object, "Ready") {
        return Readiness::current("Pod is Ready");
    }
    let crashing = crashing(object);
    if !crashing.is_empty() {
        return Readiness::failed(format!(
            "Containers in CrashLoop state: {}",
            crashing.join(",")
        ));
    }
    Readiness::in_progress("Pod is running but is not Ready")
}

fn pending(object: &Value, now: Timestamp) -> Readiness {
    let unschedulable = condition(object, "PodScheduled").filter(|condition| {
        text(condition, "/status") == "False" && text(condition, "/reason") == "Unschedulable"
    });
    if unschedulable.is_some() {
        let created: Option<Timestamp> = text(object, "/metadata/creationTimestamp").parse().ok();
        let age = created.map_or(0, |created| now.as_second() - created.as_second());
        if age >= SCHEDULE_SECONDS {
            return Readiness::failed("Pod could not be scheduled");
        }
        return Readiness::in_progress("Pod has not been scheduled");
    }
    let crashing = crashing(object);
    if !crashing.is_empty() {
        return Readiness::failed(format!(
            "Containers in CrashLoop state: {}",
            crashing.join(",")
        ));
    }
    Readiness::in_progress("Pod is in the Pending phase")
}

fn crashing(object: &Value) -> Vec<&str> {
    list(object, "/status/containerStatuses")
        .iter()
        .filter(|status| text(status, "/state/waiting/reason") == "CrashLoopBackOff")
        .map(|status| text(status, "/name"))
        .collect()
}

/// A pod of a hook or test: only its end counts.
pub fn completed(object: &Value) -> Readiness {
    let name = text(object, "/metadata/name");
    match text(object, "/status/phase") {
        "Succeeded" => Readiness::current(format!("pod {name} succeeded")),
        "Failed" => Readiness::failed(format!("pod {name} failed")),
        _ => Readiness::in_progress("waiting for pod to complete"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::Progress;
    use serde_json::json;

    #[test]
    fn pods_of_a_release_run_or_have_ended() {
        let at = |phase: &str| {
            readiness(&json!({"status": {"phase": phase}}), Timestamp::UNIX_EPOCH).progress
        };
        assert_eq!(at("Succeeded"), Progress::Current);
        assert_eq!(at("Failed"), Progress::Current);
        assert_eq!(at("Running"), Progress::InProgress);
        let crashing = json!({"status": {"phase": "Running", "containerStatuses": [
            {"name": "x", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}});
        assert_eq!(
            readiness(&crashing, Timestamp::UNIX_EPOCH),
            Readiness::failed("Containers in CrashLoop state: x")
        );
    }

    #[test]
    fn a_pod_that_finds_no_node_fails_after_a_while() {
        let pod = json!({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}, "status": {
            "phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}});
        let at = |time: &str| readiness(&pod, time.parse().unwrap()).progress;
        assert_eq!(at("2026-01-01T00:00:14Z"), Progress::InProgress);
        assert_eq!(at("2026-01-01T00:00:15Z"), Progress::Failed);
    }

    #[test]
    fn pods_of_hooks_must_end() {
        let pod = |phase: &str| json!({"metadata": {"name": "p"}, "status": {"phase": phase}});
        assert_eq!(completed(&pod("Failed")), Readiness::failed("pod p failed"));
        assert_eq!(completed(&pod("Succeeded")).progress, Progress::Current);
        assert_eq!(completed(&pod("Running")).progress, Progress::InProgress);
    }
}
