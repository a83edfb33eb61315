//! One object of a manifest.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What makes two objects the same object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// `apiVersion`, such as `apps/v1`.
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// The namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// An object as a manifest describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What it is.
    pub key: ObjectKey,
    /// The whole object.
    pub body: Value,
}

impl Object {
    /// Reads the key out of an object's body.
    ///
    /// The namespace is the one the body names: whoever knows the cluster must have put it
    /// there before.
    pub fn new(body: Value) -> Self {
        let text = |pointer: &str| {
            body.pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let key = ObjectKey {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        };
        Self { key, body }
    }

    /// `metadata.generateName`, when the name is left to the server.
    pub fn generate_name(&self) -> Option<&str> {
        self.body
            .pointer("/metadata/generateName")
            .and_then(Value::as_str)
            .filter(|prefix| !prefix.is_empty())
    }

    /// An annotation of the object.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.body
            .pointer("/metadata/annotations")?
            .get(key)
            .and_then(Value::as_str)
    }

    /// The metadata map, made when it is missing; `None` when it is something else.
    pub(crate) fn metadata_mut(&mut self) -> Option<&mut Map<String, Value>> {
        child(self.body.as_object_mut()?, "metadata")
    }
}

/// The map under `key`, made when it is missing or null; `None` when it is something else.
pub(crate) fn child<'a>(
    map: &'a mut Map<String, Value>,
    key: &str,
) -> Option<&'a mut Map<String, Value>> {
    let entry = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if entry.is_null() {
        *entry = Value::Object(Map::new());
    }
    entry.as_object_mut()
}
