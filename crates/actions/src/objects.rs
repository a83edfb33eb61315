//! From the text of a manifest to objects the cluster knows, and who owns them.

use std::collections::BTreeSet;

use pintle_cluster::Resource;
use pintle_plan::{Object, ObjectKey, Owner, parse_bodies};

use crate::{Class, Error, Session};

/// Reads a manifest and finds out how the cluster serves its objects.
///
/// # Errors
/// Broken YAML, or kinds the cluster does not know; without Helm's words about which manifest.
pub(crate) async fn build(
    session: &Session,
    manifest: &str,
    namespace: &str,
) -> Result<Vec<Resource>, Error> {
    let bodies =
        parse_bodies(manifest).map_err(|error| Error::new(Class::Render, error.to_string()))?;
    let resources = session.cluster.resolve(bodies, namespace).await?;
    Ok(resources)
}

/// Objects as the plan has them.
pub(crate) fn planned(resources: Vec<Resource>) -> Vec<Object> {
    resources.into_iter().map(planned_one).collect()
}

fn planned_one(resource: Resource) -> Object {
    Object {
        key: key(&resource),
        body: resource.body,
    }
}

/// What identifies a resource in a plan.
pub(crate) fn key(resource: &Resource) -> ObjectKey {
    let reference = resource.reference();
    ObjectKey {
        api_version: reference.api_version,
        kind: reference.kind,
        namespace: reference.namespace,
        name: reference.name,
    }
}

/// Objects as the cluster has them: the other way round.
pub(crate) async fn resolved(
    session: &Session,
    objects: &[Object],
    namespace: &str,
) -> Result<Vec<Resource>, Error> {
    let bodies = objects.iter().map(|object| object.body.clone()).collect();
    Ok(session.cluster.resolve(bodies, namespace).await?)
}

/// Puts the release's marks on objects.
pub(crate) fn mark(objects: Vec<Object>, owner: &Owner) -> Vec<Object> {
    objects
        .into_iter()
        .map(|mut object| {
            owner.mark(&mut object);
            object
        })
        .collect()
}

/// Which of the resources exist already and may be taken over.
///
/// # Errors
/// With `take_ownership` none but the cluster's own; otherwise an object that belongs to
/// somebody else, in Helm's words without `unable to continue with …`.
pub(crate) async fn adoptable(
    session: &Session,
    resources: &[Resource],
    owner: &Owner,
    take_ownership: bool,
) -> Result<BTreeSet<ObjectKey>, Error> {
    let mut found = BTreeSet::new();
    let mut named = Vec::new();
    for resource in resources {
        if !has_generated_name(resource)? {
            named.push(resource.clone());
        }
    }
    let live = session.cluster.get_all(&named).await;
    for (resource, live) in named.iter().zip(live) {
        let live = live.map_err(|error| {
            Error::from(error).prefixed(&format!(
                "could not get information about the resource {}: ",
                described(resource)
            ))
        })?;
        let Some(live) = live else { continue };
        if !take_ownership {
            owner
                .check(&live)
                .map_err(|reason| foreign(resource, &reason.to_string()))?;
        }
        found.insert(key(resource));
    }
    Ok(found)
}

fn foreign(resource: &Resource, reason: &str) -> Error {
    Error::new(
        Class::State,
        format!(
            "{} exists and cannot be imported into the current release: {reason}",
            described(resource)
        ),
    )
    .hint("--take-ownership takes the object over; the release that owns it now will lose it")
}

fn has_generated_name(resource: &Resource) -> Result<bool, Error> {
    let generated = resource
        .body
        .pointer("/metadata/generateName")
        .and_then(serde_json::Value::as_str)
        .is_some_and(|prefix| !prefix.is_empty());
    if generated && !resource.name.is_empty() {
        return Err(Error::new(
            Class::Render,
            "metadata.name and metadata.generateName cannot both be set",
        ));
    }
    Ok(generated)
}

/// HELM: `ConfigMap "a" in namespace "ns"`.
pub(crate) fn described(resource: &Resource) -> String {
    format!(
        "{} {:?} in namespace {:?}",
        resource.kind.gvk.kind, resource.name, resource.namespace
    )
}
