//! The same object in another version.
//!
//! Versions of custom resources differ by their name alone. Of built-in ones, autoscalers have two
//! versions with other properties, and events two groups.

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::decode::empties;
use crate::defaults;
use crate::object;

/// What the first version of autoscalers has no property for, and the annotation that holds it.
const NOTES: [(&str, &str, &str); 4] = [
    ("spec", "metrics", "autoscaling.alpha.kubernetes.io/metrics"),
    (
        "spec",
        "behavior",
        "autoscaling.alpha.kubernetes.io/behavior",
    ),
    (
        "status",
        "currentMetrics",
        "autoscaling.alpha.kubernetes.io/current-metrics",
    ),
    (
        "status",
        "conditions",
        "autoscaling.alpha.kubernetes.io/conditions",
    ),
];

/// An object, which says itself in which version it is, in the version of a resource.
pub fn convert(mut object: Value, to: &Resource) -> Value {
    let version = to.api_version();
    if object["apiVersion"] == version.as_str() {
        return object;
    }
    let from = object["apiVersion"].as_str().unwrap_or_default().to_owned();
    object["apiVersion"] = version.as_str().into();
    if to.custom().is_some() {
        return object;
    }
    match (from.as_str(), version.as_str()) {
        ("autoscaling/v1", _) if to.kind == "HorizontalPodAutoscaler" => newer(&mut object),
        (_, "autoscaling/v1") if to.kind == "HorizontalPodAutoscaler" => older(&mut object),
        ("v1", "events.k8s.io/v1") => rename(&mut object, false),
        ("events.k8s.io/v1", "v1") => rename(&mut object, true),
        _ => return object,
    }
    defaults::fill(to, &mut object);
    object
}

/// Properties of events: in the core group, and in their own.
const EVENT: [(&str, &str); 7] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
];

fn rename(event: &mut Value, back: bool) {
    let Some(map) = event.as_object_mut() else {
        return;
    };
    for (core, own) in EVENT {
        let (from, to) = if back { (own, core) } else { (core, own) };
        if let Some(value) = map.remove(from) {
            map.insert(to.to_owned(), value);
        }
    }
}

/// What the first version has a field for: where the second has its list, the side of a metric that
/// tells it, and the field.
const PERCENTAGES: [(&str, &str, &str, &str); 2] = [
    (
        "spec",
        "metrics",
        "target",
        "targetCPUUtilizationPercentage",
    ),
    (
        "status",
        "currentMetrics",
        "current",
        "currentCPUUtilizationPercentage",
    ),
];

/// What is said of processors in a metric, wanted or as it is: the first version has a property
/// for these.
fn cpu<'m>(metric: &'m Value, side: &str) -> Option<&'m Value> {
    let resource = &metric["resource"];
    let part = &resource[side]["averageUtilization"];
    (metric["type"] == "Resource" && resource["name"] == "cpu" && part.is_number()).then_some(part)
}

/// From the second version to the first.
fn older(object: &mut Value) {
    for (part, list, side, field) in PERCENTAGES {
        let part = object::part(object, part);
        let metrics = part.get_mut(list).and_then(Value::as_array_mut);
        let Some(metrics) = metrics else { continue };
        let found = metrics
            .iter()
            .position(|metric| cpu(metric, side).is_some());
        let found = found.map(|at| metrics.remove(at));
        if let Some(number) = found.as_ref().and_then(|metric| cpu(metric, side)) {
            part.insert(field.to_owned(), number.clone());
        }
    }
    for (part, field, note) in NOTES {
        let value = object::part(object, part).remove(field);
        let value = value.filter(|value| !empties::is_zero(value));
        if let Some(value) = value {
            object::metadata(object);
            let annotations = object::part(&mut object["metadata"], "annotations");
            annotations.insert(note.to_owned(), value.to_string().into());
        }
    }
}

/// From the first version to the second.
fn newer(object: &mut Value) {
    for (part, field, note) in NOTES {
        let annotations = object::metadata(object).get_mut("annotations");
        let annotations = annotations.and_then(Value::as_object_mut);
        let value = annotations.and_then(|annotations| annotations.remove(note));
        let value = value.as_ref().and_then(Value::as_str);
        let value: Option<Value> = value.and_then(|value| serde_json::from_str(value).ok());
        // Nothing else can have been written here.
        let is_known = |value: &Value| match (field, value) {
            ("behavior", value) => value.is_object(),
            (_, Value::Array(list)) => list.iter().all(is_of_second),
            _ => false,
        };
        if let Some(value) = value.filter(is_known) {
            object::part(object, part).insert(field.to_owned(), value);
        }
    }
    for (part, list, side, field) in PERCENTAGES {
        let part = object::part(object, part);
        let Some(number) = part.remove(field) else {
            continue;
        };
        let mut metric = json!({"type": "Resource", "resource": {"name": "cpu"}});
        metric["resource"][side]["averageUtilization"] = number;
        if side == "target" {
            metric["resource"][side]["type"] = "Utilization".into();
        }
        let all = part.entry(list).or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.push(metric);
        }
    }
    let status = object::part(object, "status");
    if status.get("currentReplicas").is_some_and(|now| *now == 0) {
        status.remove("currentReplicas");
    }
}

/// Whether it is a condition, or a metric as the second version has it.
fn is_of_second(one: &Value) -> bool {
    let mut sources = one
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, one)| one.is_object());
    one.is_object()
        && sources.all(|(_, one)| one["target"]["type"].is_string() || one["current"].is_object())
}

#[cfg(test)]
mod tests;
