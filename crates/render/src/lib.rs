//! A chart and its values rendered to text.
//!
//! What it is: [`render`], from a chart, the coalesced values and a [`Context`] to the text of
//! every template, and the objects that templates see: `.Release`, `.Chart`, `.Values`,
//! `.Files`, `.Capabilities`, `.Template`, `.Subcharts`. What it is not: it merges no values
//! (see `pintle-values`), reads no YAML out of the result (see `pintle-manifest`) and does no
//! I/O; a cluster is seen through the trait [`Lookup`] alone.
//!
//! - `engine`: the templates of all charts in one set, executed one by one
//! - `scope`: what the templates of each chart see
//! - [`Dialect`]: Helm 4, or what Helm 2 told its templates
//! - [`Context`], [`Capabilities`]: what they are told of release and cluster
//! - `files`, `glob`: `.Files`
//! - `methods`: what `.Values` can do besides holding keys
//! - `functions`: `include`, `tpl`, `required`, `fail`, `lookup`
//! - `lint`: [`render_for_lint`], where charts that want values render without them
//! - [`trace`]: a render done again to be explained: who wrote which line, what failed where
//! - [`Error`]: Go's errors in Helm's words

mod capabilities;
mod context;
mod dialect;
mod engine;
mod error;
mod files;
mod functions;
mod glob;
mod lint;
mod methods;
mod scope;
mod text;
pub mod trace;

pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use context::{Context, Lookup, ReleaseFacts};
pub use dialect::Dialect;
pub use engine::{Rendered, render};
pub use error::{Error, Place};
pub use lint::render_for_lint;
