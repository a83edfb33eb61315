//! Whether a kubeconfig has the shape of one, in the words of Go's decoder if not.

use serde_json::{Map, Value};

/// The struct that Go reads version and kind into.
const HEAD: &str = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;

/// A list of named things: the key, the type of its items, the key of what is named, its type,
/// and the fields of that with theirs.
struct Named {
    list: &'static str,
    item: &'static str,
    key: &'static str,
    inner: &'static str,
    fields: &'static [(&'static str, Type)],
}

#[derive(Clone, Copy)]
enum Type {
    Text,
    Bool,
}

/// In the order in which Go meets them: that of the keys.
const LISTS: [Named; 3] = [
    Named {
        list: "clusters",
        item: "NamedCluster",
        key: "cluster",
        inner: "Cluster",
        fields: &[
            ("certificate-authority", Type::Text),
            ("insecure-skip-tls-verify", Type::Bool),
            ("proxy-url", Type::Text),
            ("server", Type::Text),
            ("tls-server-name", Type::Text),
        ],
    },
    Named {
        list: "contexts",
        item: "NamedContext",
        key: "context",
        inner: "Context",
        fields: &[
            ("cluster", Type::Text),
            ("namespace", Type::Text),
            ("user", Type::Text),
        ],
    },
    Named {
        list: "users",
        item: "NamedAuthInfo",
        key: "user",
        inner: "AuthInfo",
        fields: &[
            ("as", Type::Text),
            ("as-uid", Type::Text),
            ("client-certificate", Type::Text),
            ("client-key", Type::Text),
            ("password", Type::Text),
            ("token", Type::Text),
            ("tokenFile", Type::Text),
            ("username", Type::Text),
        ],
    },
];

/// Checks kind and version, and the types of what is read.
///
/// # Errors
/// The first thing that is wrong, in Go's words.
pub(super) fn check(value: &Value) -> Result<(), String> {
    let map = match value {
        Value::Null => return Ok(()),
        Value::Object(map) => map,
        other => return Err(head(&mismatch(other, "Go value", HEAD))),
    };
    for key in ["apiVersion", "kind"] {
        text(map, key, &format!(".{key}")).map_err(|error| head(&error))?;
    }
    let read = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
    let (version, kind) = (read("apiVersion"), read("kind"));
    if !matches!(kind, "" | "Config") || !matches!(version, "" | "v1") {
        let or = |text: &'_ str, default: &'static str| match text {
            "" => default.to_owned(),
            given => given.to_owned(),
        };
        let (version, kind) = (or(version, "v1"), or(kind, "Config"));
        return Err(format!(
            "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\""
        ));
    }
    // `current-context` comes after the contexts.
    let [clusters, contexts, users] = &LISTS;
    clusters.check(map)?;
    contexts.check(map)?;
    text(map, "current-context", "Config.current-context")?;
    users.check(map)
}

impl Named {
    fn check(&self, map: &Map<String, Value>) -> Result<(), String> {
        let Self {
            list, item, key, ..
        } = self;
        let field = format!("Go struct field Config.{list}");
        let items = match map.get(*list) {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(mismatch(other, &field, &format!("[]v1.{item}"))),
        };
        for entry in items {
            let entry = match entry {
                Value::Null => continue,
                Value::Object(entry) => entry,
                other => return Err(mismatch(other, &field, &format!("v1.{item}"))),
            };
            match entry.get(*key) {
                None | Some(Value::Null) => {}
                Some(Value::Object(inner)) => self.check_inner(inner)?,
                Some(other) => {
                    let field = format!("Go struct field {item}.{list}.{key}");
                    return Err(mismatch(other, &field, &format!("v1.{}", self.inner)));
                }
            }
            text(entry, "name", &format!("{item}.{list}.name"))?;
        }
        Ok(())
    }

    fn check_inner(&self, inner: &Map<String, Value>) -> Result<(), String> {
        for (name, kind) in self.fields {
            let path = format!("{}.{}.{}.{name}", self.inner, self.list, self.key);
            match (kind, inner.get(*name)) {
                (Type::Text, _) => text(inner, name, &path)?,
                (Type::Bool, None | Some(Value::Null | Value::Bool(_))) => {}
                (Type::Bool, Some(other)) => {
                    let field = format!("Go struct field {path}");
                    return Err(mismatch(other, &field, "bool"));
                }
            }
        }
        Ok(())
    }
}

fn text(map: &Map<String, Value>, key: &str, path: &str) -> Result<(), String> {
    match map.get(key) {
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        Some(other) => Err(mismatch(
            other,
            &format!("Go struct field {path}"),
            "string",
        )),
    }
}

fn head(error: &str) -> String {
    format!("couldn't get version/kind; json parse error: {error}")
}

fn mismatch(found: &Value, place: &str, wanted: &str) -> String {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("json: cannot unmarshal {found} into {place} of type {wanted}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // `helm-4.3.1 list --kubeconfig FILE` with such files.
    #[test]
    fn what_is_no_kubeconfig_is_told_in_gos_words() {
        let text = |value: Value| check(&value).unwrap_err();
        assert_eq!(
            text(json!([1])),
            r#"couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#
        );
        assert_eq!(
            text(json!({"kind": ["a"]})),
            "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go struct field .kind of type string"
        );
        assert_eq!(
            text(json!({"kind": "Config", "apiVersion": "v2"})),
            "no kind \"Config\" is registered for version \"v2\" in scheme \"pkg/runtime/scheme.go:111\""
        );
        assert_eq!(
            text(json!({"kind": "Pod"})),
            "no kind \"Pod\" is registered for version \"v1\" in scheme \"pkg/runtime/scheme.go:111\""
        );
        assert_eq!(
            text(json!({"contexts": 5})),
            "json: cannot unmarshal number into Go struct field Config.contexts of type []v1.NamedContext"
        );
        assert_eq!(
            text(json!({"clusters": [5]})),
            "json: cannot unmarshal number into Go struct field Config.clusters of type v1.NamedCluster"
        );
        assert_eq!(
            text(json!({"clusters": [{"name": "a", "cluster": {"server": 5}}]})),
            "json: cannot unmarshal number into Go struct field Cluster.clusters.cluster.server of type string"
        );
        assert!(check(&json!({"users": [{"user": null, "name": "a"}, null]})).is_ok());
    }
}
