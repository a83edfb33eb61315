//! Of pods.

use std::cmp::Ordering;

use super::super::found::{At, Found};
use super::super::texts;
use crate::quantity::Quantity;
use crate::status::Cause;

/// A volume, or the metadata of a claim, that containers may mount by its name.
pub(super) fn may_be_mounted(found: &mut Found, at: &At<'_>) {
    if !found.has_told(&at.path) {
        found.note("mounts", at.child("name").text());
    }
}

pub(super) fn mounted(found: &mut Found, at: &At<'_>) {
    if !found.is_noted("mounts", at.text()) {
        let cause = Cause::not_found(&at.path, &at.text().into());
        found.causes.push(cause);
    }
}

/// Two containers cannot have the same port of the node.
pub(super) fn host_port(found: &mut Found, port: &At<'_>) {
    let at = port.child("hostPort");
    let Some(number) = at.number().filter(|number| *number != 0) else {
        return;
    };
    let (protocol, host) = (port.child("protocol").text(), port.child("hostIP").text());
    let told = format!("{protocol}/{host}/{number}");
    if !found.note("host ports", &told) {
        let cause = Cause::duplicate(&at.path, &told.into());
        found.causes.push(cause);
    }
}

const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

pub(super) fn field_of_variable(found: &mut Found, at: &At<'_>) {
    let maps = ["metadata.labels['", "metadata.annotations['"];
    field(found, at, &FIELDS, maps);
}

pub(super) fn field_of_volume(found: &mut Found, at: &At<'_>) {
    let maps = ["metadata.labels", "metadata.annotations"];
    field(found, at, &FIELDS[..3], maps);
}

fn field(found: &mut Found, at: &At<'_>, known: &[&str], maps: [&str; 2]) {
    let text = at.text();
    if !known.contains(&text) && !maps.iter().any(|map| text.starts_with(map)) {
        let why = format!("error converting fieldPath: field label not supported: {text}");
        found.invalid(at, &why);
    }
}

const AMOUNTS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

pub(super) fn amount_of_container(found: &mut Found, at: &At<'_>) {
    if !AMOUNTS.contains(&at.text()) && !at.text().contains(".hugepages-") {
        let cause = Cause::unsupported(&at.path, at.value, &AMOUNTS);
        found.causes.push(cause);
    }
}

/// A variable is from one place.
pub(super) fn one_source(found: &mut Found, variable: &At<'_>) {
    let at = variable.child("valueFrom");
    if !at.is_set() {
        return;
    }
    let why = match at.entries().len() {
        0 => {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        }
        _ if !variable.child("value").is_empty() => {
            "may not be specified when `value` is not empty"
        }
        1 => return,
        _ => "may not have more than one field specified at a time",
    };
    found.invalid_as(&at, "", why);
}

/// What a container asks for, and what it may have.
pub(super) fn resources(found: &mut Found, at: &At<'_>) {
    let (limits, requests) = (at.child("limits"), at.child("requests"));
    for (name, place) in limits.entries() {
        resource(found, name, &place);
    }
    for (name, place) in requests.entries() {
        resource(found, name, &place);
        let limit = limits.key(name);
        let exact = name.contains('/') || name.starts_with("hugepages-");
        let Some(asked) = Quantity::parse(place.text()) else {
            continue;
        };
        let order = Quantity::parse(limit.text()).and_then(|limit| asked.partial_cmp(&limit));
        let how = match order {
            None if exact => {
                let why = "Limit must be set for non overcommitable resources";
                found.required(&limits, why);
                continue;
            }
            Some(Ordering::Less | Ordering::Greater) if exact => "equal to",
            Some(Ordering::Greater) => "less than or equal to",
            _ => continue,
        };
        let why = format!("must be {how} {name} limit of {}", limit.text());
        found.invalid_as(&requests, place.text(), &why);
    }
}

fn resource(found: &mut Found, name: &str, at: &At<'_>) {
    let before = found.causes.len();
    for why in texts::qualified(name) {
        found.invalid_as(at, name, &why);
    }
    let standard = ["cpu", "memory", "ephemeral-storage"].contains(&name);
    if !name.contains('/') && !standard && !name.starts_with("hugepages-") {
        if found.causes.len() == before {
            let why = "must be a standard resource type or fully qualified";
            found.invalid_as(at, name, why);
        }
        found.invalid_as(at, name, "must be a standard resource for containers");
    }
    match Quantity::parse(at.text()) {
        Some(amount) if amount.is_negative() => {
            found.invalid(at, "must be greater than or equal to 0");
        }
        Some(amount) if name.contains('/') && !amount.is_whole() => {
            found.invalid(at, "must be an integer");
        }
        _ => {}
    }
}
