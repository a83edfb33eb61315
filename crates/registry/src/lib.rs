//! Charts in OCI registries, as Helm keeps them.
//!
//! What it is: references (`oci://host/path/name:tag`, `+` in a version is `_` in a tag), the
//! list of versions, pull and push of charts and their signatures, the user's credentials in
//! Helm's and Docker's files and in credential helpers, and the two ways in which registries
//! ask for them. What it is not: it verifies no signature, prints nothing, reads no environment
//! (all that comes in as arguments), and opens no chart but to describe one that is pushed.
//!
//! Nothing that a registry says is believed: sizes and digests are checked as the bytes come,
//! documents have a limit, and credentials go to the registry they are for.
//!
//! ```no_run
//! use pintle_registry::{Client, Options, Wanted};
//! let client = Client::new(pintle_fetch::Client::new("example/1.0"), Options::default());
//! let pulled = pintle_fetch::blocking(async || {
//!     let found = client.locate("oci://registry.example/charts/web", "^1.2").await?;
//!     client.pull(&found.reference, Wanted::Chart).await
//! })?;
//! println!("{} bytes", pulled.chart.len());
//! # Ok::<(), pintle_registry::Error>(())
//! ```
//!
//! - `reference`: [`Reference`]; `digest`: [`Digest`]
//! - `client`: [`Client`], [`Options`], requests and what registries say of failures
//! - `locate`: [`Located`], from a reference and a range of versions to one chart
//! - `tags`: the list of versions
//! - `pull`: [`Pulled`]; `push`: [`Pushed`], [`Chart`]; `annotations`: what a push says
//! - `manifest`: [`Manifest`], [`Descriptor`]
//! - `plugin`: [`PulledPlugin`], plugins rather than charts
//! - `login`: trying and keeping credentials
//! - `auth`: answers to a registry that asks who we are; `challenge`: how it asks
//! - [`credentials`]: where they are kept
//! - [`Error`]: that of every request

mod annotations;
mod auth;
mod challenge;
mod client;
pub mod credentials;
mod digest;
mod locate;
mod login;
mod manifest;
mod plugin;
mod pull;
mod push;
mod reference;
mod tags;

pub use challenge::Challenge;
pub use client::{Client, Listener, Options};
pub use credentials::{Credential, Places, Store};
pub use digest::Digest;
pub use locate::Located;
pub use login::{from_flags, logout};
pub use manifest::{Descriptor, Manifest, media};
pub use pintle_fetch::Error;
pub use plugin::PulledPlugin;
pub use pull::{Pulled, Wanted, no_signature};
pub use push::{Chart, Pushed};
pub use reference::Reference;

/// What references to registries begin with.
pub const SCHEME: &str = "oci://";

/// Whether a chart is named in a registry.
pub fn is_oci(reference: &str) -> bool {
    reference.starts_with(SCHEME)
}
