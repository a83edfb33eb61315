//! The order in which kinds are installed and uninstalled.

use std::cmp::Ordering;

/// HELM: `InstallOrder`.
const INSTALL: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// HELM: `UninstallOrder`. Not the exact reverse of the other: services go early.
const UNINSTALL: [&str; 38] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

/// A key to sort by: known kinds in their order, then unknown kinds by name.
type Rank<'a> = (usize, &'a str);

/// Where a kind stands when a release is installed. Sort stably by it.
pub fn install_rank(kind: &str) -> Rank<'_> {
    rank(&INSTALL, kind)
}

/// Where a kind stands when a release is uninstalled. Sort stably by it.
pub fn uninstall_rank(kind: &str) -> Rank<'_> {
    rank(&UNINSTALL, kind)
}

fn rank<'a>(order: &[&str], kind: &'a str) -> Rank<'a> {
    order
        .iter()
        .position(|known| known.cmp(&kind) == Ordering::Equal)
        .map_or((order.len(), kind), |position| (position, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_name_the_same_kinds() {
        let mut install = INSTALL;
        let mut uninstall = UNINSTALL;
        install.sort_unstable();
        uninstall.sort_unstable();
        assert_eq!(install, uninstall);
    }

    #[test]
    fn unknown_kinds_go_last_by_name() {
        let mut kinds = ["Widget", "Ingress", "", "Namespace", "Alpha"];
        kinds.sort_by_key(|kind| install_rank(kind));
        assert_eq!(kinds, ["Namespace", "Ingress", "", "Alpha", "Widget"]);
    }
}
