//! One object as it is kept.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::object;
use crate::object::each;

/// Which object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Of all objects of its resource: [`crate::catalog::Resource::shelf`].
    pub shelf: Arc<str>,
    /// Its namespace, or nothing.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

impl Key {
    /// The key of an object.
    pub fn new(shelf: &str, namespace: &str, name: &str) -> Self {
        Self {
            shelf: shelf.into(),
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

/// One object at one revision.
#[derive(Debug)]
pub struct Kept {
    /// Which object.
    pub key: Key,
    /// The change that made it so.
    pub revision: u64,
    /// Its JSON, which begins with `kind` and `apiVersion`.
    pub text: Bytes,
    /// Where the rest of it begins: what lists of built-in kinds have of it.
    rest: usize,
    /// Its uid.
    pub uid: String,
    /// Its labels, sorted.
    pub labels: Vec<(String, String)>,
    /// The uids of its owners.
    pub owners: Vec<String>,
    /// Whether somebody asked for it to be deleted.
    pub is_going: bool,
    /// What it claims for itself alone: `ip 10.96.0.7`, `port 30080`.
    pub claims: Vec<String>,
}

impl Kept {
    /// An object as it is kept; its `resourceVersion` is that of `revision` already.
    pub fn new(key: Key, revision: u64, object: &Value) -> Self {
        let labels = object["metadata"]["labels"]
            .as_object()
            .into_iter()
            .flatten();
        let owners = each(&object["metadata"]["ownerReferences"]);
        let (text, rest) = text(object);
        Self {
            revision,
            text,
            rest,
            uid: object::uid(object).to_owned(),
            labels: labels
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            owners: owners
                .filter_map(|one| Some(one["uid"].as_str()?.to_owned()))
                .collect(),
            is_going: object::is_going(object),
            claims: claims(&key, object),
            key,
        }
    }

    /// Without `kind` and `apiVersion`: the text between the braces.
    pub fn rest(&self) -> &[u8] {
        &self.text[self.rest..self.text.len() - 1]
    }

    /// Its `apiVersion`, as it is kept.
    pub fn api_version(&self) -> &[u8] {
        let head = &self.text[..self.rest];
        let mark = b"\"apiVersion\":\"";
        let at = head.windows(mark.len()).position(|window| window == mark);
        let begin = at.map_or(self.rest, |at| at + mark.len());
        let end = head[begin..].iter().position(|byte| *byte == b'"');
        &head[begin..begin + end.unwrap_or_default()]
    }

    /// The object. What is kept was JSON when it was put.
    pub fn object(&self) -> Value {
        serde_json::from_slice(&self.text).unwrap_or_default()
    }

    /// A label's value.
    pub fn label(&self, name: &str) -> Option<&str> {
        let at = self
            .labels
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
            .ok()?;
        Some(&self.labels[at].1)
    }
}

/// The JSON of an object, `kind` and `apiVersion` first, and where the rest begins.
fn text(object: &Value) -> (Bytes, usize) {
    let mut text = format!(
        "{{\"kind\":{},\"apiVersion\":{}",
        object["kind"], object["apiVersion"]
    );
    let mut rest = text.len();
    for (name, value) in object.as_object().into_iter().flatten() {
        if name != "kind" && name != "apiVersion" {
            text.push(',');
            if rest + 1 == text.len() {
                rest += 1;
            }
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push(':');
            text.push_str(&value.to_string());
        }
    }
    text.push('}');
    (Bytes::from(text), rest)
}

/// Addresses and ports of nodes are given to one service each.
fn claims(key: &Key, object: &Value) -> Vec<String> {
    if &*key.shelf != "/services" {
        return Vec::new();
    }
    let spec = &object["spec"];
    let addresses = each(&spec["clusterIPs"]);
    let addresses = addresses
        .filter_map(Value::as_str)
        .filter(|one| *one != "None");
    let ports = each(&spec["ports"]);
    let ports = ports.filter_map(|port| port["nodePort"].as_u64());
    let health = spec["healthCheckNodePort"].as_u64();
    let ports = ports.chain(health).filter(|port| *port != 0);
    addresses
        .map(|address| format!("ip {address}"))
        .chain(ports.map(|port| format!("port {port}")))
        .collect()
}
