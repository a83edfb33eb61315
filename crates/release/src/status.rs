//! The states of a release and which may follow which.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The state of one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// nothing is known; also what an unknown word in a record is read as
    #[default]
    Unknown,
    /// this revision is what runs
    Deployed,
    /// uninstalled, with its history kept
    Uninstalled,
    /// a later revision took its place
    Superseded,
    /// the last operation on it failed
    Failed,
    /// being uninstalled
    Uninstalling,
    /// being installed
    PendingInstall,
    /// being upgraded to
    PendingUpgrade,
    /// being rolled back to
    PendingRollback,
}

/// A step from one state to another that no operation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a release cannot go from {from} to {to}")]
pub struct InvalidTransition {
    /// The state it is in.
    pub from: Status,
    /// The state it was to get.
    pub to: Status,
}

impl Status {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Unknown,
        Self::Deployed,
        Self::Uninstalled,
        Self::Superseded,
        Self::Failed,
        Self::Uninstalling,
        Self::PendingInstall,
        Self::PendingUpgrade,
        Self::PendingRollback,
    ];

    /// The word in records, labels and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Deployed => "deployed",
            Self::Uninstalled => "uninstalled",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
            Self::Uninstalling => "uninstalling",
            Self::PendingInstall => "pending-install",
            Self::PendingUpgrade => "pending-upgrade",
            Self::PendingRollback => "pending-rollback",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether an operation on it is under way (or was cut off).
    pub fn is_pending(self) -> bool {
        matches!(
            self,
            Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback
        )
    }

    /// Whether an operation may bring a release from this state to that one.
    ///
    /// HELM: uninstall takes a release of any state (that is how a stuck one is removed); only
    /// `unknown` may become anything else at once, since that is how a new record starts.
    pub fn may_become(self, to: Self) -> bool {
        use Status::{Deployed, Failed, Superseded, Uninstalled, Uninstalling, Unknown};
        if self == to {
            return true;
        }
        match (self, to) {
            (Unknown, _) | (_, Uninstalling) => true,
            // A kept release can be uninstalled for good straight from its failed record, and an
            // upgrade over a kept or failed release supersedes it.
            (Deployed | Failed | Uninstalled | Uninstalling, Superseded) => true,
            // `rollback` supersedes what was left pending; an interrupted one is marked failed.
            (pending, Deployed | Failed | Superseded) if pending.is_pending() => true,
            (Uninstalling, Uninstalled | Failed) => true,
            // A hook after the deployment, or the check of a deployed release, can still fail it.
            (Deployed, Failed | Uninstalled) | (Failed, Deployed | Uninstalled) => true,
            _ => false,
        }
    }

    /// The new state, if the step is allowed.
    pub fn step(self, to: Self) -> Result<Self, InvalidTransition> {
        if self.may_become(to) {
            Ok(to)
        } else {
            Err(InvalidTransition { from: self, to })
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::from_name(&name).unwrap_or_default())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        assert_eq!(Status::from_name("DEPLOYED"), None);
    }

    #[test]
    fn operations_make_only_allowed_steps() {
        use Status::*;
        for (from, to) in [
            (PendingInstall, Deployed),
            (PendingUpgrade, Failed),
            (Deployed, Superseded),
            (PendingUpgrade, Superseded),
            (PendingUpgrade, Uninstalling),
            (Uninstalling, Uninstalled),
            (Uninstalled, Superseded),
        ] {
            assert_eq!(from.step(to), Ok(to));
        }
        for (from, to) in [
            (Superseded, Deployed),
            (Deployed, PendingUpgrade),
            (Uninstalled, Deployed),
            (Failed, PendingInstall),
        ] {
            assert_eq!(from.step(to), Err(InvalidTransition { from, to }));
        }
    }
}
