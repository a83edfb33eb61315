//! Workloads come alive: the controllers on the API, with a clock that stands still.

#![allow(missing_docs, reason = "tests")]

mod deployments;
mod pods;
mod workloads;

use std::sync::Arc;
use std::time::{Duration, Instant};

use pintle_sandbox::api::Api;
use pintle_sandbox::clock::Clock;
use pintle_sandbox::controllers::{Cluster, Engine, Next, Part, Removal, begin};
use pintle_sandbox::decode;
use pintle_sandbox::store::{Key, Store};
use serde_json::{Value, json};

/// A cluster in which time passes only when it is told to.
pub struct World {
    pub api: Arc<Api>,
    engine: Engine,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    pub fn new() -> Self {
        let api = Arc::new(Api::new(Store::new(), Clock::Fixed(1_800_000_000), Some(1)));
        begin(&*api).expect("a fresh cluster");
        let engine = Engine::new(api.clone(), "AUTHORITY".to_owned());
        let mut world = Self { api, engine };
        world.settle();
        world
    }

    /// Until there is nothing to do but to wait; whether there is something to wait for.
    pub fn settle(&mut self) -> bool {
        for _ in 0..100 {
            match self.engine.settle() {
                Next::At(due) if due <= Instant::now() + Duration::from_millis(1) => {}
                Next::Now => {}
                Next::At(_) => return true,
                Next::Change => return false,
            }
        }
        panic!("the controllers never come to rest: {:?}", self.engine);
    }

    /// Lets all timers ring.
    pub fn pass(&mut self) {
        self.engine.skip_waiting();
        self.settle();
    }

    pub fn put(&mut self, yaml: &str) {
        for text in yaml.split("\n---\n") {
            let mut object = decode::parse(text.as_bytes()).expect("YAML");
            let resource = self.api.store.catalog();
            let version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
            let (group, version) = version.split_once('/').unwrap_or(("", &version));
            let kind = object["kind"].as_str().unwrap_or_default().to_owned();
            let resource = resource
                .kind(group, version, &kind)
                .expect("a kind")
                .clone();
            if resource.namespaced && object["metadata"]["namespace"].is_null() {
                object["metadata"]["namespace"] = "default".into();
            }
            self.api.create(object, "test").expect("created");
        }
        self.settle();
    }

    pub fn find(&self, shelf: &str, name: &str) -> Option<Value> {
        let kept = self.api.store.get(&Key::new(shelf, "default", name))?;
        Some(kept.object())
    }

    pub fn get(&self, shelf: &str, name: &str) -> Value {
        self.find(shelf, name)
            .unwrap_or_else(|| panic!("no {shelf}/{name}"))
    }

    pub fn list(&self, shelf: &str) -> Vec<Value> {
        let all = self.api.store.list(shelf, Some("default")).0;
        all.iter().map(|kept| kept.object()).collect()
    }

    pub fn change(&mut self, shelf: &str, name: &str, change: impl FnOnce(&mut Value)) {
        let mut object = self.get(shelf, name);
        change(&mut object);
        self.api
            .update(object, Part::Object, "test")
            .expect("changed");
        self.settle();
    }

    pub fn delete(&mut self, shelf: &str, name: &str, propagation: &'static str) {
        let removal = Removal {
            propagation,
            ..Removal::default()
        };
        let key = Key::new(shelf, "default", name);
        self.api.delete(&key, &removal).expect("deleted");
        self.settle();
    }

    pub fn delete_in(&mut self, namespace: &str, shelf: &str, name: &str) {
        let key = Key::new(shelf, namespace, name);
        self.api.delete(&key, &Removal::default()).expect("deleted");
        self.settle();
    }

    /// Takes all finalizers off an object.
    pub fn release(&mut self, namespace: &str, shelf: &str, name: &str) {
        let kept = self.api.store.get(&Key::new(shelf, namespace, name));
        let mut object = kept.expect("an object").object();
        object["metadata"]["finalizers"] = json!([]);
        self.api
            .update(object, Part::Object, "test")
            .expect("changed");
        self.settle();
    }

    /// What was told of an object: `Normal Scheduled: …`.
    pub fn events(&self, name: &str) -> Vec<String> {
        let mut all: Vec<Value> = self.list("/events");
        all.retain(|one| one["involvedObject"]["name"] == name);
        let number = |one: &Value| {
            one["metadata"]["resourceVersion"]
                .as_str()
                .and_then(|text| text.parse::<u64>().ok())
        };
        all.sort_by_key(number);
        let told = |one: &Value| {
            format!(
                "{} {}: {}",
                text(one, "/type"),
                text(one, "/reason"),
                text(one, "/message")
            )
        };
        all.iter().map(told).collect()
    }
}

pub fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The conditions of an object: `Available=True MinimumReplicasAvailable`.
pub fn conditions(object: &Value) -> Vec<String> {
    let all = object["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten();
    let told = |one: &Value| {
        format!(
            "{}={} {}",
            text(one, "/type"),
            text(one, "/status"),
            text(one, "/reason")
        )
        .trim_end()
        .to_owned()
    };
    all.map(told).collect()
}

/// A status without its conditions.
pub fn counts(object: &Value) -> Value {
    let mut status = object["status"].clone();
    if let Some(map) = status.as_object_mut() {
        map.remove("conditions");
        map.remove("observedGeneration");
    }
    status
}

#[test]
fn a_fresh_cluster() {
    let world = World::new();
    for namespace in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        let account = Key::new("/serviceaccounts", namespace, "default");
        assert!(world.api.store.get(&account).is_some(), "{namespace}");
        let authority = Key::new("/configmaps", namespace, "kube-root-ca.crt");
        let authority = world
            .api
            .store
            .get(&authority)
            .expect("an authority")
            .object();
        assert_eq!(authority["data"], json!({"ca.crt": "AUTHORITY"}));
    }
    assert!(world.find("/services", "kubernetes").is_some());
}
