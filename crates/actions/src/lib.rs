//! The verbs: install, upgrade, rollback, uninstall, template and the questions about releases.
//!
//! What it is: the only place where chart, values, render, plan, cluster and storage meet. One
//! file a verb, each `verb(&Session, Options) -> Result<Outcome, Error>`; options are plain data.
//! What it is not: a command line. Nothing here prints or reads the environment; what happens on
//! the way is told through the trait [`Events`].
//!
//! - [`input`]: how a caller names a chart and values, and how they are read
//! - [`session`](Session): a cluster, a storage and a namespace to act on
//! - [`events`](Events): log lines and messages on the way
//! - [`template`](fn@template): render without a cluster
//! - [`install`](fn@install), [`upgrade`](fn@upgrade), [`rollback`](fn@rollback),
//!   [`uninstall`](fn@uninstall)
//! - [`list`](fn@list), [`status`](fn@status), [`history`](fn@history), [`get`](fn@get)

mod error;
mod events;
pub mod input;
mod install;
mod list;
mod options;
mod query;
mod rollback;
mod session;
mod template;
mod uninstall;
mod upgrade;

pub use error::{Class, Error};
pub use events::{Events, Level, Log, Silent};
pub use install::InstallOptions;
pub use list::{ListOptions, StatusFilter};
pub use options::{ApplyMode, Cascade, DryRun, ServerSide, WaitOptions, WaitStrategy};
pub use query::RevisionInput;
pub use rollback::RollbackOptions;
pub use session::Session;
pub use template::{TemplateOptions, TemplateOutcome, template};
pub use uninstall::{UninstallOptions, UninstallOutcome};
pub use upgrade::{Reuse, UpgradeOptions, UpgradeOutcome};

// The verbs to come, all on a `Session`:
//   async fn install(&Session, &InstallOptions) -> Result<Release, Error>
//   async fn upgrade(&Session, &UpgradeOptions) -> Result<UpgradeOutcome, Error>
//   async fn rollback(&Session, &RollbackOptions) -> Result<(), Error>
//   async fn uninstall(&Session, &UninstallOptions) -> Result<UninstallOutcome, Error>
//   async fn list(&Session, &ListOptions) -> Result<Vec<Release>, Error>
//   async fn status(&Session, &RevisionInput) -> Result<Release, Error>   (info.resources filled)
//   async fn history(&Session, name, max) -> Result<Vec<Release>, Error>
//   async fn get(&Session, &RevisionInput) -> Result<Release, Error>
//   fn computed_values(&Release) -> Result<Map, Error>
