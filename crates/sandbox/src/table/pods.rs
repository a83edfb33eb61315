//! The cells of pods.

use serde_json::{Value, json};

use super::cells::{is_true, items};
use super::{age, seconds};
use crate::object;

/// What a row says of a pod that is done.
pub(super) fn conditions(pod: &Value) -> Option<Value> {
    let (reason, message) = match pod["status"]["phase"].as_str()? {
        "Succeeded" => ("Succeeded", "The pod has completed successfully."),
        "Failed" => ("Failed", "The pod failed."),
        _ => return None,
    };
    Some(json!([{"type": "Completed", "status": "True", "reason": reason, "message": message}]))
}

/// How a pod is.
pub(super) struct Pod {
    pub ready: usize,
    pub containers: usize,
    pub reason: String,
    restarts: i64,
    restarted: Option<i64>,
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn is(pod: &Value, condition: &str) -> bool {
    is_true(&pod["status"], condition)
}

/// The containers that go on beside the others.
fn sidecars(pod: &Value) -> impl Iterator<Item = &Value> {
    let all = items(&pod["spec"]["initContainers"]).iter();
    all.filter(|one| one["restartPolicy"] == "Always")
}

/// Why a container ended, with what stands before it.
fn ended(terminated: &Value, before: &str) -> String {
    let signal = terminated["signal"].as_i64().unwrap_or_default();
    match text(terminated, "reason") {
        "" if signal != 0 => format!("{before}Signal:{signal}"),
        "" => format!(
            "{before}ExitCode:{}",
            terminated["exitCode"].as_i64().unwrap_or_default()
        ),
        reason => format!("{before}{reason}"),
    }
}

impl Pod {
    pub(super) fn new(pod: &Value) -> Self {
        let (spec, status) = (&pod["spec"], &pod["status"]);
        let gated = items(&status["conditions"])
            .iter()
            .any(|one| one["type"] == "PodScheduled" && one["reason"] == "SchedulingGated");
        let reason = match text(status, "reason") {
            _ if gated => "SchedulingGated",
            "" => text(status, "phase"),
            reason => reason,
        };
        let mut this = Self {
            ready: 0,
            containers: items(&spec["containers"]).len() + sidecars(pod).count(),
            reason: reason.to_owned(),
            restarts: 0,
            restarted: None,
        };
        let initializing = this.initialize(pod);
        if !initializing || is(pod, "Initialized") {
            this.run(pod);
        }
        let is_done = matches!(text(status, "phase"), "Succeeded" | "Failed");
        if object::is_going(pod) && status["reason"] == "NodeLost" {
            "Unknown".clone_into(&mut this.reason);
        } else if object::is_going(pod) && !is_done {
            "Terminating".clone_into(&mut this.reason);
        }
        this
    }

    fn count(&mut self, status: &Value) {
        self.restarts += status["restartCount"].as_i64().unwrap_or_default();
        let ended = seconds(&status["lastState"]["terminated"]["finishedAt"]);
        self.restarted = self.restarted.max(ended);
    }

    /// Whether containers that go before the others are not done.
    fn initialize(&mut self, pod: &Value) -> bool {
        let containers = items(&pod["spec"]["initContainers"]);
        let is_sidecar = |status: &Value| sidecars(pod).any(|one| one["name"] == status["name"]);
        let statuses = items(&pod["status"]["initContainerStatuses"]);
        for (at, status) in statuses.iter().enumerate() {
            self.count(status);
            let state = &status["state"];
            let terminated = &state["terminated"];
            if !terminated.is_null() && terminated["exitCode"].as_i64().unwrap_or(0) == 0 {
                continue;
            }
            if is_sidecar(status) && status["started"] == true {
                self.ready += usize::from(status["ready"] == true);
                continue;
            }
            self.reason = match text(&state["waiting"], "reason") {
                _ if !terminated.is_null() => ended(terminated, "Init:"),
                "" | "PodInitializing" => format!("Init:{at}/{}", containers.len()),
                reason => format!("Init:{reason}"),
            };
            return true;
        }
        false
    }

    fn run(&mut self, pod: &Value) {
        self.forget_initialization(pod);
        let (mut has_running, mut failure) = (false, None);
        for status in items(&pod["status"]["containerStatuses"]).iter().rev() {
            self.count(status);
            let state = &status["state"];
            let terminated = &state["terminated"];
            match text(&state["waiting"], "reason") {
                "" if !terminated.is_null() => {
                    self.reason = ended(terminated, "");
                    if terminated["exitCode"].as_i64().unwrap_or(0) != 0 {
                        failure = Some(self.reason.clone());
                    }
                }
                "" if status["ready"] == true && !state["running"].is_null() => {
                    has_running = true;
                    self.ready += 1;
                }
                "" => {}
                reason => reason.clone_into(&mut self.reason),
            }
        }
        if self.reason == "Completed" {
            if has_running && is(pod, "Ready") {
                "Running".clone_into(&mut self.reason);
            } else if let Some(failure) = failure {
                self.reason = failure;
            } else if has_running {
                "NotReady".clone_into(&mut self.reason);
            }
        }
    }

    /// Once the others run, restarts are counted of these and of containers beside them alone.
    fn forget_initialization(&mut self, pod: &Value) {
        (self.restarts, self.restarted) = (0, None);
        for status in items(&pod["status"]["initContainerStatuses"]) {
            if sidecars(pod).any(|one| one["name"] == status["name"]) {
                self.count(status);
            }
        }
    }

    pub(super) fn restarts(&self, now: i64) -> String {
        match self.restarted {
            Some(last) if self.restarts != 0 => {
                format!("{} ({} ago)", self.restarts, super::duration(now - last))
            }
            _ => self.restarts.to_string(),
        }
    }
}

/// How many of its own conditions for being ready are true.
pub(super) fn gates(pod: &Value) -> String {
    let gates = items(&pod["spec"]["readinessGates"]);
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let met = gates
        .iter()
        .filter(|gate| is(pod, text(gate, "conditionType")));
    format!("{}/{}", met.count(), gates.len())
}

/// When an event was first and last. Its times have other names in `events.k8s.io`.
pub(super) fn seen(event: &Value, last: bool, now: i64) -> String {
    let either = |name: &str, old: &str| match &event[name] {
        Value::Null => event[old].clone(),
        time => time.clone(),
    };
    let first = match either("firstTimestamp", "deprecatedFirstTimestamp") {
        Value::Null => age(&event["eventTime"], now),
        time => age(&time, now),
    };
    let latest = either("lastTimestamp", "deprecatedLastTimestamp");
    match (&event["series"]["lastObservedTime"], &latest) {
        _ if !last => first,
        (Value::Null, Value::Null) => first,
        (Value::Null, time) | (time, _) => age(time, now),
    }
}
