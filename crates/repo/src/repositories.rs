//! `repositories.yaml`: the user's list of repositories.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use pintle_chart::time;
use pintle_go_value::{Value, json};
use pintle_go_yaml::Options;
use pintle_release::to_go_json;
use serde::Serialize;

use crate::cache;
use crate::decode::{self, Path as At, Rules, folded};
use crate::{Error, url};

/// One repository of the list.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// The user name for its server.
    pub username: String,
    /// The password for its server.
    pub password: String,
    /// Our certificate.
    #[serde(rename = "certFile")]
    pub cert_file: String,
    /// Its key.
    #[serde(rename = "keyFile")]
    pub key_file: String,
    /// Who vouches for the server.
    #[serde(rename = "caFile")]
    pub ca_file: String,
    /// Whether any certificate of the server is taken.
    pub insecure_skip_tls_verify: bool,
    /// Whether other servers get the password too.
    pub pass_credentials_all: bool,
}

/// The password stays out of logs.
impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("name", &self.name)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The list, with what else the file says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repositories {
    api_version: String,
    generated: String,
    #[serde(rename = "repositories")]
    list: Option<Vec<Repository>>,
}

impl Default for Repositories {
    fn default() -> Self {
        Self {
            api_version: String::new(),
            generated: time::ZERO.to_owned(),
            list: None,
        }
    }
}

impl Repositories {
    /// Reads a list. HELM: unknown fields are passed over, and lost when the list is written.
    ///
    /// # Errors
    /// Text that is no YAML, or fields of another type.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let options = Options {
            integers: true,
            ..Options::default()
        };
        let (value, _) = pintle_go_yaml::parse_with(text, &options)
            .map_err(|error| Error::new(error.shown()))?;
        Self::from_value(&value).map_err(|mismatch| {
            Error::new(format!(
                "error unmarshaling JSON: while decoding JSON: {mismatch}"
            ))
        })
    }

    /// Reads the list of a file.
    ///
    /// # Errors
    /// A file that cannot be read, or as [`Repositories::parse`].
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = fs::read(path).map_err(|error| {
            let shown = path.display();
            Error::file("open", path, &error)
                .context(&format!("couldn't load repositories file ({shown})"))
        })?;
        Self::parse(&text)
    }

    fn from_value(value: &Value) -> Result<Self, String> {
        let rules = Rules {
            strict: false,
            converts: true,
        };
        let mut read = Self::default();
        let top = At::Top("repo.File", "");
        let map = decode::record(value, &top, "repo.File")?.unwrap_or_default();
        for (key, value) in map.entries() {
            let key = key.to_text();
            let at = At::Key(&top, &key);
            match &*folded(&key) {
                "apiversion" => decode::string(&mut read.api_version, &value, &at, rules)?,
                "generated" => decode::time(&mut read.generated, &value, &at)?,
                "repositories" => {
                    let list = decode::list(&value, &at, "[]*repo.Entry", |item, at| {
                        repository(item, at, rules)
                    })?;
                    // HELM: it crashes where there is a null one.
                    read.list = list.map(|list| list.into_iter().flatten().collect());
                }
                _ => {}
            }
        }
        Ok(read)
    }

    /// The text of the file, as Helm writes it.
    ///
    /// # Errors
    /// What has no form in JSON.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        let text = to_go_json(self).map_err(|error| Error::new(error.to_string()))?;
        let value = json::decode(text.as_bytes()).map_err(|error| Error::new(error.0))?;
        pintle_go_yaml::emit(&value).map_err(|error| Error::new(error.shown()))
    }

    /// Writes the file, for its owner alone.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        // A link is followed: what it leads to is written anew.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        // HELM: a file that is there keeps its mode.
        let mode = cache::mode_of(&target).unwrap_or(0o600);
        cache::write(&target, &self.to_yaml()?, mode)
    }

    /// The repositories, in the order of the file.
    pub fn all(&self) -> &[Repository] {
        self.list.as_deref().unwrap_or_default()
    }

    /// The repository of this name.
    pub fn get(&self, name: &str) -> Option<&Repository> {
        self.all().iter().find(|one| one.name == name)
    }

    /// Puts a repository in, in the place of the one with its name if there is one.
    pub fn put(&mut self, repository: Repository) {
        let all = self.list.get_or_insert_default();
        match all.iter_mut().find(|one| one.name == repository.name) {
            Some(one) => *one = repository,
            None => all.push(repository),
        }
    }

    /// Takes all repositories of this name out, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let all = self.list.get_or_insert_default();
        let before = all.len();
        all.retain(|one| one.name != name);
        all.len() < before
    }
}

fn repository(value: &Value, at: &At<'_>, rules: Rules) -> Result<Option<Repository>, String> {
    let Some(map) = decode::record(value, at, "repo.Entry")? else {
        return Ok(None);
    };
    let mut read = Repository::default();
    for (key, value) in map.entries() {
        let key = key.to_text();
        let at = At::Key(at, &key);
        let into = match &*folded(&key) {
            "name" => &mut read.name,
            "url" => &mut read.url,
            "username" => &mut read.username,
            "password" => &mut read.password,
            "certfile" => &mut read.cert_file,
            "keyfile" => &mut read.key_file,
            "cafile" => &mut read.ca_file,
            "insecure_skip_tls_verify" => {
                decode::boolean(&mut read.insecure_skip_tls_verify, &value, &at)?;
                continue;
            }
            "pass_credentials_all" => {
                decode::boolean(&mut read.pass_credentials_all, &value, &at)?;
                continue;
            }
            _ => continue,
        };
        decode::string(into, &value, &at, rules)?;
    }
    Ok(Some(read))
}

impl Repository {
    /// What a request to its server is made with.
    pub fn request(&self, target: &str, limit: Duration) -> pintle_fetch::Request {
        let mut request = pintle_fetch::Request::new(target);
        request.credentials = self.credentials();
        request.tls = self.tls();
        request.limits.time = limit;
        request
    }

    /// Its user name and password, which its own server gets, or every one.
    pub fn credentials(&self) -> Option<pintle_fetch::Credentials> {
        let is_somebody = !self.username.is_empty() && !self.password.is_empty();
        is_somebody.then(|| pintle_fetch::Credentials {
            username: self.username.clone(),
            password: self.password.clone(),
            site: self.url.clone(),
            everywhere: self.pass_credentials_all,
        })
    }

    /// Its certificates.
    pub fn tls(&self) -> pintle_fetch::Tls {
        let file = |text: &str| (!text.is_empty()).then(|| PathBuf::from(text));
        pintle_fetch::Tls {
            ca_file: file(&self.ca_file),
            cert_file: file(&self.cert_file),
            key_file: file(&self.key_file),
            insecure: self.insecure_skip_tls_verify,
        }
    }

    /// Where its index is.
    ///
    /// # Errors
    /// A URL that is none.
    pub fn index_url(&self) -> Result<String, Error> {
        url::resolve(&self.url, "index.yaml")
    }
}

/// The right to change `repositories.yaml`, kept until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the right to change a list.
    ///
    /// # Errors
    /// A file that cannot be made, or another program that keeps its lock for 30 seconds.
    pub fn take(list: &Path) -> Result<Self, Error> {
        const PATIENCE: Duration = Duration::from_secs(30);
        const PAUSE: Duration = Duration::from_millis(20);
        if let Some(folder) = list.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
        }
        let path = list.with_extension("lock");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(|error| Error::file("open", &path, &error))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                    thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    let hint = format!("another program holds {}", path.display());
                    return Err(Error::new("context deadline exceeded").hint(hint));
                }
                Err(TryLockError::Error(error)) => return Err(Error::file("lock", &path, &error)),
            }
        }
    }
}
