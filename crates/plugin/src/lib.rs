//! Helm's plugins.
//!
//! What it is: the folders of plugins, their `plugin.yaml` in both forms (legacy and `v1`), and
//! the running of those whose runtime is a program of the machine (`subprocess`). Post-renderers
//! are the kind that is used so far. What it is not: the installation of plugins, or the
//! WebAssembly runtime (`extism/v1`), whose plugins are named as such and not run.
//!
//! - `metadata`: [`Metadata`], what a `plugin.yaml` says
//! - `discover`: [`find`], which plugins there are
//! - `command`: which command of a plugin is for this machine, with its variables
//! - `post_renderer`: [`PostRenderer`]

mod command;
mod discover;
mod error;
mod metadata;
mod post_renderer;

pub use command::PlatformCommand;
pub use discover::{Found, Plugin, Skipped, find};
pub use error::Error;
pub use metadata::{Metadata, Runtime};
pub use post_renderer::PostRenderer;

/// The type of plugins that change what was rendered.
pub const POST_RENDERER: &str = "postrenderer/v1";
