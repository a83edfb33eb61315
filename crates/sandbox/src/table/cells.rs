//! Cells of built-in resources.

use serde_json::Value;

use super::network::network;
use super::others::others;
use super::pods::{self, Pod};
use super::storage::storage;
use super::{age, created, duration, name, seconds};
use crate::catalog::Resource;
use crate::object;
use crate::select;

/// What is in a cell, by what its column says of it:
///
/// - `.PATH`, `.PATH/OTHER`: the text there, or another when there is none
/// - `n.PATH`, `b.PATH`: the number, the boolean there
/// - `#PATH,PATH`: how many items or entries there are
/// - `,PATH`: the texts there
/// - `…{PATH}…{PATH/OTHER}…`: texts with others around them
/// - `PATH?CELL:CELL`: one of these when something is there, the other when not
/// - a name: see below
pub(super) fn cell(cell: &str, resource: &Resource, object: &Value, now: i64) -> Value {
    if let Some(path) = cell.strip_prefix('.') {
        let (path, other) = path.split_once('/').unwrap_or((path, ""));
        return plain(object::at(object, path), other).into();
    }
    if let Some(paths) = cell.strip_prefix('#') {
        let counts = paths.split(',').map(|path| count(object::at(object, path)));
        return counts.sum::<usize>().into();
    }
    if let Some(path) = cell.strip_prefix(',') {
        return texts(object::at(object, path)).join(",").into();
    }
    if let Some((path, cells)) = cell.split_once('?') {
        let (there, absent) = cells.split_once(':').unwrap_or((cells, ""));
        let is_there = !plain(object::at(object, path), "").is_empty();
        return filled(if is_there { there } else { absent }, object).into();
    }
    if cell.contains('{') {
        return filled(cell, object).into();
    }
    match cell.split_once('.') {
        Some(("n", path)) => object::at(object, path).as_i64().unwrap_or_default().into(),
        Some(("b", path)) => object::at(object, path).as_bool().unwrap_or(false).into(),
        _ => named(cell, resource, object, now),
    }
}

fn named(cell: &str, resource: &Resource, object: &Value, now: i64) -> Value {
    let (spec, status) = (&object["spec"], &object["status"]);
    let text = match cell {
        "name" if resource.plural == "storageclasses" => {
            let is_default = ["", "beta."].iter().any(|beta| {
                let mark = format!("storageclass.{beta}kubernetes.io/is-default-class");
                object::annotation(object, &mark) == Some("true")
            });
            let mark = if is_default { " (default)" } else { "" };
            format!("{}{mark}", object::name(object))
        }
        "name" => return name(object),
        "age" => age(created(object), now),
        "event_count" => {
            let counts = [
                &object["series"]["count"],
                &object["count"],
                &object["deprecatedCount"],
            ];
            let count = counts.iter().find_map(|count| count.as_i64());
            return count.unwrap_or(1).max(1).into();
        }
        "established" => return is_true(status, "Established").into(),
        "containers" => each(template(object), "containers", "name"),
        "images" => each(template(object), "containers", "image"),
        "selector" => match resource.plural.as_str() {
            "deployments" => selector(&spec["selector"], ""),
            _ => selector(&spec["selector"], "<none>"),
        },
        "job_selector" => selector(&spec["jobTemplate"]["spec"]["selector"], "<none>"),
        "pod_selector" => selector(&spec["podSelector"], "<none>"),
        "labels_selected" => labels(&spec["selector"]),
        "node_selector" => labels(&template(object)["nodeSelector"]),
        "pod_labels" => labels(&object["template"]["metadata"]["labels"]),
        "suspend" => match spec["suspend"].as_bool() {
            Some(true) => "True",
            Some(false) => "False",
            None => "<unset>",
        }
        .to_owned(),
        "last_schedule" => match &status["lastScheduleTime"] {
            Value::Null => "<none>".to_owned(),
            time => age(time, now),
        },
        "phase" if object::is_going(object) => "Terminating".to_owned(),
        "phase" => plain(&status["phase"], ""),
        "users" => subjects(object, "User"),
        "groups" => subjects(object, "Group"),
        "service_accounts" => subjects(object, "ServiceAccount"),
        "controller" => controller(object),
        _ if cell.starts_with("pod_") => pod(cell, object, now),
        _ if cell.starts_with("event_") || cell.ends_with("_seen") => event(cell, object, now),
        _ if cell.starts_with("job_") || cell == "completions" => job(cell, object, now),
        _ => {
            return network(cell, object)
                .or_else(|| storage(cell, object))
                .unwrap_or_else(|| others(cell, object))
                .into();
        }
    };
    text.into()
}

/// A text with the texts of paths in it.
fn filled(template: &str, object: &Value) -> String {
    let mut parts = template.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (path, rest) = part.split_once('}').unwrap_or((part, ""));
        let (path, other) = path.split_once('/').unwrap_or((path, ""));
        text.push_str(&plain(object::at(object, path), other));
        text.push_str(rest);
    }
    text
}

/// A value as a text.
pub(super) fn plain(value: &Value, other: &str) -> String {
    match value {
        Value::Null => other.to_owned(),
        Value::String(text) if text.is_empty() => other.to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn number(value: &Value, name: &str) -> i64 {
    value[name].as_i64().unwrap_or_default()
}

pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    }
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    items(value).iter().map(|item| plain(item, "")).collect()
}

pub(super) fn or(text: String, other: &str) -> String {
    if text.is_empty() {
        other.to_owned()
    } else {
        text
    }
}

pub(super) fn is_true(status: &Value, kind: &str) -> bool {
    condition(status, kind).is_some_and(|one| one["status"] == "True")
}

pub(super) fn condition<'a>(status: &'a Value, kind: &str) -> Option<&'a Value> {
    items(&status["conditions"])
        .iter()
        .find(|one| one["type"] == kind)
}

/// The first of a list, and how many more there are.
pub(super) fn few(list: &[String], most: usize, comma: &str, empty: &str) -> String {
    let shown = list[..list.len().min(most)].join(comma);
    match list.len() {
        0 => empty.to_owned(),
        many if many > most => format!("{shown} + {} more...", many - most),
        _ => shown,
    }
}

/// One property of each item, with commas.
pub(super) fn each(holder: &Value, list: &str, name: &str) -> String {
    let parts: Vec<String> = items(&holder[list])
        .iter()
        .map(|item| plain(&item[name], ""))
        .collect();
    parts.join(",")
}

/// The specification of a workload's pods.
fn template(object: &Value) -> &Value {
    let spec = &object["spec"];
    let template = match (&spec["jobTemplate"], &object["template"]) {
        (Value::Null, Value::Null) => &spec["template"],
        (Value::Null, template) => template,
        (jobs, _) => &jobs["spec"]["template"],
    };
    &template["spec"]
}

fn labels(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={}", plain(value, "")))
        .collect();
    or(pairs.join(","), "<none>")
}

/// A label selector, or another text when it selects all.
fn selector(selector: &Value, other: &str) -> String {
    or(select::text(selector), other)
}

fn subjects(binding: &Value, kind: &str) -> String {
    let of = items(&binding["subjects"])
        .iter()
        .filter(|one| one["kind"] == kind);
    let names: Vec<String> = of
        .map(|one| match kind {
            "ServiceAccount" => format!(
                "{}/{}",
                plain(&one["namespace"], ""),
                plain(&one["name"], "")
            ),
            _ => plain(&one["name"], ""),
        })
        .collect();
    names.join(", ")
}

fn controller(object: &Value) -> String {
    let mut owners = items(&object["metadata"]["ownerReferences"]).iter();
    let Some(owner) = owners.find(|one| one["controller"] == true) else {
        return "<none>".to_owned();
    };
    let version = plain(&owner["apiVersion"], "");
    let kind = plain(&owner["kind"], "").to_lowercase();
    let kind = match version.split_once('/') {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind,
    };
    format!("{kind}/{}", plain(&owner["name"], ""))
}

fn pod(cell: &str, object: &Value, now: i64) -> String {
    let pod = Pod::new(object);
    match cell {
        "pod_ready" => format!("{}/{}", pod.ready, pod.containers),
        "pod_status" => pod.reason,
        "pod_restarts" => pod.restarts(now),
        _ => pods::gates(object),
    }
}

fn event(cell: &str, object: &Value, now: i64) -> String {
    let first = |names: &[&str]| {
        let found = names.iter().map(|path| plain(object::at(object, path), ""));
        found
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    let about = match &object["involvedObject"] {
        Value::Null => &object["regarding"],
        about => about,
    };
    match cell {
        "last_seen" => pods::seen(object, true, now),
        "first_seen" => pods::seen(object, false, now),
        "event_field" => plain(&about["fieldPath"], ""),
        "event_message" => first(&["message", "note"]).trim().to_owned(),
        "event_object" => {
            let kind = plain(&about["kind"], "").to_lowercase();
            match plain(&about["name"], "") {
                name if name.is_empty() => kind,
                name => format!("{kind}/{name}"),
            }
        }
        _ => {
            let component = first(&[
                "source.component",
                "deprecatedSource.component",
                "reportingComponent",
                "reportingController",
            ]);
            match first(&["source.host", "deprecatedSource.host", "reportingInstance"]) {
                host if host.is_empty() => component,
                host => format!("{component}, {host}"),
            }
        }
    }
}

fn job(cell: &str, object: &Value, now: i64) -> String {
    let (spec, status) = (&object["spec"], &object["status"]);
    let succeeded = number(status, "succeeded");
    match cell {
        "completions" => match (spec["completions"].as_i64(), number(spec, "parallelism")) {
            (Some(completions), _) => format!("{succeeded}/{completions}"),
            (None, parallelism @ 2..) => format!("{succeeded}/1 of {parallelism}"),
            _ => format!("{succeeded}/1"),
        },
        "job_duration" => match (
            seconds(&status["startTime"]),
            seconds(&status["completionTime"]),
        ) {
            (Some(start), end) => duration(end.unwrap_or(now) - start),
            _ => String::new(),
        },
        _ => {
            let is = |kind: &str| is_true(status, kind);
            let found = [
                ("Complete", is("Complete")),
                ("Failed", is("Failed")),
                ("Terminating", object::is_going(object)),
                ("Suspended", is("Suspended")),
                ("FailureTarget", is("FailureTarget")),
                ("SuccessCriteriaMet", is("SuccessCriteriaMet")),
            ];
            let found = found.into_iter().find(|(_, is)| *is);
            found.map_or("Running", |(text, _)| text).to_owned()
        }
    }
}
