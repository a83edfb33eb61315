//! Kubeconfig files: read, merged, one context chosen.

mod shape;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, aggregate};

/// Which kubeconfig files to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KubeconfigFiles {
    /// The one file of `--kubeconfig`; it must be there.
    Explicit(PathBuf),
    /// The files of `$KUBECONFIG`, or the default file; missing ones are skipped and earlier
    /// ones win.
    Search(Vec<PathBuf>),
}

impl Default for KubeconfigFiles {
    fn default() -> Self {
        Self::Search(Vec::new())
    }
}

/// One or more kubeconfig files, merged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Kubeconfig {
    clusters: Vec<Named>,
    users: Vec<Named>,
    contexts: Vec<Named>,
    current_context: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
    #[serde(alias = "cluster", alias = "user", alias = "context")]
    entry: Option<Map<String, Value>>,
}

/// What a context names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen {
    /// The context's namespace, if it names one.
    pub namespace: Option<String>,
    /// Names of cluster and user, for error texts.
    pub cluster_name: String,
    pub user_name: String,
    /// The entries; empty maps when the kubeconfig has none of these names.
    pub cluster: Map<String, Value>,
    pub user: Map<String, Value>,
    /// Whether there was any context at all.
    pub found: bool,
}

impl Kubeconfig {
    /// Reads and merges.
    ///
    /// GO: one broken file spoils all of them, and every broken one is named.
    pub(crate) fn load(files: &KubeconfigFiles) -> Result<Self, Error> {
        let paths = match files {
            KubeconfigFiles::Explicit(path) => {
                // GO: any other reason is told when the file is read.
                if let Err(error) = std::fs::metadata(path)
                    && error.kind() == io::ErrorKind::NotFound
                {
                    return Err(config_error(format!(
                        "stat {}: {}",
                        path.display(),
                        go_io_text(&error)
                    ))
                    .with_hint("--kubeconfig must name a file that exists"));
                }
                std::slice::from_ref(path)
            }
            KubeconfigFiles::Search(paths) => paths.as_slice(),
        };
        let mut merged = Self::default();
        let mut errors = Vec::new();
        for path in paths {
            match read(path) {
                Ok(Some(file)) => merged.merge(file),
                Ok(None) => {}
                Err(text) => errors.push(config_error(format!(
                    "error loading config file {:?}: {text}",
                    path.display().to_string()
                ))),
            }
        }
        aggregate(errors).map_or(Ok(merged), Err)
    }

    fn merge(&mut self, later: Self) {
        merge_named(&mut self.clusters, later.clusters);
        merge_named(&mut self.users, later.users);
        merge_named(&mut self.contexts, later.contexts);
        if self.current_context.as_deref().is_none_or(str::is_empty) {
            self.current_context = later.current_context;
        }
    }

    /// The contexts, with the names of their clusters.
    pub(crate) fn contexts(&self) -> BTreeMap<String, String> {
        let cluster = |context: &Named| {
            let entry = context.entry.as_ref();
            let name = entry.and_then(|entry| entry.get("cluster")?.as_str());
            name.unwrap_or_default().to_owned()
        };
        let contexts = self.contexts.iter();
        contexts
            .map(|one| (one.name.clone(), cluster(one)))
            .collect()
    }

    /// The cluster and user of the context of this name, or of the current one.
    pub(crate) fn choose(&self, context: Option<&str>) -> Result<Chosen, Error> {
        let asked = context.filter(|name| !name.is_empty());
        let name = asked.or(self
            .current_context
            .as_deref()
            .filter(|name| !name.is_empty()));
        let Some(name) = name else {
            return Ok(Chosen::default());
        };
        let Some(context) = find(&self.contexts, name) else {
            let text = if asked.is_some() {
                format!("context {name:?} does not exist")
            } else {
                format!(
                    "invalid configuration: context was not found for specified context: {name}"
                )
            };
            return Err(config_error(text).with_hint(self.known_contexts()));
        };
        let text = |key: &str| {
            let value = context.get(key).and_then(Value::as_str).unwrap_or_default();
            value.to_owned()
        };
        let (cluster_name, user_name, namespace) =
            (text("cluster"), text("user"), text("namespace"));
        Ok(Chosen {
            namespace: (!namespace.is_empty()).then_some(namespace),
            cluster: find(&self.clusters, &cluster_name).unwrap_or_default(),
            user: find(&self.users, &user_name).unwrap_or_default(),
            cluster_name,
            user_name,
            found: true,
        })
    }

    fn known_contexts(&self) -> String {
        let names: Vec<&str> = self
            .contexts
            .iter()
            .map(|named| named.name.as_str())
            .collect();
        match names.as_slice() {
            [] => "the kubeconfig has no contexts".to_owned(),
            names => format!("the kubeconfig has these contexts: {}", names.join(", ")),
        }
    }
}

fn merge_named(entries: &mut Vec<Named>, later: Vec<Named>) {
    for named in later {
        if !entries.iter().any(|entry| entry.name == named.name) {
            entries.push(named);
        }
    }
}

fn find(entries: &[Named], name: &str) -> Option<Map<String, Value>> {
    let named = entries.iter().find(|named| named.name == name)?;
    Some(named.entry.clone().unwrap_or_default())
}

/// `None`: there is no such file.
fn read(path: &Path) -> Result<Option<Kubeconfig>, String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            return Err(format!("read {}: is a directory", path.display()));
        }
        Err(error) => return Err(format!("open {}: {}", path.display(), go_io_text(&error))),
    };
    let mut config = parse(&bytes)?;
    for entry in config
        .clusters
        .iter()
        .chain(&config.users)
        .filter_map(|named| named.entry.as_ref())
    {
        check_base64(entry)?;
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for cluster in config
        .clusters
        .iter_mut()
        .filter_map(|named| named.entry.as_mut())
    {
        resolve(cluster, "certificate-authority", folder);
    }
    for user in config
        .users
        .iter_mut()
        .filter_map(|named| named.entry.as_mut())
    {
        for key in ["client-certificate", "client-key", "tokenFile"] {
            resolve(user, key, folder);
        }
        if let Some(Value::Object(exec)) = user.get_mut("exec") {
            let in_folder = exec
                .get("command")
                .and_then(Value::as_str)
                .is_some_and(|c| c.contains('/'));
            if in_folder {
                resolve(exec, "command", folder);
            }
        }
    }
    Ok(Some(config))
}

fn parse(bytes: &[u8]) -> Result<Kubeconfig, String> {
    let value = crate::config::yaml_to_json(bytes)?;
    shape::check(&value)?;
    match value {
        Value::Null => Ok(Kubeconfig::default()),
        value => serde_json::from_value(drop_nulls(value)).map_err(|error| error.to_string()),
    }
}

/// GO: data that is no base64 makes the whole file unreadable.
fn check_base64(entry: &Map<String, Value>) -> Result<(), String> {
    let data = entry.iter().filter(|(key, _)| key.ends_with("-data"));
    for text in data.filter_map(|(_, value)| value.as_str()) {
        let digit = |c: u8| c.is_ascii_alphanumeric() || b"+/=\r\n".contains(&c);
        if let Some(at) = text.bytes().position(|c| !digit(c)) {
            return Err(format!("illegal base64 data at input byte {at}"));
        }
    }
    Ok(())
}

/// GO: a null leaves a field as it was.
fn drop_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.into_iter().filter(|(_, v)| !v.is_null()).collect())
        }
        other => other,
    }
}

/// Paths in a kubeconfig are relative to the file they stand in.
fn resolve(entry: &mut Map<String, Value>, key: &str, folder: &Path) {
    if let Some(Value::String(path)) = entry.get_mut(key)
        && !path.is_empty()
        && Path::new(path).is_relative()
    {
        *path = folder.join(&*path).display().to_string();
    }
}

pub(crate) fn config_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, text)
}

/// The words of Go for a failed system call.
pub(crate) fn go_io_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => error.to_string(),
    }
}
