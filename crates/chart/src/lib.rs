//! The chart tree: metadata, files, readers, and the writer of archives.
//!
//! What it is: a chart as a value ([`Chart`]: `Chart.yaml`, templates, default values, other
//! files, subcharts) and the readers that make one from an archive, from files in memory, or
//! from a folder. What strangers write is read here, so everything has a limit.
//! What it is not: it does not merge values, enable dependencies or render (see the `values`
//! and `render` crates), and it never prints: what Helm logs comes back as [`Warning`]s.
//!
//! ```
//! use pintle_chart::{File, load_files};
//! let (chart, warnings) = load_files(vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
//!     File::new("templates/a.yaml", "kind: ConfigMap\n"),
//! ])?;
//! assert_eq!(chart.name(), "web");
//! assert_eq!(chart.templates[0].name, "templates/a.yaml");
//! assert!(warnings.is_empty());
//! # Ok::<(), pintle_chart::Error>(())
//! ```
//!
//! - `chart`: [`Chart`] and [`File`]; `data`: [`Data`], the bytes of a file
//! - [`chartfile`]: a `Chart.yaml` by itself, for those who judge it
//! - `metadata`: [`Metadata`], [`Dependency`], [`Lock`]
//! - `load`: files to a chart
//! - `archive`: archives to files
//! - `write`: a chart to an archive
//! - [`disk`]: folders to files
//! - `glance`: [`Glance`], for whom only `Chart.yaml` matters
//! - [`processors`]: work on many charts at once
//! - [`values_file`]: a values file with several documents, and where its values stand
//! - [`ignore`]: the rules of a `.helmignore`
//! - `validate`: what Helm demands of `Chart.yaml`
//! - [`time`]: times as Go reads and writes them
//! - `decode`: typed fields from YAML values, with Go's error texts

mod archive;
mod chart;
pub mod chartfile;
mod data;
mod decode;
pub mod disk;
mod error;
mod glance;
pub mod ignore;
mod json;
mod load;
mod metadata;
pub mod processors;
mod scalar;
mod sniff;
pub mod time;
mod validate;
pub mod values_file;
mod warning;
mod write;

pub use archive::{
    Entry, Limits, each_entry, load_archive, load_archive_as_is, load_archive_with, read_archive,
};
pub use chart::{Chart, Crd, File};
pub use data::{Data, Place};
pub use error::{Error, ErrorPlace};
pub use glance::Glance;
pub use load::{
    Want, Watch, in_its_chart, is_values_file, load_files, load_files_as_is, load_folder_files,
};
pub use metadata::{ApiVersion, Dependency, Lock, Maintainer, Metadata};
pub use scalar::scalar_text;
pub use sniff::content_type;
pub use warning::{Level, Warning};
pub use write::write_archive;
