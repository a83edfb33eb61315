//! The `lookup` of templates.

use pintle_go_value::{List, Map, Value};
use serde_json::Value as Json;
use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind};
use crate::objects::GroupVersionKind;
use crate::{Cluster, ListOptions};

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
    ) -> Result<Value, Error> {
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
    /// HELM: a kind that is unknown in a group and version that is known counts as not there.
    ///
    /// # Errors
    /// `unable to get apiresource from unstructured: …` for an unknown group and version; else
    /// the server's own text.
    pub async fn lookup(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, Error> {
        let gvk = parse(api_version, kind)?;
        check_name(name)?;
        let discovery = self.discovery().await?;
        let Some(resource) = discovery.find(&gvk) else {
            if discovery.api_versions().any(|known| known == api_version) {
                return Ok(Map::new().into());
            }
            return Err(unknown(
                &gvk,
                "the server could not find the requested resource",
            ));
        };
        let found = if name.is_empty() {
            let options = ListOptions {
                namespace: namespace.to_owned(),
                ..ListOptions::default()
            };
            let page = self.list_page(resource, &options, "").await?;
            Some(as_list(&gvk, page))
        } else {
            self.read_object(resource, namespace, name).await?
        };
        Ok(found.map_or_else(|| Map::new().into(), |object| to_go(&object)))
    }
}

fn parse(api_version: &str, kind: &str) -> Result<GroupVersionKind, Error> {
    if api_version.is_empty() || api_version.matches('/').count() > 1 {
        // GO: what cannot be read as group and version is read as neither.
        let nothing = GroupVersionKind::new("", "", kind);
        return Err(unknown(&nothing, "groupVersion shouldn't be empty"));
    }
    Ok(GroupVersionKind::parse(api_version, kind))
}

fn unknown(gvk: &GroupVersionKind, reason: &str) -> Error {
    Error::new(
        ErrorKind::NoMatch,
        format!("unable to get apiresource from unstructured: {gvk}: {reason}"),
    )
}

/// GO: names that would lead to another path are not sent.
fn check_name(name: &str) -> Result<(), Error> {
    let reason = match name {
        "." | ".." => format!("may not be '{name}'"),
        _ => match name.chars().find(|c| "/%".contains(*c)) {
            Some(c) => format!("may not contain '{c}'"),
            None => return Ok(()),
        },
    };
    Err(Error::new(
        ErrorKind::Invalid,
        format!("invalid resource name {name:?}: [{reason}]"),
    ))
}

fn as_list(gvk: &GroupVersionKind, page: crate::Page) -> Json {
    let items = page.items.into_iter().map(|mut item| {
        if let Some(item) = item.as_object_mut() {
            item.entry("apiVersion")
                .or_insert_with(|| gvk.api_version().into());
            item.entry("kind")
                .or_insert_with(|| gvk.kind.clone().into());
        }
        item
    });
    let items: Vec<Json> = items.collect();
    serde_json::json!({
        "apiVersion": gvk.api_version(),
        "kind": format!("{}List", gvk.kind),
        "metadata": {"resourceVersion": page.resource_version},
        "items": items,
    })
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
    fn what_cannot_be_asked_is_told_in_helms_words() {
        assert_eq!(
            parse("a/b/c", "Nope").unwrap_err().to_string(),
            "unable to get apiresource from unstructured: /, Kind=Nope: groupVersion shouldn't be empty"
        );
        assert_eq!(
            check_name("x/y").unwrap_err().to_string(),
            "invalid resource name \"x/y\": [may not contain '/']"
        );
        assert!(check_name("a.b-c").is_ok());
    }
}
