//! `plugin`: installing, updating, listing, packaging and verifying plugins.
//!
//! - `source`: what is to be installed, and how its archive is had
//! - `install`: to the folder of plugins, whole or not at all
//! - `keep`: updating and uninstalling
//! - `list`: which there are, and who signed them
//! - `package`: archives of plugins, and their signatures
//! - `vcs`: plugins in repositories of Git and others

mod install;
mod keep;
mod list;
mod package;
mod source;
mod vcs;

use std::path::PathBuf;

use pintle_plugin::{Plugin, Variables};

use crate::{Class, Error, Events, Level, Log};

pub use install::{InstallPluginOptions, install_plugin};
pub use keep::{uninstall_plugins, update_plugins};
pub use list::signing_status;
pub use package::{PackagePluginOptions, package_plugin, verify_plugin};

/// Where plugins are, and what their programs find in their environment.
#[derive(Debug, Clone, Default)]
pub struct PluginPlaces {
    /// `HELM_PLUGINS`, as it is.
    pub plugins: PathBuf,
    /// The folder that archives are installed to, whatever `HELM_PLUGINS` says.
    pub data: PathBuf,
    /// What is kept of repositories that plugins come from.
    pub cache: PathBuf,
    /// Our own environment.
    pub environment: Variables,
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}

/// Runs what a plugin wants to be run when something happens to it.
fn run_hook(
    plugin: &Plugin,
    event: &str,
    places: &PluginPlaces,
    events: &dyn Events,
) -> Result<(), Error> {
    let Some(hook) = plugin.hook(event, &places.environment)? else {
        return Ok(());
    };
    let path = places.environment.get("PATH").map_or("", String::as_str);
    events.log(
        Log::new(Level::Debug, "executing plugin hook command")
            .with("pluginName", &plugin.metadata.name)
            .with("command", hook.shown(path)),
    );
    Ok(hook.run_hook(event)?)
}

/// All plugins of one folder; those that cannot be used are told of.
///
/// HELM: a list of folders is one folder here.
fn all(places: &PluginPlaces, events: &dyn Events) -> Result<Vec<Plugin>, Error> {
    let found = pintle_plugin::find_all(std::slice::from_ref(&places.plugins));
    for skipped in &found.skipped {
        events.log(
            Log::new(Level::Warn, "failed to load plugin (ignoring)")
                .with("plugin_yaml", skipped.file.display().to_string())
                .with("error", &skipped.reason),
        );
    }
    Ok(found.plugins?)
}

impl From<pintle_plugin::Error> for Error {
    fn from(error: pintle_plugin::Error) -> Self {
        let mut found = Self::new(Class::Input, error.to_string());
        found.hints.extend(error.hint().map(str::to_owned));
        found
    }
}
