//! Updating and uninstalling.

use std::fs;
use std::path::Path;

use pintle_chart::disk::go_text;
use pintle_plugin::Plugin;

use super::vcs::{self, Tool};
use super::{PluginPlaces, all, problem, run_hook};
use crate::{Error, Events, Level, Log};

/// Brings plugins up to date that came from repositories.
///
/// # Errors
/// Those that could not be, each with its reason.
pub fn update_plugins(
    names: &[String],
    places: &PluginPlaces,
    events: &dyn Events,
) -> Result<(), Error> {
    each(names, places, events, "update", "Updated", update)
}

/// Takes plugins away, and runs their hooks.
///
/// # Errors
/// Those that could not be, each with its reason.
pub fn uninstall_plugins(
    names: &[String],
    places: &PluginPlaces,
    events: &dyn Events,
) -> Result<(), Error> {
    each(names, places, events, "uninstall", "Uninstalled", uninstall)
}

fn each(
    names: &[String],
    places: &PluginPlaces,
    events: &dyn Events,
    verb: &str,
    done: &str,
    act: fn(&Plugin, &PluginPlaces, &dyn Events) -> Result<(), Error>,
) -> Result<(), Error> {
    if names.is_empty() {
        return Err(problem(format!("please provide plugin name to {verb}")));
    }
    let plugins = all(places, events)?;
    let mut failures: Vec<Error> = Vec::new();
    for name in names {
        let found = plugins.iter().find(|one| one.metadata.name == *name);
        let Some(plugin) = found else {
            failures.push(problem(format!("plugin: {name} not found")));
            continue;
        };
        match act(plugin, places, events) {
            Ok(()) => events.message(&format!("{done} plugin: {name}")),
            Err(mut error) => {
                error.text = format!("failed to {verb} plugin {name}, got error ({})", error.text);
                failures.push(error);
            }
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = failures.iter().map(|error| error.text.as_str()).collect();
    let mut error = problem(texts.join("\n"));
    error.hints = failures.iter().flat_map(|one| one.hints.clone()).collect();
    Err(error)
}

fn update(plugin: &Plugin, places: &PluginPlaces, events: &dyn Events) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        problem(format!(
            "lstat {}: {}",
            plugin.folder.display(),
            go_text(&error)
        ))
    };
    let folder = fs::canonicalize(&plugin.folder).map_err(failed)?;
    let Some(tool) = Tool::of_folder(&folder) else {
        events.log(
            Log::new(Level::Warn, "cannot get information about plugin source")
                .with("location", folder.display().to_string())
                .with("error", vcs::UNKNOWN),
        );
        return Err(problem("cannot get information about plugin source").hint(
            "only plugins from repositories can be updated; uninstall and install others anew",
        ));
    };
    vcs::installed(tool, &places.environment).map_err(problem)?;
    let remote = tool.remote(&folder);
    let name = remote.trim_end_matches('/').rsplit('/').next();
    let path = places.plugins.join(name.unwrap_or_default());
    if fs::metadata(&path).is_err() {
        events.log(
            Log::new(Level::Warn, "plugin does not exist")
                .with("path", path.display().to_string())
                .with(
                    "error",
                    format!("stat {}: no such file or directory", path.display()),
                ),
        );
        return Err(problem("plugin does not exist"));
    }
    events.log(Log::new(Level::Debug, "updating").with("source", &remote));
    if tool.is_dirty(&folder) {
        return Err(problem("plugin repo was modified").hint(format!(
            "`{} diff` in {} shows what was changed",
            tool.program(),
            folder.display()
        )));
    }
    tool.update(&folder)?;
    if !folder.join("plugin.yaml").is_file() {
        return Err(problem(super::install::MISSING));
    }
    let updated = pintle_plugin::load(&path)?;
    run_hook(&updated, "update", places, events)
}

/// HELM: the hook is run when the plugin is gone already; its programs must be elsewhere.
fn uninstall(plugin: &Plugin, places: &PluginPlaces, events: &dyn Events) -> Result<(), Error> {
    let folder = &plugin.folder;
    let is_link = fs::symlink_metadata(folder).is_ok_and(|facts| facts.file_type().is_symlink());
    let outcome = if is_link {
        remove_link(folder)
    } else {
        fs::remove_dir_all(folder)
    };
    outcome.map_err(|error| {
        problem(format!(
            "unlinkat {}: {}",
            folder.display(),
            go_text(&error)
        ))
    })?;
    let metadata = &plugin.metadata;
    if !metadata.version.is_empty() {
        let archive = format!("{}-{}.tgz", metadata.name, metadata.version);
        let archive = places.plugins.join(archive);
        for (path, what) in [
            (archive.clone(), "removing versioned tarball"),
            (
                crate::provenance::prov_of(&archive),
                "removing versioned provenance",
            ),
        ] {
            if path.exists() {
                let log = Log::new(Level::Debug, what);
                events.log(log.with("path", path.display().to_string()));
                // HELM: one that stays is no failure.
                let _ = fs::remove_file(&path);
            }
        }
    }
    run_hook(plugin, "delete", places, events)
}

#[cfg(unix)]
fn remove_link(path: &Path) -> std::io::Result<()> {
    fs::remove_file(path)
}

#[cfg(not(unix))]
fn remove_link(path: &Path) -> std::io::Result<()> {
    fs::remove_dir(path)
}
