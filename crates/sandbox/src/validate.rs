//! The rules that objects must keep, with the texts of the real server and in its order.

mod change;
mod found;
mod metadata;
mod own;
mod rules;
pub(crate) mod texts;

use serde_json::Value;

use self::found::{At, Found};
use crate::catalog::Resource;
use crate::status::Cause;

/// What is wrong with a new object.
pub fn create(resource: &Resource, object: &Value) -> Vec<Cause> {
    let mut found = Found::default();
    let at = At::root(object);
    metadata::check(&mut found, resource, &at.child("metadata"));
    if resource.kind == "Job" && object["metadata"]["labels"] == *template_labels(object) {
        // They are those of its template, which tells.
        found
            .causes
            .retain(|cause| cause.field != "metadata.labels");
    }
    if resource.group == "batch" && resource.kind == "Job" {
        own::generated(&mut found, &at);
    }
    rules::check(&mut found, &paragraph(resource), &at);
    found.finish()
}

fn template_labels(object: &Value) -> &Value {
    &object["spec"]["template"]["metadata"]["labels"]
}

/// What is wrong with a changed object, by itself and as a change.
pub fn update(
    resource: &Resource,
    new: &Value,
    old: &Value,
    subresource: Option<&str>,
) -> Vec<Cause> {
    let mut found = Found::default();
    let at = At::root(new);
    metadata::check_change(&mut found, &at.child("metadata"), &old["metadata"]);
    if subresource != Some("status") {
        change::before(&mut found, resource, &at, old);
        if !change::is_enough(resource) {
            rules::check(&mut found, &paragraph(resource), &at);
        }
        change::after(&mut found, resource, &at, old);
    }
    found.finish()
}

/// What is wrong with the definition of a custom resource.
pub fn definition(definition: &Value) -> Vec<Cause> {
    let mut found = Found::default();
    let kind = "apiextensions.k8s.io/CustomResourceDefinition";
    rules::check(&mut found, kind, &At::root(definition));
    found.finish()
}

/// The name of a kind in tables and rules.
fn paragraph(resource: &Resource) -> String {
    let group = match resource.group.as_str() {
        _ if resource.custom().is_some() => "custom",
        "" => "core",
        group => group,
    };
    format!("{group}/{}", resource.kind)
}
