//! What may not change in an object that is there.

use serde_json::{Map, Value};

use super::found::{At, Found};
use crate::catalog::Resource;
use crate::object::{self, each, each_mut};
use crate::quantity::Quantity;

const IMMUTABLE: &str = "field is immutable";

/// When the server tells that a field may not change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before what is wrong with the new object by itself.
    Before,
    /// After it.
    After,
    /// After it, and without the value.
    Bare,
}

/// Fields that stay as they were made, and when it is told.
const FIELDS: [(When, &str); 3] = [
    (
        When::Before,
        "core/Secret type
         apps/DaemonSet spec.selector",
    ),
    (
        When::After,
        "apps/Deployment spec.selector
         apps/ReplicaSet spec.selector
         apps/StatefulSet spec.serviceName spec.selector
         apps/StatefulSet spec.podManagementPolicy spec.volumeClaimTemplates
         batch/Job spec.selector spec.completionMode spec.podFailurePolicy
         batch/Job spec.backoffLimitPerIndex spec.managedBy spec.successPolicy
         networking.k8s.io/IngressClass spec.controller
         scheduling.k8s.io/PriorityClass preemptionPolicy",
    ),
    (
        When::Bare,
        "storage.k8s.io/StorageClass parameters provisioner reclaimPolicy volumeBindingMode
         discovery.k8s.io/EndpointSlice addressType
         node.k8s.io/RuntimeClass handler",
    ),
];

/// Kinds of which only the change is checked, not what was there before.
pub(super) fn is_enough(resource: &Resource) -> bool {
    resource.group.is_empty() && resource.kind == "Pod"
}

pub(super) fn before(found: &mut Found, resource: &Resource, new: &At<'_>, old: &Value) {
    fields(found, resource, new, old, When::Before);
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "ConfigMap") => frozen(found, new, old, &["data", "binaryData"]),
        ("", "Secret") => frozen(found, new, old, &["data"]),
        ("", "Service") => addresses(found, new, old),
        _ => {}
    }
}

pub(super) fn after(found: &mut Found, resource: &Resource, new: &At<'_>, old: &Value) {
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Pod") => pod(found, new, old),
        ("", "PersistentVolumeClaim") => claim(found, &new.child("spec"), old),
        ("", "PersistentVolume") => volume(found, &new.child("spec"), &old["spec"]),
        ("batch", "Job") => job(found, &new.child("spec"), old),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            role(found, &new.child("roleRef"), &old["roleRef"]);
        }
        ("scheduling.k8s.io", "PriorityClass") => {
            let value = new.child("value");
            if *value.value != old["value"] {
                found.forbidden(&value, "may not be changed in an update.");
            }
        }
        _ => {}
    }
    fields(found, resource, new, old, When::After);
    fields(found, resource, new, old, When::Bare);
}

fn fields(found: &mut Found, resource: &Resource, new: &At<'_>, old: &Value, when: When) {
    let own = super::paragraph(resource);
    let lines = FIELDS.iter().filter(|(at, _)| *at == when);
    let lines = lines.flat_map(|(_, lines)| lines.lines());
    let paths = lines.flat_map(|line| {
        let mut words = line.split_whitespace();
        let is_own = words.next() == Some(own.as_str());
        words.filter(move |_| is_own)
    });
    for path in paths {
        let names: Vec<&str> = path.split('.').collect();
        let place = new.down(&names);
        if place.value == object::at(old, path) {
            continue;
        }
        if when == When::Bare {
            found.invalid_as(&place, Value::Null, IMMUTABLE);
        } else {
            found.invalid(&place, IMMUTABLE);
        }
    }
}

/// What its author has frozen.
fn frozen(found: &mut Found, new: &At<'_>, old: &Value, parts: &[&str]) {
    if old["immutable"] != true {
        return;
    }
    let why = "field is immutable when `immutable` is set";
    if new.value["immutable"] != true {
        found.forbidden(&new.child("immutable"), why);
    }
    for part in parts {
        let place = new.child(part);
        if *place.value != old[*part] {
            found.forbidden(&place, why);
        }
    }
}

fn addresses(found: &mut Found, new: &At<'_>, old: &Value) {
    let outside = |kind: &Value| kind == "ExternalName";
    let (now, was) = (&new.value["spec"], &old["spec"]);
    if outside(&now["type"]) || outside(&was["type"]) {
        return;
    }
    let list = new.down(&["spec", "clusterIPs"]);
    let place = list.named("spec.clusterIPs[0]");
    if !was["clusterIPs"][0].is_null() && now["clusterIPs"][0] != was["clusterIPs"][0] {
        found.invalid(&place, "may not change once set");
    }
}

/// GO: as the server prints its own type.
fn role(found: &mut Found, new: &At<'_>, old: &Value) {
    let text = |field: &str| new.child(field).value.to_string();
    let (group, kind, name) = (text("apiGroup"), text("kind"), text("name"));
    if new.value != old {
        let told = format!("{{\"APIGroup\":{group},\"Kind\":{kind},\"Name\":{name}}}");
        found.told_invalid(new, &told, IMMUTABLE);
    }
}

/// A job that has not begun may still be sent elsewhere; one that has may not change.
fn job(found: &mut Found, new: &At<'_>, old: &Value) {
    let was = &old["spec"];
    let completions = new.child("completions");
    let indexed = new.child("completionMode").is("Indexed");
    let elastic = indexed && completions.value == new.child("parallelism").value;
    if *completions.value != was["completions"] && !elastic {
        found.invalid(&completions, IMMUTABLE);
    }
    let waits = was["suspend"] == true && old["status"]["startTime"].is_null();
    let template = new.child("template");
    if waits {
        if placeless(template.value) != placeless(&was["template"]) {
            found.invalid(&template.child("spec"), IMMUTABLE);
        }
    } else if *template.value != was["template"] {
        found.invalid(&template, IMMUTABLE);
    }
}

/// A template without what says where its pods run.
fn placeless(template: &Value) -> Value {
    let mut template = template.clone();
    if !template.is_object() {
        return template;
    }
    for field in ["labels", "annotations"] {
        remove(&mut template["metadata"], field);
    }
    for field in ["nodeSelector", "tolerations", "affinity", "schedulingGates"] {
        remove(&mut template["spec"], field);
    }
    for list in ["containers", "initContainers"] {
        for container in each_mut(template["spec"].get_mut(list)) {
            container.remove("resources");
        }
    }
    template
}

fn remove(value: &mut Value, field: &str) {
    if let Some(map) = value.as_object_mut() {
        map.remove(field);
    }
}

const POD: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

fn pod(found: &mut Found, new: &At<'_>, old: &Value) {
    let spec = new.child("spec");
    for list in ["containers", "initContainers"] {
        let containers = spec.child(list);
        let many = |value: &Value| value.as_array().map_or(0, Vec::len);
        if many(containers.value) != many(&old["spec"][list]) {
            found.forbidden(&containers, "pod updates may not add or remove containers");
            return;
        }
        for container in containers.items() {
            let image = container.child("image");
            if image.is_empty() {
                found.required(&image, "");
            }
        }
    }
    if !found.causes.is_empty() {
        return;
    }
    let known = each(&old["spec"]["tolerations"]);
    let now = spec.child("tolerations");
    let now = now.value.as_array().cloned().unwrap_or_default();
    let lost = known.into_iter().any(|one| !now.contains(one));
    if lost || same_in_pods(spec.value) != same_in_pods(&old["spec"]) {
        found.forbidden(&spec, POD);
    }
}

/// What stays the same in a pod.
fn same_in_pods(spec: &Value) -> Value {
    let mut spec = spec.clone();
    for field in [
        "activeDeadlineSeconds",
        "tolerations",
        "ephemeralContainers",
    ] {
        remove(&mut spec, field);
    }
    for list in ["containers", "initContainers"] {
        for container in each_mut(spec.get_mut(list)) {
            container.remove("image");
        }
    }
    spec
}

const CLAIM: &str = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

fn claim(found: &mut Found, new: &At<'_>, old: &Value) {
    let was = &old["spec"];
    let bound = old["status"]["phase"] == "Bound";
    let same = |spec: &Value| {
        let mut same: Map<String, Value> = spec.as_object().cloned().unwrap_or_default();
        // A controller binds it, and gives it a class when there is a default one later.
        if was["volumeName"].is_null() {
            same.remove("volumeName");
        }
        if was["storageClassName"].is_null() {
            same.remove("storageClassName");
        }
        if bound {
            same.remove("resources");
            same.remove("volumeAttributesClassName");
        }
        same.remove("volumeMode");
        same
    };
    let mode = new.child("volumeMode");
    let other_mode = *mode.value != was["volumeMode"];
    if same(new.value) != same(was) || other_mode {
        found.forbidden(new, CLAIM);
    }
    let amount = |spec: &Value| {
        Quantity::parse(
            spec["resources"]["requests"]["storage"]
                .as_str()
                .unwrap_or_default(),
        )
    };
    if bound && amount(new.value) < amount(&old["status"]["capacity"]).or(amount(was)) {
        let place = new.down(&["resources", "requests", "storage"]);
        found.forbidden(&place, "field can not be less than status.capacity");
    }
    if other_mode {
        found.invalid(&mode.named("volumeMode"), IMMUTABLE);
    }
}

/// The data of a volume stay where they are.
fn volume(found: &mut Found, new: &At<'_>, old: &Value) {
    const OTHERS: [&str; 9] = [
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    ];
    let source = |spec: &Value| {
        let mut source = spec.clone();
        for field in OTHERS {
            remove(&mut source, field);
        }
        source
    };
    if source(new.value) != source(old) {
        let place = new.named("spec.persistentvolumesource");
        let why = "spec.persistentvolumesource is immutable after creation";
        found.forbidden(&place, why);
    }
    let mode = new.child("volumeMode");
    if *mode.value != old["volumeMode"] {
        found.invalid(&mode.named("volumeMode"), IMMUTABLE);
    }
}
