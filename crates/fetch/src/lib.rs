//! Downloads over HTTP and HTTPS.
//!
//! What it is: one GET with everything that a careful program needs around it: limits of size,
//! time and redirects, credentials that stay with their server, proxies as Go's programs find
//! them, certificates of the user's choice, and failures in the words of Go's HTTP library,
//! which are those of Helm. What it is not: a knowledge of repositories or registries, a cache,
//! or a reader of the environment (proxies come in as arguments).
//!
//! ```no_run
//! use pintle_fetch::{Client, Request};
//! let client = Client::new("example/1.0");
//! let values = client.get_blocking(&Request::new("https://example.com/values.yaml"))?;
//! println!("{} bytes", values.body.len());
//! # Ok::<(), pintle_fetch::Error>(())
//! ```
//!
//! - `client`: [`Client`], redirects
//! - `request`: [`Request`], [`Credentials`], [`Tls`], [`Limits`]
//! - `error`: [`Error`]; [`reason`]: why no answer came
//! - `proxy`: [`ProxyVariables`]

mod client;
mod error;
mod proxy;
pub mod reason;
mod request;
mod tls;

pub use client::{Client, Response};
pub use error::Error;
pub use proxy::ProxyVariables;
pub use request::{Credentials, Limits, Request, Tls};
