//! When an object is ready: pure rules, one for each kind.
//!
//! Two sets, as in Helm: [`watcher`] (`--wait`, the rules of kstatus) tells how far an object
//! is; [`legacy`] (`--wait=legacy`) only whether it is ready. Both look at one object and, where
//! a rule needs the time, at a time that is given.

mod common;
pub mod custom;
pub mod job;
pub mod legacy;
pub mod pod;
pub mod service;
pub mod storage;
pub mod watcher;
pub mod workloads;

use std::fmt;

/// How far an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// It is what its manifest says.
    Current,
    /// It is on the way there.
    InProgress,
    /// It will not get there.
    Failed,
    /// It is being deleted.
    Terminating,
    /// It is not there.
    NotFound,
    /// Nobody could say.
    Unknown,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "Current",
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Terminating => "Terminating",
            Self::NotFound => "NotFound",
            Self::Unknown => "Unknown",
        })
    }
}

/// How far an object is, and why it is no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// How far.
    pub progress: Progress,
    /// For people; what a failed wait prints.
    pub message: String,
}

impl Readiness {
    /// With this message.
    pub fn new(progress: Progress, message: impl Into<String>) -> Self {
        Self {
            progress,
            message: message.into(),
        }
    }

    pub(crate) fn current(message: impl Into<String>) -> Self {
        Self::new(Progress::Current, message)
    }

    pub(crate) fn in_progress(message: impl Into<String>) -> Self {
        Self::new(Progress::InProgress, message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Progress::Failed, message)
    }

    /// For an object that is not there.
    pub fn not_found() -> Self {
        Self::new(Progress::NotFound, "Resource not found")
    }
}
