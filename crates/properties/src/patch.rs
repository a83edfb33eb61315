//! Changes of objects in the sandbox: patches of all four kinds.

use std::sync::{Arc, LazyLock};

use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::decode::{self, FieldValidation, Format};
use pintle_sandbox::managed::{self, Writer};
use pintle_sandbox::status::Status;
use pintle_sandbox::table::{self, Include};
use pintle_sandbox::{crd, defaults, patch};
use serde_json::{Value, json};

use crate::parts;

/// A custom resource with lists and maps of every kind.
static CUSTOM: LazyLock<Vec<Arc<Resource>>> = LazyLock::new(|| {
    let text = json!({"type": "string"});
    let item = json!({"type": "object", "required": ["name"], "properties": {"name": text, "value": text}});
    crd::resources(
        &json!({"metadata": {"name": "merges.example.com"}, "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"plural": "merges", "singular": "merge", "kind": "Merge", "listKind": "MergeList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}, "schema": {"openAPIV3Schema": {
                "type": "object", "properties": {"spec": {"type": "object", "properties": {
                    "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item},
                    "set": {"type": "array", "x-kubernetes-list-type": "set", "items": text},
                    "atom": {"type": "array", "items": {"type": "object", "properties": {"a": text}}},
                    "amap": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": text},
                    "map": {"type": "object", "additionalProperties": text},
                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                    "port": {"x-kubernetes-int-or-string": true},
                    "def": {"type": "string", "default": "dd"},
                }}}
            }}}],
        }}),
    )
});

const WRITER: Writer<'static> = Writer {
    manager: "one",
    time: "2026-01-02T03:04:05Z",
    subresource: None,
};

fn resource(kind: &str) -> Option<&'static Resource> {
    let builtin = Catalog::builtin().resources();
    let mut all = builtin.chain(CUSTOM.iter());
    all.find(|one| one.kind == kind).map(|one| &**one)
}

/// What becomes of an object on its way into the store.
fn kept(resource: &Resource, mut object: Value) -> Result<Value, Status> {
    decode::check(resource, &mut object, FieldValidation::Ignore)?;
    object["metadata"]["uid"] = "uid".into();
    defaults::fill(resource, &mut object);
    Ok(object)
}

/// A patch gives the same every time; a merge patch done twice is as done once, and so is an
/// application; what is noted of managers is noted once. The input is a kind, an object and a
/// patch.
pub(crate) fn patches(input: &[u8]) {
    let text = parts::text(input);
    let [kind, live, patch] = parts::split(&text);
    let Some(resource) = resource(kind.trim()) else {
        return;
    };
    let validation = FieldValidation::Ignore;
    let Ok(decoded) = decode::decode(resource, live.as_bytes(), Format::Json, validation) else {
        return;
    };
    if !decoded.object["metadata"].is_object() {
        return;
    }
    let Ok(live) = kept(resource, decoded.object) else {
        return;
    };
    let patch = patch.as_bytes();
    for change in [patch::json, patch::merge, patch::strategic] {
        let made = change(resource.schema(), &live, patch);
        assert_eq!(
            made,
            change(resource.schema(), &live, patch),
            "patched twice"
        );
        if let Ok(made) = made {
            changed(resource, &live, made);
        }
    }
    if let Ok(once) = patch::merge(None, &live, patch) {
        assert_eq!(
            patch::merge(None, &once, patch),
            Ok(once.clone()),
            "merged twice"
        );
    }
    if let Ok(configuration) = decode::parse(patch) {
        applied(resource, &live, &configuration);
    }
}

fn changed(resource: &Resource, live: &Value, made: Value) {
    if !made["metadata"].is_object() {
        return;
    }
    let Ok(mut made) = kept(resource, made) else {
        return;
    };
    managed::note(resource, Some(live), &mut made, WRITER);
    entries(&made);
    let mut again = made.clone();
    managed::note(resource, Some(&made), &mut again, WRITER);
    if made["metadata"]["managedFields"].is_array() {
        assert_eq!(made, again, "noted twice");
    }
    let row = table::row(resource, &made, Include::None, 1_800_000_000);
    let columns = table::columns(resource);
    assert_eq!(
        row["cells"].as_array().map(Vec::len),
        columns.as_array().map(Vec::len),
        "a cell for each column"
    );
}

fn applied(resource: &Resource, live: &Value, configuration: &Value) {
    let apply =
        |live: Option<&Value>, force| managed::apply(resource, live, configuration, WRITER, force);
    assert_eq!(
        apply(Some(live), false),
        apply(Some(live), false),
        "applied twice to the same"
    );
    if let Ok(made) = apply(Some(live), true) {
        entries(&made);
        if made["metadata"].is_object() {
            changed(resource, live, made);
        }
    }
    let Ok(made) = apply(None, false) else { return };
    entries(&made);
    if !made["metadata"].is_object() {
        return;
    }
    let Ok(once) = kept(resource, made) else {
        return;
    };
    let twice = apply(Some(&once), false).and_then(|made| kept(resource, made));
    assert_eq!(twice, Ok(once), "applied twice");
}

/// Managers of an object are well-formed.
fn entries(object: &Value) {
    for entry in object["metadata"]["managedFields"]
        .as_array()
        .into_iter()
        .flatten()
    {
        assert!(entry["fieldsV1"].is_object(), "{entry}");
        assert!(
            matches!(entry["operation"].as_str(), Some("Apply" | "Update")),
            "{entry}"
        );
    }
}
