//! What the server serves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::Cluster;
use crate::client::Call;
use crate::error::{Error, ErrorKind};
use crate::objects::{GroupVersionKind, ResourceKind};

/// The aggregated form first; servers older than 1.26 give the plain one.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What `/version` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerVersion {
    /// `1`
    pub major: String,
    /// `37`, or `37+`
    pub minor: String,
    /// `v1.37.1`
    pub git_version: String,
}

impl ServerVersion {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(body).map_err(|error| {
            // GO: encoding/json names the first character that fits nowhere.
            let reason = match body.trim_ascii_start().first() {
                Some(&c) if !b"{[\"-tfn0123456789".contains(&c) => {
                    format!(
                        "invalid character {:?} looking for beginning of value",
                        char::from(c)
                    )
                }
                None => "unexpected end of JSON input".to_owned(),
                _ => error.to_string(),
            };
            Error::new(
                ErrorKind::Protocol,
                format!("unable to parse the server version: {reason}"),
            )
            .with_hint("is this URL that of a Kubernetes API server?")
        })
    }
}

/// The kinds a server serves.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    kinds: BTreeMap<GroupVersionKind, ResourceKind>,
    api_versions: BTreeSet<String>,
    /// Groups whose own server did not answer.
    failed: BTreeSet<String>,
}

impl Discovery {
    /// How objects of a kind are reached.
    pub fn find(&self, kind: &GroupVersionKind) -> Option<&ResourceKind> {
        self.kinds.get(kind)
    }

    /// Helm's `.Capabilities.APIVersions`: every `group/version` and `group/version/Kind`,
    /// sorted.
    pub fn api_versions(&self) -> impl Iterator<Item = &str> {
        self.api_versions.iter().map(String::as_str)
    }

    /// The `group/version`s that are registered but whose server did not answer.
    ///
    /// HELM: these are left out with a warning; everything else still works.
    pub fn failed_groups(&self) -> impl Iterator<Item = &str> {
        self.failed.iter().map(String::as_str)
    }

    fn add_version(&mut self, group: &str, version: &str) -> String {
        let group_version = join(group, version);
        self.api_versions.insert(group_version.clone());
        group_version
    }

    fn add_kind(&mut self, group_version: &str, kind: &str) {
        if !kind.is_empty() {
            self.api_versions.insert(format!("{group_version}/{kind}"));
        }
    }

    fn add_resource(
        &mut self,
        gvk: GroupVersionKind,
        plural: &str,
        namespaced: bool,
        verbs: &[String],
    ) {
        let resource = ResourceKind {
            gvk: gvk.clone(),
            plural: plural.to_owned(),
            namespaced,
            watchable: verbs.iter().any(|verb| verb == "watch"),
        };
        // The first one stands, as the server lists its own first.
        self.kinds.entry(gvk).or_insert(resource);
    }
}

fn join(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

impl Cluster {
    /// What the server serves; asked once and then remembered.
    ///
    /// # Errors
    /// The server does not answer, or not in JSON.
    pub async fn discovery(&self) -> Result<Arc<Discovery>, Error> {
        let mut slot = self.discovery_slot().lock().await;
        if let Some(known) = slot.as_ref() {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(self.discover().await?);
        *slot = Some(Arc::clone(&found));
        Ok(found)
    }

    /// Forgets what the server serves: to be called when definitions were created or deleted.
    pub async fn forget_discovery(&self) {
        *self.discovery_slot().lock().await = None;
    }

    async fn discover(&self) -> Result<Discovery, Error> {
        let (core_call, groups_call) = (
            Call::get("/api").accept(ACCEPT),
            Call::get("/apis").accept(ACCEPT),
        );
        let (core, groups) =
            futures::future::try_join(self.json(&core_call), self.json(&groups_call)).await?;
        let mut discovery = Discovery::default();
        let mut plain = Vec::new();
        for (prefix, answer) in [("/api", core), ("/apis", groups)] {
            if answer.get("kind").and_then(Value::as_str) == Some("APIGroupDiscoveryList") {
                read_aggregated(&mut discovery, &answer);
            } else {
                plain.extend(plain_versions(prefix, &answer));
            }
        }
        self.read_plain(&mut discovery, plain).await?;
        Ok(discovery)
    }

    /// A server without aggregated discovery: one request a version, all at once.
    async fn read_plain(
        &self,
        discovery: &mut Discovery,
        versions: Vec<PlainVersion>,
    ) -> Result<(), Error> {
        let lists = versions.iter().map(|version| async move {
            (version, self.json(&Call::get(version.path.clone())).await)
        });
        for (version, list) in futures::future::join_all(lists).await {
            let group_version = discovery.add_version(&version.group, &version.version);
            match list {
                Ok(list) => read_resource_list(discovery, version, &group_version, &list),
                Err(error) if error.kind() == ErrorKind::Unreachable => return Err(error),
                Err(_) => {
                    discovery.failed.insert(group_version);
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Groups {
    #[serde(default)]
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: GroupName,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct GroupName {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "version")]
    name: String,
    #[serde(default)]
    resources: Vec<Served>,
    #[serde(default)]
    freshness: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Served {
    resource: String,
    #[serde(default)]
    response_kind: Option<Kind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    subresources: Vec<Subresource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subresource {
    #[serde(default)]
    response_kind: Option<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    kind: String,
}

fn read_aggregated(discovery: &mut Discovery, answer: &Value) {
    let Ok(groups) = Groups::deserialize(answer) else {
        return;
    };
    for group in groups.items {
        for version in group.versions {
            let group_version = discovery.add_version(&group.metadata.name, &version.name);
            if version.freshness == "Stale" {
                discovery.failed.insert(group_version.clone());
            }
            for served in version.resources {
                for subresource in &served.subresources {
                    if let Some(kind) = &subresource.response_kind {
                        discovery.add_kind(&group_version, &kind.kind);
                    }
                }
                let Some(kind) = served.response_kind.filter(|kind| !kind.kind.is_empty()) else {
                    continue;
                };
                discovery.add_kind(&group_version, &kind.kind);
                let gvk = GroupVersionKind::new(&group.metadata.name, &version.name, &kind.kind);
                let namespaced = served.scope == "Namespaced";
                discovery.add_resource(gvk, &served.resource, namespaced, &served.verbs);
            }
        }
    }
}

struct PlainVersion {
    group: String,
    version: String,
    path: String,
}

/// The versions in an `APIVersions` or `APIGroupList`.
fn plain_versions(prefix: &str, answer: &Value) -> Vec<PlainVersion> {
    let strings = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    if prefix == "/api" {
        let versions = list(answer, "versions").into_iter();
        let versions = versions.filter_map(|version| Some(version.as_str()?.to_owned()));
        return versions
            .map(|version| PlainVersion {
                path: format!("/api/{version}"),
                group: String::new(),
                version,
            })
            .collect();
    }
    let mut out = Vec::new();
    for group in list(answer, "groups") {
        for version in list(&group, "versions") {
            let version = strings(&version, "version");
            let name = strings(&group, "name");
            out.push(PlainVersion {
                path: format!("/apis/{name}/{version}"),
                group: name,
                version,
            });
        }
    }
    out
}

fn read_resource_list(
    discovery: &mut Discovery,
    version: &PlainVersion,
    group_version: &str,
    list: &Value,
) {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        resources: Vec<PlainResource>,
    }
    #[derive(Deserialize)]
    struct PlainResource {
        name: String,
        kind: String,
        #[serde(default)]
        namespaced: bool,
        #[serde(default)]
        verbs: Vec<String>,
    }
    let Ok(list) = List::deserialize(list) else {
        return;
    };
    for resource in list.resources {
        discovery.add_kind(group_version, &resource.kind);
        // `pods/log` is part of another resource.
        if !resource.name.contains('/') {
            let gvk = GroupVersionKind::new(&version.group, &version.version, &resource.kind);
            discovery.add_resource(gvk, &resource.name, resource.namespaced, &resource.verbs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn aggregated_answers_give_kinds_and_capabilities() {
        let mut discovery = Discovery::default();
        let answer = json!({"kind": "APIGroupDiscoveryList", "items": [
            {"metadata": {}, "versions": [{"version": "v1", "resources": [
                {"resource": "pods", "responseKind": {"group": "", "version": "", "kind": "Pod"},
                 "scope": "Namespaced", "verbs": ["get", "watch"],
                 "subresources": [{"subresource": "eviction", "responseKind": {"kind": "Eviction"}}]},
                {"resource": "namespaces", "responseKind": {"kind": "Namespace"}, "scope": "Cluster"}
            ]}]},
            {"metadata": {"name": "metrics.k8s.io"}, "versions": [
                {"version": "v1beta1", "resources": [], "freshness": "Stale"}]}
        ]});
        read_aggregated(&mut discovery, &answer);
        let all: Vec<&str> = discovery.api_versions().collect();
        assert_eq!(
            all,
            [
                "metrics.k8s.io/v1beta1",
                "v1",
                "v1/Eviction",
                "v1/Namespace",
                "v1/Pod"
            ]
        );
        let pod = discovery
            .find(&GroupVersionKind::new("", "v1", "Pod"))
            .unwrap();
        assert!(pod.namespaced && pod.watchable);
        assert_eq!(pod.plural, "pods");
        assert!(
            discovery
                .find(&GroupVersionKind::new("", "v1", "Eviction"))
                .is_none()
        );
        assert_eq!(
            discovery.failed_groups().collect::<Vec<_>>(),
            ["metrics.k8s.io/v1beta1"]
        );
    }

    // `helm list` 4.3.1 against servers that answer `hello` and `<html>`.
    #[test]
    fn a_version_that_is_no_json_is_told_in_gos_words() {
        let text = |body: &[u8]| ServerVersion::read(body).unwrap_err().to_string();
        assert_eq!(
            text(b"hello"),
            "unable to parse the server version: invalid character 'h' looking for beginning of value"
        );
        assert_eq!(
            text(b"<html>"),
            "unable to parse the server version: invalid character '<' looking for beginning of value"
        );
    }
}
