//! Objects that were there before, and those that are left.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use pintle_go_value::json;
use serde_json::Value;

use super::place::text;

/// Sections of an exported object that are looked at; volumes say in `spec` whose they are.
const SECTIONS: [&str; 3] = ["apiVersion:", "kind:", "metadata:"];
const VOLUME: &str = "kind: PersistentVolume";

/// What the rules look at in an object.
#[derive(Debug)]
pub struct Object(Value);

/// The documents of an export, each cut to what is looked at: schemas are large.
pub fn documents(export: &str) -> impl Iterator<Item = Result<String>> {
    let export = export.strip_prefix("---\n").unwrap_or(export);
    export.split("\n---\n").map(|document| {
        let is_volume = document.lines().any(|line| line == VOLUME);
        let mut wanted = false;
        let mut text = String::new();
        for line in document.lines() {
            if !line.starts_with([' ', '-']) {
                wanted = SECTIONS.iter().any(|section| line.starts_with(section))
                    || (is_volume && line == "spec:");
            }
            if wanted {
                text.push_str(line);
                text.push('\n');
            }
        }
        Ok(text)
    })
}

impl Object {
    /// An object as a server answers it.
    pub fn of(value: Value) -> Self {
        Self(value)
    }

    /// Reads one document.
    pub fn parse(document: &str) -> Result<Self> {
        let value = pintle_go_yaml::parse(document.as_bytes())
            .map_err(|error| anyhow::anyhow!("an exported object: {}", error.text()))?;
        let text = json::encode(&value, json::Options::default())
            .map_err(|error| anyhow::anyhow!("an exported object: {error}"))?;
        Ok(Self(serde_json::from_slice(&text)?))
    }

    /// `Pod x/web-0`: what it is, and where.
    pub fn id(&self) -> String {
        let (kind, namespace) = (self.kind(), self.text("/metadata/namespace"));
        let name = self.text("/metadata/name");
        match namespace {
            "" => format!("{kind} {name}"),
            _ => format!("{kind} {namespace}/{name}"),
        }
    }

    /// What it is and where, without what is another word each time: a random ending, a uid or
    /// a hash in the name.
    fn shape(&self) -> String {
        let (id, name) = (self.id(), self.text("/metadata/name"));
        let hash = self.text("/metadata/labels/pod-template-hash");
        let begin = match self.text("/metadata/generateName") {
            "" if self.kind() == "PersistentVolume" => "pvc-",
            "" if !hash.is_empty() => name.trim_end_matches(hash),
            begin => begin,
        };
        match name.strip_prefix(begin) {
            Some(end) if !begin.is_empty() && !end.is_empty() => {
                format!("{}*", id.trim_end_matches(end))
            }
            _ => id,
        }
    }

    /// Whether its deletion has begun.
    pub fn is_going(&self) -> bool {
        !self.text("/metadata/deletionTimestamp").is_empty()
    }

    /// Whether somebody who finalizes it keeps it.
    pub fn is_held(&self) -> bool {
        let finalizers = self.0["metadata"]["finalizers"].as_array();
        self.is_going() && finalizers.is_some_and(|names| !names.is_empty())
    }

    /// Whether another object owns it.
    pub fn is_owned(&self) -> bool {
        self.owners().next().is_some()
    }

    fn kind(&self) -> &str {
        self.text("/kind")
    }

    fn text(&self, pointer: &str) -> &str {
        text(&self.0, pointer)
    }

    fn annotation(&self, name: &str) -> &str {
        self.0["metadata"]["annotations"][name]
            .as_str()
            .unwrap_or_default()
    }

    fn owners(&self) -> impl Iterator<Item = &str> {
        let owners = self.0["metadata"]["ownerReferences"].as_array();
        let owners = owners.into_iter().flatten();
        owners.filter_map(|owner| owner["uid"].as_str())
    }
}

/// Why an object may be left when its release is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Namespace,
    Event,
    Definition,
    Policy,
    Hook,
    Claim,
    Volume,
    Owned,
}

impl Why {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Namespace => {
                "the namespace that `--create-namespace` made, and what every namespace has"
            }
            Self::Event => "events, for an hour",
            Self::Definition => "what is in `crds/`, which is never deleted",
            Self::Policy => "what has `helm.sh/resource-policy`",
            Self::Hook => "hooks that no policy deletes once they succeeded",
            Self::Claim => "claims of StatefulSets",
            Self::Volume => "volumes of claims that are left",
            Self::Owned => "objects of those, like the pod of a hook's Job",
        }
    }
}

/// What is left of a release.
#[derive(Debug, Default)]
pub struct Left {
    /// Objects that a real server keeps, too, by the reason.
    pub expected: BTreeMap<Why, Vec<String>>,
    /// The others.
    pub findings: Vec<String>,
}

impl Left {
    /// Compares what was there before with what is there now.
    pub fn between(
        before: &BTreeMap<String, Object>,
        now: &BTreeMap<String, Object>,
        own: &str,
    ) -> Self {
        let new: Vec<&Object> = now
            .iter()
            .filter(|(id, _)| !before.contains_key(*id))
            .map(|(_, object)| object)
            .collect();
        let mut left = Self::default();
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        let mut rest = Vec::new();
        for object in new {
            match reason(object, now, own) {
                Some(why) => {
                    left.expected.entry(why).or_default().push(object.shape());
                    kept.insert(object.text("/metadata/uid"));
                }
                None => rest.push(object),
            }
        }
        // Owners of owners: a hook's CronJob has Jobs, which have pods.
        loop {
            let (owned, others): (Vec<_>, Vec<_>) = rest
                .into_iter()
                .partition(|object: &&Object| object.owners().any(|uid| kept.contains(uid)));
            rest = others;
            if owned.is_empty() {
                break;
            }
            let shapes = owned.iter().map(|object| object.shape());
            left.expected.entry(Why::Owned).or_default().extend(shapes);
            kept.extend(owned.iter().map(|object| object.text("/metadata/uid")));
        }
        left.findings = rest.into_iter().map(Object::id).collect();
        left
    }
}

/// Why an object may be left, by itself.
fn reason(object: &Object, now: &BTreeMap<String, Object>, own: &str) -> Option<Why> {
    let of_release = !object.annotation("meta.helm.sh/release-name").is_empty();
    let name = object.text("/metadata/name");
    // HELM: what has it is left, whatever it says: `nil`, say.
    if !object.annotation("helm.sh/resource-policy").is_empty() {
        return Some(Why::Policy);
    }
    if !object.annotation("helm.sh/hook").is_empty() {
        let policies = object.annotation("helm.sh/hook-delete-policy");
        return (!policies.contains("hook-succeeded")).then_some(Why::Hook);
    }
    if of_release || object.is_owned() {
        return None;
    }
    match object.kind() {
        "Namespace" if name == own => Some(Why::Namespace),
        "ServiceAccount" if name == "default" => Some(Why::Namespace),
        "ConfigMap" if name == "kube-root-ca.crt" => Some(Why::Namespace),
        "Event" => Some(Why::Event),
        "CustomResourceDefinition"
        | "ValidatingAdmissionPolicy"
        | "ValidatingAdmissionPolicyBinding" => Some(Why::Definition),
        // Of a template, since no chart has one without the marks of its release.
        "PersistentVolumeClaim" => Some(Why::Claim),
        "PersistentVolume" => {
            let claim = |part: &str| object.text(&format!("/spec/claimRef/{part}"));
            let id = format!(
                "PersistentVolumeClaim {}/{}",
                claim("namespace"),
                claim("name")
            );
            now.contains_key(&id).then_some(Why::Volume)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Left, Object, Why, documents};

    const BEFORE: &str = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: node-1\n";
    const NOW: &str = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: node-1\n\
        ---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data-db-0\n  namespace: x\n\
        spec:\n  a: b\n\
        ---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: pvc-1-2\n\
        spec:\n  claimRef:\n    namespace: x\n    name: data-db-0\n\
        ---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: lost\n\
        spec:\n  claimRef:\n    namespace: x\n    name: data-db-1\n\
        ---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  annotations:\n    helm.sh/hook: post-install\n  name: j\n  namespace: x\n  uid: u\n\
        ---\napiVersion: v1\nkind: Pod\nmetadata:\n  generateName: j-\n  name: j-x1\n  namespace: x\n  ownerReferences:\n  - uid: u\n\
        ---\napiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy: hook-succeeded\n  name: s\n  namespace: x\n\
        ---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    meta.helm.sh/release-name: rel\n  name: c\n  namespace: x\n";

    fn objects(export: &str) -> BTreeMap<String, Object> {
        documents(export)
            .map(|document| Object::parse(&document.expect("text")).expect("an object"))
            .map(|object| (object.id(), object))
            .collect()
    }

    #[test]
    fn what_is_left_is_told_from_what_should_be_gone() {
        let left = Left::between(&objects(BEFORE), &objects(NOW), "x");
        let expected = [
            (Why::Hook, vec!["Job x/j".to_owned()]),
            (
                Why::Claim,
                vec!["PersistentVolumeClaim x/data-db-0".to_owned()],
            ),
            (Why::Volume, vec!["PersistentVolume pvc-*".to_owned()]),
            (Why::Owned, vec!["Pod x/j-*".to_owned()]),
        ];
        assert_eq!(left.expected, BTreeMap::from(expected));
        let findings = ["ConfigMap x/c", "PersistentVolume lost", "Secret x/s"];
        assert_eq!(left.findings, findings);
    }
}
