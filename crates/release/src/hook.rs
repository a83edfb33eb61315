//! The hooks of a release and how they last ran.

use pintle_manifest::{DeletePolicy, HookEvent, OutputLogPolicy};
use serde::{Deserialize, Serialize};

use crate::Time;
use crate::go_json::{is_default, null_is_default};

/// A hook as it is kept in a record.
///
/// Events and policies stay the words of the record, so that a word of a later Helm survives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// `metadata.name` of its object
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub name: String,
    /// `kind` of its object
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub kind: String,
    /// The template it came from.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub path: String,
    /// Its text.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub manifest: String,
    /// When it runs.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub events: Vec<String>,
    /// How it last ran; always written, even when it never did.
    #[serde(deserialize_with = "null_is_default")]
    pub last_run: HookRun,
    /// Hooks of one event run by ascending weight, then by name.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub weight: i64,
    /// When its object is deleted.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub delete_policies: Vec<String>,
    /// When the logs of its pods are shown.
    #[serde(
        skip_serializing_if = "is_default",
        deserialize_with = "null_is_default"
    )]
    pub output_log_policies: Vec<String>,
}

/// One run of a hook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookRun {
    /// When it started; zero when it never ran.
    #[serde(
        skip_serializing_if = "Time::is_zero",
        deserialize_with = "null_is_default"
    )]
    pub started_at: Time,
    /// When it ended; zero while it runs.
    #[serde(
        skip_serializing_if = "Time::is_zero",
        deserialize_with = "null_is_default"
    )]
    pub completed_at: Time,
    /// How far it got.
    #[serde(deserialize_with = "null_is_default")]
    pub phase: HookPhase,
}

/// How far a hook got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HookPhase {
    /// it never ran
    #[default]
    #[serde(rename = "")]
    None,
    /// it runs
    Running,
    /// it did its work
    Succeeded,
    /// it failed
    Failed,
    /// it was cut off, and nobody knows how it ended
    #[serde(other)]
    Unknown,
}

impl HookPhase {
    /// The word in records and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Unknown => "Unknown",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

impl Hook {
    /// Whether it runs at this event.
    pub fn runs_on(&self, event: HookEvent) -> bool {
        self.events.iter().any(|name| name == event.name())
    }

    /// Whether its object is deleted at this moment.
    ///
    /// HELM: without any policy it is deleted before it is made anew; a custom resource
    /// definition never is.
    pub fn deleted_on(&self, policy: DeletePolicy) -> bool {
        if self.kind == "CustomResourceDefinition" {
            return false;
        }
        if self.delete_policies.is_empty() {
            return policy == DeletePolicy::BeforeCreation;
        }
        self.delete_policies
            .iter()
            .any(|name| name == policy.name())
    }

    /// Whether the logs of its pods are shown at this moment.
    pub fn logged_on(&self, policy: OutputLogPolicy) -> bool {
        self.output_log_policies
            .iter()
            .any(|name| name == policy.name())
    }
}

impl From<&pintle_manifest::Hook> for Hook {
    fn from(hook: &pintle_manifest::Hook) -> Self {
        Self {
            name: hook.name.clone(),
            kind: hook.kind.clone(),
            path: hook.path.clone(),
            manifest: hook.manifest.clone(),
            events: hook
                .events
                .iter()
                .map(|event| event.name().to_owned())
                .collect(),
            last_run: HookRun::default(),
            weight: hook.weight,
            delete_policies: hook.delete_policies.clone(),
            output_log_policies: hook.output_log_policies.clone(),
        }
    }
}
