//! Create, apply, update, replace, delete: the writes, in the words Helm uses on the wire.

use http::Method;
use serde_json::{Value, json};

use crate::Cluster;
use crate::client::Call;
use crate::error::Error;
use crate::migrate::migrate_patch;
use crate::objects::{Resource, escape};
use crate::three_way::{self, Patch};

/// The name under which the server remembers what we wrote.
pub const FIELD_MANAGER: &str = "helm";

const JSON: &str = "application/json";
const APPLY: &str = "application/apply-patch+yaml";
const JSON_PATCH: &str = "application/json-patch+json";

/// How a write is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The server checks everything and changes nothing.
    pub dry_run: bool,
    /// Take over fields that another manager owns (server-side apply alone).
    pub force_conflicts: bool,
}

/// What an update did, with the object as it is now.
#[derive(Debug, Clone, PartialEq)]
pub enum Updated {
    /// It was written.
    Changed(Value),
    /// There was nothing to write.
    Unchanged(Value),
}

impl Updated {
    /// The object as it is now.
    pub fn object(&self) -> &Value {
        match self {
            Self::Changed(object) | Self::Unchanged(object) => object,
        }
    }
}

/// What a client-side update starts from.
#[derive(Debug, Clone, Copy)]
pub struct ClientSideUpdate<'a> {
    /// The object in the manifest before; none when it was not in it (then the live object
    /// takes its place). HELM: as the record has it, without the marks of ownership, so that a
    /// patch of a custom resource always sets them again.
    pub previous: Option<&'a Value>,
    /// The object as it is in the cluster.
    pub live: &'a Value,
    /// Also look at the live object for kinds that are not built in.
    ///
    /// HELM: only an install that takes ownership does so.
    pub three_way_for_all: bool,
}

/// What happens to the objects that an object owns when it is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted afterwards.
    #[default]
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

impl Propagation {
    /// The word of the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Foreground => "Foreground",
            Self::Orphan => "Orphan",
        }
    }

    /// The one of `--cascade` (small letters).
    ///
    /// # Errors
    /// Helm's text, with the quote that is missing in it.
    pub fn from_flag(flag: &str) -> Result<Self, Error> {
        match flag {
            "background" => Ok(Self::Background),
            "foreground" => Ok(Self::Foreground),
            "orphan" => Ok(Self::Orphan),
            other => Err(Error::new(
                crate::ErrorKind::Invalid,
                format!(
                    "invalid cascade value ({other}). Must be \"background\", foreground\", or \"orphan\""
                ),
            )),
        }
    }
}

fn with_query(path: &str, options: &WriteOptions, more: &[(&str, &str)]) -> String {
    let mut out = format!("{path}?");
    if options.dry_run {
        out.push_str("dryRun=All&");
    }
    out.push_str("fieldManager=");
    out.push_str(FIELD_MANAGER);
    for (key, value) in more {
        out.push_str(&format!("&{key}={}", escape(value)));
    }
    out
}

impl Cluster {
    /// Creates an object (client-side). With `generateName` the server makes up the name.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn create(
        &self,
        resource: &Resource,
        options: &WriteOptions,
    ) -> Result<Value, Error> {
        let path = with_query(&resource.collection(), options, &[]);
        self.json(&Call::send(Method::POST, path, JSON, &resource.body))
            .await
    }

    /// Server-side apply: creates the object or brings its fields to what the manifest says.
    ///
    /// # Errors
    /// `conflict occurred while applying object …` when others own fields of it, else
    /// `server-side apply failed for object …`.
    pub async fn apply(&self, resource: &Resource, options: &WriteOptions) -> Result<Value, Error> {
        let force = if options.force_conflicts {
            "true"
        } else {
            "false"
        };
        let about = format!(
            "{} {}",
            resource.reference().namespaced_name(),
            resource.kind.gvk
        );
        let failed = |error: Error| {
            if error.is_conflict() {
                error.context(format!("conflict occurred while applying object {about}"))
            } else {
                error.context(format!("server-side apply failed for object {about}"))
            }
        };
        let path = resource.path().map_err(failed)?;
        let path = with_query(
            &path,
            options,
            &[("fieldValidation", "Strict"), ("force", force)],
        );
        self.json(&Call::send(Method::PATCH, path, APPLY, &resource.body))
            .await
            .map_err(failed)
    }

    /// Hands the fields that `helm` owns by client-side updates over to server-side apply, so
    /// that fields dropped from a manifest go away. Does nothing when there are none.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn migrate_to_server_side(
        &self,
        resource: &Resource,
        live: &Value,
    ) -> Result<bool, Error> {
        let Some(patch) = migrate_patch(live) else {
            return Ok(false);
        };
        let options = WriteOptions::default();
        let path = with_query(
            &resource.path()?,
            &options,
            &[("fieldValidation", "Strict")],
        );
        self.json(&Call::send(Method::PATCH, path, JSON_PATCH, &patch))
            .await?;
        Ok(true)
    }

    /// Client-side update: what changed between the manifests, and for built-in kinds also what
    /// drifted in the cluster, is sent as one patch.
    ///
    /// # Errors
    /// `cannot patch "name" with kind Kind: …`
    pub async fn update_client_side(
        &self,
        resource: &Resource,
        update: ClientSideUpdate<'_>,
        options: &WriteOptions,
    ) -> Result<Updated, Error> {
        let previous = update.previous.unwrap_or(update.live);
        let gvk = &resource.kind.gvk;
        let patch = three_way::patch(
            gvk,
            previous,
            &resource.body,
            update.live,
            update.three_way_for_all,
        );
        if patch.is_empty() {
            return Ok(Updated::Unchanged(update.live.clone()));
        }
        let path = with_query(&resource.path()?, options, &[]);
        let (content_type, body) = match &patch {
            Patch::Strategic(body) => ("application/strategic-merge-patch+json", body),
            Patch::Merge(body) => ("application/merge-patch+json", body),
        };
        let call = Call::send(Method::PATCH, path, content_type, body);
        let sent = self.json(&call).await.map_err(|error| {
            error.context(format!(
                "cannot patch {:?} with kind {}",
                resource.name, gvk.kind
            ))
        })?;
        Ok(Updated::Changed(sent))
    }

    /// Replaces the whole object by what the manifest says (`--force-replace`).
    ///
    /// # Errors
    /// `failed to replace object: …`
    pub async fn replace(
        &self,
        resource: &Resource,
        live: &Value,
        options: &WriteOptions,
    ) -> Result<Value, Error> {
        let failed = |error: Error| error.context("failed to replace object");
        let mut body = resource.body.clone();
        if let (Some(metadata), Some(version)) = (
            body.get_mut("metadata").and_then(Value::as_object_mut),
            live.pointer("/metadata/resourceVersion"),
        ) {
            metadata.insert("resourceVersion".into(), version.clone());
        }
        let path = resource.path().map_err(failed)?;
        let path = with_query(&path, options, &[("fieldValidation", "Strict")]);
        self.json(&Call::send(Method::PUT, path, JSON, &body))
            .await
            .map_err(failed)
    }

    /// Deletes an object; `false` when there was none.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn delete(
        &self,
        resource: &Resource,
        propagation: Propagation,
    ) -> Result<bool, Error> {
        let body = json!({ "propagationPolicy": propagation.name() });
        let call = Call::send(Method::DELETE, resource.path()?, JSON, &body);
        match self.json(&call).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_those_of_helm() {
        let plain = WriteOptions::default();
        assert_eq!(with_query("/a", &plain, &[]), "/a?fieldManager=helm");
        let dry = WriteOptions {
            dry_run: true,
            ..plain
        };
        assert_eq!(
            with_query(
                "/a",
                &dry,
                &[("fieldValidation", "Strict"), ("force", "false")]
            ),
            "/a?dryRun=All&fieldManager=helm&fieldValidation=Strict&force=false"
        );
    }

    #[test]
    fn a_wrong_cascade_is_told_with_helms_missing_quote() {
        assert_eq!(
            Propagation::from_flag("x").unwrap_err().to_string(),
            "invalid cascade value (x). Must be \"background\", foreground\", or \"orphan\""
        );
    }
}
