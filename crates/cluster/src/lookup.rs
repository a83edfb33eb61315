//! The `lookup` of templates.

use pintle_go_value::{List, Map, Value};
use serde_json::Value as Json;
use tokio::runtime::Handle;

use crate::Cluster;
use crate::client::Call;
use crate::error::{Error, ErrorKind};
use crate::objects::{GroupVersionKind, ResourceKind, escape};

/// Answers `lookup` in templates, which are rendered outside of async code.
#[derive(Debug, Clone)]
pub struct ClusterLookup {
    cluster: Cluster,
    runtime: Handle,
}

impl ClusterLookup {
    /// Looks in this cluster; requests run on `runtime`.
    pub fn new(cluster: Cluster, runtime: Handle) -> Self {
        Self { cluster, runtime }
    }

    /// Looks something up and waits for it. To be called where blocking is allowed: from
    /// `spawn_blocking`, or from a thread of the caller's own.
    ///
    /// # Errors
    /// As [`Cluster::lookup`].
    pub fn lookup(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, LookupError> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let cluster = self.cluster.clone();
        let gvk = (api_version.to_owned(), kind.to_owned());
        let place = (namespace.to_owned(), name.to_owned());
        self.runtime.spawn(async move {
            let found = cluster.lookup(&gvk.0, &gvk.1, &place.0, &place.1).await;
            // Nobody listens any more when the caller gave up.
            let _ = sender.send(found);
        });
        let gone = |_| {
            Error::new(
                ErrorKind::Unreachable,
                "the lookup was cut off: the program is ending",
            )
        };
        receiver.recv().map_err(gone)?
    }
}

impl Cluster {
    /// An object as templates see it; with an empty `name` a list of them. What is not there is
    /// an empty map.
    ///
    /// # Errors
    /// [`LookupError::Unknown`] for a group and version that the server does not have; else the
    /// server's own text.
    pub async fn lookup(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, LookupError> {
        let gvk = parse(api_version, kind);
        let resource = match self.discovery().await?.find(&gvk) {
            Some(resource) => Some(resource.clone()),
            None => self.served_as(&gvk).await?,
        };
        if resource.as_ref().is_some_and(|found| found.namespaced) {
            check_segment("namespace", namespace)?;
        }
        check_segment("resource name", name)?;
        let collection = match &resource {
            Some(resource) => resource.path(namespace),
            // HELM: a kind that is not there is looked up at the path of no group, no version
            // and no resource; what the server tells of its versions is then the answer.
            None => "/api".to_owned(),
        };
        if name.is_empty() {
            let list = self.get_at(&collection).await?;
            return Ok(list.map_or_else(|| Map::new().into(), |list| to_go(&as_list(list))));
        }
        let path = format!("{collection}/{}", escape(name));
        let object = self.get_at(&path).await?;
        Ok(object.map_or_else(|| Map::new().into(), |object| to_go(&object)))
    }

    /// How a kind is served that was not there when the server was asked for all of them, or
    /// whose own server did not answer.
    async fn served_as(&self, gvk: &GroupVersionKind) -> Result<Option<ResourceKind>, LookupError> {
        let list = match group_version_path(gvk) {
            Some(path) => self.json(&Call::get(path)).await,
            None => {
                let text = "groupVersion shouldn't be empty";
                Err(Error::new(ErrorKind::Invalid, text))
            }
        };
        let list = list.map_err(|reason| LookupError::Unknown {
            group_version: gvk.api_version(),
            kind: gvk.to_string(),
            reason,
        })?;
        let resources = list.get("resources").and_then(Json::as_array);
        let found = resources.into_iter().flatten().find(|resource| {
            let plural = resource["name"].as_str().unwrap_or_default();
            resource["kind"] == gvk.kind.as_str() && !plural.contains('/')
        });
        Ok(found.map(|resource| ResourceKind {
            gvk: gvk.clone(),
            plural: resource["name"].as_str().unwrap_or_default().to_owned(),
            namespaced: resource["namespaced"] == true,
            watchable: false,
        }))
    }
}

/// Why something could not be looked up.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LookupError {
    /// The kinds of a group and version could not be had.
    #[error("unable to get apiresource from unstructured: {kind}: {reason}")]
    Unknown {
        /// The group and version, as `apps/v1`; empty when they cannot be read.
        group_version: String,
        /// Group, version and kind.
        kind: String,
        /// The server's text.
        reason: Error,
    },
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

/// GO: what cannot be read as group and version is read as neither.
fn parse(api_version: &str, kind: &str) -> GroupVersionKind {
    if api_version == "/" || api_version.matches('/').count() > 1 {
        return GroupVersionKind::new("", "", kind);
    }
    GroupVersionKind::parse(api_version, kind)
}

fn group_version_path(gvk: &GroupVersionKind) -> Option<String> {
    match (gvk.group.as_str(), gvk.version.as_str()) {
        ("", "") => None,
        ("", version) => Some(format!("/api/{}", escape(version))),
        (group, version) => Some(format!("/apis/{}/{}", escape(group), escape(version))),
    }
}

/// GO: names that would lead to another path are not sent.
fn check_segment(what: &str, name: &str) -> Result<(), Error> {
    let reasons: Vec<String> = match name {
        "." | ".." => vec![format!("may not be '{name}'")],
        _ => ["/", "%"]
            .iter()
            .filter(|part| name.contains(**part))
            .map(|part| format!("may not contain '{part}'"))
            .collect(),
    };
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Invalid,
        format!("invalid {what} {name:?}: [{}]", reasons.join(" ")),
    ))
}

/// GO: a list always has items, and items without kind and version have those of their list.
fn as_list(mut list: Json) -> Json {
    let text = |key: &str| list[key].as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let kind = kind.strip_suffix("List").unwrap_or(&kind);
    let Some(fields) = list.as_object_mut() else {
        return list;
    };
    let items = fields
        .entry("items")
        .or_insert_with(|| Json::Array(Vec::new()));
    if items.is_null() {
        *items = Json::Array(Vec::new());
    }
    for item in items.as_array_mut().into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        if !item.contains_key("kind") && !item.contains_key("apiVersion") {
            item.insert("apiVersion".to_owned(), api_version.clone().into());
            item.insert("kind".to_owned(), kind.into());
        }
    }
    list
}

/// GO: whole numbers of an object are `int64`, not the `float64` of values files.
fn to_go(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int64(whole),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => List::new(items.iter().map(to_go).collect()).into(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str(), to_go(value)))
            .collect::<Map>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_of_objects_are_whole() {
        let value = to_go(&json!({"a": 1, "b": 1.5, "c": [null, true, "x"]}));
        let map = value.as_map().unwrap();
        assert!(matches!(map.get("a"), Some(Value::Int64(1))));
        assert!(matches!(map.get("b"), Some(Value::Float(f)) if f == 1.5));
        assert_eq!(map.get("c").unwrap().as_list().unwrap().len(), 3);
    }

    // `{{ lookup … }}` of Helm 4.3.1 with --dry-run=server.
    #[test]
    fn names_that_lead_elsewhere_are_told_in_helms_words() {
        let text = |name| {
            check_segment("resource name", name)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            text("%x/y"),
            "invalid resource name \"%x/y\": [may not contain '/' may not contain '%']"
        );
        assert_eq!(
            text(".."),
            "invalid resource name \"..\": [may not be '..']"
        );
        assert!(check_segment("namespace", "a.b-c").is_ok());
    }

    #[test]
    fn what_is_no_group_and_version_is_neither() {
        assert_eq!(parse("a/b/c", "Nope").to_string(), "/, Kind=Nope");
        assert_eq!(parse("v1", "Nope").to_string(), "/v1, Kind=Nope");
        assert_eq!(group_version_path(&parse("/", "Nope")), None);
    }

    #[test]
    fn lists_are_complete() {
        let list =
            json!({"kind": "PodList", "apiVersion": "v1", "items": [{"a": 1}, {"kind": "X"}]});
        assert_eq!(
            as_list(list)["items"],
            json!([{"a": 1, "kind": "Pod", "apiVersion": "v1"}, {"kind": "X"}])
        );
        assert_eq!(as_list(json!({"items": null}))["items"], json!([]));
        assert_eq!(as_list(json!({"versions": ["v1"]}))["items"], json!([]));
    }
}
