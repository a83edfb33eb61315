//! The same object in another version.
//!
//! Versions of custom resources differ by their name alone. Of built-in ones, autoscalers have two
//! versions with other properties, and events two groups. Of what makes an autoscaler scale, the
//! first version knows the use of processors alone.

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::defaults;
use crate::object;

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

/// From the second version to the first, which has no place for anything else.
fn older(object: &mut Value) {
    for (part, list, side, field) in PERCENTAGES {
        let part = object::part(object, part);
        let metrics = part.remove(list).unwrap_or_default();
        if let Some(number) = object::each(&metrics).find_map(|metric| cpu(metric, side)) {
            part.insert(field.to_owned(), number.clone());
        }
    }
    object::part(object, "spec").remove("behavior");
    object::part(object, "status").remove("conditions");
}

/// From the first version to the second.
fn newer(object: &mut Value) {
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
        object::list(part, list).push(metric);
    }
    let status = object::part(object, "status");
    if status.get("currentReplicas").is_some_and(|now| *now == 0) {
        status.remove("currentReplicas");
    }
}

#[cfg(test)]
mod tests;
