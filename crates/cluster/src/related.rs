//! The pods of a workload, as `status` shows them beside it.

use serde_json::Value;

use crate::error::Error;
use crate::objects::{GroupVersionKind, ObjectReference};
use crate::{Cluster, ListOptions};

/// The kinds whose pods are shown.
const WORKLOADS: [&str; 6] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
];

/// A label selector of an object as the text of a query.
///
/// A plain map (`ReplicationController`, `Service`) is one too.
pub fn selector_text(selector: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let structured =
        selector.get("matchLabels").is_some() || selector.get("matchExpressions").is_some();
    let labels = if structured {
        selector.get("matchLabels")
    } else {
        Some(selector)
    };
    let mut parts: Vec<String> = labels
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    for expression in expressions.into_iter().flatten() {
        let key = expression.get("key").map(text).unwrap_or_default();
        let values: Vec<String> = expression
            .get("values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(text)
            .collect();
        let values = values.join(",");
        parts.push(match expression.get("operator").and_then(Value::as_str) {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key,
        });
    }
    parts.join(",")
}

impl Cluster {
    /// The pods that belong to a live workload; none for other kinds.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn related_pods(&self, object: &Value) -> Result<Vec<Value>, Error> {
        let Some(options) = pod_query(object) else {
            return Ok(Vec::new());
        };
        let kind = self
            .kind_of(&GroupVersionKind::new("", "v1", "Pod"))
            .await?;
        let mut pods = self.list(&kind, &options).await?;
        for pod in pods.iter_mut().filter_map(Value::as_object_mut) {
            pod.entry("apiVersion").or_insert_with(|| "v1".into());
            pod.entry("kind").or_insert_with(|| "Pod".into());
        }
        Ok(pods)
    }
}

/// Which pods belong to an object.
pub(crate) fn pod_query(object: &Value) -> Option<ListOptions> {
    let reference = ObjectReference::of(object);
    if !WORKLOADS.contains(&reference.kind.as_str()) {
        return None;
    }
    let labels = selector_text(object.pointer("/spec/selector")?);
    // No selector at all would be every pod of the namespace.
    (!labels.is_empty()).then(|| ListOptions {
        namespace: reference.namespace,
        labels,
        ..ListOptions::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_become_queries() {
        assert_eq!(
            selector_text(&json!({"matchLabels": {"a": "b", "c": "d"}})),
            "a=b,c=d"
        );
        assert_eq!(selector_text(&json!({"a": "b"})), "a=b");
        assert_eq!(
            selector_text(&json!({"matchExpressions": [
                {"key": "a", "operator": "In", "values": ["x", "y"]},
                {"key": "b", "operator": "NotIn", "values": ["z"]},
                {"key": "c", "operator": "Exists"},
                {"key": "d", "operator": "DoesNotExist"}]})),
            "a in (x,y),b notin (z),c,!d"
        );
    }

    #[test]
    fn only_workloads_have_pods() {
        assert!(
            pod_query(&json!({"kind": "ConfigMap", "spec": {"selector": {"a": "b"}}})).is_none()
        );
        assert!(pod_query(&json!({"kind": "Job", "spec": {"selector": {}}})).is_none());
        assert!(
            pod_query(&json!({"kind": "Job", "spec": {"selector": {"matchLabels": {"a": "b"}}}}))
                .is_some()
        );
    }
}
