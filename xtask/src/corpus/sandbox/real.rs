//! A real API server in the sandbox's stead, asked with the real kubectl.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use pintle_testkit::oracle::Peer;
use serde_json::Value;

use super::objects::Object;
use super::place::{complaint, text};
use crate::process::{self, Ending, Finished};
use crate::workspace;

/// No command takes longer, or it hangs.
const LIMIT: Duration = Duration::from_mins(3);
/// How long what a chart left may take to go.
const GONE: Duration = Duration::from_mins(10);
/// When what is not gone is held by the finalizer of a controller that does not run.
const HELD: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(200);
/// What no chart makes: it comes and goes by itself, or is not kept.
const PASSING: &[&str] = &[
    "events",
    "events.events.k8s.io",
    "leases.coordination.k8s.io",
];
/// A mark of those that the server itself makes, one for each group and version.
const AUTOMANAGED: &str = "/metadata/labels/kube-aggregator.kubernetes.io~1automanaged";

/// The server, and what was there before any chart came.
#[derive(Debug)]
pub struct Real {
    kubectl: PathBuf,
    kubeconfig: PathBuf,
    before: BTreeMap<String, Found>,
}

/// An object, and what to delete it by.
#[derive(Debug)]
struct Found {
    object: Object,
    /// `Deployment.v1.apps`.
    resource: String,
    namespace: String,
    name: String,
}

impl Real {
    /// A server that no chart has been to.
    pub fn new(kubeconfig: &Path) -> Result<Self> {
        let mut real = Self {
            kubectl: workspace::peer(Peer::Kubectl)?,
            kubeconfig: kubeconfig.to_owned(),
            before: BTreeMap::new(),
        };
        real.before = real.all()?;
        Ok(real)
    }

    /// All objects, by what they are and their names.
    pub fn objects(&self) -> Result<BTreeMap<String, Object>> {
        let found = self.all()?.into_iter();
        Ok(found.map(|(id, found)| (id, found.object)).collect())
    }

    /// Deletes all that came since the beginning, whatever holds it, and waits until it is gone.
    pub fn clear(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let mut new = self.all()?;
            new.retain(|id, _| !self.before.contains_key(id));
            if new.is_empty() {
                return Ok(());
            }
            ensure!(
                begun.elapsed() < GONE,
                "not gone: {}",
                new.into_keys().collect::<Vec<_>>().join(", ")
            );
            self.delete(&new)?;
            if begun.elapsed() > HELD {
                self.free(&new)?;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Deletes what does not go with its namespace or its owner.
    fn delete(&self, new: &BTreeMap<String, Found>) -> Result<()> {
        let mut wanted: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for found in new.values() {
            let inside = new.contains_key(&format!("Namespace {}", found.namespace));
            if !inside && !found.object.is_going() && !found.object.is_owned() {
                let of = (&*found.resource, &*found.namespace);
                wanted.entry(of).or_default().push(&found.name);
            }
        }
        for ((resource, namespace), names) in wanted {
            let mut words = vec!["delete", resource, "--wait=false", "--ignore-not-found"];
            words.extend(["-n", namespace]);
            words.extend(names);
            self.ask(&words)?;
        }
        Ok(())
    }

    /// Takes the finalizers of controllers that nobody runs here.
    fn free(&self, new: &BTreeMap<String, Found>) -> Result<()> {
        let held = new.values().filter(|found| found.object.is_held());
        // The server itself ends these.
        for found in held.filter(|found| !found.resource.starts_with("CustomResourceDefinition.")) {
            let none = r#"{"metadata":{"finalizers":null}}"#;
            let what = [
                "patch",
                &found.resource,
                &found.name,
                "-n",
                &found.namespace,
            ];
            self.ask(&[&what[..], &["--type=merge", "-p", none]].concat())?;
        }
        Ok(())
    }

    /// Everything that can be listed and deleted.
    fn all(&self) -> Result<BTreeMap<String, Found>> {
        let list = self.list()?;
        let mut found = BTreeMap::new();
        if list.trim().is_empty() {
            return Ok(found);
        }
        let mut list: Value = serde_json::from_str(&list).context("kubectl get")?;
        let Some(items) = list["items"].as_array_mut() else {
            bail!("kubectl get: no list");
        };
        for item in items {
            if item.pointer(AUTOMANAGED).is_some() {
                continue;
            }
            let kind = text(item, "/kind");
            let one = Found {
                resource: match text(item, "/apiVersion").split_once('/') {
                    Some((group, version)) => format!("{kind}.{version}.{group}"),
                    None => kind.to_owned(),
                },
                namespace: text(item, "/metadata/namespace").to_owned(),
                name: text(item, "/metadata/name").to_owned(),
                object: Object::of(item.take()),
            };
            found.insert(one.object.id(), one);
        }
        Ok(found)
    }

    /// The answer of `kubectl get` for all of it.
    fn list(&self) -> Result<String> {
        let begun = Instant::now();
        loop {
            let resources = self.resources()?;
            let words = ["get", &resources, "-A", "-o", "json", "--ignore-not-found"];
            let done = self.run(&words)?;
            if done.ending == Ending::Code(0) {
                return String::from_utf8(done.stdout).context("kubectl get");
            }
            // Definitions may go, or come, between the two questions.
            let why = complaint(&done);
            let passes = why.contains("the server doesn't have a resource type");
            ensure!(
                passes && begun.elapsed() < GONE,
                "kubectl get everything: {why}"
            );
            thread::sleep(PAUSE);
        }
    }

    /// The names of what can be listed and deleted, `deployments.apps,...`.
    fn resources(&self) -> Result<String> {
        let done = self.run(&["api-resources", "--verbs=list,delete", "-o", "name"])?;
        // It fails when a chart registered a server of its own, which does not run, and prints
        // all others.
        let names = String::from_utf8(done.stdout).context("kubectl api-resources")?;
        let names: Vec<&str> = names
            .lines()
            .filter(|name| !PASSING.contains(name))
            .collect();
        ensure!(!names.is_empty(), "kubectl api-resources: no resources");
        Ok(names.join(","))
    }

    /// Asks with kubectl, which must succeed, but for what is not there any more.
    fn ask(&self, words: &[&str]) -> Result<String> {
        let done = self.run(words)?;
        let why = complaint(&done);
        let passed = done.ending == Ending::Code(0) || why.contains("(NotFound)");
        ensure!(passed, "kubectl {}: {why}", words.join(" "));
        String::from_utf8(done.stdout).context("kubectl")
    }

    fn run(&self, words: &[&str]) -> Result<Finished> {
        let mut command = Command::new(&self.kubectl);
        command.args(words).env("KUBECONFIG", &self.kubeconfig);
        process::run(&mut command, LIMIT)
    }
}
