//! Whom a change concerns.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::claim::CLAIMS;
use super::see::See;
use super::{Plan, SCHEDULER, parts};
use super::{
    claim, cron, daemon, deployment, garbage, job, namespace, pod, replicas, schedule, service,
    small, stateful,
};
use crate::catalog::Catalog;
use crate::object::group_version;
use crate::store::{Change, Happened, Kept, Key, Store};

/// Which controller of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// The one that places pods.
    Schedule,
    /// The one of its kind.
    Own,
    /// The one that knows owners.
    Garbage,
}

/// A controller, and the object that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Task {
    pub who: Who,
    pub key: Key,
}

fn task(who: Who, key: &Key) -> Task {
    let key = key.clone();
    Task { who, key }
}

/// What a controller does about an object.
type Step = fn(&See<'_>, &Value, &mut Plan);

/// The controller of the objects of a shelf, and who it is when it tells of something.
fn own(shelf: &str) -> Option<(Step, &'static str)> {
    let found: (Step, _) = match shelf {
        "/pods" => (pod::plan, "kubelet"),
        "apps/replicasets" => (replicas::plan, "replicaset-controller"),
        "/replicationcontrollers" => (replicas::plan, "replication-controller"),
        "apps/deployments" => (deployment::plan, "deployment-controller"),
        "apps/statefulsets" => (stateful::plan, "statefulset-controller"),
        "apps/daemonsets" => (daemon::plan, "daemonset-controller"),
        "batch/jobs" => (job::plan, "job-controller"),
        "batch/cronjobs" => (cron::plan, "cronjob-controller"),
        "/services" => (service::plan, MANAGER),
        CLAIMS => (claim::plan, MANAGER),
        "/persistentvolumes" => (claim::volume, MANAGER),
        "/namespaces" => (namespace::plan, MANAGER),
        "policy/poddisruptionbudgets" => (small::disruption, MANAGER),
        "autoscaling/horizontalpodautoscalers" => (small::autoscaler, MANAGER),
        "networking.k8s.io/ingresses" => (small::ingress, MANAGER),
        "apiregistration.k8s.io/apiservices" => (small::api_service, MANAGER),
        _ => return None,
    };
    Some(found)
}

const MANAGER: &str = "controller-manager";

/// Whether the controller of a shelf has something to do for objects that are going.
fn sees_the_end(shelf: &str) -> bool {
    matches!(
        shelf,
        "/pods"
            | "apps/replicasets"
            | "/replicationcontrollers"
            | CLAIMS
            | "/persistentvolumes"
            | "/namespaces"
    )
}

/// Asks a controller.
pub fn ask(see: &See<'_>, task: &Task) -> Plan {
    let shelf = &*task.key.shelf;
    let found: Option<(Step, _)> = match task.who {
        Who::Schedule => Some((schedule::plan, SCHEDULER)),
        Who::Own => own(shelf),
        Who::Garbage => Some((garbage::plan, MANAGER)),
    };
    let mut plan = Plan::of(found.map_or(MANAGER, |(_, source)| source), see.now);
    match (see.store.get(&task.key), found) {
        (Some(kept), Some((step, _))) => {
            let ends = task.who == Who::Garbage || task.who == Who::Own && sees_the_end(shelf);
            if ends || !kept.is_going {
                step(see, &kept.object(), &mut plan);
            }
        }
        (None, _) if task.who == Who::Own => match shelf {
            "/services" => service::gone(see, &task.key, &mut plan),
            "/events" => small::events(see, &mut plan),
            _ => {}
        },
        _ => {}
    }
    plan
}

/// All that may be about an object.
pub fn about(key: &Key) -> impl Iterator<Item = Task> {
    let all = [Who::Schedule, Who::Own, Who::Garbage].into_iter();
    all.map(|who| task(who, key))
}

/// What an object that is there concerns.
pub fn of_object(kept: &Kept) -> impl Iterator<Item = Task> {
    about(&kept.key).filter(|task| match task.who {
        Who::Schedule => &*kept.key.shelf == "/pods",
        Who::Own => own(&kept.key.shelf).is_some(),
        Who::Garbage => !kept.owners.is_empty() || kept.is_going,
    })
}

/// What a change concerns.
pub fn of(store: &Store, selectors: &Selectors, change: &Change) -> Vec<Task> {
    let kept = &change.object;
    let shelf = &*kept.key.shelf;
    let here = Some(&*kept.key.namespace);
    if shelf == "/events" {
        return Vec::new();
    }
    let mut tasks: Vec<Task> = match change.happened {
        Happened::Deleted => gone(store, kept),
        _ => there(store, change),
    };
    if matches!(shelf, "/pods" | "apps/replicasets" | "batch/jobs") {
        let object = kept.object();
        let owner = parts::controller(&object);
        let key = owner.and_then(|one| owner_key(&store.catalog(), one, &kept.key.namespace));
        tasks.extend(key.map(|key| task(Who::Own, &key)));
    }
    match shelf {
        "/pods" => {
            tasks.extend(selectors.of(kept, change.before.as_deref()));
            tasks.extend(all(store, Who::Own, "policy/poddisruptionbudgets", here));
            tasks.extend(claims(kept));
        }
        CLAIMS => {
            // Pods may have waited for it.
            tasks.extend(all(store, Who::Schedule, "/pods", here));
            // And if it is gone, others may want what it had.
            tasks.extend(bound(kept));
        }
        "/persistentvolumes" => tasks.extend(all(store, Who::Own, CLAIMS, None)),
        "/nodes" => tasks.extend(all(store, Who::Schedule, "/pods", None)),
        "/serviceaccounts" | "/configmaps" if change.happened == Happened::Deleted => {
            tasks.push(task(Who::Own, &its_namespace(kept)));
        }
        "apps/deployments" | "apps/statefulsets" => {
            let scalers = "autoscaling/horizontalpodautoscalers";
            tasks.extend(all(store, Who::Own, scalers, here));
        }
        _ => {}
    }
    tasks
}

/// A controller, of all objects of a shelf.
fn all(
    store: &Store,
    who: Who,
    shelf: &str,
    namespace: Option<&str>,
) -> impl Iterator<Item = Task> {
    let all = store.list(shelf, namespace).0.into_iter();
    all.map(move |one| task(who, &one.key))
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
        tasks.extend(owned(store, kept));
    }
    tasks
}

/// What an object that is gone concerns: those that it owned, its owners, its namespace.
fn gone(store: &Store, kept: &Kept) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    if &*kept.key.shelf == "/services" {
        tasks.push(task(Who::Own, &kept.key));
    }
    tasks.extend(owned(store, kept));
    if !kept.owners.is_empty() {
        let (catalog, object) = (store.catalog(), kept.object());
        let owners = parts::each(&object["metadata"]["ownerReferences"]);
        let owners = owners.filter_map(|one| owner_key(&catalog, one, &kept.key.namespace));
        tasks.extend(owners.map(|key| task(Who::Garbage, &key)));
    }
    let namespace = its_namespace(kept);
    if store.get(&namespace).is_some_and(|one| one.is_going) {
        tasks.push(task(Who::Own, &namespace));
    }
    tasks
}

fn owned(store: &Store, kept: &Kept) -> impl Iterator<Item = Task> {
    let owned = store.owned_by(&kept.uid).into_iter();
    owned.map(|one| task(Who::Garbage, &one.key))
}

fn its_namespace(kept: &Kept) -> Key {
    Key::new("/namespaces", "", &kept.key.namespace)
}

/// Where the owner is that a reference names.
pub fn owner_key(catalog: &Catalog, reference: &Value, namespace: &str) -> Option<Key> {
    let version = parts::text(&reference["apiVersion"]);
    let (group, version) = group_version(version);
    let resource = catalog.kind(group, version, parts::text(&reference["kind"]))?;
    let namespace = if resource.namespaced { namespace } else { "" };
    let name = parts::text(&reference["name"]);
    Some(Key::new(&resource.shelf(), namespace, name))
}

/// The claims of a pod.
fn claims(kept: &Kept) -> Vec<Task> {
    let pod = kept.object();
    let volumes = parts::each(&pod["spec"]["volumes"]);
    let names = volumes.filter_map(|one| one["persistentVolumeClaim"]["claimName"].as_str());
    let keys = names.map(|name| Key::new(CLAIMS, &kept.key.namespace, name));
    keys.map(|key| task(Who::Own, &key)).collect()
}

/// The volume of a claim.
fn bound(claim: &Kept) -> Option<Task> {
    let claim = claim.object();
    let name = claim["spec"]["volumeName"].as_str()?;
    Some(task(Who::Own, &Key::new("/persistentvolumes", "", name)))
}

/// Which pods services want: known without reading them.
#[derive(Debug, Default)]
pub struct Selectors {
    services: BTreeMap<Key, Value>,
}

impl Selectors {
    /// Notes what a service wants.
    pub fn keep(&mut self, kept: &Kept) {
        if &*kept.key.shelf == "/services" {
            let selector = kept.object()["spec"]["selector"].take();
            self.services.insert(kept.key.clone(), selector);
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
            let mut labels = selector.as_object().into_iter().flatten().peekable();
            labels.peek().is_some() && labels.all(|(name, value)| pod.label(name) == value.as_str())
        };
        let wanted = here.filter(|(_, selector)| {
            wants(selector, pod) || before.is_some_and(|before| wants(selector, before))
        });
        wanted.map(|(key, _)| task(Who::Own, key)).collect()
    }
}
