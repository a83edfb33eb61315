//! The rules of `--wait`: those of kstatus.

use jiff::Timestamp;
use serde_json::Value;

use super::common::{condition, number, present, text};
use super::{Progress, Readiness, custom, job, pod, service, storage, workloads};

/// How jobs count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Jobs {
    /// A job is ready once it has started.
    #[default]
    Started,
    /// A job is ready once it has completed (`--wait-for-jobs`, and hooks).
    Completed,
}

/// What else a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How jobs count.
    pub jobs: Jobs,
    /// Pods must have run to their end (hooks).
    pub pods_complete: bool,
    /// Now.
    pub now: Timestamp,
}

impl Options {
    /// For the objects of a release.
    pub fn release(jobs: Jobs, now: Timestamp) -> Self {
        Self {
            jobs,
            pods_complete: false,
            now,
        }
    }

    /// For the object of a hook or test: jobs and pods must have ended, everything else is
    /// ready as soon as it is there.
    pub fn hook(now: Timestamp) -> Self {
        Self {
            jobs: Jobs::Completed,
            pods_complete: true,
            now,
        }
    }
}

/// How far a live object is.
pub fn readiness(object: &Value, options: Options) -> Readiness {
    let group_kind = (group(object), text(object, "/kind"));
    // These two have rules of Helm's own that come before everything else.
    match group_kind {
        ("batch", "Job") => return job::readiness(object, options.jobs),
        ("", "Pod") if options.pods_complete => return pod::completed(object),
        _ if options.pods_complete => return Readiness::current("Resource is current"),
        _ => {}
    }
    if let Some(early) = of_any_kind(object) {
        return early;
    }
    match group_kind {
        ("apps" | "extensions", "Deployment") => workloads::deployment(object),
        ("apps", "StatefulSet") => workloads::stateful_set(object),
        ("apps" | "extensions", "DaemonSet") => workloads::daemon_set(object),
        ("apps" | "extensions", "ReplicaSet") => workloads::replica_set(object),
        ("", "Pod") => pod::readiness(object, options.now),
        ("", "PersistentVolumeClaim") => storage::claim(object),
        ("", "Service") => service::readiness(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => custom::definition(object),
        ("policy", "PodDisruptionBudget") | ("", "ConfigMap" | "Secret") | ("batch", "CronJob") => {
            Readiness::current("Resource is always ready")
        }
        _ => custom::resource(object),
    }
}

fn group(object: &Value) -> &str {
    text(object, "/apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group)
}

/// What holds for every kind: deletion, a status that lags behind, and the two conditions with
/// which any controller can speak to us.
fn of_any_kind(object: &Value) -> Option<Readiness> {
    if present(object, "/metadata/deletionTimestamp") {
        return Some(Readiness::new(
            Progress::Terminating,
            "Resource scheduled for deletion",
        ));
    }
    if let (Some(generation), Some(observed)) = (
        number(object, "/metadata/generation"),
        number(object, "/status/observedGeneration"),
    ) && generation != observed
    {
        return Some(Readiness::in_progress(format!(
            "{} generation is {generation}, but latest observed generation is {observed}",
            text(object, "/kind")
        )));
    }
    let spoken = |kind: &str| {
        let condition = condition(object, kind)?;
        (text(condition, "/status") == "True").then(|| text(condition, "/message").to_owned())
    };
    if let Some(message) = spoken("Reconciling") {
        return Some(Readiness::in_progress(message));
    }
    spoken("Stalled").map(Readiness::failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ready(object: &Value) -> (Progress, String) {
        let readiness = readiness(
            object,
            Options::release(Jobs::Started, Timestamp::UNIX_EPOCH),
        );
        (readiness.progress, readiness.message)
    }

    #[test]
    fn any_kind_can_be_deleted_or_behind() {
        let object =
            json!({"kind": "X", "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}});
        assert_eq!(ready(&object).0, Progress::Terminating);
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"generation": 2}, "status": {"observedGeneration": 1}});
        assert_eq!(
            ready(&object),
            (
                Progress::InProgress,
                "Deployment generation is 2, but latest observed generation is 1".into()
            )
        );
        let condition = |kind: &str| json!({"kind": "X", "status": {"conditions": [{"type": kind, "status": "True", "message": "m"}]}});
        assert_eq!(
            ready(&condition("Reconciling")),
            (Progress::InProgress, "m".into())
        );
        assert_eq!(ready(&condition("Stalled")), (Progress::Failed, "m".into()));
    }

    #[test]
    fn a_hook_of_another_kind_is_ready_at_once() {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"generation": 2},
            "status": {"observedGeneration": 1}});
        let readiness = readiness(&object, Options::hook(Timestamp::UNIX_EPOCH));
        assert_eq!(readiness.progress, Progress::Current);
    }

    #[test]
    fn hostile_objects_have_some_state() {
        for object in [
            json!(null),
            json!([]),
            json!({"kind": 1}),
            json!({"kind": "Pod", "apiVersion": "v1",
            "status": "x", "spec": []}),
            json!({"kind": "Job", "apiVersion": "batch/v1", "status": {"conditions": 5}}),
        ] {
            let _ = ready(&object);
        }
    }
}
