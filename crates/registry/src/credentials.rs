//! Where users keep their credentials: Helm's file, then Docker's, and the helpers that either
//! names.
//!
//! - `file`: the file of Helm and Docker
//! - `helper`: programs that keep secrets

mod file;
mod helper;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

pub use file::ConfigFile;

use crate::Error;

/// Who we are for a registry.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// A token that stands for a password where tokens are given out.
    pub identity_token: String,
    /// A token for the registry itself.
    pub access_token: String,
}

impl Credential {
    /// A user name and password.
    pub fn basic(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            ..Self::default()
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Secrets stay out of logs.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Where credentials are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Helm's file, which is written too.
    pub helm: PathBuf,
    /// Docker's file, which is only read.
    pub docker: Option<PathBuf>,
    /// The variable `PATH`, for the helper of the platform.
    pub path: Option<OsString>,
}

/// A credential, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The credential.
    pub credential: Credential,
    /// The file or helper, for people.
    pub source: String,
}

/// Reads and writes credentials.
#[derive(Debug, Clone)]
pub struct Store {
    places: Places,
}

impl Store {
    /// A store; nothing is read yet.
    pub fn new(places: Places) -> Self {
        Self { places }
    }

    /// The credential for a server, by Helm's file, else Docker's.
    ///
    /// # Errors
    /// Files and helpers that cannot be understood.
    pub fn get(&self, server: &str) -> Result<Option<Found>, Error> {
        let files = [Some(&self.places.helm), self.places.docker.as_ref()];
        for path in files.into_iter().flatten() {
            let file = ConfigFile::load(path)?;
            let (credential, source) = match self.helper(&file, server) {
                Some(helper) => (helper.get(server)?, helper.name()),
                None => (file.get(server)?, path.display().to_string()),
            };
            if !credential.is_empty() {
                return Ok(Some(Found { credential, source }));
            }
        }
        Ok(None)
    }

    /// Keeps a credential in Helm's file, or in the helper that it names.
    ///
    /// # Errors
    /// Files and helpers that cannot be used.
    pub fn put(&self, server: &str, credential: &Credential) -> Result<(), Error> {
        let mut file = ConfigFile::load(&self.places.helm)?;
        let Some(helper) = self.helper(&file, server) else {
            return file.put(server, credential);
        };
        helper.put(server, credential)?;
        // The helper of the platform was a guess: it is known from now on.
        if file.helper(server).is_none() {
            file.set_helper(helper.suffix())?;
        }
        Ok(())
    }

    /// Forgets a credential.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn delete(&self, server: &str) -> Result<(), Error> {
        let mut file = ConfigFile::load(&self.places.helm)?;
        match self.helper(&file, server) {
            Some(helper) => helper.delete(server),
            None => file.delete(server),
        }
    }

    /// The helper that a file names for a server; that of the platform, if it is there, when
    /// the file knows nothing at all.
    fn helper(&self, file: &ConfigFile, server: &str) -> Option<helper::Helper> {
        let search = self.places.path.as_deref();
        match file.helper(server) {
            Some(suffix) => Some(suffix.to_owned()),
            None if file.is_empty() => helper::of_platform(search),
            None => None,
        }
        .map(|suffix| helper::Helper::new(&suffix, search))
    }
}

/// The name under which credentials for a registry are kept.
pub(crate) fn address(registry: &str) -> &str {
    match registry {
        "docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        other => other,
    }
}
