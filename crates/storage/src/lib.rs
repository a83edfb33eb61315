//! Where release records are kept.
//!
//! What it is: the drivers (Secrets, ConfigMaps, memory) that hold one object a revision, in
//! exactly the form Helm keeps them, and [`Storage`], which answers what actions ask: the newest
//! revision, the deployed one, the history. It asks the cluster for as little as it can and
//! unpacks a record only when it is looked at. What it is not: a judge of what may happen to a
//! release.
//!
//! ```
//! # use pintle_release::{Release, Status};
//! # use pintle_storage::{MemoryDriver, Storage};
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! let storage = Storage::new(MemoryDriver::new("default"));
//! let mut release = Release::new("web", "default", 1);
//! release.info.status = Status::Deployed;
//! storage.create(&release, 1_795_257_715).await.unwrap();
//! assert_eq!(storage.deployed("web").await.unwrap(), release);
//! # });
//! ```
//!
//! - [`Storage`]: what actions use; `history`: trimming
//! - [`Driver`], [`Record`], [`Query`]: what a driver is
//! - `secret`, `config_map`, `memory`: the drivers; `objects`: what the first two share
//! - `labels`: the labels of a stored record; [`Selector`]: `list -l`

mod config_map;
mod driver;
mod error;
mod history;
mod labels;
mod memory;
mod objects;
mod secret;
mod selector;
mod storage;

pub use config_map::ConfigMapDriver;
pub use driver::{Driver, Query, Record};
pub use error::Error;
pub use labels::{SYSTEM_LABELS, record_key};
pub use memory::MemoryDriver;
pub use secret::SecretDriver;
pub use selector::{Selector, SelectorError};
pub use storage::Storage;
