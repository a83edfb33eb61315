//! Rendered text as Kubernetes manifests: split, hooks, order.
//!
//! What it is: the step between rendering and planning. Rendered files come in, by path;
//! out come [`Manifest`]s in install order and [`Hook`]s. What it is not: a model of
//! Kubernetes objects; a manifest stays the text its author wrote, with only its head read.
//!
//! ```
//! use std::collections::BTreeMap;
//! let files = BTreeMap::from([(
//!     "web/templates/all.yaml".to_owned(),
//!     "kind: Service\n---\nkind: Namespace\n".into(),
//! )]);
//! let sorted = pintle_manifest::classify(&files).unwrap();
//! assert_eq!(sorted.manifests[0].head.kind, "Namespace");
//! ```
//!
//! - `split`: one rendered file into documents
//! - `head`: kind, name and annotations of a document
//! - `hook`: what makes a document a hook, and when it runs
//! - `kinds`: the order in which kinds are installed and uninstalled
//! - `text`: [`Text`], a document as a piece of its file
//! - `classify`: rendered files into manifests and hooks

mod classify;
mod head;
mod hook;
mod kinds;
mod split;
mod text;

pub use classify::{
    Classified, Error, FileRead, Manifest, SkippedHook, classify, classify_with, read_file,
};
pub use head::{Head, essentials};
pub use hook::{DeletePolicy, Hook, HookEvent, OutputLogPolicy};
pub use kinds::{install_rank, uninstall_rank};
pub use split::split;
pub use text::Text;
