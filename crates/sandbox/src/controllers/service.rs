//! Services: their endpoints, and the addresses of load balancers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::parts::{self, each, filled, text};
use super::see::See;
use super::{Part, Plan};
use crate::object;
use crate::store::Key;

/// The address that every load balancer has: one for documents.
pub const ADDRESS: &str = "203.0.113.10";
const SLICES: &str = "discovery.k8s.io/endpointslices";
const TRIGGER: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const HEADLESS: &str = "service.kubernetes.io/headless";

/// The ports of pods, and the pods that have them.
type Groups = BTreeMap<String, Group>;
/// Ports; pods, and whether each is ready.
type Group = (Vec<Value>, Vec<(Value, bool)>);

/// What a service has.
pub fn plan(see: &See<'_>, service: &Value, plan: &mut Plan) {
    balance(service, plan);
    let selector = &service["spec"]["selector"];
    let selects = selector.as_object().is_some_and(|all| !all.is_empty());
    if selects && service["spec"]["type"] != "ExternalName" {
        let groups = groups(see, service);
        endpoints(see, service, &groups, plan);
        slices(see, service, &groups, plan);
    }
}

/// What a service leaves: slices have an owner, endpoints have none.
pub fn gone(see: &See<'_>, key: &Key, plan: &mut Plan) {
    let managed = "endpoints.kubernetes.io/managed-by";
    if let Some(endpoints) = see.find("/endpoints", &key.namespace, &key.name)
        && object::label(&endpoints, managed).is_some()
    {
        plan.delete("/endpoints", &endpoints, "");
    }
}

/// A load balancer's address.
fn balance(service: &Value, plan: &mut Plan) {
    let has = parts::has_any(&service["status"]["loadBalancer"]["ingress"]);
    let wants = service["spec"]["type"] == "LoadBalancer";
    let mut status = service["status"].clone();
    if wants && !has && !parts::is_held(service) {
        status["loadBalancer"] = json!({"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]});
    } else if !wants && has {
        status["loadBalancer"] = json!({});
    }
    plan.status(service, status);
}

/// The pods that a service wants, by the ports that they have for it.
fn groups(see: &See<'_>, service: &Value) -> Groups {
    let selector = json!({"matchLabels": service["spec"]["selector"]});
    let all_ready = service["spec"]["publishNotReadyAddresses"] == true;
    let mut groups = Groups::new();
    for pod in see.selected("/pods", object::namespace(service), &selector) {
        if text(&pod["status"]["podIP"]).is_empty() || !parts::is_active(&pod) {
            continue;
        }
        let ports = ports(service, &pod);
        let ready = all_ready || parts::is_ready(&pod);
        let group = groups.entry(Value::from(ports.clone()).to_string());
        let (_, pods) = group.or_insert((ports, Vec::new()));
        pods.push((pod, ready));
    }
    groups
}

/// The ports of a service on a pod.
fn ports(service: &Value, pod: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for port in each(&service["spec"]["ports"]) {
        let target = match &port["targetPort"] {
            Value::String(name) => named(pod, name, text(&port["protocol"])),
            Value::Number(number) if number.as_i64() != Some(0) => number.as_i64(),
            _ => port["port"].as_i64(),
        };
        let Some(number) = target else {
            continue;
        };
        found.push(filled(json!({
            "port": number,
            "protocol": port["protocol"].as_str().unwrap_or("TCP"),
            "name": text(&port["name"]),
            "appProtocol": port["appProtocol"],
        })));
    }
    found
}

/// The number of a port that a pod names.
fn named(pod: &Value, name: &str, protocol: &str) -> Option<i64> {
    let sidecars =
        each(&pod["spec"]["initContainers"]).filter(|one| one["restartPolicy"] == "Always");
    let ports = sidecars
        .chain(each(&pod["spec"]["containers"]))
        .flat_map(|one| each(&one["ports"]));
    let same = |port: &&Value| {
        let own = port["protocol"].as_str().unwrap_or("TCP");
        port["name"] == name && (protocol.is_empty() || own == protocol)
    };
    ports.into_iter().find(same)?["containerPort"].as_i64()
}

fn target(pod: &Value) -> Value {
    let meta = &pod["metadata"];
    json!({"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]})
}

fn hostname<'p>(service: &Value, pod: &'p Value) -> Option<&'p Value> {
    let same = pod["spec"]["subdomain"] == service["metadata"]["name"];
    pod["spec"].get("hostname").filter(|_| same)
}

/// The labels of what belongs to a service: its own, and ours.
fn labels(service: &Value, ours: &[(&str, &str)]) -> Value {
    let mut labels = service["metadata"]["labels"].clone();
    if !labels.is_object() {
        labels = json!({});
    }
    for (name, value) in ours {
        labels[*name] = (*value).into();
    }
    if service["spec"]["clusterIP"] == "None" {
        labels[HEADLESS] = "".into();
    }
    labels
}

fn endpoints(see: &See<'_>, service: &Value, groups: &Groups, plan: &mut Plan) {
    let (namespace, name) = (object::namespace(service), object::name(service));
    let groups = groups.values().filter(|(ports, _)| !ports.is_empty());
    let subsets: Vec<Value> = groups.map(|group| subset(service, group)).collect();
    let old = see.find("/endpoints", namespace, name).unwrap_or_else(|| {
        json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace}})
    });
    let mut new = old.clone();
    let ours = [("endpoints.kubernetes.io/managed-by", "endpoint-controller")];
    new["metadata"]["labels"] = labels(service, &ours);
    new["subsets"] = listed(subsets);
    put(see, &old, filled(new), plan);
}

/// The addresses of the pods that have the same ports.
fn subset(service: &Value, (ports, pods): &Group) -> Value {
    let addresses = |wanted: bool| {
        let pods = pods.iter().filter(|(_, ready)| *ready == wanted);
        let addresses = pods.map(|(pod, _)| {
            filled(json!({
                "ip": pod["status"]["podIP"],
                "nodeName": pod["spec"]["nodeName"],
                "targetRef": target(pod),
                "hostname": hostname(service, pod),
            }))
        });
        listed(addresses.collect())
    };
    let ports = ports.iter().cloned().map(|mut port| {
        if port["name"] == "" {
            port["name"] = Value::Null;
        }
        filled(port)
    });
    filled(json!({
        "ports": ports.collect::<Vec<_>>(),
        "addresses": addresses(true),
        "notReadyAddresses": addresses(false),
    }))
}

/// A list, or null when it is empty.
fn listed(list: Vec<Value>) -> Value {
    if list.is_empty() {
        Value::Null
    } else {
        list.into()
    }
}

fn slices(see: &See<'_>, service: &Value, groups: &Groups, plan: &mut Plan) {
    let name = object::name(service);
    let mut known = see.controlled(SLICES, service).into_iter();
    let by = "endpointslice-controller.k8s.io";
    let ours = [
        ("endpointslice.kubernetes.io/managed-by", by),
        ("kubernetes.io/service-name", name),
    ];
    let none = Group::default();
    let mut all: Vec<&Group> = groups.values().collect();
    if all.is_empty() {
        all.push(&none);
    }
    for (ports, pods) in all {
        let old = known.next().unwrap_or_else(|| {
            json!({
                "apiVersion": "discovery.k8s.io/v1",
                "kind": "EndpointSlice",
                "metadata": {
                    "generateName": format!("{name}-"),
                    "namespace": service["metadata"]["namespace"],
                    "ownerReferences": parts::owned_by(service),
                },
                "addressType": "IPv4",
            })
        });
        let endpoints = pods.iter();
        let endpoints = endpoints.map(|(pod, ready)| endpoint(service, pod, *ready));
        let mut new = old.clone();
        new["metadata"]["labels"] = labels(service, &ours);
        new["endpoints"] = listed(endpoints.collect());
        new["ports"] = listed(ports.clone());
        put(see, &old, new, plan);
    }
    for old in known {
        plan.delete(SLICES, &old, "");
    }
}

fn endpoint(service: &Value, pod: &Value, ready: bool) -> Value {
    filled(json!({
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": parts::is_ready(pod), "terminating": false},
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": target(pod),
        "hostname": hostname(service, pod),
    }))
}

fn put(see: &See<'_>, old: &Value, mut new: Value, plan: &mut Plan) {
    let is_new = object::uid(old).is_empty();
    if is_new || new != *old {
        parts::set_annotation(&mut new, TRIGGER, &see.time());
    }
    if is_new {
        plan.create(new);
    } else {
        plan.update(old, new, Part::Object);
    }
}
