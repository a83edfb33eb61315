//! Which empty values stay in an object: what Go's types say and OpenAPI does not.
//!
//! The real server reads objects into Go structs and writes those. A pointer keeps the empty
//! value it points to (`replicas: 0`); other fields lose it (`hostNetwork: false`) unless they
//! are always written (`resources: {}`). A field with an empty default is of the last kind; for
//! the others there are the names here, which are facts of Kubernetes v1.37.1's API.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::schema::{Kind, Schema};

/// What becomes of an empty value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Empty {
    /// It goes.
    Vanishes,
    /// It stays, when it is given.
    Stays,
    /// It is there even when it is not given.
    Always,
}

/// Booleans and numbers that vanish; most others are pointers.
const VANISH: &str = "active authenticated availableReplicas chapAuthDiscovery chapAuthSession \
    clusterScope code count currentReplicas denied deprecated deprecatedCount exclusiveMaximum \
    exclusiveMinimum failed failureThreshold fullyLabeledReplicas generation globalDefault \
    healthCheckNodePort hostIPC hostNetwork hostPID hostPort initialDelaySeconds \
    insecureSkipTLSVerify minReadySeconds nodePort nullable number numberAvailable \
    numberUnavailable observedGeneration paused periodSeconds preserveUnknownFields \
    publishNotReadyAddresses readOnly readyReplicas retryAfterSeconds signal sizeBytes sslEnabled \
    stdin stdinOnce succeeded successThreshold tty unavailableReplicas uniqueItems unschedulable \
    updatedNumberScheduled updatedReplicas x-kubernetes-embedded-resource \
    x-kubernetes-int-or-string";

/// Texts that stay; most others vanish.
const STAY: &str = "$ref accessMode appProtocol cachingMode capacityKey completionMode \
    currentVolumeAttributesClassName deprecationWarning device distinctAttribute driver \
    endpointsNamespace extendedResourceName failedIndexes failurePolicy fsGroupChangePolicy \
    fsGroupPolicy gmsaCredentialSpec gmsaCredentialSpecName holderIdentity hostnameOverride \
    ingressClassName initiatorName internalTrafficPolicy ipFamilyPolicy ipMode labelSelectorPath \
    loadBalancerClass localhostProfile managedBy matchAttribute matchPolicy mode mountPropagation \
    nodeAffinityPolicy nodeTaintsPolicy parameterNotFoundAction partitionTypeAttribute pathType \
    persistentVolumeName podGroupName podReplacementPolicy preemptionPolicy preferredHolder \
    procMount propagationPolicy reclaimPolicy recursiveReadOnly resourceClaimName \
    resourceClaimTemplateName runAsUserName runtimeClassName scope seLinuxChangePolicy \
    secretNamespace selectPolicy service shareID sideEffects stopSignal strategy string \
    succeededIndexes supplementalGroupsPolicy timeZone trafficDistribution \
    unhealthyPodEvictionPolicy volumeAttributesClassName volumeBindingMode volumeMode \
    x-kubernetes-list-type x-kubernetes-map-type zone";

/// Fields for which the other is true of what the names and defaults say.
const OTHERWISE: &str = "AWSElasticBlockStoreVolumeSource.partition AzureDiskVolumeSource.fsType \
    AzureDiskVolumeSource.kind AzureDiskVolumeSource.readOnly CSIVolumeSource.fsType \
    CSIVolumeSource.readOnly ClusterTrustBundleProjection.name \
    ClusterTrustBundleProjection.signerName Container.restartPolicy \
    CustomResourceColumnDefinition.priority DeploymentStatus.replicas Device.nodeName \
    DeviceAttribute.version DeviceTaintSelector.pool Endpoint.hostname Endpoint.nodeName \
    EndpointAddress.nodeName FileKeySelector.optional GCEPersistentDiskVolumeSource.partition \
    HTTPGetAction.protocol HorizontalPodAutoscalerCondition.observedGeneration \
    HorizontalPodAutoscalerStatus.observedGeneration HostPathVolumeSource.type \
    IngressClassParametersReference.apiGroup IngressClassParametersReference.namespace \
    IngressPortStatus.error LocalObjectReference.name LocalVolumeSource.fsType \
    MutatingWebhook.reinvocationPolicy NetworkPolicyPort.protocol \
    PersistentVolumeClaimSpec.storageClassName PodDNSConfigOption.value \
    PodFailurePolicyOnExitCodesRequirement.containerName PortStatus.error \
    Preconditions.resourceVersion Preconditions.uid Probe.timeoutSeconds \
    ReplicationControllerSpec.minReadySeconds ResourceHealth.message ResourceSliceSpec.nodeName \
    ScaleSpec.replicas ServiceReference.path TypedObjectReference.namespace Validation.reason \
    ValidationRule.reason VolumeNodeResources.count WebhookClientConfig.url";

/// Lists that are always there though nothing requires them, besides the required ones.
const LISTS: &str = "AllocatedDeviceStatus.conditions ClusterRole.rules ContainerImage.names \
    CSINodeDriver.topologyKeys CustomResourceDefinitionStatus.conditions \
    CustomResourceDefinitionStatus.storedVersions DeviceClaim.requests EndpointSlice.endpoints \
    EndpointSlice.ports HorizontalPodAutoscalerStatus.currentMetrics ProjectedVolumeSource.sources \
    ResourcePolicyRule.namespaces Role.rules TokenRequestSpec.audiences";

/// A type that shares its Go name with another, whose fields vanish.
const PORT: &str = "io.k8s.api.discovery.v1.EndpointPort";

/// Fields that are `null` when they are not given.
const NULLS: &str = "apiGroup lastTransitionTime lastUpdateTime lastProbeTime lastHeartbeatTime \
    lastObservedTime firstTimestamp lastTimestamp eventTime deprecatedFirstTimestamp \
    deprecatedLastTimestamp startedAt finishedAt";

type Words = LazyLock<HashSet<&'static str>>;
/// Types and their fields.
type Fields = LazyLock<HashSet<(&'static str, &'static str)>>;

static VANISHING: Words = LazyLock::new(|| VANISH.split_whitespace().collect());
static STAYING: Words = LazyLock::new(|| STAY.split_whitespace().collect());
static NULL: Words = LazyLock::new(|| NULLS.split_whitespace().collect());
static OTHER: Fields = LazyLock::new(|| fields(OTHERWISE));
static ALWAYS: Fields = LazyLock::new(|| fields(LISTS));

fn fields(words: &'static str) -> HashSet<(&'static str, &'static str)> {
    let words = words.split_whitespace();
    words.filter_map(|word| word.split_once('.')).collect()
}

/// Leaves out of an object what is empty, and puts in the lists that are always there.
pub(crate) fn leave_out(schema: Schema<'_>, map: &mut Map<String, Value>) {
    map.retain(|name, value| match schema.property(name) {
        Some(field) => {
            let none = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            !none && (!is_zero(value) || empty(schema, name, field) != Empty::Vanishes)
        }
        None => true,
    });
    for (name, field) in schema.properties() {
        let is_list = field.kind() == Kind::List;
        if is_list && !map.contains_key(name) && empty(schema, name, field) == Empty::Always {
            map.insert(name.to_owned(), Value::Null);
        }
    }
}

/// Whether a field is there even when it is not given. Asked of each field of each schema in a
/// definition, thousands of times: most answers need no names.
pub(super) fn always(of: Schema<'_>, name: &str, field: Schema<'_>) -> bool {
    let maybe = field.kind() == Kind::List || field.default().is_some();
    maybe && empty(of, name, field) == Empty::Always
}

/// What becomes of an empty value of a field of a type.
pub(crate) fn empty(of: Schema<'_>, name: &str, field: Schema<'_>) -> Empty {
    let full = (of.go_name().unwrap_or_default(), name);
    let required = of.required().iter().any(|one| one == name);
    let otherwise = OTHER.contains(&full);
    let vanishes = match field.kind() {
        Kind::List => {
            let not = ("ValidatingAdmissionPolicyBindingSpec", "validationActions");
            return if required != (full == not) || ALWAYS.contains(&full) {
                Empty::Always
            } else {
                Empty::Vanishes
            };
        }
        Kind::Object if field.additional().is_some() => return Empty::Vanishes,
        Kind::Object if field.default().is_some() => return Empty::Always,
        Kind::Quantity | Kind::IntOrText | Kind::Object | Kind::Any => return Empty::Stays,
        Kind::Text if field.format() == "byte" => return Empty::Vanishes,
        Kind::Text if field.format() == "date-time" => return Empty::Stays,
        _ if field.default().is_some_and(is_zero) => {
            return match (otherwise, field.kind()) {
                (false, _) => Empty::Always,
                (true, Kind::Boolean) => Empty::Stays,
                (true, _) => Empty::Vanishes,
            };
        }
        Kind::Text if of.name() == Some(PORT) => false,
        Kind::Text => !STAYING.contains(name),
        Kind::Boolean | Kind::Integer | Kind::Number => VANISHING.contains(name),
    };
    if vanishes == otherwise {
        Empty::Stays
    } else {
        Empty::Vanishes
    }
}

/// What a field is when it is not given and not always empty: some are `null` then.
pub(super) fn unset(holder: &str, name: &str, field: Schema<'_>) -> Option<Value> {
    let typed = matches!(holder, "TypedLocalObjectReference" | "TypedObjectReference");
    match (holder, name) {
        ("HTTPGetAction" | "TCPSocketAction", "port") => Some(json!(0)),
        ("ResourceFieldSelector", "divisor") => Some(json!("0")),
        (_, "apiGroup") => typed.then_some(Value::Null),
        _ if NULL.contains(name) && field.format() == "date-time" => Some(Value::Null),
        _ => None,
    }
}

/// What is left of a value when nothing is in it.
pub(super) fn zero(field: Schema<'_>) -> Value {
    match field.kind() {
        Kind::Boolean => false.into(),
        Kind::Integer | Kind::Number | Kind::IntOrText => 0.into(),
        Kind::Text if field.format() == "date-time" => Value::Null,
        Kind::Text => "".into(),
        Kind::Quantity => "0".into(),
        Kind::Object => json!({}),
        Kind::List | Kind::Any => Value::Null,
    }
}

/// Whether it is what Go leaves out.
pub(crate) fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}
