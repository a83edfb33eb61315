//! Pods: their service account and its token, priority, tolerations, and how they begin.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::Resource;
use crate::clock;
use crate::object;
use crate::object::each;
use crate::quantity::Quantity;
use crate::status::Status;
use crate::store::{Key, World};

const TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

pub(super) fn create(
    resource: &Resource,
    pod: &mut Value,
    world: &World<'_>,
) -> Result<(), Status> {
    tolerations(pod);
    service_account(resource, pod, world)?;
    priority(resource, pod, world)?;
    let class = service_class(&pod["spec"]);
    pod["status"] = json!({"phase": "Pending", "qosClass": class});
    Ok(())
}

fn service_account(resource: &Resource, pod: &mut Value, world: &World<'_>) -> Result<(), Status> {
    let namespace = object::namespace(pod).to_owned();
    let spec = object::part(pod, "spec");
    let name = spec
        .get("serviceAccountName")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty())
        .unwrap_or("default")
        .to_owned();
    spec.insert("serviceAccountName".to_owned(), name.clone().into());
    spec.insert("serviceAccount".to_owned(), name.clone().into());
    let Some(account) = world.get(&Key::new("/serviceaccounts", &namespace, &name)) else {
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount \"{name}\" not found"
        );
        return Err(Status::forbidden(resource, object::name(pod), &why));
    };
    let account = account.object();
    let wants = pod["spec"].get("automountServiceAccountToken");
    let wants = wants.or_else(|| account.get("automountServiceAccountToken"));
    if wants.and_then(Value::as_bool).unwrap_or(true) {
        mount_token(pod);
    }
    let has_secrets = pod["spec"]["imagePullSecrets"]
        .as_array()
        .is_some_and(|list| !list.is_empty());
    if let Some(secrets) = account.get("imagePullSecrets").filter(|_| !has_secrets) {
        pod["spec"]["imagePullSecrets"] = secrets.clone();
    }
    Ok(())
}

/// The volume of the account's token, in every container that has nothing in its place.
fn mount_token(pod: &mut Value) {
    let volumes = each(&pod["spec"]["volumes"]);
    let known = volumes
        .filter_map(|volume| volume["name"].as_str())
        .find(|name| name.starts_with("kube-api-access-"))
        .map(str::to_owned);
    let name = known
        .clone()
        .unwrap_or_else(|| format!("kube-api-access-{}", suffix(pod)));
    let mount = json!({"name": name, "readOnly": true, "mountPath": TOKEN});
    let mut needed = false;
    for list in ["initContainers", "containers"] {
        for container in object::each_mut(pod["spec"].get_mut(list)) {
            let mounts = object::list(container, "volumeMounts");
            if !mounts.iter().any(|one| one["mountPath"] == TOKEN) {
                mounts.push(mount.clone());
                needed = true;
            }
        }
    }
    if !needed || known.is_some() {
        return;
    }
    let volume = json!({
        "name": name,
        "projected": {
            "defaultMode": 420,
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {
                    "name": "kube-root-ca.crt",
                    "items": [{"key": "ca.crt", "path": "ca.crt"}],
                }},
                {"downwardAPI": {"items": [{
                    "path": "namespace",
                    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                }]}},
            ],
        },
    });
    object::list(object::part(pod, "spec"), "volumes").push(volume);
}

/// Five letters that are the same for the same pod.
fn suffix(pod: &Value) -> String {
    let whole = format!(
        "{}/{}/{}",
        object::namespace(pod),
        object::name(pod),
        object::uid(pod)
    );
    clock::letters(&Sha256::digest(whole.as_bytes())[..5])
}

/// A node that is away for five minutes loses its pods.
pub(super) fn tolerations(pod: &mut Value) {
    let list = object::list(object::part(pod, "spec"), "tolerations");
    let said = list.clone();
    for key in [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ] {
        let tolerates = said.iter().any(|one| {
            let of_key = one["key"] == key || one["key"].as_str().unwrap_or_default().is_empty();
            let effect = one["effect"].as_str().unwrap_or_default();
            of_key && (effect.is_empty() || effect == "NoExecute")
        });
        if !tolerates {
            list.push(json!({
                "key": key,
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": 300,
            }));
        }
    }
}

fn priority(resource: &Resource, pod: &mut Value, world: &World<'_>) -> Result<(), Status> {
    let shelf = "scheduling.k8s.io/priorityclasses";
    let named = pod["spec"]["priorityClassName"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let class = if named.is_empty() {
        let classes = world.list(shelf, None).map(|kept| kept.object());
        let default = classes.filter(|class| class["globalDefault"] == true);
        default.min_by_key(|class| class["value"].as_i64())
    } else {
        let kept = world.get(&Key::new(shelf, "", &named));
        let class = kept.map(|kept| kept.object()).or_else(|| system(&named));
        if class.is_none() {
            let why = format!("no PriorityClass with name {named} was found");
            return Err(Status::forbidden(resource, object::name(pod), &why));
        }
        class
    };
    let (value, policy) = match &class {
        Some(class) => (
            class["value"].as_i64().unwrap_or(0),
            class["preemptionPolicy"].as_str().map(str::to_owned),
        ),
        None => (0, None),
    };
    let policy = policy.unwrap_or_else(|| "PreemptLowerPriority".to_owned());
    let own = value.to_string();
    for (what, field, computed) in [
        ("integer value of priority", "priority", &own),
        (
            "string value of PreemptionPolicy",
            "preemptionPolicy",
            &policy,
        ),
    ] {
        let said = match &pod["spec"][field] {
            Value::Null => continue,
            Value::String(said) => said.clone(),
            said => said.to_string(),
        };
        if said != *computed {
            let why = format!(
                "the {what} ({said}) must not be provided in pod spec; priority admission controller computed {computed} from the given PriorityClass name"
            );
            return Err(Status::forbidden(resource, object::name(pod), &why));
        }
    }
    let spec = object::part(pod, "spec");
    if let Some(class) = class.filter(|_| named.is_empty()) {
        spec.insert("priorityClassName".to_owned(), object::name(&class).into());
    }
    spec.insert("priority".to_owned(), value.into());
    spec.insert("preemptionPolicy".to_owned(), policy.into());
    Ok(())
}

/// The two classes that every cluster has.
fn system(name: &str) -> Option<Value> {
    let value = match name {
        "system-cluster-critical" => 2_000_000_000,
        "system-node-critical" => 2_000_001_000,
        _ => return None,
    };
    Some(json!({"metadata": {"name": name}, "value": value}))
}

/// What a pod is promised of processors and memory.
fn service_class(spec: &Value) -> &'static str {
    let lists = ["containers", "initContainers"];
    let containers = lists.iter().flat_map(|list| each(&spec[*list]));
    let mut guaranteed = true;
    let mut effort = false;
    for container in containers {
        let resources = &container["resources"];
        let (limits, requests) = (
            amounts(&resources["limits"]),
            amounts(&resources["requests"]),
        );
        effort |= limits.iter().chain(&requests).any(Option::is_some);
        guaranteed &= limits.iter().all(Option::is_some) && limits == requests;
    }
    match (effort, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

fn amounts(list: &Value) -> [Option<Quantity>; 2] {
    let empty = Map::new();
    let list = list.as_object().unwrap_or(&empty);
    ["cpu", "memory"].map(|name| {
        let amount = Quantity::parse(list.get(name)?.as_str()?)?;
        (!amount.is_zero()).then_some(amount)
    })
}
