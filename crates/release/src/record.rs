//! One revision of a release.

use std::collections::BTreeMap;

use pintle_go_value::Map;
use serde::{Deserialize, Deserializer, Serialize};

use crate::go_json::{config_map, is_default, null_is_default};
use crate::{Hook, InvalidTransition, Revision, Status, StoredChart, Time};

/// One revision of a release: what was asked for, what came of it.
///
/// The fields stand in the order in which Helm writes them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Release {
    /// The release's name.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub name: String,
    /// What came of it.
    #[serde(deserialize_with = "null_is_default")]
    pub info: Info,
    /// The chart it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<StoredChart>,
    /// The values the user gave; none when there were none.
    #[serde(skip_serializing_if = "config_map::is_empty", with = "config_map")]
    pub config: Option<Map>,
    /// The rendered objects, hooks left out.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub manifest: String,
    /// The rendered hooks.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub hooks: Vec<Hook>,
    /// The revision's number.
    #[serde(
        rename = "version",
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub revision: u32,
    /// The namespace of the release.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub namespace: String,
    /// How its objects were written; none in records of Helm 3.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "ApplyMethod::lenient"
    )]
    pub apply_method: Option<ApplyMethod>,
    /// The user's labels. HELM: never in the JSON, only labels of the stored object.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
}

impl PartialEq for Release {
    fn eq(&self, other: &Self) -> bool {
        // Values have no equality of their own here; two records are equal when they would be
        // stored as the same bytes under the same labels.
        self.labels == other.labels
            && crate::encode_json(self).ok() == crate::encode_json(other).ok()
    }
}

impl Release {
    /// A release of which nothing but its identity is known yet.
    pub fn new(name: impl Into<String>, namespace: impl Into<String>, revision: u32) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            revision,
            ..Self::default()
        }
    }

    /// The revision as its own type.
    pub fn revision(&self) -> Revision {
        Revision(self.revision)
    }

    /// Sets state and description, as every step of an operation does.
    pub fn set_status(
        &mut self,
        status: Status,
        description: impl Into<String>,
    ) -> Result<(), InvalidTransition> {
        self.info.move_to(status)?;
        self.info.description = description.into();
        Ok(())
    }
}

/// What came of a revision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    /// When the release's first revision was deployed.
    #[serde(
        skip_serializing_if = "Time::is_zero",
        deserialize_with = "null_is_default"
    )]
    pub first_deployed: Time,
    /// When this revision was deployed.
    #[serde(
        skip_serializing_if = "Time::is_zero",
        deserialize_with = "null_is_default"
    )]
    pub last_deployed: Time,
    /// When it was uninstalled.
    #[serde(
        skip_serializing_if = "Time::is_zero",
        deserialize_with = "null_is_default"
    )]
    pub deleted: Time,
    /// One line on what happened.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub description: String,
    /// The state.
    #[serde(deserialize_with = "null_is_default")]
    pub status: Status,
    /// The revision a rollback went back to.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub rollback_revision: u32,
    /// The rendered NOTES.txt.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub notes: String,
    /// The release's live objects by `version/Kind`; filled for `status -o json`, never stored.
    #[serde(skip_serializing_if = "is_default", skip_deserializing)]
    pub resources: BTreeMap<String, Vec<serde_json::Value>>,
}

impl Info {
    /// Changes the state.
    ///
    /// # Errors
    /// A step that no operation makes; the state stays as it was.
    pub fn move_to(&mut self, status: Status) -> Result<(), InvalidTransition> {
        self.status = self.status.step(status)?;
        Ok(())
    }
}

/// How the objects of a release are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApplyMethod {
    /// three-way patches made by the client
    #[serde(rename = "csa")]
    ClientSide,
    /// server-side apply
    #[serde(rename = "ssa")]
    ServerSide,
}

impl ApplyMethod {
    /// The method of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "csa" => Some(Self::ClientSide),
            "ssa" => Some(Self::ServerSide),
            _ => None,
        }
    }

    /// Reads the field: absent, null, empty or a word nobody knows is no method.
    fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        Ok(name.as_deref().and_then(Self::from_name))
    }

    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientSide => "csa",
            Self::ServerSide => "ssa",
        }
    }

    /// What `get metadata` prints, also for a record without the field.
    pub fn describe(method: Option<Self>) -> &'static str {
        match method {
            Some(Self::ServerSide) => "server-side apply",
            Some(Self::ClientSide) => "client-side apply",
            None => "client-side apply (defaulted)",
        }
    }
}
