//! Who manages which fields, as Kubernetes v1.37.1's API server said after each step of a script.
//!
//! `managed.json` holds what it answered, without uids, versions and names; times are the steps
//! that they are of. Each step here begins with what the real server had answered to the step
//! before, so that only what is under test is compared.

use std::sync::Arc;

use pintle_sandbox::catalog::{Catalog, CustomTypes, Resource, Types};
use pintle_sandbox::convert::convert;
use pintle_sandbox::managed::{self, Writer};
use pintle_sandbox::schema::Builder;
use pintle_sandbox::status::Status;
use serde_json::{Value, json};

const ANSWERS: &str = include_str!("managed.json");

fn resource(api_version: &str, kind: &str) -> Resource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let found = Catalog::builtin().kind(group, version, kind);
    found.map_or_else(|| custom(group, version, kind), |one| Resource::clone(one))
}

/// The custom resource of the scripts.
fn custom(group: &str, version: &str, kind: &str) -> Resource {
    let like = Catalog::builtin().kind("apps", "v1", "Deployment");
    let mut resource = Resource::clone(like.expect("built in"));
    let mut builder = Builder::default();
    let text = json!({"type": "string"});
    let item = json!({"type": "object", "required": ["name"], "properties": {"name": text, "value": text}});
    let root = builder.add(&json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {
            "size": {"type": "integer"},
            "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item},
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": text},
            "atom": {"type": "array", "items": {"type": "object", "properties": {"a": text}}},
            "amap": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": text},
            "map": {"type": "object", "additionalProperties": text},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "port": {"x-kubernetes-int-or-string": true},
            "def": {"type": "string", "default": "dd"},
        }},
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    }}));
    let (arena, _) = builder.finish();
    resource.types = Types::Custom(Arc::new(CustomTypes {
        definition: "merges.merge.example.com".to_owned(),
        revision: 0,
        arena,
        root: Some(root),
        version: Value::Null,
    }));
    group.clone_into(&mut resource.group);
    version.clone_into(&mut resource.version);
    kind.clone_into(&mut resource.kind);
    resource
}

/// What is in `ours` and not so in `theirs`.
fn strays(ours: &Value, theirs: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Null, _) => {}
        (Value::Object(one), Value::Object(two)) => {
            for (name, value) in one {
                let path = format!("{path}.{name}");
                strays(value, two.get(name).unwrap_or(&Value::Null), &path, found);
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (at, (value, other)) in one.iter().zip(two).enumerate() {
                strays(value, other, &format!("{path}[{at}]"), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours}, not {theirs}")),
    }
}

fn step(resource: &Resource, step: &Value, live: Option<&Value>, time: &str) -> Vec<String> {
    let writer = Writer {
        manager: step["as"].as_str().expect("a manager"),
        time,
        subresource: step["subresource"].as_str(),
    };
    let expected = &step["object"];
    let made = if step["do"] == "apply" {
        let force = step["force"] == true;
        match managed::apply(resource, live, &step["with"], writer, force) {
            Ok(made) => made,
            Err(status) => return refusal(&status, &step["status"]),
        }
    } else {
        let mut made = expected.clone();
        let kept = live.map(|live| live["metadata"]["managedFields"].clone());
        let sent = step.get("sent").cloned();
        made["metadata"]["managedFields"] = sent.or(kept).unwrap_or_default();
        managed::note(resource, live, &mut made, writer);
        made
    };
    if step["status"]["reason"] == "Invalid" {
        // It is the validation that refuses it.
        return Vec::new();
    }
    if expected.is_null() {
        let message = &step["status"]["message"];
        return vec![format!("it was to be refused: {message}")];
    }
    let mut found = Vec::new();
    let mut made = made;
    for name in ["name", "uid"] {
        made["metadata"][name].take();
    }
    strays(&made, expected, "", &mut found);
    let entries = |object: &Value| object["metadata"]["managedFields"].to_string();
    let (ours, theirs) = (entries(&made), entries(expected));
    if ours != theirs {
        found.push(format!(
            "managed fields:\n  ours   {ours}\n  theirs {theirs}"
        ));
    }
    found
}

fn refusal(status: &Status, expected: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let ours = status.to_json();
    for name in ["code", "reason", "message", "details"] {
        if ours[name] != expected[name] {
            found.push(format!("{name}: {}, not {}", ours[name], expected[name]));
        }
    }
    found
}

#[test]
fn as_the_real_server_says() {
    let scripts: Value = serde_json::from_str(ANSWERS).expect("it is JSON");
    let mut found = Vec::new();
    for script in scripts.as_array().expect("scripts") {
        let text = |name: &str| script[name].as_str().expect("a text");
        let mut live: Option<Value> = None;
        for (at, one) in script["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .enumerate()
        {
            let version = one["version"].as_str().unwrap_or(text("apiVersion"));
            let resource = resource(version, text("kind"));
            let before = live.clone().map(|live| convert(live, &resource));
            let time = format!("T{:02}", at + 1);
            for difference in step(&resource, one, before.as_ref(), &time) {
                found.push(format!("{} {}: {difference}", text("script"), at + 1));
            }
            if one["object"].is_object() {
                let mut next = one["object"].clone();
                next["metadata"]["name"] = "x".into();
                next["metadata"]["uid"] = "uid".into();
                live = Some(next);
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
