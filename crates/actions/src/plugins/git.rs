//! Plugins in repositories of Git, by the machine's own `git`.
//!
//! DIFF: Helm also knows hg, svn and bzr.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pintle_chart::disk::go_text;
use pintle_semver::{Constraint, Version};

use super::install::MISSING;
use super::{PluginPlaces, problem};
use crate::{Error, Events, Level, Log};

/// What is said of a source that is of no kind.
pub(super) const UNKNOWN: &str = "Cannot detect VCS";

/// How deep folders may be that are copied.
const MAX_DEPTH: usize = 64;

/// A repository, its copy of our own, and the folder of the plugin.
#[derive(Debug)]
pub(super) struct Repository {
    pub remote: String,
    version: String,
    local: PathBuf,
    pub target: PathBuf,
}

impl Repository {
    /// The repository that an address is of; none when it is of none.
    pub fn detect(remote: &str, version: &str, places: &PluginPlaces) -> Option<Self> {
        let local = places.cache.join(cache_name(remote)?);
        if !is_git(remote) && !local.join(".git").is_dir() {
            return None;
        }
        let name = remote.trim_end_matches('/').rsplit('/').next()?;
        if matches!(name, "" | "." | "..") {
            return None;
        }
        Some(Self {
            remote: remote.to_owned(),
            version: version.to_owned(),
            local,
            target: places.plugins.join(name),
        })
    }

    /// Fetches the repository and copies it to its place.
    ///
    /// # Errors
    /// No such repository or version; what is no plugin.
    pub fn install(&self, events: &dyn Events) -> Result<(), Error> {
        let local = self.local.display().to_string();
        let log = |message: &str| {
            let log = Log::new(Level::Debug, message).with("source", &self.remote);
            events.log(log.with("destination", &local));
        };
        if self.local.exists() {
            log("updating");
            update(&self.local)?;
        } else {
            log("cloning");
            self.clone()?;
        }
        if let Some(version) = self.wanted()? {
            git(&self.local, &["checkout", "--quiet", &version]).map_err(|reason| {
                problem(format!("Unable to update checked out version: {reason}"))
            })?;
            submodules(&self.local)?;
        }
        if !self.local.join("plugin.yaml").is_file() {
            return Err(problem(MISSING));
        }
        log("copying files");
        // Whole or not at all: a copy beside it takes its name at the end.
        let above = self.target.parent().unwrap_or(&self.local);
        let room = tempfile::Builder::new().prefix(".new-").tempdir_in(above);
        let room = room.map_err(|error| problem(go_text(&error)))?;
        let copied = room.path().join("plugin");
        copy(&self.local, &copied, 0)
            .and_then(|()| fs::rename(&copied, &self.target))
            .map_err(|error| problem(format!("{}: {}", self.target.display(), go_text(&error))))
    }

    fn clone(&self) -> Result<(), Error> {
        if let Some(above) = self.local.parent() {
            fs::create_dir_all(above).map_err(|error| problem(go_text(&error)))?;
        }
        let local = self.local.to_string_lossy();
        let here = Path::new(".");
        git(here, &["clone", "--recursive", "--", &self.remote, &local]).map_err(|reason| {
            problem(format!("Unable to get repository: {reason}"))
                .hint("this is what `git clone` says of it")
        })?;
        Ok(())
    }

    /// The tag or commit that is asked for: itself, or the highest that is in the range.
    fn wanted(&self) -> Result<Option<String>, Error> {
        let version = &self.version;
        if version.is_empty() {
            return Ok(None);
        }
        let named = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            version,
        ];
        if git(&self.local, &named).is_ok() && !version.starts_with('-') {
            return Ok(Some(version.clone()));
        }
        let range = Constraint::parse(version).map_err(|error| problem(error.to_string()))?;
        let tags = git(&self.local, &["tag", "--list"])
            .map_err(|reason| problem(format!("Unable to retrieve tags: {reason}")))?;
        let mut versions: Vec<Version> = tags
            .lines()
            .filter_map(|tag| Version::parse(tag).ok())
            .filter(|version| range.check(version))
            .collect();
        versions.sort();
        match versions.pop() {
            Some(highest) => Ok(Some(highest.original().to_owned())),
            None => Err(problem(format!(
                "requested version {version:?} does not exist for plugin {:?}",
                self.remote
            ))),
        }
    }
}

/// The repository that a plugin's folder is of.
pub(super) fn of_folder(folder: &Path) -> Option<String> {
    if !folder.join(".git").exists() {
        return None;
    }
    let remote = git(folder, &["config", "--get", "remote.origin.url"]);
    Some(remote.unwrap_or_default().trim().to_owned())
}

/// Whether anything was changed by hand.
pub(super) fn is_dirty(folder: &Path) -> bool {
    // HELM: a repository that cannot be asked counts as changed.
    git(folder, &["diff", "--quiet"]).is_err()
}

/// Brings a copy up to date.
///
/// # Errors
/// Git's own words.
pub(super) fn update(folder: &Path) -> Result<(), Error> {
    let failed = |reason: String| problem(format!("Unable to update repository: {reason}"));
    git(folder, &["fetch", "--tags", "origin"]).map_err(failed)?;
    let detached = git(folder, &["symbolic-ref", "--quiet", "HEAD"]).is_err();
    if !detached {
        git(folder, &["pull"]).map_err(failed)?;
    }
    submodules(folder)
}

fn submodules(folder: &Path) -> Result<(), Error> {
    if !folder.join(".gitmodules").exists() {
        return Ok(());
    }
    git(folder, &["submodule", "update", "--init", "--recursive"])
        .map(drop)
        .map_err(|reason| problem(format!("Unable to update submodules: {reason}")))
}

/// Runs git; what it says when it fails.
fn git(folder: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                "exec: \"git\": executable file not found in $PATH".to_owned()
            }
            _ => go_text(&error),
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let code = output.status.code().unwrap_or(-1);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    Err(format!("{said}: exit status {code}"))
}

/// Whether an address is one of Git.
fn is_git(remote: &str) -> bool {
    if remote.starts_with('-') {
        return false;
    }
    if let Some(path) = remote.strip_prefix("file://") {
        return Path::new(path).join(".git").exists() || is_bare(Path::new(path));
    }
    if let Some((user, rest)) = remote.split_once('@')
        && !remote.contains("://")
    {
        return user == "git" && rest.contains(':');
    }
    let Some((scheme, rest)) = remote.split_once("://") else {
        return false;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
    let user = user.split(':').next().unwrap_or_default();
    let parts = path.split('/').filter(|part| !part.is_empty()).count();
    match scheme {
        "git" | "git+ssh" => true,
        "ssh" if user == "git" => true,
        "http" | "https" | "ssh" => {
            path.split('/').any(|part| {
                part.strip_suffix(".git")
                    .is_some_and(|name| !name.is_empty())
            }) || (host == "github.com" && parts >= 2)
        }
        _ => false,
    }
}

fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// HELM: the name of a copy is made of its address.
fn cache_name(remote: &str) -> Option<String> {
    let (scheme, user, host, path) = match remote.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = match rest.find('/') {
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
            let path = path.split(['?', '#']).next().unwrap_or_default();
            (
                scheme,
                user.split(':').next().unwrap_or_default(),
                host,
                path.to_owned(),
            )
        }
        None => {
            let (user, rest) = remote.split_once('@')?;
            let (host, path) = rest.split_once(':')?;
            ("", user, host, format!("/{path}"))
        }
    };
    let mut name = String::new();
    for part in [scheme, user] {
        if !part.is_empty() {
            name.push_str(part);
            name.push('-');
        }
    }
    name.push_str(host);
    name.push_str(&path.replace('/', "-"));
    let name = name.replace([':', '/', '\\'], "-");
    (!matches!(name.as_str(), "" | "." | "..")).then_some(name)
}

/// Copies a folder; links stay links.
fn copy(from: &Path, to: &Path, depth: usize) -> std::io::Result<()> {
    if depth > MAX_DEPTH {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&entry.path(), &target, depth + 1)?;
        } else if kind.is_symlink() {
            copy_link(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{cache_name, is_git};

    // The names of folders that Helm makes.
    #[test]
    fn copies_have_helms_names() {
        for (remote, name) in [
            ("https://github.com/a/b", "https-github.com-a-b"),
            ("git@127.0.0.1:x/y.git", "git-127.0.0.1-x-y.git"),
            ("ssh://git@127.0.0.1:9/x/y", "ssh-git-127.0.0.1-9-x-y"),
            ("file:///tmp/repo.git", "file--tmp-repo.git"),
        ] {
            assert_eq!(cache_name(remote).as_deref(), Some(name));
        }
        assert_eq!(cache_name("nope"), None);
    }

    #[test]
    fn addresses_of_git() {
        for remote in [
            "https://github.com/a/b",
            "https://example.com/a/b.git",
            "http://127.0.0.1:9/x.git",
            "git@example.com:a/b",
            "ssh://git@example.com/a/b",
            "git://example.com/a",
        ] {
            assert!(is_git(remote), "{remote}");
        }
        for remote in [
            "nope",
            "https://example.com/a",
            "https://github.com/a",
            "file:///does/not/exist.git",
            "--upload-pack=x@git:y",
            "ext::sh -c x",
        ] {
            assert!(!is_git(remote), "{remote}");
        }
    }
}
