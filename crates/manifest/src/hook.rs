//! What makes a document a hook, and when it runs.

use std::fmt;

use crate::Head;

/// The annotation that names the events of a hook.
pub(crate) const EVENTS: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
const OUTPUT_LOG_POLICY: &str = "helm.sh/hook-output-log-policy";

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$variant_doc])* $variant),+ }

        impl $type {
            /// The name in annotations and release records.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of this name (exact).
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

names! {
    /// The moment in a release's life when a hook runs.
    HookEvent {
        /// before the objects of an install are created
        PreInstall = "pre-install",
        /// after they are created (and ready, when waited for)
        PostInstall = "post-install",
        /// before an uninstall deletes anything
        PreDelete = "pre-delete",
        /// after an uninstall
        PostDelete = "post-delete",
        /// before an upgrade changes anything
        PreUpgrade = "pre-upgrade",
        /// after an upgrade
        PostUpgrade = "post-upgrade",
        /// before a rollback changes anything
        PreRollback = "pre-rollback",
        /// after a rollback
        PostRollback = "post-rollback",
        /// when the release is tested
        Test = "test",
    }
}

names! {
    /// When the object of a hook is deleted.
    DeletePolicy {
        /// after it succeeded
        Succeeded = "hook-succeeded",
        /// after it failed
        Failed = "hook-failed",
        /// before it is made anew (the default)
        BeforeCreation = "before-hook-creation",
    }
}

names! {
    /// When the logs of a hook's pods are shown.
    OutputLogPolicy {
        /// after it succeeded
        Succeeded = "hook-succeeded",
        /// after it failed
        Failed = "hook-failed",
    }
}

/// A document that runs at an event instead of being part of the release's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `metadata.name`
    pub name: String,
    /// `kind`
    pub kind: String,
    /// The template it comes from, such as `web/templates/migrate.yaml`.
    pub path: String,
    /// The text of the document.
    pub manifest: String,
    /// When it runs.
    pub events: Vec<HookEvent>,
    /// Hooks of one event run by ascending weight, then by name.
    pub weight: i64,
    /// The delete policies as written (lower case): unknown ones are kept in records.
    pub delete_policies: Vec<String>,
    /// The log policies as written (lower case).
    pub output_log_policies: Vec<String>,
}

impl Hook {
    /// Reads the hook annotations. `None`: not a hook. `Some(Err)`: an event nobody knows,
    /// with the annotation's text.
    ///
    /// HELM: one unknown event makes Helm drop the whole document.
    pub(crate) fn from_head(
        head: &Head,
        path: &str,
        document: &str,
    ) -> Option<Result<Self, String>> {
        let annotation = head.annotations.get(EVENTS)?;
        let mut events = Vec::new();
        for item in annotation.split(',') {
            match event(&item.trim().to_lowercase()) {
                Some(event) => events.push(event),
                None => return Some(Err(annotation.clone())),
            }
        }
        Some(Ok(Self {
            name: head.name.clone(),
            kind: head.kind.clone(),
            path: path.to_owned(),
            manifest: document.to_owned(),
            events,
            weight: head.annotations.get(WEIGHT).map_or(0, |text| weight(text)),
            delete_policies: list(head, DELETE_POLICY),
            output_log_policies: list(head, OUTPUT_LOG_POLICY),
        }))
    }
}

fn event(name: &str) -> Option<HookEvent> {
    // HELM: `test-success` is Helm 2's name of `test`.
    HookEvent::from_name(if name == "test-success" { "test" } else { name })
}

/// GO: `strconv.Atoi`; HELM: a weight that is no number counts as 0.
fn weight(text: &str) -> i64 {
    text.parse().unwrap_or(0)
}

fn list(head: &Head, annotation: &str) -> Vec<String> {
    head.annotations
        .get(annotation)
        .map_or_else(Vec::new, |text| {
            text.split(',')
                .map(|item| item.trim().to_lowercase())
                .collect()
        })
}
