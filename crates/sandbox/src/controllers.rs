//! What makes workloads come alive: the parts of Kubernetes' controllers, of its scheduler, of a
//! kubelet, of a volume provisioner and of a cloud's load balancers that a chart's author sees.
//!
//! Each controller is a function of one object and of what else is in the store; it says in a
//! [`Plan`] what to write and when to be asked again. The [`Engine`] hears of changes, asks the
//! controllers concerned, and carries their plans out through a [`Cluster`].
//!
//! - `engine`: the queue, the timers and the thread; `routes`: whom a change concerns
//! - `see`: what a controller sees; `parts`: what several need
//! - `workload`: what all workloads do; `revisions`: the templates that sets had;
//!   `deployment`, `rollout`, `replicas`, `stateful`, `daemon`, `job`, `cron`: what each does
//! - `schedule`, `pod`, `behaviour`: nodes, and what pods do on them
//! - `service`, `claim`, `namespace`, `garbage`, `small`: the rest
//! - `first`: what a fresh cluster has

mod behaviour;
mod claim;
mod cron;
mod daemon;
mod deployment;
mod engine;
mod first;
mod garbage;
mod job;
mod namespace;
mod parts;
mod pod;
mod replicas;
mod revisions;
mod rollout;
mod routes;
mod schedule;
mod see;
mod service;
mod small;
mod stateful;
mod workload;

use std::time::Duration;

use serde_json::{Value, json};

use crate::object;
use crate::status::Status;
use crate::store::{Key, Store};

pub use engine::{Driver, Engine, Next};
pub use first::{begin, first_objects};

/// What the scheduler calls itself when it tells of something.
const SCHEDULER: &str = "default-scheduler";

/// The API as controllers use it.
pub trait Cluster: Send + Sync {
    /// The objects.
    fn store(&self) -> &Store;

    /// Now, in seconds since 1970.
    fn now(&self) -> i64;

    /// Creates an object, as POST does; its name.
    ///
    /// # Errors
    /// As POST.
    fn create(&self, object: Value, manager: &str) -> Result<String, Status>;

    /// Changes an object, as PUT does: when its `resourceVersion` is not the one it has, the
    /// answer is a conflict. An object that is going goes when nothing holds it any more.
    ///
    /// # Errors
    /// As PUT.
    fn update(&self, object: Value, part: Part, manager: &str) -> Result<(), Status>;

    /// Deletes an object, as DELETE does.
    ///
    /// # Errors
    /// As DELETE.
    fn delete(&self, key: &Key, how: &Removal) -> Result<(), Status>;
}

/// What of an object is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All but its status.
    Object,
    /// Its status (`PUT …/status`).
    Status,
    /// All of it, past the rules that hold for users: binding a pod to a node
    /// (`POST …/binding`), ending a namespace (`PUT …/finalize`).
    Whole,
}

/// How an object is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removal {
    /// Only the object with this uid.
    pub uid: String,
    /// `Background` and so on; nothing for what is usual.
    pub propagation: &'static str,
    /// In how many seconds.
    pub grace: Option<i64>,
}

/// One write of a controller.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new object.
    Create(Value),
    /// A new pod of an owner: it is told of, once it has a name.
    CreatePod(Value, Value),
    /// A changed object.
    Update(Value, Part),
    /// An object to be deleted.
    Delete(Key, Removal),
}

/// What a controller wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Who writes.
    pub manager: &'static str,
    /// The writes, in this order; the first that fails ends them.
    pub writes: Vec<Write>,
    /// After which time to ask again, saying the name. Asked for once more before, the time does
    /// not begin anew.
    pub timer: Option<(&'static str, Duration)>,
    /// Who tells of what happens, and when.
    source: &'static str,
    now: i64,
}

impl Plan {
    /// Nothing to do yet.
    pub(crate) fn of(source: &'static str, now: i64) -> Self {
        Self {
            manager: match source {
                SCHEDULER => "kube-scheduler",
                "kubelet" => "kubelet",
                _ => "kube-controller-manager",
            },
            writes: Vec::new(),
            timer: None,
            source,
            now,
        }
    }

    pub(crate) fn create(&mut self, object: Value) {
        self.writes.push(Write::Create(object));
    }

    pub(crate) fn create_pod(&mut self, owner: &Value, pod: Value) {
        self.writes.push(Write::CreatePod(pod, owner.clone()));
    }

    /// Changes an object, when it is another.
    pub(crate) fn update(&mut self, old: &Value, new: Value, part: Part) {
        if *old != new {
            self.writes.push(Write::Update(new, part));
        }
    }

    /// Changes an object's status, when it is another.
    pub(crate) fn status(&mut self, old: &Value, status: Value) {
        if old["status"] != status {
            let mut new = old.clone();
            new["status"] = status;
            self.writes.push(Write::Update(new, Part::Status));
        }
    }

    /// Deletes a pod of an owner, and tells.
    pub(crate) fn delete_pod(&mut self, owner: &Value, pod: &Value) {
        self.delete("/pods", pod, "");
        let message = format!("Deleted pod: {}", object::name(pod));
        self.tell(owner, "SuccessfulDelete", &message);
    }

    pub(crate) fn delete(&mut self, shelf: &str, object: &Value, propagation: &'static str) {
        let key = Key::new(shelf, object::namespace(object), object::name(object));
        let removal = Removal {
            uid: object::uid(object).to_owned(),
            propagation,
            grace: None,
        };
        self.writes.push(Write::Delete(key, removal));
    }

    pub(crate) fn after(&mut self, name: &'static str, seconds: i64) {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        self.timer = Some((name, Duration::from_secs(seconds)));
    }

    /// Tells of something that happened to an object. The same is told once.
    pub(crate) fn tell(&mut self, about: &Value, reason: &str, message: &str) {
        self.create(self.event(about, "Normal", reason, message));
    }

    /// The same of something that is not as it should be.
    pub(crate) fn warn(&mut self, about: &Value, reason: &str, message: &str) {
        self.create(self.event(about, "Warning", reason, message));
    }

    /// An event about an object.
    fn event(&self, about: &Value, kind: &str, reason: &str, message: &str) -> Value {
        let told = parts::hash(&format!("{}{reason}{message}", object::uid(about)));
        let namespace = match object::namespace(about) {
            "" => "default",
            namespace => namespace,
        };
        let name: String = object::name(about).chars().take(230).collect();
        let time = crate::clock::text(self.now);
        let mut event = json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": format!("{name}.{told:016x}"), "namespace": namespace},
            "involvedObject": parts::reference(about),
            "type": kind,
            "reason": reason,
            "message": message,
            "reportingComponent": self.source,
        });
        // GO: the scheduler tells in the words of `events.k8s.io`.
        let own = if self.source == SCHEDULER {
            let is_normal = kind == "Normal";
            json!({
                "action": if is_normal { "Binding" } else { "Scheduling" },
                "eventTime": time.replace('Z', ".000000Z"),
                "reportingInstance": format!("{SCHEDULER}-sandbox"),
                "source": {},
            })
        } else {
            json!({
                "count": 1,
                "eventTime": null,
                "firstTimestamp": time,
                "lastTimestamp": time,
                "reportingInstance": "",
                "source": {"component": self.source},
            })
        };
        if let (Value::Object(event), Value::Object(own)) = (&mut event, own) {
            event.extend(own);
        }
        event
    }
}
