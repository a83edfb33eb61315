//! Claims of volumes, and volumes.

use serde_json::Value;

use super::{Class, classify};
use crate::object;
use crate::store::World;

const CLASS: Class = Class {
    field: "storageClassName",
    annotation: "volume.beta.kubernetes.io/storage-class",
    shelf: "storage.k8s.io/storageclasses",
    marks: &[
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ],
};

/// A claim that nobody uses yet.
pub(super) fn claim(claim: &mut Value, world: &World<'_>) {
    finalizer(claim, "kubernetes.io/pvc-protection");
    classify(claim, &CLASS, world);
}

/// A volume that nobody has looked at yet.
pub(super) fn volume(volume: &mut Value) {
    finalizer(volume, "kubernetes.io/pv-protection");
    let now = volume["metadata"]["creationTimestamp"].clone();
    if now.is_string() {
        object::part(volume, "status").insert("lastPhaseTransitionTime".to_owned(), now);
    }
}

/// Nothing that is in use goes: a controller takes the finalizer away.
pub(super) fn finalizer(object: &mut Value, name: &str) {
    let list = object::list(object::metadata(object), "finalizers");
    if !list.iter().any(|one| one == name) {
        list.push(name.into());
    }
}
