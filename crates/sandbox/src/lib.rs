//! A Kubernetes API server in one process: for trying charts without a cluster, and for tests.
//!
//! What it is: faithful where a package manager, `kubectl` and the author of a chart look;
//! `FIDELITY.md` says where it differs from a real one. What it is not: a cluster. No container
//! runs, everyone is admin.
//!
//! - `data`: what a real API server said of its own API
//! - `schema`: the types of kinds; `catalog`: the resources; `crd`: custom ones
//! - `status`: answers that say what went wrong; `object`: what every object has
//! - `clock`: the time, uids; `cron`: times that come again; `select`: selectors
//! - `store`: all objects, and what happened to them lately
//! - `decode`, `defaults`, `strategy`, `validate`: the way of an object into the store
//! - `patch`, `managed`: the ways to change one
//! - `request`: what is asked for; `api`: from there to an answer; `convert`: other versions
//! - `server`: the port; `faults`: requests that go wrong on purpose
//! - `controllers`: what makes workloads come alive
//! - `logs`: what containers would have said
//! - `table`: objects as `kubectl get` prints them
//! - `discovery`, `openapi`: what clients ask first

pub mod api;
pub mod catalog;
pub mod clock;
pub mod controllers;
pub mod convert;
pub mod crd;
pub mod cron;
pub mod data;
pub mod decode;
pub mod defaults;
pub mod discovery;
pub mod faults;
pub mod logs;
pub mod managed;
pub mod object;
pub mod openapi;
pub mod patch;
pub mod quantity;
pub mod request;
pub mod schema;
pub mod select;
pub mod server;
pub mod status;
pub mod store;
pub mod strategy;
pub mod table;
pub mod validate;

pub use server::{Options, Sandbox};
