//! A chart and its values rendered to text.
//!
//! What it is: [`render`], from a chart, the coalesced values and a [`Context`] to the text of
//! every template, and the objects that templates see: `.Release`, `.Chart`, `.Values`,
//! `.Files`, `.Capabilities`, `.Template`, `.Subcharts`. What it is not: it merges no values
//! (see `pintle-values`), reads no YAML out of the result (see `pintle-manifest`) and does no
//! I/O; a cluster is seen through the trait [`Lookup`] alone.
//!
//! ```
//! use pintle_chart::{File, load_files};
//! use pintle_render::{Context, ReleaseFacts, render};
//! use pintle_sprig::Env;
//! use pintle_values::coalesce::coalesce_values;
//! let (chart, _) = load_files(vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
//!     File::new("values.yaml", "port: 80\n"),
//!     File::new("templates/a.yaml", "{{ .Release.Name }}: {{ .Values.port }}\n"),
//! ])?;
//! let (values, _) = coalesce_values(&chart, &Default::default())?;
//! let context = Context::offline(ReleaseFacts::install("demo", "default"), Env::system());
//! let rendered = render(&chart, &values, &context)?;
//! assert_eq!(&*rendered.files["web/templates/a.yaml"], "demo: 80\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The program `examples/render_chart.rs` does the same with subcharts and values of the user.
//!
//! - `engine`: the templates of all charts in one set, executed one by one
//! - [`Ahead`]: templates and values parsed while their chart is still being read;
//!   [`beside`]: how a second thread does part of the work
//! - `scope`: what the templates of each chart see
//! - [`Dialect`]: Helm 4, or what Helm 2 told its templates
//! - [`Context`], [`Capabilities`]: what they are told of release and cluster
//! - `files`, `glob`: `.Files`
//! - `methods`: what `.Values` can do besides holding keys
//! - `functions`: `include`, `tpl`, `required`, `fail`, `lookup`
//! - `lint`: [`render_for_lint`], where charts that want values render without them
//! - [`Reads`]: which values the templates of a chart can read
//! - [`trace`]: a render done again to be explained: who wrote which line, what failed where
//! - [`Error`]: Go's errors in Helm's words

mod ahead;
pub mod beside;
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
mod reads;
mod scope;
mod text;
pub mod trace;

pub use ahead::Ahead;
pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use context::{Context, Lookup, ReleaseFacts};
pub use dialect::Dialect;
pub use engine::{FileTold, Helpers, Rendered, render, render_helped};
pub use error::{Error, Place};
pub use lint::render_for_lint;
pub use reads::Reads;
