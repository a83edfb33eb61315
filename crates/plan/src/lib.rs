//! The plan: what will change, as data.
//!
//! What it is: the objects of a release, who owns them, and the ordered steps that take a
//! cluster from one revision to another, each with its reason. A [`Plan`] can be printed, saved
//! and executed. What it is not: an executor; nothing here talks to a cluster, and the same
//! input gives the same plan.
//!
//! ```
//! use pintle_plan::{Options, ReleaseId, Plan};
//! let release = ReleaseId { name: "web".into(), namespace: "default".into(), revision: 1 };
//! let plan = Plan::install(release, Vec::new(), &[], &Options::default());
//! assert_eq!(plan.steps.len(), 2); // one record before, one after: there is nothing else to do
//! ```
//!
//! - [`Object`], [`ObjectKey`]: one object of a manifest
//! - [`parse_bodies`]: a manifest's text into the bodies of its objects
//! - `ownership`: the marks of the owning release
//! - [`Plan`], [`Step`], [`Action`], [`Reason`]: the plan itself
//! - `build`: how each operation is planned

mod build;
mod object;
mod ownership;
mod parse;
mod policy;
mod step;

pub use build::{Change, Options};
pub use object::{Object, ObjectKey};
pub use ownership::{Owner, OwnershipError};
pub use parse::{ParseError, parse_bodies};
pub use policy::{Sorted, sort_for_uninstall};
pub use step::{Action, Operation, Plan, Reason, RecordWrite, ReleaseId, Step};
