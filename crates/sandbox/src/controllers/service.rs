//! Services: their endpoints, and the addresses of load balancers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::parts::{self, each, text};
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
    let is_held = object::annotation(service, "pintle.test/pending")
        .or_else(|| object::label(service, "pintle.test/pending"))
        == Some("true");
    let has = each(&service["status"]["loadBalancer"]["ingress"])
        .next()
        .is_some();
    let wants = service["spec"]["type"] == "LoadBalancer";
    let mut status = service["status"].clone();
    if wants && !has && !is_held {
        status["loadBalancer"] = json!({"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]});
        plan.status(service, status);
    } else if !wants && has {
        status["loadBalancer"] = json!({});
        plan.status(service, status);
    }
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
        let ports: Vec<Value> = ports(service, &pod);
        let ready = all_ready || parts::is_ready(&pod);
        let group = groups.entry(Value::from(ports.clone()).to_string());
        group
            .or_insert_with(|| (ports, Vec::new()))
            .1
            .push((pod, ready));
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
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        let mut one = json!({"port": number, "protocol": protocol, "name": text(&port["name"])});
        if let Some(application) = port.get("appProtocol") {
            one["appProtocol"] = application.clone();
        }
        found.push(one);
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
    json!({"kind": "Pod", "name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"], "uid": pod["metadata"]["uid"]})
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
    let labels = labels(
        service,
        &[("endpoints.kubernetes.io/managed-by", "endpoint-controller")],
    );
    let mut subsets = Vec::new();
    for (ports, pods) in groups.values().filter(|(ports, _)| !ports.is_empty()) {
        let addresses = |wanted: bool| -> Vec<Value> {
            let pods = pods.iter().filter(|(_, ready)| *ready == wanted);
            let addresses = pods.map(|(pod, _)| {
                let mut address = json!({"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"], "targetRef": target(pod)});
                if let Some(hostname) = hostname(service, pod) {
                    address["hostname"] = hostname.clone();
                }
                address
            });
            addresses.collect()
        };
        let mut ports = ports.clone();
        for port in &mut ports {
            if let Some(map) = port.as_object_mut() {
                map.retain(|name, value| name != "name" || value != "");
            }
        }
        let mut subset = json!({"ports": ports});
        for (name, list) in [
            ("addresses", addresses(true)),
            ("notReadyAddresses", addresses(false)),
        ] {
            if !list.is_empty() {
                subset[name] = list.into();
            }
        }
        subsets.push(subset);
    }
    let mut new = see.find("/endpoints", namespace, name).unwrap_or_else(|| {
        json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace}})
    });
    let old = new.clone();
    object::metadata(&mut new).insert("labels".to_owned(), labels);
    if subsets.is_empty() {
        if let Some(map) = new.as_object_mut() {
            map.remove("subsets");
        }
    } else {
        new["subsets"] = subsets.into();
    }
    put(see, &old, new, plan);
}

fn slices(see: &See<'_>, service: &Value, groups: &Groups, plan: &mut Plan) {
    let name = object::name(service);
    let mut known = see.controlled(SLICES, service).into_iter();
    let ours = [
        (
            "endpointslice.kubernetes.io/managed-by",
            "endpointslice-controller.k8s.io",
        ),
        ("kubernetes.io/service-name", name),
    ];
    let labels = labels(service, &ours);
    let none = (Vec::new(), Vec::new());
    let mut all: Vec<&Group> = groups.values().collect();
    if all.is_empty() {
        all.push(&none);
    }
    for (ports, pods) in all {
        let endpoints: Vec<Value> = pods
            .iter()
            .map(|(pod, ready)| endpoint(service, pod, *ready))
            .collect();
        let mut new = known.next().unwrap_or_else(|| {
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
        let old = new.clone();
        object::metadata(&mut new).insert("labels".to_owned(), labels.clone());
        new["endpoints"] = if endpoints.is_empty() {
            Value::Null
        } else {
            endpoints.into()
        };
        new["ports"] = if ports.is_empty() {
            Value::Null
        } else {
            ports.clone().into()
        };
        put(see, &old, new, plan);
    }
    for old in known {
        plan.delete(SLICES, &old, "");
    }
}

fn endpoint(service: &Value, pod: &Value, ready: bool) -> Value {
    let mut one = json!({
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": parts::is_ready(pod), "terminating": false},
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": target(pod),
    });
    if let Some(hostname) = hostname(service, pod) {
        one["hostname"] = hostname.clone();
    }
    one
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
