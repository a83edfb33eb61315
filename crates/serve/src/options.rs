//! What is served, and to whom.

use std::path::PathBuf;
use std::time::Duration;

use crate::Access;

/// What is served, and to whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with the archives.
    pub folder: PathBuf,
    /// What the addresses in the index start with; empty for addresses seen from the index.
    pub url: String,
    /// Who may do what.
    pub access: Access,
    /// Whether there is an API at all.
    pub has_api: bool,
    /// Whether nothing may be changed.
    pub is_read_only: bool,
    /// Whether archives may be replaced.
    pub overwrite: Overwrite,
    /// How much of everything.
    pub limits: Limits,
    /// The certificate and key for HTTPS.
    pub tls: Option<TlsFiles>,
    /// What is said of the program's version.
    pub version: String,
    /// Whether each request is told of.
    pub is_talkative: bool,
}

/// Whether an upload may replace what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwrite {
    /// When it says so itself, by `?force`.
    #[default]
    Forced,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Files for HTTPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// How much clients get of everything.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of an upload.
    pub upload: usize,
    /// Connections at a time; more have to wait.
    pub connections: usize,
    /// How long the head of a request may take, and how long a connection may idle.
    pub head: Duration,
    /// How long an upload, or an answer, may make no progress.
    pub stall: Duration,
    /// How long requests may take when the server ends.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload: 20 << 20,
            connections: 1024,
            head: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            farewell: Duration::from_secs(5),
        }
    }
}
