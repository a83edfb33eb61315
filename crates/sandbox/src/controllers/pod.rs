//! The life of a pod on its node: what a kubelet would say of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::behaviour::{self, Behaviour, NO_SUCH_IMAGE};
use super::parts::{self, containers, each, text};
use super::see::See;
use super::{Plan, Removal, Write};
use crate::object;

/// After what time a pull that failed is told as a back-off.
const BACK_OFF: Duration = Duration::from_secs(2);

/// What comes next for a pod.
pub fn plan(see: &See<'_>, pod: &Value, plan: &mut Plan) {
    let told = behaviour::of(pod);
    if object::is_going(pod) {
        return end(see, pod, &told, plan);
    }
    if text(&pod["spec"]["nodeName"]).is_empty() {
        return;
    }
    match text(&pod["status"]["phase"]) {
        "Pending" | "" => begin(see, pod, &told, plan),
        "Running"
            if text(&pod["spec"]["restartPolicy"]) != "Always"
                && !told.run
                && !crashes(pod)
                && may(see, plan, "run", told.run_for) =>
        {
            plan.status(pod, completed(see, pod));
        }
        _ => {}
    }
}

/// Whether a time is over; waits for it when it is not.
fn may(see: &See<'_>, plan: &mut Plan, name: &'static str, time: Duration) -> bool {
    let over = time.is_zero() || see.rung == Some(name);
    if !over {
        plan.timer = Some((name, time));
    }
    over
}

/// A deleted pod goes, unless something holds it.
fn end(see: &See<'_>, pod: &Value, told: &Behaviour, plan: &mut Plan) {
    let grace = &pod["metadata"]["deletionGracePeriodSeconds"];
    if may(see, plan, "delete", told.delete_delay) && grace.as_i64() != Some(0) {
        let removal = Removal {
            uid: object::uid(pod).to_owned(),
            propagation: "",
            grace: Some(0),
        };
        plan.writes.push(Write::Delete(see.key.clone(), removal));
    }
}

/// A pod that has a node starts, or does not.
fn begin(see: &See<'_>, pod: &Value, told: &Behaviour, plan: &mut Plan) {
    if told.pending {
        return;
    }
    if let Some(container) = containers(pod).find(|one| is_missing(one)) {
        return not_pulled(see, pod, container, plan);
    }
    if !may(see, plan, "start", told.delay) {
        return;
    }
    let status = if !told.fail {
        running(see, pod)
    } else if is_replaced(pod) {
        crashing(see, pod, told.exit_code)
    } else {
        failed(see, pod, told.exit_code)
    };
    plan.status(pod, status);
    for container in containers(pod) {
        let name = text(&container["name"]);
        let image = text(&container["image"]);
        let pulled = format!(
            "Container image \"{image}\" already present on machine and can be accessed by the pod"
        );
        for (reason, message) in [
            ("Pulled", pulled),
            ("Created", format!("Container created: {name}")),
            ("Started", format!("Container started: {name}")),
        ] {
            plan.tell(pod, reason, &message);
        }
    }
    if told.fail && is_replaced(pod) {
        let name = text(&pod["spec"]["containers"][0]["name"]);
        let message = format!(
            "Back-off restarting failed container {name} in pod {}_{}({})",
            object::name(pod),
            object::namespace(pod),
            object::uid(pod)
        );
        plan.warn(pod, "BackOff", &message);
    }
}

fn is_missing(container: &Value) -> bool {
    behaviour::image(text(&container["image"])).is_some_and(|(word, _)| word == NO_SUCH_IMAGE)
}

/// Whether a controller would make another one for a pod that failed.
fn is_replaced(pod: &Value) -> bool {
    each(&pod["metadata"]["ownerReferences"]).any(|owner| {
        matches!(
            text(&owner["kind"]),
            "ReplicaSet" | "ReplicationController" | "StatefulSet" | "DaemonSet"
        )
    })
}

fn crashes(pod: &Value) -> bool {
    each(&pod["status"]["containerStatuses"])
        .any(|one| one["state"]["waiting"]["reason"] == "CrashLoopBackOff")
}

/// The status of a pod that comes to a phase: with conditions (type, status and reason), and each
/// container in a state. Conditions that are there are replaced, new ones come first, as kubelets
/// have them.
fn comes_to(
    see: &See<'_>,
    pod: &Value,
    phase: &str,
    conditions: &[(&str, &str, &str)],
    state: impl Fn(&Value) -> Value,
) -> Value {
    let mut known = parts::conditions(pod);
    let mut all = Vec::new();
    for (kind, value, reason) in conditions {
        let mut condition = json!({"type": kind, "status": value, "lastProbeTime": null, "lastTransitionTime": see.time()});
        if !reason.is_empty() {
            condition["reason"] = (*reason).into();
        }
        match known.iter_mut().find(|one| one["type"] == *kind) {
            Some(old) => *old = condition,
            None => all.push(condition),
        }
    }
    all.append(&mut known);
    let mut status = pod["status"].clone();
    status["conditions"] = all.into();
    status["containerStatuses"] = statuses(&pod["spec"]["containers"], state);
    status["phase"] = phase.into();
    status
}

/// The statuses of containers, each in a state.
fn statuses(list: &Value, state: impl Fn(&Value) -> Value) -> Value {
    let statuses = each(list).map(|container| {
        let mut status = json!({
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "ready": false,
            "restartCount": 0,
            "started": false,
            "lastState": {},
        });
        let state = state(container);
        for (name, value) in state.as_object().into_iter().flatten() {
            status[name] = value.clone();
        }
        status
    });
    statuses.collect()
}

fn ended(see: &See<'_>, code: i64, started: &Value) -> Value {
    let reason = if code == 0 { "Completed" } else { "Error" };
    json!({"terminated": {"exitCode": code, "reason": reason, "startedAt": started, "finishedAt": see.time()}})
}

fn runs(see: &See<'_>) -> Value {
    json!({"ready": true, "started": true, "state": {"running": {"startedAt": see.time()}}})
}

/// Where a pod is, and since when; its address, when it gets one.
fn on_node(see: &See<'_>, pod: &Value, status: &mut Value, address: bool) {
    let node = see.find("/nodes", "", text(&pod["spec"]["nodeName"]));
    let node = node.unwrap_or_default();
    let internal = each(&node["status"]["addresses"]).find(|one| one["type"] == "InternalIP");
    let host = internal.map_or("127.0.0.1", |one| text(&one["address"]));
    status["hostIP"] = host.into();
    status["hostIPs"] = json!([{"ip": host}]);
    if address {
        let own = if pod["spec"]["hostNetwork"] == true {
            host.to_owned()
        } else {
            see.next_address()
        };
        status["podIPs"] = json!([{"ip": own}]);
        status["podIP"] = own.into();
    }
    status["startTime"] = see.time().into();
}

fn running(see: &See<'_>, pod: &Value) -> Value {
    let gates = each(&pod["spec"]["readinessGates"]).map(|gate| text(&gate["conditionType"]));
    let own = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
    ];
    let all = own.into_iter().chain(gates).map(|kind| (kind, "True", ""));
    let all: Vec<_> = all.collect();
    let mut status = comes_to(see, pod, "Running", &all, |_| runs(see));
    let first = &pod["spec"]["initContainers"];
    if parts::has_any(first) {
        let time = see.time().into();
        status["initContainerStatuses"] = statuses(first, |one| {
            if one["restartPolicy"] == "Always" {
                return runs(see);
            }
            json!({"ready": true, "state": ended(see, 0, &time)})
        });
    }
    on_node(see, pod, &mut status, true);
    status
}

fn completed(see: &See<'_>, pod: &Value) -> Value {
    let over = [
        ("Ready", "False", "PodCompleted"),
        ("ContainersReady", "False", "PodCompleted"),
    ];
    let started = &pod["status"]["startTime"];
    let done = |_: &Value| json!({"state": ended(see, 0, started)});
    comes_to(see, pod, "Succeeded", &over, done)
}

fn not_ready(reason: &str) -> [(&str, &str, &str); 3] {
    [
        ("Initialized", "True", ""),
        ("Ready", "False", reason),
        ("ContainersReady", "False", reason),
    ]
}

fn failed(see: &See<'_>, pod: &Value, code: i64) -> Value {
    let time = see.time().into();
    let done = |_: &Value| json!({"state": ended(see, code, &time)});
    let mut status = comes_to(see, pod, "Failed", &not_ready("PodFailed"), done);
    on_node(see, pod, &mut status, false);
    status
}

fn crashing(see: &See<'_>, pod: &Value, code: i64) -> Value {
    let time = see.time().into();
    let waits = |_: &Value| {
        json!({
            "restartCount": 1,
            "lastState": ended(see, code, &time),
            "state": {"waiting": {
                "reason": "CrashLoopBackOff",
                "message": "back-off 5m0s restarting failed container",
            }},
        })
    };
    let conditions = not_ready("ContainersNotReady");
    let mut status = comes_to(see, pod, "Running", &conditions, waits);
    on_node(see, pod, &mut status, false);
    status
}

/// A pod of which an image cannot be pulled waits for ever.
fn not_pulled(see: &See<'_>, pod: &Value, container: &Value, plan: &mut Plan) {
    let waits = each(&pod["status"]["containerStatuses"])
        .find_map(|one| one["state"]["waiting"]["reason"].as_str());
    let image = text(&container["image"]);
    let why = format!("failed to pull and unpack image \"{image}\": not found");
    let (reason, message) = match waits {
        None => {
            plan.timer = Some(("pull", BACK_OFF));
            ("ErrImagePull", why.clone())
        }
        Some("ErrImagePull") if may(see, plan, "pull", BACK_OFF) => {
            let message = format!("Back-off pulling image \"{image}\": ErrImagePull: {why}");
            ("ImagePullBackOff", message)
        }
        _ => return,
    };
    let first = &pod["spec"]["initContainers"];
    let mut conditions = not_ready("ContainersNotReady").to_vec();
    if each(first).any(is_missing) {
        conditions[0] = ("Initialized", "False", "ContainersNotInitialized");
    }
    conditions.insert(0, ("PodReadyToStartContainers", "True", ""));
    let waiting = |one: &Value| {
        if is_missing(one) {
            json!({"state": {"waiting": {"reason": reason, "message": message}}})
        } else {
            json!({"state": {"waiting": {"reason": "PodInitializing"}}})
        }
    };
    let mut status = comes_to(see, pod, "Pending", &conditions, waiting);
    if parts::has_any(first) {
        status["initContainerStatuses"] = statuses(first, waiting);
    }
    if waits.is_some() {
        plan.status(pod, status);
        let message = format!("Back-off pulling image \"{image}\"");
        return plan.tell(pod, "BackOff", &message);
    }
    on_node(see, pod, &mut status, true);
    plan.status(pod, status);
    plan.tell(pod, "Pulling", &format!("Pulling image \"{image}\""));
    let failed = format!("Failed to pull image \"{image}\": {why}");
    plan.warn(pod, "Failed", &failed);
}
