//! Deployment, StatefulSet, DaemonSet and ReplicaSet: how many replicas are how far.

use serde_json::Value;

use super::Readiness;
use super::common::{condition, is_true, number, present, text};

/// The first counter that lags behind, as `Name: have/want`.
fn lagging(counters: &[(&str, i64, i64)]) -> Option<Readiness> {
    let (name, have, want) = counters.iter().find(|(_, have, want)| have < want)?;
    Some(Readiness::in_progress(format!("{name}: {have}/{want}")))
}

fn count(object: &Value, name: &str) -> i64 {
    number(object, &format!("/status/{name}")).unwrap_or(0)
}

/// A deployment.
pub fn deployment(object: &Value) -> Readiness {
    let progressing = condition(object, "Progressing");
    let limited = present(object, "/spec/progressDeadlineSeconds")
        && number(object, "/spec/progressDeadlineSeconds") != Some(i64::from(i32::MAX));
    if progressing.is_some_and(|condition| text(condition, "/reason") == "ProgressDeadlineExceeded")
    {
        return Readiness::failed("Progress deadline exceeded");
    }
    let progressed = progressing.is_some_and(|condition| {
        text(condition, "/status") == "True"
            && text(condition, "/reason") == "NewReplicaSetAvailable"
    });
    let wanted = number(object, "/spec/replicas").unwrap_or(1);
    let (replicas, updated) = (count(object, "replicas"), count(object, "updatedReplicas"));
    let (ready, available) = (
        count(object, "readyReplicas"),
        count(object, "availableReplicas"),
    );
    if let Some(lagging) = lagging(&[("Replicas", replicas, wanted), ("Updated", updated, wanted)])
    {
        return lagging;
    }
    if replicas > wanted {
        return Readiness::in_progress(format!("Pending termination: {}", replicas - wanted));
    }
    if let Some(lagging) = lagging(&[("Available", available, updated), ("Ready", ready, wanted)]) {
        return lagging;
    }
    if limited && !progressed {
        return Readiness::in_progress("ReplicaSet not Available");
    }
    if !is_true(object, "Available") {
        return Readiness::in_progress("Deployment not Available");
    }
    Readiness::current(format!("Deployment is available. Replicas: {replicas}"))
}

/// A stateful set.
pub fn stateful_set(object: &Value) -> Readiness {
    if text(object, "/spec/updateStrategy/type") == "OnDelete" {
        return Readiness::current("StatefulSet is using the ondelete update strategy");
    }
    let wanted = number(object, "/spec/replicas").unwrap_or(1);
    let (replicas, ready) = (count(object, "replicas"), count(object, "readyReplicas"));
    let (current, updated) = (
        count(object, "currentReplicas"),
        count(object, "updatedReplicas"),
    );
    if let Some(lagging) = lagging(&[("Replicas", replicas, wanted), ("Ready", ready, wanted)]) {
        return lagging;
    }
    if replicas > wanted {
        return Readiness::in_progress(format!("Pending termination: {}", replicas - wanted));
    }
    let partition = number(object, "/spec/updateStrategy/rollingUpdate/partition");
    if let Some(partition) = partition.filter(|partition| *partition > 0) {
        let wanted = wanted - partition;
        if updated < wanted {
            return Readiness::in_progress(format!("updated: {updated}/{wanted}"));
        }
        return Readiness::current(format!("Partition rollout complete. updated: {updated}"));
    }
    if current < wanted {
        return Readiness::in_progress(format!("current: {current}/{wanted}"));
    }
    if text(object, "/status/currentRevision") != text(object, "/status/updateRevision") {
        return Readiness::in_progress("Waiting for updated revision to match current");
    }
    Readiness::current(format!(
        "All replicas scheduled as expected. Replicas: {replicas}"
    ))
}

/// A daemon set.
pub fn daemon_set(object: &Value) -> Readiness {
    for (pointer, name) in [
        ("/metadata/generation", "metadata.generation"),
        ("/status/observedGeneration", "status.observedGeneration"),
    ] {
        if number(object, pointer).is_none() {
            return Readiness::in_progress(format!("DaemonSet {name} not found"));
        }
    }
    let Some(desired) = number(object, "/status/desiredNumberScheduled") else {
        return Readiness::in_progress("Missing .status.desiredNumberScheduled");
    };
    let counters = [
        ("Current", count(object, "currentNumberScheduled"), desired),
        ("Updated", count(object, "updatedNumberScheduled"), desired),
        ("Available", count(object, "numberAvailable"), desired),
        ("Ready", count(object, "numberReady"), desired),
    ];
    lagging(&counters).unwrap_or_else(|| {
        Readiness::current(format!(
            "All replicas scheduled as expected. Replicas: {desired}"
        ))
    })
}

/// A replica set.
pub fn replica_set(object: &Value) -> Readiness {
    if is_true(object, "ReplicaFailure") {
        return Readiness::in_progress("Replica Failure condition. Check Pods");
    }
    let wanted = number(object, "/spec/replicas").unwrap_or(1);
    let replicas = count(object, "replicas");
    let counters = [
        ("Labelled", count(object, "fullyLabeledReplicas"), wanted),
        ("Available", count(object, "availableReplicas"), wanted),
        ("Ready", count(object, "readyReplicas"), wanted),
    ];
    if let Some(lagging) = lagging(&counters) {
        return lagging;
    }
    if replicas > wanted {
        return Readiness::in_progress(format!("Pending termination: {}", replicas - wanted));
    }
    Readiness::current(format!("ReplicaSet is available. Replicas: {replicas}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::Progress;
    use serde_json::json;

    fn told(readiness: Readiness) -> (Progress, String) {
        (readiness.progress, readiness.message)
    }

    #[test]
    fn a_deployment_counts_up_to_available() {
        let mut object =
            json!({"spec": {"replicas": 2, "progressDeadlineSeconds": 600}, "status": {}});
        let mut step = |key: &str, value: i64| {
            object["status"][key] = json!(value);
            deployment(&object).message
        };
        assert_eq!(step("replicas", 0), "Replicas: 0/2");
        assert_eq!(step("replicas", 2), "Updated: 0/2");
        assert_eq!(step("updatedReplicas", 2), "Available: 0/2");
        assert_eq!(step("availableReplicas", 2), "Ready: 0/2");
        assert_eq!(step("readyReplicas", 2), "ReplicaSet not Available");
        assert_eq!(step("replicas", 3), "Pending termination: 1");
        object["status"]["replicas"] = json!(2);
        object["status"]["conditions"] =
            json!([{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]);
        assert_eq!(deployment(&object).message, "Deployment not Available");
        let conditions = object["status"]["conditions"].as_array_mut().unwrap();
        conditions.push(json!({"type": "Available", "status": "True"}));
        assert_eq!(deployment(&object).progress, Progress::Current);
        object["status"]["conditions"][0]["reason"] = json!("ProgressDeadlineExceeded");
        assert_eq!(
            told(deployment(&object)),
            (Progress::Failed, "Progress deadline exceeded".into())
        );
    }

    #[test]
    fn a_stateful_set_may_stop_at_its_partition() {
        let object = json!({"spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}},
            "status": {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 0}});
        assert_eq!(stateful_set(&object).message, "updated: 0/1");
        let object = json!({"spec": {"updateStrategy": {"type": "OnDelete"}}});
        assert_eq!(stateful_set(&object).progress, Progress::Current);
        let object = json!({"spec": {"replicas": 1}, "status": {"replicas": 1, "readyReplicas": 1,
            "currentReplicas": 1, "currentRevision": "a", "updateRevision": "b"}});
        assert_eq!(stateful_set(&object).progress, Progress::InProgress);
    }

    #[test]
    fn a_daemon_set_needs_its_status() {
        assert_eq!(
            daemon_set(&json!({"metadata": {"generation": 1}})).message,
            "DaemonSet status.observedGeneration not found"
        );
        let object = json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1,
            "desiredNumberScheduled": 2, "currentNumberScheduled": 2, "updatedNumberScheduled": 1}});
        assert_eq!(daemon_set(&object).message, "Updated: 1/2");
    }

    #[test]
    fn a_replica_set_counts_its_labels_first() {
        assert_eq!(
            replica_set(&json!({"spec": {"replicas": 1}})).message,
            "Labelled: 0/1"
        );
    }
}
