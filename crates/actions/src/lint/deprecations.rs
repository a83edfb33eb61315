//! Kinds that Kubernetes deprecates.
//!
//! HELM: the table is that of the Kubernetes client library 0.37, made by asking Helm 4.3.1 about
//! every kind that ever had a life cycle. Kinds that the library has forgotten
//! (`policy/v1beta1 PodSecurityPolicy`) are not in it.

use pintle_render::KubeVersion;

/// Kinds of one group and version that share their fate.
struct Row {
    group_version: &'static str,
    /// Deprecated since 1.x.
    since: u64,
    /// Gone in 1.x; 0 when that is open.
    gone: u64,
    /// What to use instead: a group and version, with the kind if it has another name there.
    instead: &'static str,
    kinds: &'static [&'static str],
}

const fn row(
    group_version: &'static str,
    since: u64,
    gone: u64,
    instead: &'static str,
    kinds: &'static [&'static str],
) -> Row {
    Row {
        group_version,
        since,
        gone,
        instead,
        kinds,
    }
}

/// Whether a kind is still welcome in this version of Kubernetes.
///
/// # Errors
/// The warning, in the client library's words.
pub fn check(api_version: &str, kind: &str, cluster: &KubeVersion) -> Result<(), String> {
    let is_meant = |row: &&Row| row.group_version == api_version && row.kinds.contains(&kind);
    let Some(row) = TABLE.iter().find(is_meant) else {
        return Ok(());
    };
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    if (number(&cluster.major), number(&cluster.minor)) < (1, row.since) {
        return Ok(());
    }
    let mut text = format!("{api_version} {kind} is deprecated in v1.{}+", row.since);
    if row.gone > 0 {
        text.push_str(&format!(", unavailable in v1.{}+", row.gone));
    }
    match row.instead {
        "" => {}
        instead if instead.contains(' ') => text.push_str(&format!("; use {instead}")),
        instead => text.push_str(&format!("; use {instead} {kind}")),
    }
    Err(text)
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("admissionregistration.k8s.io/v1alpha1", 35, 38, "", &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBindingList", "MutatingAdmissionPolicyList"]),
    row("admissionregistration.k8s.io/v1alpha1", 29, 32, "", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicyBindingList", "ValidatingAdmissionPolicyList"]),
    row("admissionregistration.k8s.io/v1beta1", 37, 40, "admissionregistration.k8s.io/v1", &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBindingList", "MutatingAdmissionPolicyList"]),
    row("admissionregistration.k8s.io/v1beta1", 16, 22, "admissionregistration.k8s.io/v1", &["MutatingWebhookConfiguration", "MutatingWebhookConfigurationList", "ValidatingWebhookConfiguration", "ValidatingWebhookConfigurationList"]),
    row("admissionregistration.k8s.io/v1beta1", 31, 34, "", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicyBindingList", "ValidatingAdmissionPolicyList"]),
    row("apps/v1beta1", 8, 16, "apps/v1", &["ControllerRevision", "ControllerRevisionList", "Deployment", "DeploymentList", "DeploymentRollback", "StatefulSet", "StatefulSetList"]),
    row("apps/v1beta1", 8, 16, "autoscaling/v1", &["Scale"]),
    row("apps/v1beta2", 9, 16, "apps/v1", &["ControllerRevision", "ControllerRevisionList", "DaemonSet", "DaemonSetList", "Deployment", "DeploymentList", "ReplicaSet", "ReplicaSetList", "StatefulSet", "StatefulSetList"]),
    row("apps/v1beta2", 9, 16, "autoscaling/v1", &["Scale"]),
    row("authentication.k8s.io/v1alpha1", 29, 32, "", &["SelfSubjectReview"]),
    row("authentication.k8s.io/v1beta1", 30, 33, "", &["SelfSubjectReview"]),
    row("authentication.k8s.io/v1beta1", 19, 22, "authentication.k8s.io/v1", &["TokenReview"]),
    row("authorization.k8s.io/v1beta1", 19, 22, "authorization.k8s.io/v1", &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"]),
    row("batch/v1beta1", 21, 25, "batch/v1", &["CronJob", "CronJobList"]),
    row("certificates.k8s.io/v1alpha1", 34, 37, "", &["ClusterTrustBundle", "ClusterTrustBundleList"]),
    row("certificates.k8s.io/v1beta1", 19, 22, "certificates.k8s.io/v1", &["CertificateSigningRequest", "CertificateSigningRequestList"]),
    row("certificates.k8s.io/v1beta1", 37, 40, "certificates.k8s.io/v1", &["ClusterTrustBundle", "ClusterTrustBundleList", "PodCertificateRequest", "PodCertificateRequestList"]),
    row("coordination.k8s.io/v1alpha2", 35, 38, "", &["LeaseCandidate", "LeaseCandidateList"]),
    row("coordination.k8s.io/v1beta1", 19, 22, "coordination.k8s.io/v1", &["Lease", "LeaseList"]),
    row("coordination.k8s.io/v1beta1", 36, 39, "", &["LeaseCandidate", "LeaseCandidateList"]),
    row("discovery.k8s.io/v1beta1", 21, 25, "discovery.k8s.io/v1", &["EndpointSlice"]),
    row("discovery.k8s.io/v1beta1", 21, 25, "discovery.k8s.io/v1 EndpointSlice", &["EndpointSliceList"]),
    row("events.k8s.io/v1beta1", 22, 25, "", &["Event", "EventList"]),
    row("extensions/v1beta1", 8, 16, "apps/v1", &["DaemonSet", "DaemonSetList", "Deployment", "DeploymentList", "ReplicaSet", "ReplicaSetList"]),
    row("extensions/v1beta1", 8, 16, "", &["DeploymentRollback"]),
    row("extensions/v1beta1", 14, 22, "networking.k8s.io/v1", &["Ingress", "IngressList"]),
    row("extensions/v1beta1", 9, 16, "networking.k8s.io/v1", &["NetworkPolicy", "NetworkPolicyList"]),
    row("extensions/v1beta1", 2, 16, "", &["Scale"]),
    row("flowcontrol.apiserver.k8s.io/v1beta1", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3", &["FlowSchema", "FlowSchemaList", "PriorityLevelConfiguration", "PriorityLevelConfigurationList"]),
    row("flowcontrol.apiserver.k8s.io/v1beta2", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3", &["FlowSchema", "FlowSchemaList", "PriorityLevelConfiguration", "PriorityLevelConfigurationList"]),
    row("flowcontrol.apiserver.k8s.io/v1beta3", 29, 32, "flowcontrol.apiserver.k8s.io/v1", &["FlowSchema", "FlowSchemaList", "PriorityLevelConfiguration", "PriorityLevelConfigurationList"]),
    row("lifecycle.k8s.io/v1alpha1", 40, 43, "", &["Eviction", "EvictionList", "EvictionRequest", "EvictionRequestList"]),
    row("networking.k8s.io/v1beta1", 34, 37, "", &["IPAddress", "IPAddressList", "ServiceCIDR", "ServiceCIDRList"]),
    row("networking.k8s.io/v1beta1", 19, 22, "networking.k8s.io/v1", &["Ingress", "IngressClassList", "IngressList"]),
    row("networking.k8s.io/v1beta1", 19, 22, "networking.k8s.io/v1 IngressClassList", &["IngressClass"]),
    row("node.k8s.io/v1beta1", 22, 25, "", &["RuntimeClass", "RuntimeClassList"]),
    row("policy/v1beta1", 22, 25, "", &["Eviction"]),
    row("policy/v1beta1", 21, 25, "policy/v1", &["PodDisruptionBudget", "PodDisruptionBudgetList"]),
    row("rbac.authorization.k8s.io/v1beta1", 17, 22, "rbac.authorization.k8s.io/v1", &["ClusterRole", "ClusterRoleBinding", "ClusterRoleBindingList", "ClusterRoleList", "Role", "RoleBinding", "RoleBindingList", "RoleList"]),
    row("resource.k8s.io/v1alpha3", 36, 39, "", &["DeviceTaintRule", "DeviceTaintRuleList"]),
    row("resource.k8s.io/v1alpha3", 39, 42, "", &["ResourcePoolStatusRequest", "ResourcePoolStatusRequestList"]),
    row("resource.k8s.io/v1beta1", 35, 38, "", &["DeviceClass", "DeviceClassList", "ResourceClaim", "ResourceClaimList", "ResourceClaimTemplate", "ResourceClaimTemplateList", "ResourceSlice", "ResourceSliceList"]),
    row("resource.k8s.io/v1beta2", 36, 39, "", &["DeviceClass", "DeviceClassList", "ResourceClaim", "ResourceClaimList", "ResourceClaimTemplate", "ResourceClaimTemplateList", "ResourceSlice", "ResourceSliceList"]),
    row("resource.k8s.io/v1beta2", 39, 42, "", &["DeviceTaintRule", "DeviceTaintRuleList"]),
    row("scheduling.k8s.io/v1beta1", 40, 43, "", &["PodGroup", "PodGroupList", "Workload", "WorkloadList"]),
    row("scheduling.k8s.io/v1beta1", 14, 22, "scheduling.k8s.io/v1", &["PriorityClass", "PriorityClassList"]),
    row("storage.k8s.io/v1alpha1", 21, 24, "storage.k8s.io/v1beta1", &["CSIStorageCapacity", "CSIStorageCapacityList"]),
    row("storage.k8s.io/v1alpha1", 21, 24, "storage.k8s.io/v1", &["VolumeAttachment", "VolumeAttachmentList"]),
    row("storage.k8s.io/v1alpha1", 32, 35, "storage.k8s.io/v1", &["VolumeAttributesClass", "VolumeAttributesClassList"]),
    row("storage.k8s.io/v1beta1", 19, 22, "storage.k8s.io/v1", &["CSIDriver", "CSIDriverList", "StorageClass", "StorageClassList", "VolumeAttachment", "VolumeAttachmentList"]),
    row("storage.k8s.io/v1beta1", 17, 22, "storage.k8s.io/v1", &["CSINode"]),
    row("storage.k8s.io/v1beta1", 17, 22, "storage.k8s.io/v1 CSINode", &["CSINodeList"]),
    row("storage.k8s.io/v1beta1", 24, 27, "storage.k8s.io/v1", &["CSIStorageCapacity", "CSIStorageCapacityList"]),
    row("storage.k8s.io/v1beta1", 34, 37, "storage.k8s.io/v1", &["VolumeAttributesClass", "VolumeAttributesClassList"]),
    row("storagemigration.k8s.io/v1beta1", 37, 40, "storagemigration.k8s.io/v1", &["StorageVersionMigration", "StorageVersionMigrationList"]),
    row("v1", 33, 0, "discovery.k8s.io/v1 EndpointSlice", &["Endpoints"]),
    row("v1", 33, 0, "discovery.k8s.io/v1 EndpointSliceList", &["EndpointsList"]),
    row("v1", 19, 0, "", &["ComponentStatus", "ComponentStatusList"]),
];
