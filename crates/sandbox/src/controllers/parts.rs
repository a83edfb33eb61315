//! What several controllers need.

use serde_json::{Map, Value, json};

use super::see::See;
use crate::object;
pub use crate::object::each;

/// A number, or another when it is not said.
pub fn number(value: &Value, otherwise: i64) -> i64 {
    value.as_i64().unwrap_or(otherwise)
}

/// A text, or nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// FNV-1a.
pub fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

/// A short name of a pod template: not the real one's, which is a hash of how Go prints it.
pub fn hash_name(template: &Value) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = hash(&sorted(template).to_string());
    let mut name = String::new();
    for _ in 0..10 {
        name.push(char::from(LETTERS[(rest % 27) as usize]));
        rest /= 27;
    }
    name
}

/// The same with all names sorted: one text for equal values.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(name, _)| *name);
            let pairs = pairs.into_iter();
            pairs
                .map(|(name, value)| (name.clone(), sorted(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// The reference of the owner that controls an object.
pub fn controller(object: &Value) -> Option<&Value> {
    each(&object["metadata"]["ownerReferences"]).find(|one| one["controller"] == true)
}

/// A reference to the owner that controls.
pub fn owned_by(owner: &Value) -> Value {
    json!([{
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": true,
        "blockOwnerDeletion": true,
    }])
}

/// A new pod of a template; it has no name yet.
pub fn pod(owner: &Value, template: &Value) -> Value {
    let mut metadata = Map::new();
    for part in ["labels", "annotations", "finalizers"] {
        if let Some(value) = template["metadata"].get(part) {
            metadata.insert(part.to_owned(), value.clone());
        }
    }
    let namespace = owner["metadata"]["namespace"].clone();
    metadata.insert("namespace".to_owned(), namespace);
    let prefix = format!("{}-", object::name(owner));
    metadata.insert("generateName".to_owned(), prefix.into());
    metadata.insert("ownerReferences".to_owned(), owned_by(owner));
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
}

/// Puts a label on an object.
pub fn set_label(object: &mut Value, name: &str, value: &str) {
    object::metadata(object);
    let labels = object::part(&mut object["metadata"], "labels");
    labels.insert(name.to_owned(), value.into());
}

/// Puts an annotation on an object.
pub fn set_annotation(object: &mut Value, name: &str, value: &str) {
    object::metadata(object);
    let annotations = object::part(&mut object["metadata"], "annotations");
    annotations.insert(name.to_owned(), value.into());
}

/// Whether a pod is at its end.
pub fn is_over(pod: &Value) -> bool {
    matches!(text(&pod["status"]["phase"]), "Succeeded" | "Failed")
}

/// Whether a pod runs, or will.
pub fn is_active(pod: &Value) -> bool {
    !is_over(pod) && !object::is_going(pod)
}

/// A condition of a type.
pub fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    each(&object["status"]["conditions"]).find(|one| one["type"] == kind)
}

/// Whether a pod is ready.
pub fn is_ready(pod: &Value) -> bool {
    condition(pod, "Ready").is_some_and(|one| one["status"] == "True")
}

/// How long until a ready pod has been ready for so many seconds: 0 when it has.
fn until_available(see: &See<'_>, pod: &Value, seconds: i64) -> i64 {
    let since = condition(pod, "Ready").map(|one| see.since(&one["lastTransitionTime"]));
    (seconds - since.unwrap_or(0)).max(0)
}

/// How many of the pods are what.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub active: i64,
    pub ready: i64,
    pub available: i64,
    pub terminating: i64,
    /// After how many seconds another one becomes available by time alone.
    pub wait: Option<i64>,
}

/// Counts pods; available ones have been ready for `seconds`.
pub fn count(see: &See<'_>, pods: &[Value], seconds: i64) -> Counts {
    let mut counts = Counts::default();
    for pod in pods {
        if object::is_going(pod) {
            counts.terminating += i64::from(!is_over(pod));
            continue;
        }
        if is_over(pod) {
            continue;
        }
        counts.active += 1;
        if !is_ready(pod) {
            continue;
        }
        counts.ready += 1;
        match until_available(see, pod, seconds) {
            0 => counts.available += 1,
            wait => counts.wait = Some(counts.wait.map_or(wait, |least| least.min(wait))),
        }
    }
    counts
}

/// Writes numbers that are not zero.
pub fn say(status: &mut Value, numbers: &[(&str, i64)]) {
    for (name, number) in numbers {
        if *number != 0 {
            status[*name] = (*number).into();
        }
    }
}

/// `25%` or a number, of a whole.
pub fn share(value: &Value, whole: i64, up: bool, otherwise: &str) -> i64 {
    if let Some(number) = value.as_i64() {
        return number;
    }
    let percent = value.as_str().unwrap_or(otherwise).trim_end_matches('%');
    let part = percent.parse::<i64>().unwrap_or(0).saturating_mul(whole);
    if up { (part + 99) / 100 } else { part / 100 }
}

/// A condition as Deployments, ReplicaSets and Jobs have it; an equal one is left as it is. The
/// time of the last transition stays when only the reason is another.
pub fn set_condition(conditions: &mut Vec<Value>, mut new: Value) {
    let old = conditions.iter().find(|one| one["type"] == new["type"]);
    if let Some(old) = old {
        if old["status"] == new["status"] && old["reason"] == new["reason"] {
            return;
        }
        if old["status"] == new["status"] {
            new["lastTransitionTime"] = old["lastTransitionTime"].clone();
        }
    }
    conditions.retain(|one| one["type"] != new["type"]);
    conditions.push(new);
}

/// A condition (type, status, reason, message) as it is now: its time stays while its status does.
pub fn said(see: &See<'_>, object: &Value, what: [&str; 4]) -> Value {
    let [kind, status, reason, message] = what;
    let old = condition(object, kind).filter(|old| old["status"] == status);
    let time = old.map_or_else(
        || see.time().into(),
        |old| old["lastTransitionTime"].clone(),
    );
    json!({"type": kind, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": time})
}

/// The conditions of a status.
pub fn conditions(object: &Value) -> Vec<Value> {
    each(&object["status"]["conditions"]).cloned().collect()
}
