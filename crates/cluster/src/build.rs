//! The objects of a manifest, as the server knows them.

use std::sync::Arc;

use serde_json::Value;

use crate::error::{Error, ErrorKind, aggregate};
use crate::objects::{GroupVersionKind, Resource, no_match};
use crate::{Cluster, Discovery, metadata};

impl Cluster {
    /// Finds out how each object is reached, and puts those that name no namespace into
    /// `namespace` (only if their kind lives in namespaces). A `List` becomes its items.
    ///
    /// # Errors
    /// Every object whose kind the server does not know, or that says no kind, in one error:
    /// `resource mapping not found for name: … ensure CRDs are installed first`. Helm's commands
    /// put `unable to build kubernetes objects from release manifest: ` in front.
    pub async fn resolve(
        &self,
        bodies: Vec<Value>,
        namespace: &str,
    ) -> Result<Vec<Resource>, Error> {
        // HELM: what is in a list is not looked at.
        let misfits: Vec<Error> = bodies
            .iter()
            .filter_map(|body| metadata::check(body).err())
            .collect();
        let mut bodies = flatten(bodies)?;
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let errors = bodies
            .iter()
            .filter_map(|body| incomplete(body).err())
            .collect();
        if let Some(error) = aggregate(errors) {
            return Err(error);
        }
        let mut discovery = self.discovery().await?;
        if bodies
            .iter()
            .any(|body| discovery.find(&gvk(body)).is_none())
        {
            // GO: the mapper asks once more, since definitions may have come since.
            self.forget_discovery().await;
            discovery = self.discovery().await?;
        }
        let resolved = bodies
            .drain(..)
            .map(|body| place(&discovery, body, namespace));
        let (mut resources, mut errors) = (Vec::new(), misfits);
        for result in resolved {
            match result {
                Ok(resource) => resources.push(resource),
                Err(error) => errors.push(error),
            }
        }
        aggregate(errors).map_or(Ok(resources), Err)
    }
}

fn text<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn gvk(body: &Value) -> GroupVersionKind {
    GroupVersionKind::parse(text(body, "/apiVersion"), text(body, "/kind"))
}

/// Lists inside of lists are as deep as someone likes; this deep is enough.
const MAX_LIST_DEPTH: usize = 16;

fn flatten(bodies: Vec<Value>) -> Result<Vec<Value>, Error> {
    let mut out = Vec::with_capacity(bodies.len());
    for body in bodies {
        push_flat(body, 0, &mut out)?;
    }
    Ok(out)
}

fn push_flat(body: Value, depth: usize, out: &mut Vec<Value>) -> Result<(), Error> {
    if body.is_null() {
        return Ok(());
    }
    let is_list =
        text(&body, "/kind").ends_with("List") && body.get("items").is_some_and(Value::is_array);
    if !is_list {
        out.push(body);
        return Ok(());
    }
    if depth == MAX_LIST_DEPTH {
        return Err(Error::new(
            ErrorKind::Invalid,
            "lists are nested too deeply",
        ));
    }
    if let Value::Object(mut list) = body
        && let Some(Value::Array(items)) = list.remove("items")
    {
        for item in items {
            push_flat(item, depth + 1, out)?;
        }
    }
    Ok(())
}

/// HELM: this is all that its client-side validation still checks; the rest is the server's.
fn incomplete(body: &Value) -> Result<(), Error> {
    let missing: Vec<&str> = ["apiVersion", "kind"]
        .into_iter()
        .filter(|key| text(body, &format!("/{key}")).is_empty())
        .collect();
    let reason = match missing.as_slice() {
        [] => return Ok(()),
        [one] => format!("{one} not set"),
        many => format!(
            "[{}]",
            many.iter()
                .map(|key| format!("{key} not set"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    Err(Error::new(
        ErrorKind::Invalid,
        format!("error validating \"\": error validating data: {reason}"),
    )
    .with_hint("every document of a manifest needs apiVersion and kind"))
}

fn place(discovery: &Arc<Discovery>, mut body: Value, namespace: &str) -> Result<Resource, Error> {
    let gvk = gvk(&body);
    let name = text(&body, "/metadata/name").to_owned();
    let Some(kind) = discovery.find(&gvk).cloned() else {
        let error = no_match(&gvk);
        let text = format!(
            "resource mapping not found for name: {name:?} namespace: {:?} from \"\": {error}\nensure CRDs are installed first",
            text(&body, "/metadata/namespace")
        );
        return Err(error.with_message(text));
    };
    let own = text(&body, "/metadata/namespace").to_owned();
    let namespace = if !kind.namespaced {
        String::new()
    } else if own.is_empty() {
        set_namespace(&mut body, namespace);
        namespace.to_owned()
    } else {
        own
    };
    Ok(Resource {
        kind,
        namespace,
        name,
        body,
    })
}

fn set_namespace(body: &mut Value, namespace: &str) {
    let Some(object) = body.as_object_mut() else {
        return;
    };
    let metadata = object
        .entry("metadata")
        .or_insert_with(|| Value::Object(serde_json::Map::new()));
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.insert("namespace".into(), namespace.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_become_their_items() {
        let list = json!({"kind": "List", "items": [
            {"kind": "A"}, {"kind": "ConfigMapList", "items": [{"kind": "B"}]}, null]});
        let kinds: Vec<String> = flatten(vec![list, json!({"kind": "C"})])
            .unwrap()
            .iter()
            .map(|b| text(b, "/kind").into())
            .collect();
        assert_eq!(kinds, ["A", "B", "C"]);
        let mut deep = json!({"kind": "A"});
        for _ in 0..50 {
            deep = json!({"kind": "List", "items": [deep]});
        }
        assert!(flatten(vec![deep]).is_err());
    }

    // `helm install` 4.3.1 with documents that lack these fields.
    #[test]
    fn documents_without_a_kind_are_refused_in_helms_words() {
        let text = |body: Value| incomplete(&body).unwrap_err().to_string();
        assert_eq!(
            text(json!({"kind": "ConfigMap"})),
            "error validating \"\": error validating data: apiVersion not set"
        );
        assert_eq!(
            text(json!({"a": 1})),
            "error validating \"\": error validating data: [apiVersion not set, kind not set]"
        );
    }
}
