//! What a real API server says of its API, and what ours does.
//!
//! `real/discovery.json` holds answers that Kubernetes v1.37.1's API server gave while the
//! definition of `real/custom.jsonl` was there.

use std::collections::BTreeSet;

use pintle_sandbox::catalog::Catalog;
use pintle_sandbox::{crd, discovery, openapi};
use serde_json::Value;

const REAL: &str = include_str!("real/discovery.json");
const CUSTOM: &str = include_str!("real/custom.jsonl");

fn catalog() -> Catalog {
    let first = CUSTOM.lines().next().expect("a definition");
    let first: Value = serde_json::from_str(first).expect("JSON");
    Catalog::with(crd::resources(&first["definition"]))
}

#[test]
fn discovery_says_what_the_real_server_says() {
    const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
        application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
    let catalog = catalog();
    let real: Value = serde_json::from_str(REAL).expect("JSON");
    for (path, real) in real.as_object().expect("answers") {
        let (path, accept) = match path.strip_prefix("aggregated ") {
            Some(path) => (path, ACCEPT),
            None => (path.as_str(), "application/json"),
        };
        let (ours, media) = discovery::answer(&catalog, path, accept).expect("an answer");
        assert_eq!(
            media.contains("as=APIGroupDiscoveryList"),
            accept == ACCEPT,
            "{path}"
        );
        for (at, real) in real.as_object().expect("an object") {
            let lists = (ours[at].as_array(), real.as_array());
            if let (Some(ours), Some(real)) = lists {
                for (ours, real) in ours.iter().zip(real) {
                    assert_eq!(ours, real, "{path} {at}");
                }
            }
            assert_eq!(ours[at], *real, "{path} {at}");
        }
        assert_eq!(ours, *real, "{path}");
    }
    let (paths, _) = discovery::answer(&catalog, "/", "").expect("paths");
    assert!(
        paths["paths"]
            .as_array()
            .expect("a list")
            .contains(&"/apis/types.example.com/v1".into())
    );
    for path in ["/apis/nope", "/apis/apps/v9", "/nope", "/apis/apps/v1/x/y"] {
        assert!(discovery::answer(&catalog, path, "*/*").is_none(), "{path}");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if name == "$ref" => {
                        found.insert(text.clone());
                    }
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn each_part_of_the_description_is_whole() {
    let catalog = catalog();
    let index = openapi::answer(&catalog, "/openapi/v3").expect("an index");
    let parts = index["paths"].as_object().expect("parts");
    assert!(parts.contains_key("api/v1") && parts.contains_key("apis/types.example.com/v1"));
    for (part, at) in parts {
        let url = at["serverRelativeURL"].as_str().expect("a URL");
        let (path, hash) = url.split_once("?hash=").expect("a hash");
        assert_eq!(
            (path, hash.len()),
            (format!("/openapi/v3/{part}").as_str(), 64)
        );
        let document = openapi::answer(&catalog, path).expect("a part");
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let name = reference
                .strip_prefix("#/components/schemas/")
                .expect("a schema");
            assert!(
                document["components"]["schemas"][name].is_object(),
                "{part}: {name}"
            );
        }
    }
    let widgets = openapi::answer(&catalog, "/openapi/v3/apis/types.example.com/v1");
    let widgets = widgets.expect("a part");
    let widget = &widgets["components"]["schemas"]["com.example.types.v1.Widget"];
    assert_eq!(
        widget["x-kubernetes-group-version-kind"][0]["kind"],
        "Widget"
    );
    assert_eq!(widget["properties"]["spec"]["required"][0], "size");
    let one = "/apis/types.example.com/v1/namespaces/{namespace}/widgets/{name}";
    let patch = &widgets["paths"][one]["patch"];
    assert_eq!(patch["x-kubernetes-group-version-kind"]["kind"], "Widget");
    assert!(patch["parameters"].to_string().contains("fieldValidation"));

    let second = openapi::answer(&catalog, "/openapi/v2").expect("a document");
    assert_eq!(second["swagger"], "2.0");
    assert!(openapi::answer(&catalog, "/openapi/v3/apis/nope/v1").is_none());
}
