//! Namespaces: what each has from the start, and how they end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::see::See;
use super::{Part, Plan};
use crate::object;

/// How many things there are of a name.
type Counts = BTreeMap<String, usize>;

const ABOUT: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/// What a namespace needs.
pub fn plan(see: &See<'_>, namespace: &Value, plan: &mut Plan) {
    if object::is_going(namespace) {
        return end(see, namespace, plan);
    }
    let name = object::name(namespace);
    if see.find("/configmaps", name, "kube-root-ca.crt").is_none() {
        plan.create(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "kube-root-ca.crt",
                "namespace": name,
                "annotations": {"kubernetes.io/description": ABOUT},
            },
            "data": {"ca.crt": see.authority},
        }));
    }
    if see.find("/serviceaccounts", name, "default").is_none() {
        plan.create(json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": name},
        }));
    }
}

/// All that is in it goes, and then the namespace.
fn end(see: &See<'_>, namespace: &Value, plan: &mut Plan) {
    let name = object::name(namespace);
    let catalog = see.store.catalog();
    let shelves = catalog.resources().filter(|one| one.namespaced);
    let shelves: BTreeSet<String> = shelves.map(|one| one.shelf()).collect();
    let (mut left, mut holders) = (Counts::new(), Counts::new());
    for shelf in &shelves {
        for kept in see.list(shelf, Some(name)) {
            if !kept.is_going {
                plan.delete(shelf, &kept.object(), "Background");
                continue;
            }
            let what = match shelf.split_once('/') {
                Some(("", plural)) => plural.to_owned(),
                Some((group, plural)) => format!("{plural}.{group}"),
                None => shelf.clone(),
            };
            *left.entry(what).or_default() += 1;
            for finalizer in object::finalizers(&kept.object()) {
                *holders.entry(finalizer.to_owned()).or_default() += 1;
            }
        }
    }
    if !plan.writes.is_empty() {
        // What is deleted at once is gone when it is seen again.
        plan.timer = Some(("look", std::time::Duration::ZERO));
        return;
    }
    if left.is_empty() {
        let mut new = namespace.clone();
        object::part(&mut new, "spec").remove("finalizers");
        plan.update(namespace, new, Part::Whole);
        return;
    }
    plan.status(namespace, held(see, namespace, &left, &holders));
}

/// What holds a namespace.
fn held(see: &See<'_>, namespace: &Value, left: &Counts, holders: &Counts) -> Value {
    let join = |all: &Counts, between: &str| {
        let all = all.iter();
        let all = all.map(|(what, count)| format!("{what}{between}{count} resource instances"));
        all.collect::<Vec<_>>().join(", ")
    };
    let remaining = format!("Some resources are remaining: {}", join(left, " has "));
    let held = format!(
        "Some content in the namespace has finalizers remaining: {}",
        join(holders, " in ")
    );
    let (is_held, why, held) = if holders.is_empty() {
        let message = "All content-preserving finalizers finished";
        ("False", "ContentHasNoFinalizers", message)
    } else {
        ("True", "SomeFinalizersRemain", held.as_str())
    };
    let conditions = [
        [
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ],
        [
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ],
        [
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ],
        [
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            &remaining,
        ],
        ["NamespaceFinalizersRemaining", is_held, why, held],
    ];
    let mut status = namespace["status"].clone();
    status["conditions"] = conditions
        .map(|what| see.said(namespace, what))
        .to_vec()
        .into();
    status
}
