//! What a wait says when not everything came out well.

use super::End;
use crate::error::{Error, ErrorKind};
use crate::objects::Resource;
use crate::ready::{Progress, Readiness};

/// For a wait for readiness.
pub(super) fn not_ready(
    resources: &[Resource],
    states: &[Readiness],
    end: End,
) -> Result<(), Error> {
    report(resources, states, end, Progress::Current, "not ready")
}

/// For a wait for deletion.
pub(super) fn still_there(
    resources: &[Resource],
    states: &[Readiness],
    end: End,
) -> Result<(), Error> {
    report(resources, states, end, Progress::NotFound, "still exists")
}

fn report(
    resources: &[Resource],
    states: &[Readiness],
    end: End,
    wanted: Progress,
    complaint: &str,
) -> Result<(), Error> {
    let mut lines: Vec<String> = resources
        .iter()
        .zip(states)
        .filter(|(_, state)| state.progress != wanted)
        .map(|(resource, state)| {
            format!(
                "resource {}/{}/{} {complaint}. status: {}, message: {}",
                resource.kind.gvk.kind,
                resource.namespace,
                resource.name,
                state.progress,
                state.message
            )
        })
        .collect();
    if lines.is_empty() && end == End::Decided {
        return Ok(());
    }
    lines.extend(end.text().map(str::to_owned));
    let kind = if end == End::Decided {
        ErrorKind::NotReady
    } else {
        ErrorKind::Timeout
    };
    let mut error = Error::new(kind, lines.join("\n"));
    if end == End::Deadline {
        error = error.with_hint("a larger --timeout gives it more time");
    }
    let failed = resources
        .iter()
        .zip(states)
        .find(|(_, state)| state.progress != wanted);
    if let Some((resource, _)) = failed {
        error = error.with_hint(format!(
            "see why: kubectl describe {} {}{}",
            resource.kind.gvk.kind.to_ascii_lowercase(),
            resource.name,
            if resource.namespace.is_empty() {
                String::new()
            } else {
                format!(" -n {}", resource.namespace)
            }
        ));
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::{GroupVersionKind, ResourceKind};
    use serde_json::Value;

    fn resource(api_version: &str, kind: &str, name: &str) -> Resource {
        Resource {
            kind: ResourceKind {
                gvk: GroupVersionKind::parse(api_version, kind),
                plural: String::new(),
                namespaced: true,
                watchable: true,
            },
            namespace: "ns".into(),
            name: name.into(),
            body: Value::Null,
        }
    }

    // `helm install --wait --timeout 6s` 4.3.1 with a pending deployment and a failing job.
    #[test]
    fn every_object_that_is_not_ready_has_a_line() {
        let resources = [
            resource("apps/v1", "Deployment", "d1"),
            resource("v1", "Service", "s"),
            resource("batch/v1", "Job", "j1"),
        ];
        let states = [
            Readiness::in_progress("Available: 0/1"),
            Readiness::current(""),
            Readiness::failed("Job Failed. failed: 1/1"),
        ];
        let error = not_ready(&resources, &states, End::Deadline).unwrap_err();
        assert_eq!(
            error.to_string(),
            "resource Deployment/ns/d1 not ready. status: InProgress, message: Available: 0/1\n\
             resource Job/ns/j1 not ready. status: Failed, message: Job Failed. failed: 1/1\n\
             context deadline exceeded"
        );
        assert!(not_ready(&resources[1..2], &states[1..2], End::Decided).is_ok());
    }

    #[test]
    fn what_is_not_gone_has_a_line() {
        let resources = [resource("v1", "Pod", "p1")];
        let states = [Readiness::new(
            Progress::Terminating,
            "Resource scheduled for deletion",
        )];
        assert_eq!(
            still_there(&resources, &states, End::Deadline)
                .unwrap_err()
                .to_string(),
            "resource Pod/ns/p1 still exists. status: Terminating, message: Resource scheduled for deletion\n\
             context deadline exceeded"
        );
    }
}
