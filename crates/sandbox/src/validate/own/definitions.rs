//! Of definitions of custom resources.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::found::{At, Found};
use super::super::rules;
use crate::crd;
use crate::object::each;

pub(super) fn name(found: &mut Found, at: &At<'_>) {
    let name = at.down(&["metadata", "name"]);
    let part = |names: &[&str]| at.child("spec").down(names).text();
    if name.text() != format!("{}.{}", part(&["names", "plural"]), part(&["group"])) {
        found.invalid(&name, "must be spec.names.plural+\".\"+spec.group");
    }
}

pub(super) fn versions(found: &mut Found, spec: &At<'_>) {
    let at = spec.child("versions");
    let all: Vec<&Value> = each(at.value).collect();
    // GO: as its internal type prints; `null` when there are none.
    let shown: Vec<String> = all.iter().map(|version| shown(version)).collect();
    let shown = match shown.as_slice() {
        [] => "null".to_owned(),
        shown => format!("[{}]", shown.join(",")),
    };
    let names: BTreeSet<_> = all.iter().map(|version| version["name"].as_str()).collect();
    if names.len() < all.len() {
        found.told_invalid(&at, &shown, "must contain unique version names");
    }
    let stored = all.iter().filter(|version| version["storage"] == true);
    if stored.count() != 1 {
        let why = "must have exactly one version marked as storage version";
        found.told_invalid(&at, &shown, why);
    }
    const PARTS: [&str; 3] = ["schema", "subresources", "additionalPrinterColumns"];
    for (index, version) in at.items().iter().enumerate() {
        // GO: what all versions have in common is told as of no version.
        let same = |name: &str| all.iter().all(|one| one[name] == version.value[name]);
        if index > 0 && PARTS.iter().all(|name| same(name)) {
            break;
        }
        let part = |name: &str, common: &str| {
            let part = version.child(name);
            if same(name) {
                part.named(format!("spec.{common}"))
            } else {
                part
            }
        };
        let schema = part("schema", "validation").child("openAPIV3Schema");
        if schema.value.is_object() {
            rules::check(found, "RootSchema", &schema);
        } else {
            found.required(&version.down(&["schema", "openAPIV3Schema"]), "");
        }
        let scale = part(PARTS[1], PARTS[1]).child("scale");
        if scale.value.is_object() {
            rules::check(found, "ScalePaths", &scale);
        }
        for column in part(PARTS[2], PARTS[2]).items() {
            rules::check(found, "PrinterColumn", &column);
        }
    }
}

/// GO: a version as the server's own type of it prints.
fn shown(version: &Value) -> String {
    let is = |name: &str| version[name] == true;
    let or_null = |name: &str| version.get(name).unwrap_or(&Value::Null).to_string();
    format!(
        "{{\"Name\":{},\"Served\":{},\"Storage\":{},\"Deprecated\":{},\"DeprecationWarning\":{},\
        \"Schema\":null,\"Subresources\":null,\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}}",
        or_null("name"),
        is("served"),
        is("storage"),
        is("deprecated"),
        or_null("deprecationWarning"),
    )
}

pub(super) fn stored_versions(found: &mut Found, at: &At<'_>) {
    let stored = at.down(&["status", "storedVersions"]);
    if stored.is_empty() {
        let why = "must have at least one stored version";
        return found.invalid_as(&stored, Value::Null, why);
    }
    let versions = each(&at.value["spec"]["versions"]);
    for version in versions.filter(|version| version["storage"] == true) {
        if !each(stored.value).any(|one| *one == version["name"]) {
            let name = version["name"].as_str().unwrap_or_default();
            found.invalid(&stored, &format!("must have the storage version {name}"));
        }
    }
}

/// Of its metadata a schema says at most what its names are like.
pub(super) fn names_alone(found: &mut Found, at: &At<'_>) {
    let mut names = at.value.as_object().into_iter().flatten();
    if !names.all(|(name, _)| name == "name" || name == "generateName") {
        let why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        found.forbidden(at, why);
    }
}

pub(super) fn properties_of_root(found: &mut Found, at: &At<'_>) {
    let known = ["metadata", "apiVersion", "kind"];
    for (_, property) in at
        .entries()
        .iter()
        .filter(|(name, _)| !known.contains(name))
    {
        rules::check(found, "Property", property);
    }
}

/// A default must be what its schema allows.
pub(super) fn default(found: &mut Found, schema: &At<'_>) {
    let at = schema.child("default");
    let mut builder = crate::schema::Builder::default();
    let root = builder.add(schema.value);
    let (arena, _) = builder.finish();
    let (mut pruned, mut unknown) = (at.value.clone(), Vec::new());
    crd::prune(arena.schema(root), &mut pruned, &mut unknown);
    if !unknown.is_empty() {
        return found.invalid(&at, "must not have unknown fields");
    }
    for mut cause in crd::check_value(schema.value, at.value) {
        cause.field = match cause.field.as_str() {
            "" => at.path.clone(),
            field => format!("{}.{field}", at.path),
        };
        found.causes.push(cause);
    }
}

pub(super) fn keys_of_list(found: &mut Found, schema: &At<'_>) {
    let items = schema.child("items");
    for key in each(&schema.value["x-kubernetes-list-map-keys"]) {
        let property = items
            .child("properties")
            .key(key.as_str().unwrap_or_default());
        let required = each(&items.value["required"]).any(|one| one == key);
        if property.is_set() && !required && !property.child("default").is_set() {
            let why = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
            found.required(&property.child("default"), why);
        }
    }
}
