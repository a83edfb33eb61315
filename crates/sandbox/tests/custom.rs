//! What a real API server made of custom resources and their definitions, and what ours does.
//!
//! `real/custom.jsonl` holds a definition and requests to create objects of it,
//! `real/definitions.jsonl` requests to create definitions, each with the answer that Kubernetes
//! v1.37.1's API server gave (identifiers, times and managed fields removed).

use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::decode::{self, FieldValidation, Format};
use pintle_sandbox::status::{Cause, Status};
use pintle_sandbox::{crd, validate};
use serde_json::{Value, json};

const OBJECTS: &str = include_str!("real/custom.jsonl");
const DEFINITIONS: &str = include_str!("real/definitions.jsonl");

fn cases(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a case"))
        .collect()
}

/// The causes of one, but for those of parts that are not here: `metadata`'s names, and replicas.
fn causes(list: &Value) -> Vec<Value> {
    let list = list.as_array().into_iter().flatten();
    let elsewhere = |field: &str| {
        matches!(
            field,
            "metadata.labels" | "metadata.finalizers" | ".spec.replicas" | "spec.version"
        ) || field.contains("selectableFields")
    };
    let list = list.filter(|cause| !elsewhere(cause["field"].as_str().unwrap_or_default()));
    // The real server goes over the properties of an object in any order.
    let mut list: Vec<Value> = list.cloned().collect();
    list.sort_by_cached_key(Value::to_string);
    list
}

fn told(resource: &Resource, found: Vec<Cause>) -> Vec<Value> {
    causes(&Status::invalid(resource, "a", found).to_json()["details"]["causes"])
}

fn compare(body: &str, ours: &[Value], real: &[Value], wrong: &mut Vec<String>) {
    if ours != real {
        let list = |causes: &[Value]| {
            let lines = causes.iter().map(|cause| format!("    {cause}\n"));
            lines.collect::<String>()
        };
        wrong.push(format!(
            "{body}\n  ours\n{}  real\n{}",
            list(ours),
            list(real)
        ));
    }
}

#[test]
fn custom_resources_are_what_the_real_server_makes_of_them() {
    let mut cases = cases(OBJECTS);
    let definition = cases.remove(0)["definition"].take();
    let resources = crd::resources(&definition);
    let [widgets] = resources.as_slice() else {
        panic!("one version is served");
    };
    let mut wrong = Vec::new();
    for case in &cases {
        let body = case["body"].as_str().expect("a body");
        let validation = match case["validation"].as_str() {
            Some("Strict") => FieldValidation::Strict,
            _ => FieldValidation::Warn,
        };
        let decoded = decode::decode(widgets, body.as_bytes(), Format::Json, validation);
        let mut decoded = match decoded {
            Ok(decoded) => decoded,
            Err(status) => {
                if case["message"] != status.message {
                    wrong.push(format!(
                        "{body}\n  {}\n  {}",
                        status.message, case["message"]
                    ));
                }
                continue;
            }
        };
        assert_ne!(case["code"], 400, "{body}");
        crd::default(widgets, &mut decoded.object);
        let found = crd::validate(widgets, &decoded.object);
        let real = causes(&case["causes"]);
        compare(body, &told(widgets, found), &real, &mut wrong);
        if real.is_empty() && case["object"].is_object() {
            decoded.object["metadata"]["namespace"] = "types".into();
            // What may be written at creation is another part's matter.
            decoded
                .object
                .as_object_mut()
                .expect("an object")
                .remove("status");
            if decoded.object != case["object"] {
                wrong.push(format!("{}\n  real {}", decoded.object, case["object"]));
            }
            let real = case["warnings"].as_array().into_iter().flatten();
            let real = real.filter_map(Value::as_str);
            let real: Vec<&str> = real.filter(|told| told.contains("unknown field")).collect();
            assert_eq!(decoded.warnings, real, "{body}");
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn definitions_are_judged_as_the_real_server_judges_them() {
    let resource = Catalog::builtin()
        .resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        .expect("it is built in");
    let mut wrong = Vec::new();
    for case in cases(DEFINITIONS) {
        let body = case["body"].as_str().expect("a body");
        let decoded = decode::decode(
            resource,
            body.as_bytes(),
            Format::Json,
            FieldValidation::Ignore,
        );
        let mut object = decoded.expect("it can be read").object;
        // As at creation.
        object.as_object_mut().expect("an object").remove("status");
        crd::fill(&mut object);
        let found = validate::definition(&object);
        compare(
            body,
            &told(resource, found),
            &causes(&case["causes"]),
            &mut wrong,
        );
        if case["object"].is_object() && object != case["object"] {
            wrong.push(format!("{object}\n  real {}", case["object"]));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_definition_makes_resources_of_the_versions_that_are_served() {
    let mut definition = cases(OBJECTS).remove(0)["definition"].take();
    let version = definition["spec"]["versions"][0].clone();
    for (name, served) in [("v1beta1", true), ("v2", true), ("v1alpha1", false)] {
        let mut other = version.clone();
        other["name"] = name.into();
        other["served"] = served.into();
        other["storage"] = false.into();
        definition["spec"]["versions"]
            .as_array_mut()
            .expect("versions")
            .push(other);
    }
    let resources = crd::resources(&definition);
    let names: Vec<&str> = resources.iter().map(|one| one.version.as_str()).collect();
    assert_eq!(names, ["v2", "v1", "v1beta1"]);
    let widgets = &resources[1];
    assert_eq!(widgets.qualified(), "widgets.types.example.com");
    assert_eq!(
        (widgets.singular.as_str(), widgets.list_kind.as_str()),
        ("widget", "WidgetList")
    );
    assert_eq!(widgets.short_names, ["wi"]);
    assert_eq!(widgets.subresources.len(), 2);
    crd::accept(&mut definition, "2026-01-02T03:04:05Z");
    let status = &definition["status"];
    assert_eq!(status["acceptedNames"]["kind"], "Widget");
    assert_eq!(status["conditions"][1]["type"], "Established");
    // A schema that nobody can want does no harm.
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "object", "properties": {"a": deep}});
    }
    definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = deep;
    assert!(
        validate::definition(&definition)
            .iter()
            .any(|cause| cause.message.contains("too deep"))
    );
}

#[test]
fn a_schema_that_is_too_deep_is_refused() {
    for (depth, is_taken) in [(40, true), (120, false)] {
        let mut schema = json!({"type": "string"});
        for _ in 0..depth {
            schema = json!({"type": "array", "items": schema});
        }
        let schema = json!({"type": "object", "properties": {"spec": schema}});
        let mut definition = json!({
            "metadata": {"name": "widgets.example.com"},
            "spec": {
                "group": "example.com",
                "scope": "Namespaced",
                "names": {"plural": "widgets", "kind": "Widget"},
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": schema},
                }],
            },
        });
        crd::fill(&mut definition);
        let found = validate::definition(&definition);
        let too_deep = |cause: &Cause| cause.message == "Forbidden: the schema is too deep";
        assert_eq!(
            found.iter().all(|cause| !too_deep(cause)),
            is_taken,
            "{depth}: {found:?}"
        );
        assert!(found.iter().all(too_deep), "{depth}: {found:?}");
    }
}
