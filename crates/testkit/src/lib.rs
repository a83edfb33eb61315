//! Test support: what the integration tests of every crate share.
//!
//! What it is: a hermetic way to run a program and to hold its whole answer in a
//! file, and one place that knows where the real peers are. What it is not: a
//! library of fakes; tests talk to real servers over HTTP.
//!
//! ```no_run
//! let home = pintle_testkit::Home::new();
//! home.write("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
//! let done = home.command("/path/to/pintle").args(["template", "chart"]).run();
//! assert_eq!(done.code, Some(0), "{done}");
//! ```
//!
//! - [`command`](Command): a program run with a cleared environment and its own home
//! - [`snapshot`]: exit code, stdout and stderr of whole commands kept in one file
//! - [`background`]: programs that run beside a test; [`http`]: requests to them
//! - [`browser`]: a real browser
//! - [`oracle`]: where the real Helm and kubectl are
//! - [`unread`]: whether values that are said to be unread are so
//! - [`web`]: servers on this machine, under whatever names
//! - [`registry`]: an OCI registry in memory
//! - [`server`]: real servers on this machine
//! - [`skip`]: a test that cannot run here says so where the build can count it

pub mod background;
pub mod browser;
mod command;
mod home;
pub mod http;
pub mod oracle;
pub mod registry;
pub mod server;
mod skip;
pub mod snapshot;
pub mod unread;
pub mod web;

pub use command::{Command, Finished};
pub use home::Home;
pub use skip::skip;

use std::path::PathBuf;

/// The program under test: `built` unless the variable `PINTLE_BIN` names another one
/// (a release build, say). See [`pintle!`].
pub fn program(built: &str) -> PathBuf {
    std::env::var_os("PINTLE_BIN").map_or_else(|| PathBuf::from(built), PathBuf::from)
}

/// The path of the `pintle` program that cargo built for this integration test.
#[macro_export]
macro_rules! pintle {
    () => {
        $crate::program(env!("CARGO_BIN_EXE_pintle"))
    };
}
