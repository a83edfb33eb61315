//! What several controllers need.

use serde_json::{Value, json};

use crate::clock;
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

/// A number, or null when it is zero: what Go leaves out as `omitempty`.
pub fn unless_zero(number: i64) -> Option<i64> {
    (number != 0).then_some(number)
}

/// An object without its properties that are null: what nobody says is not there.
pub fn filled(mut object: Value) -> Value {
    if let Some(map) = object.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    object
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
    let mut rest = hash(&template.to_string());
    let digits = [0; 10].map(|_: u8| {
        let digit = (rest % 27) as u8;
        rest /= 27;
        digit
    });
    clock::letters(&digits)
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

/// A reference to an object as it is now.
pub fn reference(object: &Value) -> Value {
    let meta = &object["metadata"];
    filled(json!({
        "apiVersion": object["apiVersion"],
        "kind": object["kind"],
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "resourceVersion": meta["resourceVersion"],
    }))
}

/// Puts a label on an object.
pub fn set_label(object: &mut Value, name: &str, value: &str) {
    object["metadata"]["labels"][name] = value.into();
}

/// Puts an annotation on an object.
pub fn set_annotation(object: &mut Value, name: &str, value: &str) {
    object["metadata"]["annotations"][name] = value.into();
}

/// Whether an object is marked, by an annotation or a label.
pub fn is_marked(object: &Value, mark: &str) -> bool {
    object::annotation(object, mark) == Some("true") || object::label(object, mark) == Some("true")
}

/// Whether an object has no address or volume until its mark is taken off.
pub fn is_held(object: &Value) -> bool {
    is_marked(object, "pintle.test/pending")
}

/// Whether a list has something in it.
pub fn has_any(list: &Value) -> bool {
    each(list).next().is_some()
}

/// The containers of a pod, in the order in which they start.
pub fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let spec = &pod["spec"];
    each(&spec["initContainers"]).chain(each(&spec["containers"]))
}

/// Whether a pod is at its end.
pub fn is_over(pod: &Value) -> bool {
    matches!(text(&pod["status"]["phase"]), "Succeeded" | "Failed")
}

/// Whether a pod runs, or will.
pub fn is_active(pod: &Value) -> bool {
    !is_over(pod) && !object::is_going(pod)
}

/// Whether a pod is ready.
pub fn is_ready(pod: &Value) -> bool {
    is_true(pod, "Ready")
}

/// A condition of a type.
pub fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    each(&object["status"]["conditions"]).find(|one| one["type"] == kind)
}

/// Whether a condition is there and true.
pub fn is_true(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|one| one["status"] == "True")
}

/// The conditions of a status.
pub fn conditions(object: &Value) -> Vec<Value> {
    each(&object["status"]["conditions"]).cloned().collect()
}

/// Puts a condition last among others, in the place of the one of its type.
pub fn put_condition(conditions: &mut Vec<Value>, new: Value) {
    conditions.retain(|one| one["type"] != new["type"]);
    conditions.push(new);
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
