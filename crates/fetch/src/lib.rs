//! Requests over HTTP and HTTPS, downloads above all.
//!
//! What it is: a request with everything that a careful program needs around it: limits of
//! size, time and redirects, credentials and certificates that stay with their server, proxies
//! as Go's programs find them, certificates of the user's choice, answers that say only whether
//! something has changed, and failures in the words of Go's HTTP library, which are those of
//! Helm. What it is not: a knowledge of repositories or registries, a cache, or a reader of the
//! environment (proxies come in as arguments).
//!
//! ```no_run
//! use pintle_fetch::{Client, Request};
//! let client = Client::new("example/1.0");
//! let values = client.get_blocking(&Request::new("https://example.com/values.yaml"))?;
//! println!("{} bytes", values.body.len());
//! # Ok::<(), pintle_fetch::Error>(())
//! ```
//!
//! - `client`: [`Client`], documents in memory; [`blocking`]
//! - `session`: [`Session`], requests of any method over the same connections, redirects
//! - `request`: [`Request`], [`Body`], [`Credentials`], [`Tls`], [`Limits`], [`Validators`]
//! - `retry`: [`Retry`], when to ask again
//! - `answer`: [`Answer`], read as it comes
//! - `meter`: [`Meter`], how much is on its way
//! - `address`: URLs, and who may learn a secret
//! - `hosts`: [`Hosts`], whom a request may ask
//! - `getter`: [`Getter`], other ways to fetch than HTTP
//! - `error`: [`Error`]; [`reason`]: why no answer came
//! - `proxy`: [`ProxyVariables`]

mod address;
mod answer;
mod client;
mod error;
mod getter;
mod hosts;
mod meter;
mod own;
mod proxy;
pub mod reason;
mod request;
mod retry;
mod session;
mod tls;

pub use answer::Answer;
pub use client::{Client, Response, blocking};
pub use error::Error;
pub use getter::{Getter, Getters};
pub use hosts::Hosts;
pub use http::Method;
pub use meter::{Meter, Traffic};
pub use proxy::ProxyVariables;
pub use request::{Body, Credentials, Limits, Request, Secret, Tls, Validators};
pub use reqwest::Url;
pub use retry::Retry;
pub use session::Session;
