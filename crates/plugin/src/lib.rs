//! Helm's plugins.
//!
//! What it is: the folders of plugins, their `plugin.yaml` in both forms (legacy and `v1`), and
//! the running of plugins of every kind: commands, getters, post-renderers, hooks. What it is
//! not: a knowledge of servers that plugins come from, or of what the results are for.
//!
//! - `metadata`: [`Metadata`], what a `plugin.yaml` says; `legacy`, `v1`: its two forms
//! - `decode`: typed fields from YAML, with the error texts of Helm's library
//! - `discover`: [`find`], [`find_all`], [`load`]: which plugins there are
//! - `command`: which command of a plugin is for this machine, with its variables
//! - `completion`: [`Completion`], what may come behind a plugin's name
//! - `run`: [`Prepared`], programs of plugins
//! - `getter`: [`GetterInput`], plugins that fetch URLs
//! - `wasm` (a feature): plugins that are WebAssembly
//! - `post_renderer`: [`PostRenderer`]
//! - [`archive`]: plugins to archives and back
//! - `signed`: [`signed_text`], what a signature says of a plugin

pub mod archive;
mod command;
mod completion;
mod decode;
mod discover;
mod error;
mod getter;
mod legacy;
mod metadata;
mod post_renderer;
mod run;
mod signed;
mod v1;
#[cfg(feature = "wasm")]
mod wasm;

pub use command::PlatformCommand;
pub use completion::{Completion, read_completion};
pub use discover::{Found, FoundOne, Plugin, Skipped, find, find_all, load};
pub use error::Error;
pub use getter::GetterInput;
pub use metadata::{
    Cli, Config, Extism, Metadata, ProtocolCommand, Runtime, Subprocess, read_metadata,
};
pub use post_renderer::PostRenderer;
pub use run::{Prepared, Variables};
pub use signed::signed_text;

/// The type of plugins that are commands.
pub const CLI: &str = "cli/v1";
/// The type of plugins that fetch URLs.
pub const GETTER: &str = "getter/v1";
/// The type of plugins that change what was rendered.
pub const POST_RENDERER: &str = "postrenderer/v1";
