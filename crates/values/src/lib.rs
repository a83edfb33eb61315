//! Chart values: merge, set grammar, conditions, imports, origins.
//!
//! What it is: everything between what the user typed and the `.Values` of a template:
//! reading `-f` and `--set`, laying them over the defaults of the charts, and deciding which
//! subcharts take part. Pure: files come in as bytes, log lines go out as
//! [`Warning`](pintle_chart::Warning)s.
//! What it is not: it does not validate against `values.schema.json` and does not render.
//!
//! ```
//! use pintle_chart::{File, load_files};
//! use pintle_values::{coalesce, dependencies, options::UserValues};
//! let (mut chart, _) = load_files(vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
//!     File::new("values.yaml", "port: 80\nhost: example.org\n"),
//! ])?;
//! let mut user = UserValues::default();
//! user.set.push("port=8080".into());
//! let given = user.merge()?;
//! let warnings = dependencies::process(&mut chart, &given)?;
//! let (values, more) = coalesce::coalesce_values(&chart, &given)?;
//! assert_eq!(values.get("port").unwrap().as_int(), Some(8080));
//! assert!(warnings.is_empty() && more.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`options`]: what the user gave, and its merge in Helm's order
//! - [`set`]: the grammar of `--set` and its relatives
//! - [`coalesce`]: user values over chart defaults, globals, nulls
//! - [`dependencies`]: aliases, conditions, tags, `import-values`
//! - [`reuse`]: values of the last release, on upgrade
//! - [`table`]: looking up paths such as `a.b.c`
//! - [`origin`]: who set a value, and where

pub mod coalesce;
pub mod dependencies;
mod import;
pub mod options;
pub mod origin;
pub mod reuse;
pub mod set;
pub mod table;

pub use pintle_chart::Error;
pub use pintle_chart::values_file::merge_maps;
