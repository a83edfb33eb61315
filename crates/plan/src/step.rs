//! The plan itself.

use std::fmt;

use pintle_manifest::HookEvent;
use serde::{Deserialize, Serialize, Serializer};

use crate::{Object, ObjectKey};

/// What is done to the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A chart becomes a release.
    Install,
    /// A release gets a revision from a chart.
    Upgrade,
    /// A release gets a revision that repeats an earlier one.
    Rollback,
    /// A release goes away.
    Uninstall,
}

/// The revision a plan leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseId {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The revision.
    pub revision: u32,
}

/// Which record is written when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordWrite {
    /// The new revision as pending, before anything changes.
    Pending,
    /// The new revision as deployed, and the one before as superseded.
    Deployed,
    /// The newest revision as being uninstalled.
    Uninstalling,
    /// The newest revision as uninstalled, its history kept.
    Uninstalled,
    /// Every revision removed.
    Purged,
}

/// Why a step is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The operation itself asks for it.
    Operation,
    /// A flag asks for it.
    Flag(String),
    /// The object is new in this revision.
    New,
    /// The object exists already and is taken over.
    Adopted,
    /// The object was in the revision before and may have changed.
    Changed,
    /// The object is no longer in the manifest.
    Removed,
    /// The chart has a hook for this moment.
    Hook,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "action")]
pub enum Action {
    /// Create the release's namespace.
    CreateNamespace {
        /// Its name.
        name: String,
    },
    /// Write a release record.
    Record {
        /// Which.
        write: RecordWrite,
    },
    /// Run one hook and wait for it.
    RunHook {
        /// The moment.
        #[serde(serialize_with = "event_name")]
        event: HookEvent,
        /// The hook's position among the release's hooks.
        hook: usize,
        /// Its kind and name, for people.
        name: String,
    },
    /// After the hooks of a moment: show logs and delete as their policies say.
    FinishHooks {
        /// The moment.
        #[serde(serialize_with = "event_name")]
        event: HookEvent,
    },
    /// Create an object.
    Create {
        /// The object.
        object: Object,
    },
    /// Bring an object to its new form, creating it when it is missing.
    Apply {
        /// The object.
        object: Object,
        /// Its form in the revision before, if it was there.
        previous: Option<Box<Object>>,
    },
    /// Delete an object.
    Delete {
        /// The object as the revision before had it.
        object: Object,
    },
    /// Wait until the release's objects are ready.
    WaitReady {
        /// Which.
        objects: Vec<ObjectKey>,
    },
    /// Wait until deleted objects are gone.
    WaitDeleted {
        /// Which.
        objects: Vec<ObjectKey>,
    },
}

fn event_name<S: Serializer>(event: &HookEvent, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(event.name())
}

/// One thing to do, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Steps that follow each other with the same number do not depend on each other.
    pub group: u32,
}

/// Everything an operation will do, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// What is done.
    pub operation: Operation,
    /// The revision it leads to.
    pub release: ReleaseId,
    /// The steps.
    pub steps: Vec<Step>,
}

impl fmt::Display for Step {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Action::CreateNamespace { name } => write!(f, "create namespace {name}"),
            Action::Record { write } => write!(f, "record the release ({write:?})"),
            Action::RunHook { event, name, .. } => write!(f, "run {event} hook {name}"),
            Action::FinishHooks { event } => write!(f, "finish {event} hooks"),
            Action::Create { object } => write!(f, "create {}", object.key),
            Action::Apply { object, .. } => write!(f, "apply {}", object.key),
            Action::Delete { object } => write!(f, "delete {}", object.key),
            Action::WaitReady { objects } => write!(f, "wait for {} objects", objects.len()),
            Action::WaitDeleted { objects } => {
                write!(f, "wait until {} objects are gone", objects.len())
            }
        }
    }
}
