//! What is asked for, and within which limits.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use crate::{Hosts, Retry};

/// One request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The URL: `http` or `https`. A user name and password in it are sent to its server alone.
    pub url: String,
    /// `GET` unless said otherwise.
    pub method: Method,
    /// The `Accept` header.
    pub accept: Option<String>,
    /// More headers. They go to every server that a redirect leads to, but for those that
    /// are known to hold secrets.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Body,
    /// The only servers that may be asked, redirects included.
    pub hosts: Option<Hosts>,
    /// Whether the body may be sent compressed, which suits texts that are fetched into memory.
    pub takes_gzip: bool,
    /// What we have already: the server may answer that it is unchanged.
    pub known: Option<Validators>,
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// The whole `Authorization` header, which wins over [`Request::credentials`]. Only the
    /// server of [`Request::url`] gets it.
    pub authorization: Option<Secret>,
    /// Which certificates are trusted and shown. Ours is shown to the server of
    /// [`Request::url`] alone.
    pub tls: Tls,
    /// When to give up.
    pub limits: Limits,
    /// When to ask again.
    pub retry: Retry,
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

/// What a request sends.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// These bytes. They are shared, since a request may have to be sent again.
    Bytes(Arc<Vec<u8>>),
    /// A file, read when the request is sent.
    File(PathBuf),
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Arc::new(bytes))
    }
}

/// What is sent may be secret and is often large: only how much it is shows.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

/// Which version of a document is known, in the server's own words of another time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to compare with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// A text that never shows in logs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
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
    /// `--pass-credentials`: the server that is asked gets them, whichever it is. A server that
    /// it leads to by a redirect does not.
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

impl Tls {
    /// The same without our own certificate.
    pub(crate) fn anonymous(&self) -> Self {
        Self {
            cert_file: None,
            key_file: None,
            ..self.clone()
        }
    }
}

/// When a request is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a body.
    pub bytes: u64,
    /// How long everything may take, redirects, repetitions and the body included.
    pub time: Duration,
    /// How long the server may stay silent once its answer has begun.
    pub silence: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for Limits {
    /// HELM: 120 seconds and ten requests in a row. The size is ours: Helm has no limit.
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            time: Duration::from_mins(2),
            silence: Duration::from_mins(2),
            redirects: 9,
        }
    }
}
