//! Claims of storage, and the volumes that they get.

use serde_json::{Value, json};

use super::garbage::let_go;
use super::parts::{self, each, text};
use super::see::See;
use super::{Part, Plan};
use crate::object;
use crate::quantity::Quantity;
use crate::select;

/// Where claims are kept.
pub const CLAIMS: &str = "/persistentvolumeclaims";
const VOLUMES: &str = "/persistentvolumes";
const CLASSES: &str = "storage.k8s.io/storageclasses";
const PROVISIONER: &str = "pintle.test/volume";
const CLAIM_IN_USE: &str = "kubernetes.io/pvc-protection";
const VOLUME_IN_USE: &str = "kubernetes.io/pv-protection";

/// Whether the class of a claim says that it gets its volume when a pod needs it.
pub fn waits_for_pod(see: &See<'_>, claim: &Value) -> bool {
    let class = see.find(CLASSES, "", text(&claim["spec"]["storageClassName"]));
    class.is_some_and(|class| class["volumeBindingMode"] == "WaitForFirstConsumer")
}

/// What a claim needs: a volume, and to be let go of.
pub fn plan(see: &See<'_>, claim: &Value, plan: &mut Plan) {
    if object::is_going(claim) {
        if !is_held(see, claim) {
            let_go(claim, CLAIM_IN_USE, plan);
        }
        return;
    }
    let name = text(&claim["spec"]["volumeName"]);
    let volume = match name {
        "" => matching(see, claim),
        name => see.find(VOLUMES, "", name),
    };
    match volume {
        Some(volume) => bind(see, claim, &volume, plan),
        None if name.is_empty() => provision(see, claim, plan),
        None => {}
    }
}

/// Whether a pod uses a claim, or will.
fn is_used(see: &See<'_>, claim: &Value) -> bool {
    pods_of(see, claim).any(|pod| !parts::is_over(&pod))
}

/// Whether a pod keeps a claim from going: one that has a node, also when it is over.
fn is_held(see: &See<'_>, claim: &Value) -> bool {
    pods_of(see, claim).any(|pod| !text(&pod["spec"]["nodeName"]).is_empty())
}

/// The pods that name a claim.
fn pods_of(see: &See<'_>, claim: &Value) -> impl Iterator<Item = Value> {
    let name = object::name(claim).to_owned();
    let pods = see.all("/pods", Some(object::namespace(claim)));
    pods.filter(move |pod| {
        let mut volumes = each(&pod["spec"]["volumes"]);
        volumes.any(|one| one["persistentVolumeClaim"]["claimName"] == *name)
    })
}

fn is_of(volume: &Value, claim: &Value) -> bool {
    let to = &volume["spec"]["claimRef"];
    let same = to["name"] == claim["metadata"]["name"]
        && to["namespace"] == claim["metadata"]["namespace"];
    same && (to.get("uid").is_none() || to["uid"] == claim["metadata"]["uid"])
}

/// A volume that is there and fits: the smallest.
fn matching(see: &See<'_>, claim: &Value) -> Option<Value> {
    let wanted = amount(&claim["spec"]["resources"]["requests"]["storage"]);
    let fits = |volume: &Value| {
        let spec = &volume["spec"];
        if object::is_going(volume) {
            return false;
        }
        if spec.get("claimRef").is_some() {
            return is_of(volume, claim);
        }
        let modes = || each(&spec["accessModes"]);
        let mut wanted_modes = each(&claim["spec"]["accessModes"]);
        let label = |name: &str| object::label(volume, name);
        text(&spec["storageClassName"]) == text(&claim["spec"]["storageClassName"])
            && amount(&spec["capacity"]["storage"]) >= wanted
            && wanted_modes.all(|one| modes().any(|mode| mode == one))
            && select::selects(&claim["spec"]["selector"], &label)
    };
    let found = see.all(VOLUMES, None).filter(fits);
    found.min_by(|one, other| {
        let size = |volume: &Value| amount(&volume["spec"]["capacity"]["storage"]);
        let free = |volume: &Value| volume["spec"].get("claimRef").is_none();
        (free(one), size(one))
            .partial_cmp(&(free(other), size(other)))
            .unwrap_or(std::cmp::Ordering::Equal)
    })
}

fn amount(value: &Value) -> Option<Quantity> {
    Quantity::parse(text(value))
}

/// A volume for a claim of a class that makes them.
fn provision(see: &See<'_>, claim: &Value, plan: &mut Plan) {
    let class_name = text(&claim["spec"]["storageClassName"]);
    if class_name.is_empty() {
        return;
    }
    let Some(class) = see.find(CLASSES, "", class_name) else {
        let message = format!("storageclass.storage.k8s.io \"{class_name}\" not found");
        plan.warn(claim, "ProvisioningFailed", &message);
        return pending(claim, plan);
    };
    if waits_for_pod(see, claim) && !is_used(see, claim) {
        let message = "waiting for first consumer to be created before binding";
        plan.tell(claim, "WaitForFirstConsumer", message);
        return pending(claim, plan);
    }
    let provisioner = text(&class["provisioner"]);
    let mut new = claim.clone();
    for name in [
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-provisioner",
    ] {
        parts::set_annotation(&mut new, name, provisioner);
    }
    let is_noted = new == *claim;
    if !is_noted || parts::is_held(claim) || provisioner != PROVISIONER {
        let message = format!(
            "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
        );
        plan.tell(claim, "ExternalProvisioning", &message);
        if is_noted {
            pending(claim, plan);
        }
        // A volume of ours is made when the note is seen.
        return plan.update(claim, new, Part::Object);
    }
    let uid = object::uid(claim);
    let spec = &claim["spec"];
    plan.create(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": format!("pvc-{uid}"),
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
            "finalizers": [VOLUME_IN_USE],
        },
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "persistentVolumeReclaimPolicy": class["reclaimPolicy"].as_str().unwrap_or("Delete"),
            "storageClassName": class_name,
            "volumeMode": spec["volumeMode"].as_str().unwrap_or("Filesystem"),
            "claimRef": reference(claim),
            "hostPath": {"path": format!("/nonexistent/pvc-{uid}"), "type": ""},
        },
    }));
}

fn reference(claim: &Value) -> Value {
    let meta = &claim["metadata"];
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]})
}

fn pending(claim: &Value, plan: &mut Plan) {
    if text(&claim["status"]["phase"]).is_empty() {
        plan.status(claim, json!({"phase": "Pending"}));
    }
}

/// Whether a pod needs it: said of every claim that has its volume.
fn unused(see: &See<'_>, claim: &Value) -> Value {
    let (value, reason, message) = if is_used(see, claim) {
        let message = "A pod is currently referencing this PVC";
        ("False", "PodUsingPVC", message)
    } else {
        let message = "No pods are currently referencing this PVC";
        ("True", "NoPodsUsingPVC", message)
    };
    let mut unused = see.said(claim, ["Unused", value, reason, message]);
    unused["lastProbeTime"] = Value::Null;
    unused
}

/// Writes on both that they belong together, one after the other.
fn bind(see: &See<'_>, claim: &Value, volume: &Value, plan: &mut Plan) {
    if volume["spec"].get("claimRef").is_some() && !is_of(volume, claim) {
        return;
    }
    if volume["spec"]["claimRef"].get("uid").is_none() {
        let mut new = volume.clone();
        new["spec"]["claimRef"] = reference(claim);
        plan.update(volume, new, Part::Object);
        return;
    }
    phase(see, volume, "Bound", plan);
    let mut new = claim.clone();
    new["spec"]["volumeName"] = volume["metadata"]["name"].clone();
    for name in [
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
    ] {
        parts::set_annotation(&mut new, name, "yes");
    }
    if new != *claim {
        plan.update(claim, new, Part::Whole);
        return;
    }
    let mut status = claim["status"].clone();
    status["phase"] = "Bound".into();
    status["accessModes"] = volume["spec"]["accessModes"].clone();
    status["capacity"] = volume["spec"]["capacity"].clone();
    status["conditions"] = json!([unused(see, claim)]);
    plan.status(claim, status);
}

/// What becomes of a volume.
pub fn volume(see: &See<'_>, volume: &Value, plan: &mut Plan) {
    let to = &volume["spec"]["claimRef"];
    let claim = see.find(CLAIMS, text(&to["namespace"]), text(&to["name"]));
    let claim = claim.filter(|claim| is_of(volume, claim));
    let was_bound = matches!(text(&volume["status"]["phase"]), "Bound" | "Released");
    if object::is_going(volume) {
        if claim.is_none() {
            let_go(volume, VOLUME_IN_USE, plan);
        }
        return;
    }
    if claim.is_some() {
        return;
    }
    let had_one = to.get("uid").is_some();
    let ours = object::annotation(volume, "pv.kubernetes.io/provisioned-by") == Some(PROVISIONER);
    if had_one && ours && volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete" {
        plan.delete(VOLUMES, volume, "");
    } else if had_one && was_bound {
        phase(see, volume, "Released", plan);
    } else {
        phase(see, volume, "Available", plan);
    }
}

fn phase(see: &See<'_>, volume: &Value, phase: &str, plan: &mut Plan) {
    if volume["status"]["phase"] != phase {
        let status = json!({"phase": phase, "lastPhaseTransitionTime": see.time()});
        plan.status(volume, status);
    }
}
