//! What is done in another way for some kinds.

use crate::catalog::Resource;
use crate::store::Key;

/// Kinds of which a `PUT` makes a new object.
pub(super) fn is_made_by_update(resource: &Resource) -> bool {
    match resource.group.as_str() {
        "rbac.authorization.k8s.io" => true,
        "" => matches!(
            resource.plural.as_str(),
            "services" | "endpoints" | "events" | "limitranges" | "podtemplates"
        ),
        "coordination.k8s.io" => resource.plural == "leases",
        _ => false,
    }
}

/// Kinds that are not changed by those who do not say what they know.
pub(super) fn must_know(resource: &Resource) -> bool {
    resource.custom().is_some()
        || matches!(
            (resource.group.as_str(), resource.plural.as_str()),
            (
                "apiextensions.k8s.io" | "apiregistration.k8s.io" | "coordination.k8s.io",
                _
            )
        )
}

/// The key of an object in the real server's store, which its messages name.
pub(super) fn path(resource: &Resource, key: &Key) -> String {
    let folder = match (resource.group.as_str(), resource.plural.as_str()) {
        ("", "services") => "services/specs".to_owned(),
        ("", "endpoints") => "services/endpoints".to_owned(),
        ("", "nodes") => "minions".to_owned(),
        ("networking.k8s.io", "ingresses") => "ingress".to_owned(),
        ("apiextensions.k8s.io" | "apiregistration.k8s.io", _) => {
            format!("{}/{}", resource.group, resource.plural)
        }
        _ if resource.custom().is_some() => format!("{}/{}", resource.group, resource.plural),
        (_, plural) => plural.to_owned(),
    };
    match &*key.namespace {
        "" => format!("/registry/{folder}/{}", key.name),
        namespace => format!("/registry/{folder}/{namespace}/{}", key.name),
    }
}

/// GO: the kinds of which a delete answers with the object.
pub(super) fn shows_what_went(plural: &str) -> bool {
    matches!(
        plural,
        "pods"
            | "services"
            | "serviceaccounts"
            | "persistentvolumes"
            | "persistentvolumeclaims"
            | "podtemplates"
            | "resourcequotas"
    )
}
