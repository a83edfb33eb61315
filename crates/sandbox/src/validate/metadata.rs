//! What the metadata of every object must keep to.

use serde_json::Value;

use super::found::{At, Found};
use super::texts;
use crate::catalog::Resource;
use crate::status::Cause;

/// The most bytes of all annotations.
const ANNOTATIONS: usize = 256 * 1024;

pub(super) fn check(found: &mut Found, resource: &Resource, at: &At<'_>) {
    let generate = at.child("generateName");
    if !generate.is_empty() {
        // GO: what is appended makes an end of it: a dash there is right.
        let trimmed = generate.text().trim_end_matches('-');
        let begin = if trimmed.len() < generate.text().len() {
            format!("{trimmed}a")
        } else {
            trimmed.to_owned()
        };
        for why in name_rule(resource, &begin, true) {
            found.invalid(&generate, &why);
        }
    }
    let name = at.child("name");
    if name.is_empty() {
        found.required(&name, "name or generateName is required");
    } else {
        found.all(&name, name_rule(resource, name.text(), false));
    }
    common(found, at);
    let finalizers = at.child("finalizers").items();
    for finalizer in &finalizers {
        let place = finalizer.named("metadata.finalizers");
        found.all(&place, texts::qualified(finalizer.text()));
    }
    if resource.custom().is_some() {
        return;
    }
    for finalizer in finalizers {
        let known = ["orphan", "foregroundDeletion", "kubernetes"];
        if !finalizer.text().contains('/') && !known.contains(&finalizer.text()) {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            found.invalid(&finalizer, why);
        }
    }
}

/// How a kind wants its names.
fn name_rule(resource: &Resource, name: &str, is_prefix: bool) -> Vec<String> {
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Namespace" | "Service") | ("apps", "StatefulSet") => texts::label(name),
        ("rbac.authorization.k8s.io" | "certificates.k8s.io" | "apiregistration.k8s.io", _) => {
            texts::path_segment(name, is_prefix)
        }
        _ => texts::subdomain(name),
    }
}

fn common(found: &mut Found, at: &At<'_>) {
    found.labels(&at.child("labels"));
    annotations(found, &at.child("annotations"));
    owners(found, &at.child("ownerReferences"));
}

pub(super) fn annotations(found: &mut Found, at: &At<'_>) {
    let mut size = 0;
    for (name, value) in at.value.as_object().into_iter().flatten() {
        for why in texts::qualified(&name.to_lowercase()) {
            found.invalid_as(at, name.as_str(), &why);
        }
        size += name.len() + value.as_str().map_or(0, str::len);
    }
    if size > ANNOTATIONS {
        found.causes.push(Cause::too_long(&at.path, ANNOTATIONS));
    }
}

/// GO: in the order of `metav1.OwnerReference`.
const OWNER_FIELDS: [&str; 6] = [
    "apiVersion",
    "kind",
    "name",
    "uid",
    "controller",
    "blockOwnerDeletion",
];

fn owners(found: &mut Found, at: &At<'_>) {
    let mut controller: Option<String> = None;
    for owner in at.items() {
        for field in ["apiVersion", "kind", "name", "uid"] {
            if owner.child(field).is_empty() {
                found.required(&owner.child(field), "must not be empty");
            }
        }
        if owner.child("apiVersion").is("v1") && owner.child("kind").is("Event") {
            found.invalid(&owner, "/v1, Kind=Event is disallowed from being an owner");
        }
        if owner.value["controller"] != true {
            continue;
        }
        let name = format!(
            "{}/{}",
            owner.child("kind").text(),
            owner.child("name").text()
        );
        match &controller {
            Some(first) => {
                let why = format!(
                    "Invalid value: {}: Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}",
                    shown(at)
                );
                let cause = Cause::new("FieldValueInvalid", &at.path, why);
                found.causes.push(cause);
            }
            None => controller = Some(name),
        }
    }
}

/// References in JSON, with their fields in the order of Go's type.
fn shown(at: &At<'_>) -> String {
    let owners = at.items().into_iter().map(|owner| {
        let fields = OWNER_FIELDS.iter().filter_map(|name| {
            let value = owner.value.get(name)?;
            Some(format!("\"{name}\":{value}"))
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    });
    format!("[{}]", owners.collect::<Vec<_>>().join(","))
}

/// What the change of an object's metadata must keep to.
pub(super) fn check_change(found: &mut Found, new: &At<'_>, old: &Value) {
    let going = old["deletionTimestamp"].is_string();
    if going {
        let had = old["finalizers"].as_array().cloned().unwrap_or_default();
        let mut more: Vec<String> = new
            .child("finalizers")
            .items()
            .iter()
            .filter(|one| !had.contains(one.value))
            .map(|one| format!("\"{}\"", one.text()))
            .collect();
        more.sort();
        if !more.is_empty() {
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                more.join(", ")
            );
            found.forbidden(&new.child("finalizers"), &why);
        }
    }
    for field in ["name", "namespace", "uid", "creationTimestamp"] {
        let place = new.child(field);
        if *place.value != old[field] {
            found.invalid(&place, "field is immutable");
        }
    }
    common(found, new);
}
