//! Plugins: which there are, and what the command line does with them.
//!
//! DIFF: nothing here runs for commands that need no plugin (Helm loads all with every command): the folders of plugins are looked into
//! when a word is no command of our own, when help or completion list commands, and when a flag
//! or URL asks for one.
//!
//! - `commands`: plugins that are commands; `getters`: those that fetch URLs

mod commands;
mod getters;

use std::collections::BTreeMap;
use std::path::PathBuf;

use pintle_actions::PostRenderer;
use pintle_plugin::{POST_RENDERER, Plugin, Skipped, find, find_all};

use crate::commands::env;
use crate::log::{self, Level};
use crate::output;
use crate::settings::Settings;

pub use getters::getters;

pub use commands::{PluginCommand, root, root_to_complete, split_known};

/// The folders with plugins.
pub fn folders(settings: &Settings) -> Vec<PathBuf> {
    let folders = settings.paths.plugins.split(':');
    folders
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect()
}

/// All plugins that can be used; those that cannot are warned of.
///
/// # Errors
/// Two of them have one name.
pub fn all(settings: &Settings) -> Result<Vec<Plugin>, pintle_plugin::Error> {
    let found = find_all(&folders(settings));
    found.skipped.iter().for_each(warn);
    found.plugins
}

/// Says that a plugin cannot be used.
pub fn warn(skipped: &Skipped) {
    let fields = [
        ("plugin_yaml".to_owned(), skipped.file.display().to_string()),
        ("error".to_owned(), skipped.reason.clone()),
    ];
    let text = "failed to load plugin (ignoring)";
    output::complain(&log::line(Level::Warn, text, &fields));
}

/// The settings as the variables that commands and getters find in their environment.
pub fn variables(invoked: &str, settings: &Settings) -> BTreeMap<String, String> {
    let variables = env::variables(invoked, settings).into_iter();
    variables
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The post-renderer of that name.
///
/// # Errors
/// There is none; in Helm's words.
pub fn post_renderer(
    settings: &Settings,
    name: &str,
    arguments: Vec<String>,
    skipped: impl FnMut(&Skipped),
) -> Result<PostRenderer, pintle_plugin::Error> {
    let found = find(&folders(settings), name, POST_RENDERER);
    found.skipped.iter().for_each(skipped);
    Ok(PostRenderer {
        plugin: found.plugin?,
        arguments,
        variables: settings.environment.all().clone(),
    })
}
