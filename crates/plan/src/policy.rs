//! What an uninstall deletes, in which order, and what it keeps.

use pintle_manifest::{Manifest, uninstall_rank};

const RESOURCE_POLICY: &str = "helm.sh/resource-policy";
const KEEP: &str = "keep";

/// Whether the resource policy keeps an object.
///
/// HELM: `keep`, in any case and with blanks around it.
fn is_kept(policy: &str) -> bool {
    policy.trim().eq_ignore_ascii_case(KEEP)
}

/// A release's documents when it is uninstalled.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// To be deleted, in this order.
    pub delete: Vec<Manifest>,
    /// To be kept, and told to the user.
    pub keep: Vec<Manifest>,
}

/// Sorts a release's documents for its uninstall.
///
/// HELM: an object with a resource policy other than `keep` is neither deleted nor told.
pub fn sort_for_uninstall(manifests: Vec<Manifest>) -> Sorted {
    let mut manifests = manifests;
    manifests.sort_by(|a, b| uninstall_rank(&a.head.kind).cmp(&uninstall_rank(&b.head.kind)));
    let mut sorted = Sorted::default();
    for manifest in manifests {
        match manifest.head.annotations.get(RESOURCE_POLICY) {
            None => sorted.delete.push(manifest),
            Some(policy) if is_kept(policy) => sorted.keep.push(manifest),
            Some(_) => {}
        }
    }
    sorted
}
