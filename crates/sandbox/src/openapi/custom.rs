//! Parts of custom resources: what `kubectl` looks for in them, and their schemas.

use serde_json::{Map, Value, json};

use super::REFERENCE;
use crate::catalog::Resource;
use crate::crd;

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// The paths and schemas of the resources of one group and version.
pub(super) fn part(resources: &[&Resource]) -> (Value, Map<String, Value>) {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for resource in resources {
        let name = name(resource);
        schemas.insert(format!("{name}List"), list(resource, &name));
        schemas.insert(name.clone(), object(resource));
        let reference = json!({"$ref": format!("{REFERENCE}{name}")});
        let place = if resource.namespaced {
            "/namespaces/{namespace}"
        } else {
            ""
        };
        let root = format!("/apis/{}", resource.api_version());
        let all = format!("{root}{place}/{}", resource.plural);
        let lists = json!({"$ref": format!("{REFERENCE}{name}List")});
        paths.insert(
            all.clone(),
            json!({
                "get": operation(resource, "list", &lists),
                "post": operation(resource, "post", &reference),
                "delete": operation(resource, "deletecollection", &reference),
            }),
        );
        let mut one = Map::new();
        for verb in ["get", "put", "patch", "delete"] {
            one.insert(verb.to_owned(), operation(resource, verb, &reference));
        }
        paths.insert(format!("{all}/{{name}}"), one.into());
    }
    (paths.into(), schemas)
}

/// `com.example.stable.v1.Widget` of `stable.example.com`.
fn name(resource: &Resource) -> String {
    let group: Vec<&str> = resource.group.rsplit('.').collect();
    format!("{}.{}.{}", group.join("."), resource.version, resource.kind)
}

fn kinds(resource: &Resource, kind: &str) -> Value {
    json!([{"group": resource.group, "version": resource.version, "kind": kind}])
}

/// The schema of its objects, with what every object has.
fn object(resource: &Resource) -> Value {
    let custom = resource.custom();
    let schema = custom.map_or(&Value::Null, |of| &of.version["schema"]["openAPIV3Schema"]);
    let metadata = json!({"allOf": [{"$ref": format!("{REFERENCE}{META}.ObjectMeta")}]});
    let mut schema = crd::whole(schema, metadata);
    schema["x-kubernetes-group-version-kind"] = kinds(resource, &resource.kind);
    schema
}

fn list(resource: &Resource, name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"allOf": [{"$ref": format!("{REFERENCE}{META}.ListMeta")}]},
            "items": {
                "type": "array",
                "items": {"allOf": [{"$ref": format!("{REFERENCE}{name}")}]},
            },
        },
        "x-kubernetes-group-version-kind": kinds(resource, &resource.list_kind),
    })
}

/// What may be done; by `fieldValidation` clients know that the server does it.
fn operation(resource: &Resource, action: &str, schema: &Value) -> Value {
    let query = |name: &str, of: &str| json!({"name": name, "in": "query", "schema": {"type": of, "uniqueItems": true}});
    let texts = match action {
        "post" | "put" | "patch" => &["dryRun", "fieldManager", "fieldValidation"][..],
        "delete" => &["dryRun", "propagationPolicy"],
        "get" => &[],
        _ => &["fieldSelector", "labelSelector"],
    };
    let mut parameters: Vec<Value> = texts.iter().map(|name| query(name, "string")).collect();
    if action == "patch" {
        parameters.push(query("force", "boolean"));
    }
    let content = json!({"application/json": {"schema": schema}});
    let mut operation = json!({
        "tags": [format!("{}_{}", resource.group.replace('.', "_"), resource.version)],
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "content": content}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": kinds(resource, &resource.kind)[0],
    });
    match action {
        "post" | "put" => operation["requestBody"] = json!({"content": content}),
        "patch" => {
            let patch = json!({"schema": {"$ref": format!("{REFERENCE}{META}.Patch")}});
            let types = ["apply-patch+yaml", "json-patch+json", "merge-patch+json"];
            let content: Map<String, Value> = types
                .iter()
                .map(|name| (format!("application/{name}"), patch.clone()))
                .collect();
            operation["requestBody"] = json!({"content": content});
        }
        _ => {}
    }
    operation
}
