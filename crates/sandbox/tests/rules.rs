//! The way of an object into the store, beside what a real API server made of the same objects.
//!
//! `tests/rules/*.jsonl` were written by Kubernetes v1.37.1's API server: one line a request, all
//! of them dry runs in a namespace with a service account `default`.
//!
//! - `good.jsonl`, `bad.jsonl`: `[path, object sent, answer]`
//! - `changes.jsonl`: `[path, object that was there, what was changed, answer]`
//!
//! An answer is the object (of a change, what of it differs from what was sent), or the causes of
//! a refusal, or its message when there are no causes. Names and times that are made anew are
//! compared by their shape alone; causes that show the server's own types in Go's words are not
//! compared in their words.

use std::sync::Arc;

use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::status::Status;
use pintle_sandbox::store::{Key, Store, World};
use pintle_sandbox::{defaults, strategy, validate};
use serde_json::{Value, json};

const UID: &str = "00000000-0000-4000-8000-000000000000";

fn store() -> Store {
    let store = Store::new();
    store.write_soon(|world| {
        let mut account = json!({"metadata": {"name": "default", "namespace": "rules"}});
        world.put(
            Key::new("/serviceaccounts", "rules", "default"),
            &mut account,
        );
        let default = json!({"storageclass.kubernetes.io/is-default-class": "true"});
        let mut class = json!({"metadata": {"name": "standard", "annotations": default}});
        let shelf = "storage.k8s.io/storageclasses";
        world.put(Key::new(shelf, "", "standard"), &mut class);
    });
    store
}

/// The resource and the namespace that a path names.
fn resource(path: &str) -> (Arc<Resource>, Option<String>) {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => panic!("no path: {path}"),
    };
    let (namespace, plural) = match rest {
        ["namespaces", namespace, plural] => (Some((*namespace).to_owned()), *plural),
        [plural] => (None, *plural),
        _ => panic!("no path: {path}"),
    };
    let resource = Catalog::builtin().resource(group, version, plural);
    (Arc::clone(resource.expect("a built-in one")), namespace)
}

fn create(path: &str, mut object: Value, world: &World<'_>) -> Result<Value, Status> {
    let (resource, namespace) = resource(path);
    object["apiVersion"] = resource.api_version().into();
    object["kind"] = resource.kind.clone().into();
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = namespace.into();
    }
    object["metadata"]["uid"] = UID.into();
    defaults::fill(&resource, &mut object);
    let again = {
        let mut again = object.clone();
        defaults::fill(&resource, &mut again);
        again
    };
    assert_eq!(object, again, "defaults are filled in once");
    strategy::create(&resource, &mut object, world)?;
    let causes = validate::create(&resource, &object);
    if causes.is_empty() {
        return Ok(object);
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::invalid(&resource, name, causes))
}

/// Without what is made anew for each object.
fn scrub(object: &mut Value) {
    let uid = object["metadata"]["uid"]
        .as_str()
        .unwrap_or("none")
        .to_owned();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        for field in [
            "uid",
            "creationTimestamp",
            "resourceVersion",
            "managedFields",
        ] {
            metadata.remove(field);
        }
    }
    if let Some(status) = object["status"].as_object_mut() {
        status.remove("lastPhaseTransitionTime");
    }
    let is_service = object["kind"] == "Service";
    scrub_texts(object, &uid);
    if is_service {
        for field in ["clusterIP", "clusterIPs"] {
            if object["spec"]
                .get(field)
                .is_some_and(|one| *one != "None" && *one != json!(["None"]))
            {
                object["spec"][field] = "an address".into();
            }
        }
        for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
            if port.get("nodePort").is_some() {
                port["nodePort"] = "a port".into();
            }
        }
        if object["spec"].get("healthCheckNodePort").is_some() {
            object["spec"]["healthCheckNodePort"] = "a port".into();
        }
    }
}

fn scrub_texts(value: &mut Value, uid: &str) {
    match value {
        Value::String(text) => {
            *text = text.replace(uid, "UID");
            if text.starts_with("kube-api-access-") {
                "kube-api-access-".clone_into(text);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| scrub_texts(one, uid)),
        Value::Object(map) => map.values_mut().for_each(|one| scrub_texts(one, uid)),
        _ => {}
    }
}

/// Where two values differ, at most a few places.
fn differences(at: &str, ours: &Value, theirs: &Value, told: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(&format!("{at}.{key}"), a, b, told),
                    (a, b) => told.push(format!("{at}.{key}: ours {a:?}, theirs {b:?}")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{at}[{index}]"), a, b, told);
            }
        }
        (a, b) if a != b => told.push(format!("{at}: ours {a}, theirs {b}")),
        _ => {}
    }
}

/// A change beside what the server made of it; `path` may end in `/status`.
fn update(path: &str, old: &Value, mut new: Value, world: &World<'_>) -> Result<Value, Status> {
    let (path, subresource) = match path.strip_suffix("/status") {
        Some(path) => (path, Some("status")),
        None => (path, None),
    };
    let (resource, _) = resource(path);
    new["metadata"]["generation"] = old["metadata"]["generation"].clone();
    defaults::fill(&resource, &mut new);
    strategy::update(&resource, &mut new, old, subresource, world)?;
    let causes = validate::update(&resource, &new, old, subresource);
    if causes.is_empty() {
        return Ok(new);
    }
    let name = old["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::invalid(&resource, name, causes))
}

/// A refusal beside the causes that the server told, or its message when it told none.
fn same_refusal(ours: &Status, theirs: &Value, here: &mut Vec<String>) {
    let mut ours = ours.to_json();
    let Some(causes) = theirs.as_array() else {
        return differences("", &ours["message"], theirs, here);
    };
    for (cause, theirs) in ours["details"]["causes"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .zip(causes)
    {
        if theirs["message"] == "in Go's words" {
            cause["message"] = theirs["message"].clone();
        }
    }
    differences("", &ours["details"]["causes"], theirs, here);
}

/// An object with its changes, as in a merge patch.
fn patched(old: &Value, patch: &Value) -> Value {
    let (Value::Object(old), Value::Object(patch)) = (old, patch) else {
        return patch.clone();
    };
    let mut new = old.clone();
    for (key, change) in patch {
        if change.is_null() {
            new.remove(key);
        } else {
            let was = old.get(key).unwrap_or(&Value::Null);
            new.insert(key.clone(), patched(was, change));
        }
    }
    new.into()
}

fn compare_changes(lines: &str) -> Vec<String> {
    let store = store();
    let mut told = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let (path, old, change, theirs): (String, Value, Value, Value) =
            serde_json::from_str(line).expect("a line of the file");
        let new = patched(&old, &change);
        let ours = store.write_soon(|world| update(&path, &old, new.clone(), world));
        let mut here = Vec::new();
        match (ours, theirs.is_object()) {
            (Ok(mut ours), true) => {
                let mut theirs = patched(&new, &theirs);
                scrub(&mut ours);
                scrub(&mut theirs);
                differences("", &ours, &theirs, &mut here);
            }
            (Ok(_), false) => here.push(format!("taken, theirs {theirs}")),
            (Err(ours), true) => here.push(format!("refused: {}", ours.message)),
            (Err(ours), false) => same_refusal(&ours, &theirs, &mut here),
        }
        told.extend(here.iter().map(|what| format!("{number} {path} {what}")));
    }
    told
}

fn compare(lines: &str) -> Vec<String> {
    let store = store();
    let mut told = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let (path, sent, mut theirs): (String, Value, Value) =
            serde_json::from_str(line).expect("a line of the file");
        let ours = store.write_soon(|world| create(&path, sent, world));
        let mut here = Vec::new();
        match (ours, theirs.is_object()) {
            (Ok(mut ours), true) => {
                scrub(&mut ours);
                scrub(&mut theirs);
                differences("", &ours, &theirs, &mut here);
            }
            (Ok(_), false) => here.push(format!("taken, theirs {theirs}")),
            (Err(ours), true) => here.push(format!("refused: {}", ours.message)),
            (Err(ours), false) => same_refusal(&ours, &theirs, &mut here),
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        told.extend(here.iter().map(|what| format!("{number} {name} {what}")));
    }
    told
}

#[test]
fn objects_become_what_the_real_server_makes_of_them() {
    let told = compare(include_str!("rules/good.jsonl"));
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn objects_are_refused_as_the_real_server_refuses_them() {
    let told = compare(include_str!("rules/bad.jsonl"));
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn changes_are_what_the_real_server_makes_of_them() {
    let told = compare_changes(include_str!("rules/changes.jsonl"));
    assert!(told.is_empty(), "{}", told.join("\n"));
}

fn service(spec: Value) -> Value {
    json!({"metadata": {"name": "s"}, "spec": spec})
}

#[test]
fn addresses_and_ports_are_given_once() {
    let path = "/api/v1/namespaces/rules/services";
    let store = store();
    let make = |name: &str, spec: Value| {
        let mut service = service(spec);
        service["metadata"]["name"] = name.into();
        store.write_soon(|world| {
            let mut made = create(path, service, world)?;
            world.put(Key::new("/services", "rules", name), &mut made);
            Ok::<Value, Status>(made)
        })
    };
    let ports = json!([{"port": 1}]);
    let first = make("a", json!({"type": "NodePort", "ports": ports})).expect("it is right");
    let (address, port) = (
        &first["spec"]["clusterIP"],
        &first["spec"]["ports"][0]["nodePort"],
    );
    assert_eq!(first["spec"]["clusterIPs"], json!([address]));
    assert!(
        port.as_u64()
            .is_some_and(|port| (30_000..=32_767).contains(&port))
    );
    // What the real server said, each of another service.
    for (name, spec, why) in [
        (
            "b",
            json!({"clusterIP": address, "ports": ports}),
            format!("spec.clusterIPs: Invalid value: [{address}]: failed to allocate IP {}: provided IP is already allocated", address.as_str().unwrap_or_default()),
        ),
        (
            "c",
            json!({"clusterIP": "192.0.2.1", "ports": ports}),
            "spec.clusterIPs: Invalid value: [\"192.0.2.1\"]: failed to allocate IP 192.0.2.1: the provided network does not match the current range".to_owned(),
        ),
        (
            "e",
            json!({"type": "NodePort", "ports": [{"port": 1, "nodePort": port}]}),
            format!("spec.ports[0].nodePort: Invalid value: {port}: provided port is already allocated"),
        ),
        (
            "f",
            json!({"type": "NodePort", "ports": [{"port": 1, "nodePort": 80}]}),
            "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767".to_owned(),
        ),
        (
            "h",
            json!({"type": "NodePort", "ports": [{"port": 53, "name": "a", "nodePort": 31998}, {"port": 54, "name": "b", "nodePort": 31998}]}),
            "spec.ports[1].nodePort: Invalid value: 31998: provided port is already allocated".to_owned(),
        ),
        (
            "i",
            json!({"clusterIP": "fd00::1", "ports": ports}),
            "spec.clusterIPs[0]: Invalid value: [\"fd00::1\"]: IPv6 is not configured on this cluster".to_owned(),
        ),
        (
            "j",
            json!({"ports": ports, "ipFamilyPolicy": "RequireDualStack"}),
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services".to_owned(),
        ),
        (
            "k",
            json!({"ports": ports, "ipFamilies": ["IPv6"]}),
            "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster".to_owned(),
        ),
    ] {
        let refused = make(name, spec).expect_err("it cannot be given");
        assert_eq!(refused.message, format!("Service \"{name}\" is invalid: {why}"));
    }
    let both = json!([{"port": 53, "name": "a"}, {"port": 53, "name": "b", "protocol": "UDP"}]);
    let shared = make("g", json!({"type": "NodePort", "ports": both})).expect("it is right");
    let ports = &shared["spec"]["ports"];
    assert_eq!(ports[0]["nodePort"], ports[1]["nodePort"]);
    let others: Vec<Value> = (0..300)
        .map(|number| make(&format!("n{number}"), json!({"ports": [{"port": 1}]})).expect("right"))
        .map(|made| made["spec"]["clusterIP"].clone())
        .collect();
    let unique: std::collections::BTreeSet<&str> =
        others.iter().filter_map(Value::as_str).collect();
    assert_eq!(unique.len(), others.len());
}

#[test]
fn large_objects_are_refused() {
    let store = store();
    let large = "x".repeat(1 << 20);
    for (plural, object, why) in [
        (
            "configmaps",
            json!({"metadata": {"name": "p", "annotations": {"a": large[..1 << 18]}}}),
            "ConfigMap \"p\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes",
        ),
        (
            "configmaps",
            json!({"metadata": {"name": "p"}, "data": {"a": large, "b": "x"}}),
            "ConfigMap \"p\" is invalid: []: Too long: may not be more than 1048576 bytes",
        ),
        (
            "secrets",
            json!({"metadata": {"name": "p"}, "stringData": {"a": large, "b": "x"}}),
            "Secret \"p\" is invalid: data: Too long: may not be more than 1048576 bytes",
        ),
    ] {
        let path = format!("/api/v1/namespaces/rules/{plural}");
        let refused = store.write_soon(|world| create(&path, object, world));
        assert_eq!(refused.expect_err("too large").message, why);
    }
}
