//! Chart repositories.
//!
//! What it is: the list of a user's repositories and what is kept of each, in Helm's files and
//! forms: `repositories.yaml`, indexes, downloaded archives. What strangers write is read within
//! limits, and read once: what was understood of an index is kept beside it.
//! What it is not: registries, charts as such, or words for people.
//!
//! - `entry`: [`Entry`], one version of a chart
//! - [`index`]: the file `index.yaml`
//! - [`catalog`]: what was understood of an index, kept beside it; [`search`]: words in it
//! - [`hub`]: hubs that know many repositories
//! - [`repositories`]: the file `repositories.yaml`
//! - [`cache`]: names of cached files, writing them
//! - [`content`]: downloaded archives
//! - [`download`]: indexes from servers
//! - `seen`: which version of an index is at hand
//! - [`url`]: URLs as Helm puts them together
//! - [`whole_file`]: files that are there whole or not at all
//! - `decode`: typed fields, with the texts of Go's JSON reader

pub mod cache;
pub mod catalog;
pub mod content;
mod decode;
pub mod download;
mod entry;
mod error;
pub mod hub;
pub mod index;
pub mod repositories;
pub mod search;
mod seen;
pub mod url;
pub mod whole_file;

pub use catalog::Catalog;
pub use entry::Entry;
pub use error::Error;
pub use index::Index;
pub use repositories::{Repositories, Repository};
