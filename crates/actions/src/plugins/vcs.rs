//! Plugins in repositories of Git, Mercurial, Subversion and Bazaar, by the machine's own programs.
//!
//! - `address`: of which kind an address is
//! - `tool`: what is asked of each program

mod address;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_plugin::Variables;
use pintle_semver::{Constraint, Version};

use super::install::MISSING;
use super::{PluginPlaces, problem};
use crate::{Error, Events, Level, Log};

pub(super) use self::tool::Tool;

/// What is said of a source that is of no kind.
pub(super) const UNKNOWN: &str = "Cannot detect VCS";

/// How deep folders may be that are copied.
const MAX_DEPTH: usize = 64;

/// A repository, its copy of our own, and the folder of the plugin.
#[derive(Debug)]
pub(super) struct Repository {
    pub remote: String,
    tool: Tool,
    version: String,
    local: PathBuf,
    pub target: PathBuf,
}

impl Repository {
    /// The repository that an address is of; or why it is of none that can be used.
    pub fn detect(remote: &str, version: &str, places: &PluginPlaces) -> Result<Self, String> {
        let local = address::cache_name(remote).map(|name| places.cache.join(name));
        let local = local.ok_or(UNKNOWN)?;
        let kept = Tool::of_folder(&local);
        let tool = address::kind(remote).or(kept).ok_or(UNKNOWN)?;
        let name = remote.trim_end_matches('/').rsplit('/').next();
        let name = name.filter(|name| !matches!(*name, "" | "." | ".."));
        let name = name.ok_or(UNKNOWN)?;
        installed(tool, &places.environment)?;
        // Two addresses may have one name for what is kept of them.
        if let Some(kept) = kept {
            if kept != tool {
                return Err("Wrong VCS detected".to_owned());
            }
            if !tool.is_of(&local, remote) {
                return Err("The Remote does not match the VCS endpoint".to_owned());
            }
        }
        Ok(Self {
            remote: remote.to_owned(),
            tool,
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
            self.tool.update(&self.local)?;
        } else {
            log("cloning");
            if let Some(above) = self.local.parent() {
                fs::create_dir_all(above).map_err(|error| problem(go_text(&error)))?;
            }
            self.tool.fetch(&self.remote, &self.local)?;
        }
        if let Some(version) = self.wanted()? {
            self.tool.set_version(&self.local, &version)?;
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

    /// The tag or commit that is asked for: itself, or the highest that is in the range.
    fn wanted(&self) -> Result<Option<String>, Error> {
        let version = &self.version;
        if version.is_empty() {
            return Ok(None);
        }
        if !version.starts_with('-') && self.tool.has(&self.local, version) {
            return Ok(Some(version.clone()));
        }
        let range = Constraint::parse(version).map_err(|error| problem(error.to_string()))?;
        let tags = self.tool.tags(&self.local)?;
        let mut versions: Vec<Version> = tags
            .iter()
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

/// Whether a program is here; or what is said when it is not.
pub(super) fn installed(tool: Tool, environment: &Variables) -> Result<(), String> {
    let program = tool.program();
    let path = environment
        .get("PATH")
        .map(String::as_str)
        .unwrap_or_default();
    let names = [
        program.to_owned(),
        format!("{program}{}", std::env::consts::EXE_SUFFIX),
    ];
    let is_here = std::env::split_paths(path)
        .any(|folder| names.iter().any(|name| folder.join(name).is_file()));
    if is_here {
        return Ok(());
    }
    Err(format!("{program} is not installed"))
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
