//! Claims of volumes, and volumes.

use serde_json::Value;

use super::newest;
use crate::object;
use crate::store::World;

/// A claim that names no class is of the default one.
pub(super) fn claim(claim: &mut Value, world: &World<'_>) {
    finalizer(claim, "kubernetes.io/pvc-protection");
    let has_class = claim["spec"]["storageClassName"].is_string()
        || object::annotation(claim, "volume.beta.kubernetes.io/storage-class").is_some();
    if has_class {
        return;
    }
    let classes = world.list("storage.k8s.io/storageclasses", None);
    let class = newest(
        classes.map(|kept| kept.object()),
        &[
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ],
    );
    if let Some(class) = class {
        object::part(claim, "spec").insert("storageClassName".to_owned(), class.into());
    }
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
