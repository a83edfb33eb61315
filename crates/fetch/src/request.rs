//! What is asked for, and within which limits.

use std::path::PathBuf;
use std::time::Duration;

/// One download.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The URL: `http` or `https`. A user name and password in it are sent to its server alone.
    pub url: String,
    /// The `Accept` header.
    pub accept: Option<String>,
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// Which certificates are trusted and shown.
    pub tls: Tls,
    /// When to give up.
    pub limits: Limits,
}

impl Request {
    /// A plain request for a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }
}

/// A user name and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The URL that they are for (a repository's): only its scheme, host and port get them.
    pub site: String,
    /// `--pass-credentials`: every server gets them.
    pub everywhere: bool,
}

/// The password stays out of logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("site", &self.site)
            .field("everywhere", &self.everywhere)
            .finish_non_exhaustive()
    }
}

/// Certificates, as Helm's flags name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// `--ca-file`: trusted instead of the system's certificates.
    pub ca_file: Option<PathBuf>,
    /// `--cert-file`: our own certificate.
    pub cert_file: Option<PathBuf>,
    /// `--key-file`: its key.
    pub key_file: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`
    pub insecure: bool,
}

/// When a download is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a body.
    pub bytes: u64,
    /// How long everything may take, redirects included.
    pub time: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for Limits {
    /// HELM: 120 seconds and ten requests in a row. The size is ours: Helm has no limit.
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            time: Duration::from_mins(2),
            redirects: 9,
        }
    }
}
