//! The marks of the owning release.
//!
//! HELM: every object of a manifest (hooks and the files of `crds/` apart) carries one label and
//! two annotations; an object with other marks belongs to somebody else.

use serde_json::Value;

use crate::Object;
use crate::object::child;

const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const HELM: &str = "Helm";
const RELEASE_NAME: &str = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// The release that owns objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
}

/// What is missing on an object that another owner, or none, has marked; Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid ownership metadata; {0}")]
pub struct OwnershipError(String);

impl Owner {
    /// Puts the marks on an object, over any other owner's.
    pub fn mark(&self, object: &mut Object) {
        let Some(metadata) = object.metadata_mut() else {
            return;
        };
        if let Some(labels) = child(metadata, "labels") {
            labels.insert(MANAGED_BY.to_owned(), Value::from(HELM));
        }
        if let Some(annotations) = child(metadata, "annotations") {
            annotations.insert(RELEASE_NAME.to_owned(), Value::from(self.name.as_str()));
            annotations.insert(
                RELEASE_NAMESPACE.to_owned(),
                Value::from(self.namespace.as_str()),
            );
        }
    }

    /// Whether a live object carries the marks of this release.
    ///
    /// # Errors
    /// Every mark that is missing or another's, in Helm's words.
    pub fn check(&self, live: &Value) -> Result<(), OwnershipError> {
        let labels = live.pointer("/metadata/labels");
        let annotations = live.pointer("/metadata/annotations");
        let wrong: Vec<String> = [
            ("label", labels, MANAGED_BY, HELM),
            ("annotation", annotations, RELEASE_NAME, self.name.as_str()),
            (
                "annotation",
                annotations,
                RELEASE_NAMESPACE,
                self.namespace.as_str(),
            ),
        ]
        .into_iter()
        .filter_map(|(what, map, key, wanted)| {
            let problem = mismatch(map, key, wanted)?;
            Some(format!("{what} validation error: {problem}"))
        })
        .collect();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(OwnershipError(wrong.join("; ")))
    }
}

fn mismatch(map: Option<&Value>, key: &str, wanted: &str) -> Option<String> {
    match map.and_then(|map| map.get(key)).and_then(Value::as_str) {
        None => Some(format!("missing key {key:?}: must be set to {wanted:?}")),
        Some(actual) if actual != wanted => Some(format!(
            "key {key:?} must equal {wanted:?}: current value is {actual:?}"
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn owner() -> Owner {
        Owner {
            name: "r2".to_owned(),
            namespace: "ns".to_owned(),
        }
    }

    #[test]
    fn a_marked_object_is_owned() {
        let mut object =
            Object::new(json!({"kind": "ConfigMap", "metadata": {"name": "a", "labels": null}}));
        owner().mark(&mut object);
        assert_eq!(owner().check(&object.body), Ok(()));
    }

    #[test]
    fn a_foreign_object_is_refused_in_helms_words() {
        let live = json!({"metadata": {"annotations": {RELEASE_NAME: "other"}}});
        assert_eq!(
            owner().check(&live).unwrap_err().to_string(),
            "invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"; annotation validation error: key \"meta.helm.sh/release-name\" must equal \"r2\": current value is \"other\"; annotation validation error: missing key \"meta.helm.sh/release-namespace\": must be set to \"ns\""
        );
    }
}
