//! Where Helm keeps its files.

use crate::env::{self, Environment};

/// The files and folders of Helm. Texts rather than paths: they are shown as Helm shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    /// for what can be fetched again
    pub cache_home: String,
    /// for configuration
    pub config_home: String,
    /// for data
    pub data_home: String,
    /// downloaded content
    pub content_cache: String,
    /// plugin folders, separated by colons
    pub plugins: String,
    /// credentials for registries
    pub registry_config: String,
    /// indexes of repositories
    pub repository_cache: String,
    /// the list of repositories
    pub repository_config: String,
    /// the public keys that signatures are checked with
    pub keyring: String,
}

impl Paths {
    /// `HELM_*_HOME`, else `XDG_*_HOME/helm`, else the places that XDG names below the home;
    /// single files and folders have variables of their own.
    pub fn from_environment(environment: &Environment) -> Self {
        let home = |helm, xdg, default: &str| match environment.get_if_any(helm) {
            Some(folder) => join(&[folder]),
            None => match environment.get_if_any(xdg) {
                Some(folder) => join(&[folder, "helm"]),
                None => join(&[environment.get(env::HOME), default, "helm"]),
            },
        };
        let cache_home = home(env::HELM_CACHE_HOME, env::XDG_CACHE_HOME, ".cache");
        let config_home = home(env::HELM_CONFIG_HOME, env::XDG_CONFIG_HOME, ".config");
        let data_home = home(env::HELM_DATA_HOME, env::XDG_DATA_HOME, ".local/share");
        let one = |variable, folder: &str, name: &str| {
            environment
                .get_if_any(variable)
                .map_or_else(|| join(&[folder, name]), str::to_owned)
        };
        Self {
            content_cache: one(env::HELM_CONTENT_CACHE, &cache_home, "content"),
            plugins: one(env::HELM_PLUGINS, &data_home, "plugins"),
            registry_config: one(
                env::HELM_REGISTRY_CONFIG,
                &config_home,
                "registry/config.json",
            ),
            repository_cache: one(env::HELM_REPOSITORY_CACHE, &cache_home, "repository"),
            repository_config: one(
                env::HELM_REPOSITORY_CONFIG,
                &config_home,
                "repositories.yaml",
            ),
            keyring: keyring(environment),
            cache_home,
            config_home,
            data_home,
        }
    }
}

/// The first of GnuPG's two keyring files that exists; the old one when neither does.
fn keyring(environment: &Environment) -> String {
    let folder = environment.get_if_any(env::GNUPGHOME).map_or_else(
        || join(&[environment.get(env::HOME), ".gnupg"]),
        str::to_owned,
    );
    let (ring, keybox) = (
        join(&[&folder, "pubring.gpg"]),
        join(&[&folder, "pubring.kbx"]),
    );
    let exists = |path: &str| std::path::Path::new(path).exists();
    if !exists(&ring) && exists(&keybox) {
        keybox
    } else {
        ring
    }
}

/// Joins paths as Go's `filepath.Join`: empty parts are left out, `.` and `..` resolved.
pub fn join(parts: &[&str]) -> String {
    let joined = parts
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("/");
    let rooted = joined.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            other => kept.push(other),
        }
    }
    let path = kept.join("/");
    match (rooted, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) if joined.is_empty() => String::new(),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn joins_as_go_does() {
        assert_eq!(join(&["/cc//", "a/./b/../c"]), "/cc/a/c");
        assert_eq!(join(&["", ".cache", "helm"]), ".cache/helm");
        assert_eq!(join(&["/", ".."]), "/");
        assert_eq!(join(&["a/../.."]), "..");
        assert_eq!(join(&["a/.."]), ".");
        assert_eq!(join(&[]), "");
    }
}
