//! `--wait=legacy`: asking every two seconds.

use std::pin::pin;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use super::follow::Judge;
use super::{End, WaitOptions, ended, follow, until_cancelled};
use crate::error::{Error, ErrorKind};
use crate::objects::{GroupVersionKind, Resource};
use crate::ready::legacy::{
    Dependents, Verdict, new_replica_set, newest_of, selected_pods, verdict,
};
use crate::ready::{Progress, Readiness};
use crate::{Cluster, ListOptions};

const PERIOD: Duration = Duration::from_secs(2);
/// HELM: so many failures in a row are borne for each object, if another try may help.
const PATIENCE: u32 = 30;

/// Until all objects are ready.
pub(super) async fn ready(
    cluster: &Cluster,
    resources: &[Resource],
    options: &WaitOptions,
) -> Result<(), Error> {
    let mut failures = vec![0_u32; resources.len()];
    let all_ready = async {
        loop {
            let mut waiting = false;
            for (resource, failures) in resources.iter().zip(&mut failures) {
                match judge(cluster, resource, options.jobs).await {
                    Ok(true) => *failures = 0,
                    Ok(false) => {
                        *failures = 0;
                        waiting = true;
                        break;
                    }
                    Err(error) if error.is_retryable() && *failures < PATIENCE => {
                        *failures += 1;
                        waiting = true;
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
            if !waiting {
                return Ok(());
            }
            sleep(PERIOD).await;
        }
    };
    limited(options, all_ready).await
}

/// Until all objects are gone.
pub(super) async fn deleted(
    cluster: &Cluster,
    resources: &[Resource],
    options: &WaitOptions,
) -> Result<(), Error> {
    let all_gone = async {
        loop {
            let states = cluster.get_all(resources).await;
            let mut waiting = false;
            for state in states {
                match state {
                    Ok(None) => {}
                    Ok(Some(_)) => waiting = true,
                    Err(error) if error.is_retryable() => waiting = true,
                    Err(error) => return Err(error),
                }
            }
            if !waiting {
                return Ok(());
            }
            sleep(PERIOD).await;
        }
    };
    limited(options, all_gone).await
}

/// Until the object of a hook has run. HELM: watched even here, but told in shorter words.
pub(super) async fn hook(
    cluster: &Cluster,
    resource: &Resource,
    options: &WaitOptions,
    judge: Judge<'_>,
) -> Result<(), Error> {
    let decided = |all: &[Readiness]| {
        all.iter()
            .all(|one| matches!(one.progress, Progress::Current | Progress::Failed))
    };
    let (states, end) = follow::follow(
        cluster,
        std::slice::from_ref(resource),
        options,
        judge,
        &decided,
    )
    .await?;
    if end == End::Deadline {
        return Err(Error::new(
            ErrorKind::Timeout,
            "timed out waiting for the condition",
        ));
    }
    if let Some(error) = ended(end) {
        return Err(error);
    }
    if states
        .iter()
        .all(|state| state.progress == Progress::Current)
    {
        return Ok(());
    }
    let name = &resource.name;
    let text = if resource.kind.gvk.kind == "Job" {
        let reason = failed_reason(cluster, resource).await;
        format!("job {name} failed: {reason}")
    } else {
        format!("pod {name} failed")
    };
    Err(Error::new(ErrorKind::NotReady, text))
}

async fn failed_reason(cluster: &Cluster, resource: &Resource) -> String {
    let object = cluster
        .get_resource(resource)
        .await
        .ok()
        .flatten()
        .unwrap_or_default();
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    let failed = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition.get("type").and_then(Value::as_str) == Some("Failed"));
    failed
        .and_then(|condition| condition.get("reason")?.as_str())
        .unwrap_or_default()
        .to_owned()
}

async fn limited<F: Future<Output = Result<(), Error>>>(
    options: &WaitOptions,
    work: F,
) -> Result<(), Error> {
    let deadline = Instant::now() + options.limit();
    let mut cancelled = pin!(until_cancelled(&options.cancelled));
    let end = tokio::select! {
        result = work => return result,
        () = sleep_until(deadline) => End::Deadline,
        () = &mut cancelled => End::Cancelled,
    };
    ended(end).map_or(Ok(()), Err)
}

async fn judge(cluster: &Cluster, resource: &Resource, jobs: bool) -> Result<bool, Error> {
    let Some(object) = cluster.get_resource(resource).await? else {
        return Ok(false);
    };
    match verdict(&object, jobs) {
        Verdict::Ready => Ok(true),
        Verdict::NotReady => Ok(false),
        Verdict::Failed(text) => Err(Error::new(ErrorKind::NotReady, text)),
        Verdict::AsksFor(Dependents::ReplicaSet) => {
            let sets = selected(
                cluster,
                &object,
                &GroupVersionKind::new("apps", "v1", "ReplicaSet"),
            )
            .await?;
            Ok(new_replica_set(&object, newest_of(&object, &sets)))
        }
        Verdict::AsksFor(Dependents::Pods) => {
            let pods = selected(cluster, &object, &GroupVersionKind::new("", "v1", "Pod")).await?;
            Ok(selected_pods(&pods))
        }
    }
}

/// The objects of a kind that a workload's selector chooses.
async fn selected(
    cluster: &Cluster,
    owner: &Value,
    gvk: &GroupVersionKind,
) -> Result<Vec<Value>, Error> {
    let kind = cluster.kind_of(gvk).await?;
    let namespace = owner
        .pointer("/metadata/namespace")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let options = ListOptions {
        namespace: namespace.to_owned(),
        labels: crate::related::selector_text(
            owner.pointer("/spec/selector").unwrap_or(&Value::Null),
        ),
        ..ListOptions::default()
    };
    cluster.list(&kind, &options).await
}
