//! A chart repository server, and its page for people.
//!
//! What it is: a folder of archives, served over HTTP: its index, made and kept fresh as archives
//! come and go, the archives, ChartMuseum's API to list, upload and delete, and pages to look at
//! in a browser. What comes in is not believed: not the requests, not what the charts say.
//! What it is not: a registry, or a place for several repositories.
//!
//! - `options`: [`Options`], what is served to whom
//! - `server`: [`Server`], the port and its connections; `connection`: one of them; `tls`
//! - `shelf`: the folder, and what is known of it
//! - `route`: what a path means; `handle`: from a request to an answer
//! - `answer`: answers, conditional and in part; `body`: what they are sent from
//! - `access`: who may do what
//! - `api`: what programs are told; `upload`: what they send; `multipart`: forms
//! - `page`: what people see

mod access;
mod answer;
mod api;
mod body;
mod clock;
mod connection;
mod error;
mod handle;
mod multipart;
mod options;
mod page;
mod range;
mod route;
mod server;
mod shelf;
mod stalled;
mod tls;
mod upload;

pub use access::{Access, Scope, Token};
pub use error::Error;
pub use multipart::{Part, boundary, parts};
pub use options::{Limits, Options, Overwrite, TlsFiles};
pub use range::{Range, range};
pub use server::Server;

/// For those who test what must hold for any input.
pub mod untrusted {
    pub use crate::access::credentials;
    pub use crate::page::markdown::render as markdown;
    pub use crate::route::{Route, route};
}
