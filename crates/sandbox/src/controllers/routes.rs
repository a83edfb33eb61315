//! Whom a change concerns.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::see::See;
use super::{Plan, parts};
use super::{
    claim, cron, daemon, deployment, garbage, job, namespace, pod, replicas, schedule, service,
    small, stateful,
};
use crate::catalog::Catalog;
use crate::select;
use crate::store::{Change, Happened, Kept, Key, Store};

/// A controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the name of a kind")]
pub enum Who {
    Schedule,
    Pod,
    ReplicaSet,
    ReplicationController,
    Deployment,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
    Service,
    Claim,
    Volume,
    Namespace,
    Garbage,
    Disruption,
    Autoscaler,
    Ingress,
    ApiService,
    Events,
}

/// A controller, and the object that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Task {
    /// The controller.
    pub who: Who,
    /// The object.
    pub key: Key,
}

/// Asks a controller.
pub fn ask(see: &See<'_>, task: &Task) -> Plan {
    let mut plan = Plan::of(task.who, see.now);
    let Some(kept) = see.store.get(&task.key) else {
        match task.who {
            Who::Service => service::gone(see, &task.key, &mut plan),
            Who::Events => small::events(see, &mut plan),
            _ => {}
        }
        return plan;
    };
    let controller: fn(&See<'_>, &Value, &mut Plan) = match task.who {
        Who::Pod => pod::plan,
        Who::ReplicaSet | Who::ReplicationController => replicas::plan,
        Who::Claim => claim::plan,
        Who::Volume => claim::volume,
        Who::Namespace => namespace::plan,
        Who::Garbage => garbage::plan,
        _ if kept.is_going => return plan,
        Who::Schedule => schedule::plan,
        Who::Deployment => deployment::plan,
        Who::StatefulSet => stateful::plan,
        Who::DaemonSet => daemon::plan,
        Who::Job => job::plan,
        Who::CronJob => cron::plan,
        Who::Service => service::plan,
        Who::Disruption => small::disruption,
        Who::Autoscaler => small::autoscaler,
        Who::Ingress => small::ingress,
        Who::ApiService => small::api_service,
        Who::Events => return plan,
    };
    controller(see, &kept.object(), &mut plan);
    plan
}

/// Who tells of things that happen.
pub fn source(who: Who) -> &'static str {
    match who {
        Who::Deployment => "deployment-controller",
        Who::ReplicaSet => "replicaset-controller",
        Who::ReplicationController => "replication-controller",
        Who::StatefulSet => "statefulset-controller",
        Who::DaemonSet => "daemonset-controller",
        Who::Job => "job-controller",
        Who::CronJob => "cronjob-controller",
        Who::Schedule => "default-scheduler",
        Who::Pod => "kubelet",
        _ => "controller-manager",
    }
}

/// The controllers of the objects of a shelf.
pub fn about(shelf: &str) -> &'static [Who] {
    match shelf {
        "/pods" => &[Who::Schedule, Who::Pod, Who::Garbage],
        "apps/replicasets" => &[Who::ReplicaSet, Who::Garbage],
        "/replicationcontrollers" => &[Who::ReplicationController, Who::Garbage],
        "apps/deployments" => &[Who::Deployment, Who::Garbage],
        "apps/statefulsets" => &[Who::StatefulSet, Who::Garbage],
        "apps/daemonsets" => &[Who::DaemonSet, Who::Garbage],
        "batch/jobs" => &[Who::Job, Who::Garbage],
        "batch/cronjobs" => &[Who::CronJob, Who::Garbage],
        "/services" => &[Who::Service, Who::Garbage],
        "/persistentvolumeclaims" => &[Who::Claim, Who::Garbage],
        "/persistentvolumes" => &[Who::Volume, Who::Garbage],
        "/namespaces" => &[Who::Namespace],
        "policy/poddisruptionbudgets" => &[Who::Disruption, Who::Garbage],
        "autoscaling/horizontalpodautoscalers" => &[Who::Autoscaler, Who::Garbage],
        "networking.k8s.io/ingresses" => &[Who::Ingress, Who::Garbage],
        "apiregistration.k8s.io/apiservices" => &[Who::ApiService],
        "/events" => &[],
        _ => &[Who::Garbage],
    }
}

/// What an object that is there concerns.
pub fn of_object(kept: &Kept) -> impl Iterator<Item = Task> {
    let key = kept.key.clone();
    let needs = !kept.owners.is_empty() || kept.is_going;
    let who = about(&key.shelf).iter();
    let who = who.filter(move |who| **who != Who::Garbage || needs);
    who.map(move |who| Task {
        who: *who,
        key: key.clone(),
    })
}

/// What a change concerns.
pub fn of(store: &Store, selectors: &Selectors, change: &Change) -> Vec<Task> {
    let kept = &change.object;
    let shelf = &*kept.key.shelf;
    if shelf == "/events" {
        return Vec::new();
    }
    let mut tasks: Vec<Task> = match change.happened {
        Happened::Deleted => gone(store, kept),
        _ => there(store, change),
    };
    if matches!(shelf, "/pods" | "apps/replicasets" | "batch/jobs") {
        tasks.extend(owner(&kept.object()));
    }
    match shelf {
        "/pods" => {
            let before = change.before.as_deref();
            tasks.extend(selectors.of(kept, before));
            tasks.extend(in_namespace(
                store,
                kept,
                Who::Disruption,
                "policy/poddisruptionbudgets",
            ));
            tasks.extend(claims(kept));
        }
        "/persistentvolumeclaims" => {
            tasks.extend(waiting(store, kept));
            tasks.extend(bound(kept));
        }
        "/persistentvolumes" => {
            let all = store.list("/persistentvolumeclaims", None).0;
            tasks.extend(all.iter().map(|one| task(Who::Claim, one.key.clone())));
        }
        "/nodes" => {
            let all = store.list("/pods", None).0;
            tasks.extend(all.iter().map(|one| task(Who::Schedule, one.key.clone())));
        }
        "/serviceaccounts" | "/configmaps" if change.happened == Happened::Deleted => {
            tasks.push(task(
                Who::Namespace,
                Key::new("/namespaces", "", &kept.key.namespace),
            ));
        }
        "apps/deployments" | "apps/statefulsets" => {
            let (who, of) = (Who::Autoscaler, "autoscaling/horizontalpodautoscalers");
            tasks.extend(in_namespace(store, kept, who, of));
        }
        _ => {}
    }
    tasks
}

/// What an object that is new or changed concerns.
fn there(store: &Store, change: &Change) -> Vec<Task> {
    let kept = &change.object;
    let same = |before: &Arc<Kept>| before.owners == kept.owners && !kept.is_going;
    let same = change.before.as_ref().is_some_and(same);
    let tasks = of_object(kept).filter(|task| task.who != Who::Garbage || !same);
    let mut tasks: Vec<Task> = tasks.collect();
    if kept.is_going {
        // What it owns may have to go before it.
        let owned = store.owned_by(&kept.uid);
        tasks.extend(owned.iter().map(|one| task(Who::Garbage, one.key.clone())));
    }
    tasks
}

fn task(who: Who, key: Key) -> Task {
    Task { who, key }
}

/// What an object that is gone concerns: those that it owned, its owners, its namespace.
fn gone(store: &Store, kept: &Kept) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    match &*kept.key.shelf {
        "/services" => tasks.push(task(Who::Service, kept.key.clone())),
        // Those that had none may want what another had.
        "/persistentvolumeclaims" => tasks.extend(bound(kept)),
        _ => {}
    }
    let owned = store.owned_by(&kept.uid);
    tasks.extend(owned.iter().map(|one| task(Who::Garbage, one.key.clone())));
    if !kept.owners.is_empty() {
        let (catalog, object) = (store.catalog(), kept.object());
        let owners = parts::each(&object["metadata"]["ownerReferences"]);
        let owners = owners.filter_map(|one| owner_key(&catalog, one, &kept.key.namespace));
        tasks.extend(owners.map(|key| task(Who::Garbage, key)));
    }
    let namespace = Key::new("/namespaces", "", &kept.key.namespace);
    if store.get(&namespace).is_some_and(|one| one.is_going) {
        tasks.push(task(Who::Namespace, namespace));
    }
    tasks
}

/// Where the owner is that a reference names.
pub fn owner_key(catalog: &Catalog, reference: &Value, namespace: &str) -> Option<Key> {
    let version = parts::text(&reference["apiVersion"]);
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let resource = catalog.kind(group, version, parts::text(&reference["kind"]))?;
    let namespace = if resource.namespaced { namespace } else { "" };
    let name = parts::text(&reference["name"]);
    Some(Key::new(&resource.shelf(), namespace, name))
}

/// The workload that controls an object.
fn owner(object: &Value) -> Option<Task> {
    let owner = parts::controller(object)?;
    let (who, shelf) = match parts::text(&owner["kind"]) {
        "ReplicaSet" => (Who::ReplicaSet, "apps/replicasets"),
        "ReplicationController" => (Who::ReplicationController, "/replicationcontrollers"),
        "Deployment" => (Who::Deployment, "apps/deployments"),
        "StatefulSet" => (Who::StatefulSet, "apps/statefulsets"),
        "DaemonSet" => (Who::DaemonSet, "apps/daemonsets"),
        "Job" => (Who::Job, "batch/jobs"),
        "CronJob" => (Who::CronJob, "batch/cronjobs"),
        _ => return None,
    };
    let namespace = crate::object::namespace(object);
    Some(task(
        who,
        Key::new(shelf, namespace, parts::text(&owner["name"])),
    ))
}

fn in_namespace(store: &Store, kept: &Kept, who: Who, shelf: &str) -> Vec<Task> {
    let all = store.list(shelf, Some(&kept.key.namespace)).0;
    all.iter().map(|one| task(who, one.key.clone())).collect()
}

/// The claims of a pod.
fn claims(kept: &Kept) -> Vec<Task> {
    let pod = kept.object();
    let volumes = parts::each(&pod["spec"]["volumes"]);
    let names = volumes.filter_map(|one| one["persistentVolumeClaim"]["claimName"].as_str());
    let shelf = "/persistentvolumeclaims";
    names
        .map(|name| task(Who::Claim, Key::new(shelf, &kept.key.namespace, name)))
        .collect()
}

/// The pods that may have waited for a claim.
fn waiting(store: &Store, claim: &Kept) -> Vec<Task> {
    in_namespace(store, claim, Who::Schedule, "/pods")
}

/// The volume of a claim.
fn bound(claim: &Kept) -> Option<Task> {
    let claim = claim.object();
    let name = claim["spec"]["volumeName"].as_str()?;
    Some(task(Who::Volume, Key::new("/persistentvolumes", "", name)))
}

/// Which pods services want: known without reading them.
#[derive(Debug, Default)]
pub struct Selectors {
    services: BTreeMap<Key, Arc<Value>>,
}

impl Selectors {
    /// Notes what a service wants.
    pub fn keep(&mut self, kept: &Kept) {
        if &*kept.key.shelf == "/services" {
            let selector = serde_json::json!({"matchLabels": kept.object()["spec"]["selector"]});
            self.services.insert(kept.key.clone(), Arc::new(selector));
        }
    }

    /// Notes what a change says of a service.
    pub fn hear(&mut self, change: &Change) {
        if change.happened == Happened::Deleted {
            self.services.remove(&change.object.key);
        } else {
            self.keep(&change.object);
        }
    }

    /// The services that want a pod, or wanted it before.
    fn of(&self, pod: &Kept, before: Option<&Kept>) -> Vec<Task> {
        let first = Key::new("/services", &pod.key.namespace, "");
        let all = self.services.range(first..);
        let here = all.take_while(|(key, _)| key.namespace == pod.key.namespace);
        let wants = |selector: &Value, pod: &Kept| {
            selector["matchLabels"].is_object()
                && select::selects(selector, &|name| pod.label(name))
        };
        let wanted = here.filter(|(_, selector)| {
            wants(selector, pod) || before.is_some_and(|before| wants(selector, before))
        });
        wanted
            .map(|(key, _)| task(Who::Service, key.clone()))
            .collect()
    }
}
