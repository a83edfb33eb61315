//! The Kubernetes client: discovery, apply, delete, wait.
//!
//! What it is: everything that is said to an API server, in the way Helm says it (the same
//! requests, the same texts when they fail), and the pure rules that go with it: three-way
//! patches, when an object is ready, how tables are laid out. What it is not: the order in which
//! things are done (that is the plan), or where releases are kept (storage).
//!
//! ```no_run
//! # async fn example() -> Result<(), pintle_cluster::Error> {
//! use pintle_cluster::{Cluster, ConnectOptions};
//! let cluster = Cluster::new(ConnectOptions::default());
//! cluster.check_reachable().await?;
//! let body = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
//! let resources = cluster.resolve(vec![body], "default").await?;
//! cluster.apply(&resources[0], &Default::default()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`config`]: how to reach a cluster; the namespace of a kubeconfig without any request
//! - `client`: [`Cluster`], one HTTP client; requests, retries, warnings
//! - [`error`]: [`Error`], in the words of Helm and client-go; `transport`: why no answer came
//! - [`discovery`]: what the server serves: its version, kinds, Helm's capabilities
//! - [`objects`]: references and objects; `build`: bodies to objects the server knows
//! - `write`: create, apply, update, replace, delete
//! - [`three_way`]: client-side patches; `strategic`, `schema`: the merge rules of built-in kinds
//! - [`migrate`]: field ownership from client-side to server-side
//! - [`ready`]: when an object is ready, one rule a kind; [`wait`]: until it is, or is gone
//! - [`logs`], [`table`], [`related`]: logs of pods, tables for people, pods of workloads
//! - [`lookup`]: the `lookup` of templates

mod build;
mod client;
pub mod config;
pub mod discovery;
pub mod error;
mod kubeconfig;
mod limit;
mod lists;
pub mod logs;
pub mod lookup;
mod metadata;
pub mod migrate;
pub mod objects;
mod pretended;
pub mod ready;
pub mod related;
mod schema;
mod strategic;
pub mod table;
pub mod three_way;
mod transport;
pub mod wait;
mod write;

pub use client::Cluster;
pub use config::{ConnectOptions, default_namespace};
pub use discovery::{Discovery, ServerVersion};
pub use error::{Error, ErrorKind};
pub use lists::{ListOptions, Page};
pub use objects::{GroupVersionKind, ObjectReference, Resource, ResourceKind};
pub use write::{ClientSideUpdate, FIELD_MANAGER, Propagation, Updated, WriteOptions};
