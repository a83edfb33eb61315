//! The rules of `--wait=legacy`: ready or not, as Helm 3 has it.

use serde_json::Value;

use super::common::{is_true, list, number, present, text};

/// Whether a live object is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Ready,
    /// Not yet.
    NotReady,
    /// It never will be; the text of the error.
    Failed(String),
    /// What it owns decides; see [`new_replica_set`] and [`selected_pods`].
    AsksFor(Dependents),
}

/// What else has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependents {
    /// The deployment's newest replica set.
    ReplicaSet,
    /// The pods that its selector chooses.
    Pods,
}

fn ready_if(ready: bool) -> Verdict {
    if ready {
        Verdict::Ready
    } else {
        Verdict::NotReady
    }
}

/// Judges an object; jobs count only when `wait_for_jobs`.
pub fn verdict(object: &Value, wait_for_jobs: bool) -> Verdict {
    match text(object, "/kind") {
        "Pod" => ready_if(is_true(object, "Ready")),
        "Job" if wait_for_jobs => job(object),
        "Deployment" if object.pointer("/spec/paused").and_then(Value::as_bool) == Some(true) => {
            Verdict::Ready
        }
        "Deployment" => Verdict::AsksFor(Dependents::ReplicaSet),
        "PersistentVolumeClaim" => ready_if(text(object, "/status/phase") == "Bound"),
        "Service" => ready_if(service(object)),
        "DaemonSet" => ready_if(daemon_set(object)),
        "StatefulSet" => ready_if(stateful_set(object)),
        "ReplicaSet" | "ReplicationController" => {
            if observed(object) {
                Verdict::AsksFor(Dependents::Pods)
            } else {
                Verdict::NotReady
            }
        }
        "CustomResourceDefinition" => ready_if(definition(object)),
        _ => Verdict::Ready,
    }
}

fn observed(object: &Value) -> bool {
    number(object, "/metadata/generation").unwrap_or(0)
        <= number(object, "/status/observedGeneration").unwrap_or(0)
}

fn job(object: &Value) -> Verdict {
    let failed = number(object, "/status/failed").unwrap_or(0);
    if failed > number(object, "/spec/backoffLimit").unwrap_or(6) {
        let (namespace, name) = (
            text(object, "/metadata/namespace"),
            text(object, "/metadata/name"),
        );
        return Verdict::Failed(format!("job is failed: {namespace}/{name}"));
    }
    let succeeded = number(object, "/status/succeeded").unwrap_or(0);
    ready_if(number(object, "/spec/completions").is_none_or(|wanted| succeeded >= wanted))
}

/// HELM: here a load balancer must have an address outside the cluster.
fn service(object: &Value) -> bool {
    if text(object, "/spec/type") == "ExternalName" {
        return true;
    }
    if text(object, "/spec/clusterIP").is_empty() {
        return false;
    }
    text(object, "/spec/type") != "LoadBalancer"
        || !list(object, "/spec/externalIPs").is_empty()
        || !list(object, "/status/loadBalancer/ingress").is_empty()
}

/// Whether a deployment with this newest replica set is ready.
pub fn new_replica_set(deployment: &Value, replica_set: Option<&Value>) -> bool {
    let Some(replica_set) = replica_set else {
        return false;
    };
    if !observed(replica_set) || !observed(deployment) {
        return false;
    }
    let replicas = number(deployment, "/spec/replicas").unwrap_or(1);
    let unavailable = if text(deployment, "/spec/strategy/type") == "Recreate" {
        0
    } else {
        max_unavailable(deployment, replicas)
    };
    number(replica_set, "/status/readyReplicas").unwrap_or(0) >= replicas - unavailable
}

fn max_unavailable(deployment: &Value, replicas: i64) -> i64 {
    let share = |name: &str| deployment.pointer(&format!("/spec/strategy/rollingUpdate/{name}"));
    let unavailable = scaled(share("maxUnavailable"), replicas, false);
    let surge = scaled(share("maxSurge"), replicas, true);
    // Both zero would mean that nothing can ever change.
    if unavailable == 0 && surge == 0 {
        1.min(replicas)
    } else {
        unavailable.min(replicas)
    }
}

/// A number, or a percentage of the replicas. Absent means zero.
fn scaled(share: Option<&Value>, replicas: i64, up: bool) -> i64 {
    match share {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
        Some(Value::String(percent)) => {
            let percent: i64 = percent.trim_end_matches('%').parse().unwrap_or(0);
            let scaled = replicas.saturating_mul(percent);
            if up {
                scaled.saturating_add(99).div_euclid(100)
            } else {
                scaled.div_euclid(100)
            }
        }
        _ => 0,
    }
}

/// Whether all these pods are ready.
pub fn selected_pods(pods: &[Value]) -> bool {
    pods.iter().all(|pod| is_true(pod, "Ready"))
}

fn daemon_set(object: &Value) -> bool {
    if !observed(object) {
        return false;
    }
    if text(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    let desired = count("desiredNumberScheduled");
    if count("updatedNumberScheduled") != desired {
        return false;
    }
    let share = object.pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable");
    count("numberReady") >= desired - scaled(share, desired, true)
}

fn stateful_set(object: &Value) -> bool {
    if !observed(object) {
        return false;
    }
    if text(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let replicas = number(object, "/spec/replicas").unwrap_or(1);
    let partition = number(object, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    if count("updatedReplicas") < replicas - partition || count("readyReplicas") != replicas {
        return false;
    }
    partition != 0
        || text(object, "/status/currentRevision") == text(object, "/status/updateRevision")
}

fn definition(object: &Value) -> bool {
    let refused = list(object, "/status/conditions").iter().any(|condition| {
        text(condition, "/type") == "NamesAccepted" && text(condition, "/status") == "False"
    });
    is_true(object, "Established") || refused
}

/// The newest replica set of a deployment: the one with its pod template.
pub fn newest_of<'a>(deployment: &Value, replica_sets: &'a [Value]) -> Option<&'a Value> {
    let uid = text(deployment, "/metadata/uid");
    let template = |object: &Value| {
        let mut template = object
            .pointer("/spec/template")
            .cloned()
            .unwrap_or_default();
        if let Some(labels) = template
            .pointer_mut("/metadata/labels")
            .and_then(Value::as_object_mut)
        {
            labels.remove("pod-template-hash");
        }
        template
    };
    let wanted = template(deployment);
    let mut owned: Vec<&Value> = replica_sets
        .iter()
        .filter(|set| {
            list(set, "/metadata/ownerReferences")
                .iter()
                .any(|owner| present(owner, "/uid") && text(owner, "/uid") == uid)
        })
        .collect();
    owned.sort_by_key(|set| text(set, "/metadata/creationTimestamp"));
    owned.into_iter().find(|set| template(set) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jobs_count_only_when_asked_for() {
        let job = json!({"kind": "Job", "metadata": {"name": "j", "namespace": "ns"},
            "spec": {"backoffLimit": 0, "completions": 1}, "status": {"failed": 1}});
        assert_eq!(verdict(&job, false), Verdict::Ready);
        assert_eq!(
            verdict(&job, true),
            Verdict::Failed("job is failed: ns/j".into())
        );
    }

    #[test]
    fn a_load_balancer_needs_an_address_outside() {
        let mut service =
            json!({"kind": "Service", "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}});
        assert_eq!(verdict(&service, false), Verdict::NotReady);
        service["status"] = json!({"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}});
        assert_eq!(verdict(&service, false), Verdict::Ready);
    }

    #[test]
    fn a_deployment_may_miss_as_many_as_its_strategy_says() {
        let deployment = json!({"kind": "Deployment", "metadata": {"generation": 1, "uid": "d"},
            "spec": {"replicas": 4, "strategy": {"rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}}},
            "status": {"observedGeneration": 1}});
        assert_eq!(
            verdict(&deployment, false),
            Verdict::AsksFor(Dependents::ReplicaSet)
        );
        let set = |ready: i64| json!({"status": {"readyReplicas": ready}});
        assert!(new_replica_set(&deployment, Some(&set(3))));
        assert!(!new_replica_set(&deployment, Some(&set(2))));
        assert!(!new_replica_set(&deployment, None));
    }

    #[test]
    fn the_newest_replica_set_has_the_deployments_template() {
        let template =
            |image: &str| json!({"metadata": {"labels": {"a": "b"}}, "spec": {"image": image}});
        let deployment = json!({"metadata": {"uid": "d"}, "spec": {"template": template("2")}});
        let set = |name: &str, image: &str| {
            let mut template = template(image);
            template["metadata"]["labels"]["pod-template-hash"] = json!("x");
            json!({"metadata": {"name": name, "ownerReferences": [{"uid": "d"}]}, "spec": {"template": template}})
        };
        let sets = [set("old", "1"), set("new", "2")];
        assert_eq!(
            text(newest_of(&deployment, &sets).unwrap(), "/metadata/name"),
            "new"
        );
    }
}
