//! Defaults of other kinds that depend on other fields.

use serde_json::{Map, Value, json};

use super::set;
use crate::object::part_of as part;

pub(super) fn fill(name: &str, map: &mut Map<String, Value>) {
    match name {
        "core.Namespace" => {
            let own = map
                .get("metadata")
                .map(|metadata| metadata["name"].clone())
                .filter(|own| own.as_str().is_some_and(|own| !own.is_empty()));
            if let Some(own) = own {
                part(part(map, "metadata"), "labels")
                    .insert("kubernetes.io/metadata.name".to_owned(), own);
            }
        }
        "core.ServiceSpec" => service(map),
        "core.ServicePort" => {
            let unset = |port: &&Value| **port == 0 || **port == "";
            if let Some(port) = map.get("port").cloned()
                && map.get("targetPort").is_none_or(|port| unset(&port))
            {
                map.insert("targetPort".to_owned(), port);
            }
        }
        "core.LoadBalancerIngress" if map.contains_key("ip") => set(map, "ipMode", "VIP"),
        "core.LimitRangeItem" if map.get("type").is_some_and(|of| of == "Container") => limits(map),
        "core.NodeStatus" => {
            if let Some(capacity) = map.get("capacity").cloned() {
                set(map, "allocatable", capacity);
            }
        }
        "networking.NetworkPolicySpec" => {
            let types = if map.contains_key("egress") {
                json!(["Ingress", "Egress"])
            } else {
                json!(["Ingress"])
            };
            set(map, "policyTypes", types);
        }
        "rbac.Subject"
            if map
                .get("kind")
                .is_some_and(|kind| kind == "User" || kind == "Group") =>
        {
            set(map, "apiGroup", "rbac.authorization.k8s.io");
        }
        "rbac.RoleRef" if map.get("apiGroup").is_some_and(|group| group == "") => {
            map.insert("apiGroup".to_owned(), "rbac.authorization.k8s.io".into());
        }
        "core.Secret" => secret(map),
        // GO: a service account's is empty, and then it is left out, being no pointer.
        "rbac.Subject" if map.get("apiGroup").is_some_and(|group| group == "") => {
            map.remove("apiGroup");
        }
        "autoscaling.HorizontalPodAutoscaler" => autoscaler(map),
        "autoscaling.HorizontalPodAutoscalerBehavior" => {
            let up = json!({
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ],
            });
            let down = json!({
                "selectPolicy": "Max",
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
            });
            rules(map, "scaleUp", up);
            rules(map, "scaleDown", down);
        }
        _ => {}
    }
}

fn service(map: &mut Map<String, Value>) {
    set(map, "sessionAffinity", "None");
    if map["sessionAffinity"] == "None" {
        map.remove("sessionAffinityConfig");
    } else if map["sessionAffinity"] == "ClientIP" {
        let said = map
            .get("sessionAffinityConfig")
            .is_some_and(|config| config["clientIP"]["timeoutSeconds"].is_number());
        if !said {
            let config = json!({"clientIP": {"timeoutSeconds": 10800}});
            map.insert("sessionAffinityConfig".to_owned(), config);
        }
    }
    set(map, "type", "ClusterIP");
    let kind = map["type"].as_str().unwrap_or_default().to_owned();
    let outside = matches!(kind.as_str(), "NodePort" | "LoadBalancer");
    let addresses = map
        .get("externalIPs")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    if outside || (kind == "ClusterIP" && addresses) {
        set(map, "externalTrafficPolicy", "Cluster");
    }
    if outside || kind == "ClusterIP" {
        set(map, "internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        set(map, "allocateLoadBalancerNodePorts", true);
    }
}

fn limits(map: &mut Map<String, Value>) {
    for (from, to) in [
        ("max", "default"),
        ("default", "defaultRequest"),
        ("min", "defaultRequest"),
    ] {
        let Some(Value::Object(from)) = map.get(from).cloned() else {
            continue;
        };
        let to = part(map, to);
        for (name, amount) in from {
            to.entry(name).or_insert(amount);
        }
    }
}

/// Of both versions: `v1` alone has a field for the use of processors.
fn autoscaler(map: &mut Map<String, Value>) {
    let first = map
        .get("apiVersion")
        .is_some_and(|of| of == "autoscaling/v1");
    let others = map.get("metadata").is_some_and(|metadata| {
        metadata["annotations"]["autoscaling.alpha.kubernetes.io/metrics"].is_string()
    });
    let spec = part(map, "spec");
    if !first {
        let target = json!({"type": "Utilization", "averageUtilization": 80});
        let metric = json!({"type": "Resource", "resource": {"name": "cpu", "target": target}});
        let none = spec
            .get("metrics")
            .and_then(Value::as_array)
            .is_none_or(Vec::is_empty);
        if none {
            spec.insert("metrics".to_owned(), json!([metric]));
        }
    } else if !others {
        set(spec, "targetCPUUtilizationPercentage", 80);
    }
}

fn rules(map: &mut Map<String, Value>, field: &str, mut all: Value) {
    if let Some(Value::Object(said)) = map.get(field)
        && let Some(all) = all.as_object_mut()
    {
        all.extend(said.clone());
    }
    map.insert(field.to_owned(), all);
}

/// `stringData` is written into `data`.
fn secret(map: &mut Map<String, Value>) {
    use base64::Engine as _;
    let Some(Value::Object(texts)) = map.remove("stringData") else {
        return;
    };
    if texts.is_empty() {
        return;
    }
    let data = map.entry("data").or_insert_with(|| json!({}));
    let Some(data) = data.as_object_mut() else {
        return;
    };
    for (key, text) in texts {
        let text = text.as_str().unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        data.insert(key, encoded.into());
    }
}
