//! Objects as rows, as Kubernetes v1.37.1's API server printed them: `table.json` holds each
//! object, the columns of its table and its row, and when that was.

use std::sync::Arc;

use pintle_sandbox::catalog::{Catalog, CustomTypes, Resource, Types};
use pintle_sandbox::table::{Include, columns, row};
use serde_json::{Value, json};

const ANSWERS: &str = include_str!("table.json");

fn resource(group_version: &str, plural: &str) -> Resource {
    let (group, version) = group_version.split_once('/').unwrap_or(("", group_version));
    if let Some(known) = Catalog::builtin().resource(group, version, plural) {
        return Resource::clone(known);
    }
    let like = Catalog::builtin().resource("apps", "v1", "deployments");
    let mut resource = Resource::clone(like.expect("built in"));
    resource.types = Types::Custom(Arc::new(CustomTypes {
        definition: String::new(),
        revision: 0,
        arena: pintle_sandbox::schema::Arena::default(),
        root: None,
        version: json!({"additionalPrinterColumns": [
            {"name": "Size", "type": "integer", "jsonPath": ".spec.size", "description": "How large"},
            {"name": "When", "type": "date", "jsonPath": ".spec.when"},
            {"name": "Pr", "type": "string", "jsonPath": ".spec.items[0].name", "priority": 1},
            {"name": "Names", "type": "string", "jsonPath": ".spec.items[*].name"},
            {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ]}),
    }));
    resource
}

#[test]
fn rows_are_those_of_the_real_server() {
    let answers: Value = serde_json::from_str(ANSWERS).expect("it is JSON");
    let mut found = Vec::new();
    for answer in answers.as_array().expect("answers") {
        let text = |name: &str| answer[name].as_str().expect("a text");
        let resource = resource(text("groupVersion"), text("plural"));
        let described = columns(&resource);
        let named: Value = described
            .as_array()
            .expect("columns")
            .iter()
            .map(|one| json!([one["name"], one["type"], one["format"], one["priority"]]))
            .collect();
        let now = answer["now"].as_i64().expect("a time");
        let ours = row(&resource, &answer["object"], Include::Object, now);
        for (name, ours, theirs) in [
            ("columns", &named, &answer["columns"]),
            ("cells", &ours["cells"], &answer["cells"]),
            ("conditions", &ours["conditions"], &answer["conditions"]),
            ("object", &ours["object"], &answer["object"]),
        ] {
            if ours != theirs {
                let (plural, object) = (text("plural"), &answer["object"]["metadata"]["name"]);
                found.push(format!(
                    "{plural} {object} {name}:\n  ours   {ours}\n  theirs {theirs}"
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn how_much_of_the_object_comes_with_it() {
    let resource = resource("v1", "serviceaccounts");
    let object = json!({"metadata": {"name": "a"}, "secrets": []});
    let with = |include| row(&resource, &object, include, 0)["object"].clone();
    assert_eq!(with(Include::None), Value::Null);
    assert_eq!(with(Include::Object), object);
    assert_eq!(
        with(Include::Metadata),
        json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "a"}})
    );
}
