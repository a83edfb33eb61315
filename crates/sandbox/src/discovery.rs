//! What clients ask first: groups, versions, resources.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Group, Resource, Types, Version};
use crate::data;

const JSON: &str = "application/json";
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

static STORED: LazyLock<Map<String, Value>> = LazyLock::new(data::discovery);

/// Answers `/api`, `/apis`, `/apis/GROUP`, `/api/VERSION`, `/apis/GROUP/VERSION` and `/version`;
/// `accept` is the header, by which clients ask for the aggregated form.
/// Nothing when the path is none of these. The second is the media type.
pub fn answer(catalog: &Catalog, path: &str, accept: &str) -> Option<(Value, &'static str)> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let document = match parts.as_slice() {
        [] => json!({"paths": paths(catalog)}),
        ["version"] => STORED.get("version")?.clone(),
        ["api" | "apis"] if is_aggregated(accept) => {
            let core = parts == ["api"];
            let groups = catalog
                .groups
                .iter()
                .filter(|group| group.name.is_empty() == core);
            let items: Vec<Value> = groups.map(aggregated).collect();
            let list = json!({
                "kind": "APIGroupDiscoveryList",
                "apiVersion": "apidiscovery.k8s.io/v2",
                "metadata": {},
                "items": items,
            });
            return Some((list, AGGREGATED));
        }
        ["api"] => json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": ""}],
        }),
        ["apis"] => {
            let groups = catalog.groups.iter().filter(|group| !group.name.is_empty());
            let groups: Vec<Value> = groups.map(group).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        ["api", version] => list(catalog, "", version)?,
        ["apis", name] => {
            let found = catalog.groups.iter().find(|group| group.name == *name)?;
            let mut group = group(found);
            group["kind"] = "APIGroup".into();
            group["apiVersion"] = "v1".into();
            group
        }
        ["apis", group, version] => list(catalog, group, version)?,
        _ => return None,
    };
    Some((document, JSON))
}

/// Whether one of the types that the client takes is the aggregated form.
fn is_aggregated(accept: &str) -> bool {
    accept.split(',').any(|one| {
        let mut words = one.split(';').map(str::trim);
        let is_json = matches!(words.next(), Some(JSON));
        let words: Vec<&str> = words.collect();
        is_json
            && ["g=apidiscovery.k8s.io", "v=v2", "as=APIGroupDiscoveryList"]
                .iter()
                .all(|word| words.contains(word))
    })
}

fn group_version(group: &str, version: &str) -> String {
    match group {
        "" => version.to_owned(),
        group => format!("{group}/{version}"),
    }
}

fn paths(catalog: &Catalog) -> Vec<String> {
    let stored = STORED
        .get("root")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut paths: Vec<String> = stored
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    for group in catalog.groups.iter().filter(|group| !group.name.is_empty()) {
        let path = format!("/apis/{}", group.name);
        let versions = group.versions.iter();
        paths.extend(versions.map(|version| format!("{path}/{}", version.name)));
        paths.push(path);
    }
    paths.sort();
    paths.dedup();
    paths
}

fn group(group: &Group) -> Value {
    let version = |version: &Version| {
        json!({
            "groupVersion": group_version(&group.name, &version.name),
            "version": version.name,
        })
    };
    let versions: Vec<Value> = group.versions.iter().map(version).collect();
    let preferred = versions.first().cloned().unwrap_or_default();
    json!({"name": group.name, "versions": versions, "preferredVersion": preferred})
}

/// An `APIResourceList`: of built-in resources as it was stored.
fn list(catalog: &Catalog, group: &str, version: &str) -> Option<Value> {
    let found = catalog.version(group, version)?;
    let whole = group_version(group, version);
    let stored = &STORED.get("lists")?[&whole];
    if stored.is_object() {
        let mut list = stored.clone();
        // GO: the core version's list says nothing of its own version, others do.
        if !group.is_empty() {
            list["apiVersion"] = "v1".into();
        }
        return Some(list);
    }
    let resources: Vec<Value> = found
        .resources
        .iter()
        .flat_map(|one| entries(one))
        .collect();
    Some(json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": whole,
        "resources": resources,
    }))
}

/// A custom resource and its subresources.
fn entries(resource: &Resource) -> Vec<Value> {
    let mut own = json!({
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": resource.verbs,
        "storageVersionHash": resource.storage_hash,
    });
    names(&mut own, resource);
    let mut entries = vec![own];
    for subresource in &resource.subresources {
        let mut entry = json!({
            "name": format!("{}/{}", resource.plural, subresource.name),
            "singularName": "",
            "namespaced": resource.namespaced,
            "kind": subresource.kind,
            "verbs": subresource.verbs,
        });
        if let Some((group, version)) = &subresource.of {
            entry["group"] = group.as_str().into();
            entry["version"] = version.as_str().into();
        }
        entries.push(entry);
    }
    entries
}

fn names(entry: &mut Value, resource: &Resource) {
    for (name, list) in [
        ("shortNames", &resource.short_names),
        ("categories", &resource.categories),
    ] {
        if !list.is_empty() {
            entry[name] = list.clone().into();
        }
    }
}

fn aggregated(group: &Group) -> Value {
    let version = |version: &Version| {
        let resources = version.resources.iter();
        json!({
            "version": version.name,
            "resources": resources.map(|one| aggregated_resource(one)).collect::<Vec<_>>(),
            "freshness": "Current",
        })
    };
    let versions: Vec<Value> = group.versions.iter().map(version).collect();
    let metadata = match group.name.as_str() {
        "" => json!({}),
        name => json!({"name": name}),
    };
    json!({"metadata": metadata, "versions": versions})
}

fn aggregated_resource(resource: &Resource) -> Value {
    // GO: of built-in kinds the group and the version are left empty.
    let own = match resource.types {
        Types::Builtin => ("", ""),
        Types::Custom(_) => (resource.group.as_str(), resource.version.as_str()),
    };
    let kind = |(group, version): (&str, &str), kind: &str| json!({"group": group, "version": version, "kind": kind});
    let mut entry = json!({
        "resource": resource.plural,
        "responseKind": kind(own, &resource.kind),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": resource.verbs,
    });
    names(&mut entry, resource);
    let subresources = resource.subresources.iter().map(|subresource| {
        let of = subresource.of.as_ref();
        let of = of.map_or(own, |(group, version)| (group, version));
        json!({
            "subresource": subresource.name,
            "responseKind": kind(of, &subresource.kind),
            "verbs": subresource.verbs,
        })
    });
    let subresources: Vec<Value> = subresources.collect();
    if !subresources.is_empty() {
        entry["subresources"] = subresources.into();
    }
    entry
}
