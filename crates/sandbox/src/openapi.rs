//! The API's own description: OpenAPI 3 in parts. Of OpenAPI 2 there is the version alone: clients
//! that know version 3 ask for it only when they found a kind nowhere.
//!
//! Built-in parts are what a real API server said, without the descriptions; a part has the
//! schemas that it refers to. Parts of custom resources are made from their definitions.

mod custom;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::{Catalog, Resource};
use crate::data;

/// How schemas name each other.
const REFERENCE: &str = "#/components/schemas/";

static PATHS: LazyLock<Map<String, Value>> = LazyLock::new(data::paths);
static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(data::schemas);

/// Answers `/openapi/v3`, `/openapi/v3/PART` and `/openapi/v2`. Nothing when there is no such part.
pub fn answer(catalog: &Catalog, path: &str) -> Option<Value> {
    let path = path.trim_end_matches('/');
    match path.strip_prefix("/openapi/")? {
        "v2" => Some(json!({"swagger": "2.0", "info": version(), "paths": {}, "definitions": {}})),
        "v3" => Some(json!({"paths": index(catalog)})),
        part => third(catalog, part.strip_prefix("v3/")?),
    }
}

fn version() -> Value {
    static VERSION: LazyLock<Value> =
        LazyLock::new(|| data::discovery()["version"]["gitVersion"].clone());
    json!({"title": "Kubernetes", "version": *VERSION})
}

/// Custom resources by their parts, `apis/example.com/v1` say.
fn custom_parts(catalog: &Catalog) -> BTreeMap<String, Vec<&Resource>> {
    let mut parts: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    for resource in catalog.resources().filter(|one| one.custom().is_some()) {
        let part = format!("apis/{}", resource.api_version());
        parts.entry(part).or_default().push(resource);
    }
    parts
}

/// The parts, and where they are: the hash is another when the part is.
fn index(catalog: &Catalog) -> Map<String, Value> {
    let entry = |part: &str, hash: Sha256| {
        let hash = format!("{:X}", hash.finalize());
        let url = format!("/openapi/v3/{part}?hash={hash}");
        (part.to_owned(), json!({"serverRelativeURL": url}))
    };
    let mut index: Map<String, Value> = PATHS
        .keys()
        .map(|part| {
            // They are as old as this program.
            let of = format!(
                "{part} {} {}",
                version()["version"],
                env!("CARGO_PKG_VERSION")
            );
            entry(part, Sha256::new().chain_update(of))
        })
        .collect();
    for (part, resources) in custom_parts(catalog) {
        let mut hash = Sha256::new();
        for resource in resources {
            let version = resource.custom().map(|custom| custom.version.to_string());
            hash.update(format!("{} {:?}", resource.plural, version));
        }
        let (part, entry) = entry(&part, hash);
        index.insert(part, entry);
    }
    index
}

fn third(catalog: &Catalog, part: &str) -> Option<Value> {
    let (paths, mut schemas) = match PATHS.get(part) {
        Some(paths) => (paths.clone(), Map::new()),
        None => custom::part(custom_parts(catalog).get(part)?),
    };
    let mut wanted = Vec::new();
    references(&paths, &mut wanted);
    for schema in schemas.values() {
        references(schema, &mut wanted);
    }
    if let Some((group, version)) = part_of(part) {
        // Also kinds that no path names, as `explain` may ask for them.
        let kinds = SCHEMAS.iter().filter(|(_, schema)| {
            let kinds = schema["x-kubernetes-group-version-kind"].as_array();
            kinds.is_some_and(|kinds| {
                kinds
                    .iter()
                    .any(|kind| kind["group"] == group && kind["version"] == version)
            })
        });
        wanted.extend(kinds.map(|(name, _)| name.clone()));
    }
    while let Some(name) = wanted.pop() {
        if let Some(schema) = SCHEMAS.get(&name)
            && !schemas.contains_key(&name)
        {
            references(schema, &mut wanted);
            schemas.insert(name, schema.clone());
        }
    }
    Some(json!({
        "openapi": "3.0.0",
        "info": version(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"BearerToken": {
                "type": "apiKey",
                "description": "Bearer Token authentication",
                "name": "authorization",
                "in": "header",
            }},
        },
    }))
}

/// The group and version of a part.
fn part_of(part: &str) -> Option<(&str, &str)> {
    match part.split('/').collect::<Vec<_>>().as_slice() {
        ["api", version] => Some(("", version)),
        ["apis", group, version] => Some((group, version)),
        _ => None,
    }
}

/// The names of schemas that are referred to.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if name == "$ref" => {
                        found.extend(text.strip_prefix(REFERENCE).map(str::to_owned));
                    }
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// What clients accept that read OpenAPI 2 as protobuf alone.
pub const PROTOBUF: &str = "proto-openapi";
/// The type of [`protobuf`].
pub const MEDIA: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// OpenAPI 2 in protobuf (gnostic's `openapi.v2.Document`), with nothing in it but the version:
/// Go's clients ask for it only when they found a kind in no part of OpenAPI 3, and it is in none
/// then.
pub fn protobuf() -> Vec<u8> {
    let field = |number: u8, bytes: &[u8]| {
        let length = u8::try_from(bytes.len()).unwrap_or_default();
        [&[number << 3 | 2, length], bytes].concat()
    };
    let info = version();
    let version = info["version"].as_str().unwrap_or_default();
    let info = [field(1, b"Kubernetes"), field(2, version.as_bytes())].concat();
    [
        field(1, b"2.0"),
        field(2, &info),
        field(8, b""),
        field(9, b""),
    ]
    .concat()
}
