//! How the lists of built-in kinds are merged: what Kubernetes' types say with `patchStrategy`
//! and `patchMergeKey`, as data.
//!
//! Only types on the way to such a list are named. Every other map is merged key by key, every
//! other list is replaced as a whole.

use crate::objects::GroupVersionKind;

/// What is special about the fields of a type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    fields: &'static [(&'static str, Field)],
}

/// What is special about one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// A map of a type of its own.
    Map(&'static Schema),
    /// A map that is replaced as a whole.
    Atomic,
    /// A map of which only the keys of the patch stay (`retainKeys`).
    RetainKeys(&'static Schema),
    /// A list of maps that are told apart by a key.
    List {
        key: &'static str,
        schema: &'static Schema,
        /// Whether each map is also `retainKeys`.
        retain: bool,
    },
    /// A list of scalars that is a set.
    Set,
}

impl Schema {
    pub(crate) fn field(&self, name: &str) -> Option<Field> {
        self.fields
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, how)| *how)
    }
}

const fn list(key: &'static str, schema: &'static Schema) -> Field {
    Field::List {
        key,
        schema,
        retain: false,
    }
}

const fn retained(key: &'static str, schema: &'static Schema) -> Field {
    Field::List {
        key,
        schema,
        retain: true,
    }
}

pub(crate) static PLAIN: Schema = Schema { fields: &[] };

static CONDITIONS: Schema = Schema {
    fields: &[("conditions", list("type", &PLAIN))],
};

static METADATA: Schema = Schema {
    fields: &[
        ("ownerReferences", list("uid", &PLAIN)),
        ("finalizers", Field::Set),
    ],
};

static CONTAINER: Schema = Schema {
    fields: &[
        ("ports", list("containerPort", &PLAIN)),
        ("env", list("name", &PLAIN)),
        ("volumeMounts", list("mountPath", &PLAIN)),
        ("volumeDevices", list("devicePath", &PLAIN)),
    ],
};

static POD_SPEC: Schema = Schema {
    fields: &[
        ("volumes", retained("name", &PLAIN)),
        ("initContainers", list("name", &CONTAINER)),
        ("containers", list("name", &CONTAINER)),
        ("ephemeralContainers", list("name", &CONTAINER)),
        ("imagePullSecrets", list("name", &PLAIN)),
        ("hostAliases", list("ip", &PLAIN)),
        ("topologySpreadConstraints", list("topologyKey", &PLAIN)),
        ("schedulingGates", list("name", &PLAIN)),
        ("resourceClaims", retained("name", &PLAIN)),
    ],
};

static POD_STATUS: Schema = Schema {
    fields: &[
        ("conditions", list("type", &PLAIN)),
        ("podIPs", list("ip", &PLAIN)),
        ("hostIPs", Field::Atomic),
        ("resourceClaimStatuses", retained("name", &PLAIN)),
    ],
};

static POD: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&POD_SPEC)),
        ("status", Field::Map(&POD_STATUS)),
    ],
};

static POD_TEMPLATE: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&POD_SPEC)),
    ],
};

static WORKLOAD_SPEC: Schema = Schema {
    fields: &[("template", Field::Map(&POD_TEMPLATE))],
};

static DEPLOYMENT_SPEC: Schema = Schema {
    fields: &[
        ("template", Field::Map(&POD_TEMPLATE)),
        ("strategy", Field::RetainKeys(&PLAIN)),
    ],
};

static DEPLOYMENT: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&DEPLOYMENT_SPEC)),
        ("status", Field::Map(&CONDITIONS)),
    ],
};

/// StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job.
static WORKLOAD: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&WORKLOAD_SPEC)),
        ("status", Field::Map(&CONDITIONS)),
    ],
};

static JOB_TEMPLATE: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&WORKLOAD_SPEC)),
    ],
};

static CRON_JOB_SPEC: Schema = Schema {
    fields: &[("jobTemplate", Field::Map(&JOB_TEMPLATE))],
};

static CRON_JOB: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&CRON_JOB_SPEC)),
    ],
};

/// `PodTemplate`, whose template is not under `spec`.
static POD_TEMPLATE_OBJECT: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("template", Field::Map(&POD_TEMPLATE)),
    ],
};

static SERVICE_SPEC: Schema = Schema {
    fields: &[("ports", list("port", &PLAIN))],
};

static SERVICE: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&SERVICE_SPEC)),
        ("status", Field::Map(&CONDITIONS)),
    ],
};

static SERVICE_ACCOUNT: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("secrets", list("name", &PLAIN)),
    ],
};

static NODE_SPEC: Schema = Schema {
    fields: &[("podCIDRs", Field::Set)],
};

static NODE_STATUS: Schema = Schema {
    fields: &[
        ("conditions", list("type", &PLAIN)),
        ("addresses", list("type", &PLAIN)),
    ],
};

static NODE: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&NODE_SPEC)),
        ("status", Field::Map(&NODE_STATUS)),
    ],
};

static BUDGET_SPEC: Schema = Schema {
    fields: &[("selector", Field::Atomic)],
};

static BUDGET: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&BUDGET_SPEC)),
        ("status", Field::Map(&CONDITIONS)),
    ],
};

static WEBHOOK: Schema = Schema {
    fields: &[("matchConditions", list("name", &PLAIN))],
};

static WEBHOOKS: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("webhooks", list("name", &WEBHOOK)),
    ],
};

static ADMISSION_SPEC: Schema = Schema {
    fields: &[
        ("matchConditions", list("name", &PLAIN)),
        ("variables", list("name", &PLAIN)),
    ],
};

static ADMISSION: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&ADMISSION_SPEC)),
    ],
};

static CSI_NODE_SPEC: Schema = Schema {
    fields: &[("drivers", list("name", &PLAIN))],
};

static CSI_NODE: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("spec", Field::Map(&CSI_NODE_SPEC)),
    ],
};

/// Every other built-in kind.
static OBJECT: Schema = Schema {
    fields: &[
        ("metadata", Field::Map(&METADATA)),
        ("status", Field::Map(&CONDITIONS)),
    ],
};

/// The groups whose kinds client-go has as types. Custom resource definitions and API services
/// are served by every cluster but are not among them.
const BUILT_IN: [&str; 20] = [
    "",
    "admissionregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// The merge rules of a kind; none when it is not built in.
pub(crate) fn of(gvk: &GroupVersionKind) -> Option<&'static Schema> {
    if !BUILT_IN.contains(&gvk.group.as_str()) {
        return None;
    }
    Some(match (gvk.group.as_str(), gvk.kind.as_str()) {
        ("", "Pod") => &POD,
        ("", "PodTemplate") => &POD_TEMPLATE_OBJECT,
        ("", "Service") => &SERVICE,
        ("", "ServiceAccount") => &SERVICE_ACCOUNT,
        ("", "Node") => &NODE,
        ("apps" | "extensions", "Deployment") => &DEPLOYMENT,
        (
            "" | "apps" | "batch" | "extensions",
            "ReplicationController" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job",
        ) => &WORKLOAD,
        ("batch", "CronJob") => &CRON_JOB,
        ("policy", "PodDisruptionBudget") => &BUDGET,
        (
            "admissionregistration.k8s.io",
            "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
        ) => &WEBHOOKS,
        (
            "admissionregistration.k8s.io",
            "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy",
        ) => &ADMISSION,
        ("storage.k8s.io", "CSINode") => &CSI_NODE,
        _ => &OBJECT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_resources_and_definitions_are_not_built_in() {
        for (api_version, kind) in [
            ("example.com/v1", "Deployment"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            ("apiregistration.k8s.io/v1", "APIService"),
        ] {
            assert!(of(&GroupVersionKind::parse(api_version, kind)).is_none());
        }
        let deployment = of(&GroupVersionKind::parse("apps/v1", "Deployment")).unwrap();
        assert!(matches!(deployment.field("spec"), Some(Field::Map(_))));
    }
}
