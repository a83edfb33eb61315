//! References to objects, and objects the server knows how to reach.

use std::fmt;

use serde_json::Value;

use crate::Cluster;
use crate::client::Call;
use crate::error::{Error, ErrorKind};

/// Group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind {
    /// The group; empty for the core one.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl GroupVersionKind {
    /// From its three parts.
    pub fn new(
        group: impl Into<String>,
        version: impl Into<String>,
        kind: impl Into<String>,
    ) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// From an object's `apiVersion` and `kind`.
    pub fn parse(api_version: &str, kind: &str) -> Self {
        match api_version.split_once('/') {
            Some((group, version)) => Self::new(group, version, kind),
            None => Self::new("", api_version, kind),
        }
    }

    /// The `apiVersion` of its objects.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

/// GO: `apps/v1, Kind=Deployment`; with nothing before the slash for the core group.
impl fmt::Display for GroupVersionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// How the server serves the objects of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceKind {
    /// The kind.
    pub gvk: GroupVersionKind,
    /// Its name in URLs, such as `deployments`.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether it can be watched.
    pub watchable: bool,
}

impl ResourceKind {
    /// The path of all its objects: in one namespace, or everywhere when that is empty.
    pub fn path(&self, namespace: &str) -> String {
        let GroupVersionKind { group, version, .. } = &self.gvk;
        let mut path = if group.is_empty() {
            format!("/api/{}", escape(version))
        } else {
            format!("/apis/{}/{}", escape(group), escape(version))
        };
        if self.namespaced && !namespace.is_empty() {
            path.push_str("/namespaces/");
            path.push_str(&escape(namespace));
        }
        path.push('/');
        path.push_str(&escape(&self.plural));
        path
    }

    /// The path of one object.
    pub fn object_path(&self, namespace: &str, name: &str) -> String {
        format!("{}/{}", self.path(namespace), escape(name))
    }
}

/// What makes two objects the same object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectReference {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// The namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}

impl ObjectReference {
    /// The reference of an object's body; empty where the body says nothing.
    pub fn of(body: &Value) -> Self {
        let text = |pointer: &str| {
            let value = body.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        Self {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        }
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::parse(&self.api_version, &self.kind)
    }

    /// `NAMESPACE/NAME`, as client-go prints it; the slash is there even without a namespace.
    pub(crate) fn namespaced_name(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// HELM: `Kind/namespace/name`, as in what a wait reports.
impl fmt::Display for ObjectReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// An object and how to reach it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// How its kind is served.
    pub kind: ResourceKind,
    /// Its namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// `metadata.name`; empty when the server is to make one up.
    pub name: String,
    /// The whole object.
    pub body: Value,
}

impl Resource {
    /// What it refers to.
    pub fn reference(&self) -> ObjectReference {
        ObjectReference {
            api_version: self.kind.gvk.api_version(),
            kind: self.kind.gvk.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }

    /// The path of this object.
    ///
    /// # Errors
    /// GO: `resource name may not be empty`.
    pub(crate) fn path(&self) -> Result<String, Error> {
        named(&self.name)?;
        Ok(self.kind.object_path(&self.namespace, &self.name))
    }

    /// The path under which it is created.
    pub(crate) fn collection(&self) -> String {
        self.kind.path(&self.namespace)
    }
}

fn named(name: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::new(
            ErrorKind::Invalid,
            "resource name may not be empty",
        ));
    }
    Ok(())
}

impl Cluster {
    /// Reads an object; none when there is none.
    ///
    /// # Errors
    /// The server does not know the kind or refuses; the text is the server's.
    pub async fn get(&self, reference: &ObjectReference) -> Result<Option<Value>, Error> {
        let kind = self.kind_of(&reference.gvk()).await?;
        named(&reference.name)?;
        self.get_at(&kind.object_path(&reference.namespace, &reference.name))
            .await
    }

    /// Reads an object that was resolved before.
    pub async fn get_resource(&self, resource: &Resource) -> Result<Option<Value>, Error> {
        self.get_at(&resource.path()?).await
    }

    /// Reads many objects at once, in the order of `resources`.
    pub async fn get_all(&self, resources: &[Resource]) -> Vec<Result<Option<Value>, Error>> {
        use futures::StreamExt;
        futures::stream::iter(resources.iter().map(|resource| self.get_resource(resource)))
            .buffered(PARALLEL)
            .collect()
            .await
    }

    pub(crate) async fn get_at(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.json(&Call::get(path)).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How a kind is served.
    ///
    /// # Errors
    /// `no matches for kind "X" in version "y"`
    pub async fn kind_of(&self, gvk: &GroupVersionKind) -> Result<ResourceKind, Error> {
        let discovery = self.discovery().await?;
        discovery.find(gvk).cloned().ok_or_else(|| no_match(gvk))
    }
}

/// How many requests that do not depend on each other are under way at once.
pub(crate) const PARALLEL: usize = 16;

pub(crate) fn no_match(gvk: &GroupVersionKind) -> Error {
    Error::new(
        ErrorKind::NoMatch,
        format!(
            "no matches for kind {:?} in version {:?}",
            gvk.kind,
            gvk.api_version()
        ),
    )
}

/// Escapes one segment of a path or one value of a query.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(group: &str, plural: &str, namespaced: bool) -> ResourceKind {
        ResourceKind {
            gvk: GroupVersionKind::new(group, "v1", "X"),
            plural: plural.into(),
            namespaced,
            watchable: true,
        }
    }

    #[test]
    fn paths_are_those_of_the_api() {
        assert_eq!(
            kind("apps", "deployments", true).object_path("ns", "a"),
            "/apis/apps/v1/namespaces/ns/deployments/a"
        );
        assert_eq!(kind("", "pods", true).path(""), "/api/v1/pods");
        assert_eq!(
            kind("", "namespaces", false).object_path("ns", "a"),
            "/api/v1/namespaces/a"
        );
        assert_eq!(
            kind("", "pods", true).object_path("a/b", "../c"),
            "/api/v1/namespaces/a%2Fb/pods/..%2Fc"
        );
    }

    #[test]
    fn kinds_and_references_look_like_gos() {
        assert_eq!(
            GroupVersionKind::parse("v1", "ConfigMap").to_string(),
            "/v1, Kind=ConfigMap"
        );
        assert_eq!(
            GroupVersionKind::parse("apps/v1", "Deployment").to_string(),
            "apps/v1, Kind=Deployment"
        );
        let body = serde_json::json!({"kind": "Deployment", "metadata": {"name": "d1", "namespace": "ns"}});
        assert_eq!(ObjectReference::of(&body).to_string(), "Deployment/ns/d1");
    }
}
