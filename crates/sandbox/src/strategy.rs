//! What the server itself writes before an object is kept: generations, statuses that only a
//! controller may set, addresses of services and the like; and what its admission plugins refuse.

mod pods;
mod services;
mod volumes;

use serde_json::{Map, Value, json};

use crate::catalog::Resource;
use crate::crd;
use crate::defaults;
use crate::object;
use crate::status::Status;
use crate::store::World;

/// Before a new object is validated.
///
/// # Errors
/// What an admission plugin of the real server would refuse.
pub fn create(resource: &Resource, object: &mut Value, world: &World<'_>) -> Result<(), Status> {
    if !resource.namespaced {
        object::metadata(object).remove("namespace");
    }
    if resource.subresource("status").is_some() && !keeps_status(resource) {
        if let Some(map) = object.as_object_mut() {
            map.remove("status");
        }
        defaults::status(resource, object);
    }
    if counts(resource) {
        object::metadata(object).insert("generation".into(), 1.into());
    }
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Namespace") => {
            namespace_finalizer(object);
            object["status"] = json!({"phase": "Active"});
        }
        ("", "Pod") => pods::create(resource, object, world)?,
        ("", "Service") => services::create(resource, object, world)?,
        ("", "PersistentVolumeClaim") => volumes::claim(object, world),
        ("", "PersistentVolume") => volumes::volume(object),
        ("storage.k8s.io", "VolumeAttributesClass") => {
            volumes::finalizer(object, "kubernetes.io/vac-protection");
        }
        ("networking.k8s.io", "Ingress") => classify(object, &INGRESS_CLASS, world),
        ("apps", "DaemonSet") => daemons(object, None),
        ("batch", "Job") => job(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => crd::default(resource, object),
        _ => {}
    }
    Ok(())
}

/// Before a changed object is validated. `subresource` is what the request was for.
///
/// # Errors
/// What an admission plugin of the real server would refuse.
pub fn update(
    resource: &Resource,
    new: &mut Value,
    old: &Value,
    subresource: Option<&str>,
    world: &World<'_>,
) -> Result<(), Status> {
    let has_status = resource.subresource("status").is_some();
    if subresource == Some("status") {
        only_status(resource, new, old);
    } else if has_status {
        keep(new, old, "status");
    }
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Namespace") if subresource != Some("finalize") => keep(new, old, "spec"),
        ("", "Pod") if subresource.is_none() => pods::tolerations(new),
        ("apps", "DaemonSet") if subresource.is_none() => daemons(new, Some(old)),
        ("", "Service") if subresource != Some("status") => {
            services::update(resource, new, old, world)?;
        }
        _ => {}
    }
    generation(resource, new, old);
    Ok(())
}

/// What is in a namespace goes before it does.
fn namespace_finalizer(object: &mut Value) {
    let list = object::list(object::part(object, "spec"), "finalizers");
    if !list.iter().any(|one| one == "kubernetes") {
        list.push("kubernetes".into());
    }
}

/// Kinds whose status comes with them: nodes tell it themselves.
fn keeps_status(resource: &Resource) -> bool {
    resource.group.is_empty() && matches!(resource.kind.as_str(), "Node" | "Namespace")
}

/// What a write for the status may change.
fn only_status(resource: &Resource, new: &mut Value, old: &Value) {
    let mut sent = std::mem::replace(new, old.clone());
    keep(new, &sent, "status");
    let metadata = sent["metadata"].take();
    if resource.custom().is_some() {
        let managed = metadata["managedFields"].clone();
        if !managed.is_null() {
            object::metadata(new).insert("managedFields".into(), managed);
        }
        return;
    }
    new["metadata"] = metadata;
    // GO: workloads alone keep their labels, since they select by them.
    if resource.group == "apps" {
        keep(&mut new["metadata"], &old["metadata"], "labels");
    }
}

/// A part is as it was.
fn keep(new: &mut Value, old: &Value, part: &str) {
    match (old.get(part), new.as_object_mut()) {
        (Some(was), _) => new[part] = was.clone(),
        (None, Some(map)) => {
            map.remove(part);
        }
        (None, None) => {}
    }
}

/// Built-in kinds that have a generation.
const COUNTED: [(&str, &[&str]); 10] = [
    ("", &["Pod", "PodTemplate", "ReplicationController"]),
    (
        "apps",
        &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    ),
    ("autoscaling", &["HorizontalPodAutoscaler"]),
    ("batch", &["CronJob", "Job"]),
    ("discovery.k8s.io", &["EndpointSlice"]),
    (
        "networking.k8s.io",
        &["Ingress", "IngressClass", "NetworkPolicy"],
    ),
    ("policy", &["PodDisruptionBudget"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "resource.k8s.io",
        &["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
    ),
    (
        "flowcontrol.apiserver.k8s.io",
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
];

fn counts(resource: &Resource) -> bool {
    let group = resource.group.as_str();
    resource.custom().is_some()
        || matches!(
            group,
            "admissionregistration.k8s.io" | "apiextensions.k8s.io"
        )
        || COUNTED
            .iter()
            .any(|(known, kinds)| *known == group && kinds.contains(&resource.kind.as_str()))
}

/// One more when what is wanted is another; clients have no say in it.
fn generation(resource: &Resource, new: &mut Value, old: &Value) {
    let before = old["metadata"]["generation"].as_i64().unwrap_or(0);
    let mut next = before;
    if counts(resource) && wanted(resource, new) != wanted(resource, old) {
        next += 1;
    }
    if next == 0 {
        object::metadata(new).remove("generation");
    } else {
        object::metadata(new).insert("generation".into(), next.into());
    }
}

/// What counts as wanted of an object: all but its metadata and status, whose labels and
/// annotations count for few kinds.
fn wanted(resource: &Resource, object: &Value) -> Map<String, Value> {
    let mut wanted = object.as_object().cloned().unwrap_or_default();
    for aside in ["metadata", "status", "apiVersion", "kind"] {
        wanted.remove(aside);
    }
    let extra = match resource.kind.as_str() {
        // GO: so that a controller of old sees annotations that it keeps in step.
        "Deployment" if resource.group == "apps" => &object["metadata"]["annotations"],
        "EndpointSlice" => &object["metadata"]["labels"],
        // Its value can change by nobody.
        "PriorityClass" => return Map::new(),
        _ => &Value::Null,
    };
    wanted.insert("metadata".to_owned(), extra.clone());
    wanted
}

/// Finds its pods by its own uid, unless its author says how.
fn job(object: &mut Value) {
    if object["spec"]["manualSelector"] == true {
        return;
    }
    let (name, uid) = (
        object::name(object).to_owned(),
        object::uid(object).to_owned(),
    );
    let spec = object::part(object, "spec");
    let template = spec.entry("template").or_insert_with(|| json!({}));
    if !template.is_object() {
        return;
    }
    if !template["metadata"].is_object() {
        template["metadata"] = json!({});
    }
    let labels = object::part(&mut template["metadata"], "labels");
    for (label, value) in [
        ("job-name", &name),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("batch.kubernetes.io/controller-uid", &uid),
    ] {
        labels.entry(label).or_insert_with(|| value.clone().into());
    }
    let labels = Value::Object(labels.clone());
    let selector = spec.entry("selector").or_insert_with(|| json!({}));
    object::part(selector, "matchLabels")
        .entry("batch.kubernetes.io/controller-uid")
        .or_insert_with(|| uid.into());
    object::metadata(object).entry("labels").or_insert(labels);
}

/// GO: the generation of a daemon set's template, kept where old clients find it.
fn daemons(new: &mut Value, old: Option<&Value>) {
    const KEY: &str = "deprecated.daemonset.template.generation";
    let before = old.and_then(|old| object::annotation(old, KEY)?.parse::<i64>().ok());
    let same = old.is_some_and(|old| old["spec"]["template"] == new["spec"]["template"]);
    let now = before.unwrap_or(0) + i64::from(!same);
    object::part(&mut new["metadata"], "annotations")
        .insert(KEY.to_owned(), now.max(1).to_string().into());
}

/// How objects of a kind are of a class, when they do not say of which.
struct Class {
    /// Where they say it.
    field: &'static str,
    /// The annotation by which they said it once.
    annotation: &'static str,
    shelf: &'static str,
    /// What makes a class the default one.
    marks: &'static [&'static str],
}

const INGRESS_CLASS: Class = Class {
    field: "ingressClassName",
    annotation: "kubernetes.io/ingress.class",
    shelf: "networking.k8s.io/ingressclasses",
    marks: &["ingressclass.kubernetes.io/is-default-class"],
};

/// An object without a class is of the default one.
fn classify(object: &mut Value, class: &Class, world: &World<'_>) {
    let said = object["spec"][class.field].is_string();
    if said || object::annotation(object, class.annotation).is_some() {
        return;
    }
    let classes = world.list(class.shelf, None).map(|kept| kept.object());
    if let Some(name) = newest(classes, class.marks) {
        object::part(object, "spec").insert(class.field.to_owned(), name.into());
    }
}

/// The name of the newest object that is declared the default one.
fn newest(objects: impl Iterator<Item = Value>, annotations: &[&str]) -> Option<String> {
    let mut defaults: Vec<Value> = objects
        .filter(|one| {
            annotations
                .iter()
                .any(|name| object::annotation(one, name) == Some("true"))
        })
        .collect();
    defaults.sort_by(|one, other| {
        let time = |object: &Value| object::text(object, "creationTimestamp").to_owned();
        (time(other), object::name(one)).cmp(&(time(one), object::name(other)))
    });
    defaults.first().map(|one| object::name(one).to_owned())
}
