//! Plugins that the command line names.

use std::path::PathBuf;

use pintle_actions::PostRenderer;
use pintle_plugin::{POST_RENDERER, Skipped, find};

use crate::settings::Settings;

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
    let folders = settings.paths.plugins.split(':').map(PathBuf::from);
    let folders: Vec<PathBuf> = folders
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    let found = find(&folders, name, POST_RENDERER);
    found.skipped.iter().for_each(skipped);
    Ok(PostRenderer {
        plugin: found.plugin?,
        arguments,
        variables: settings.environment.all().clone(),
    })
}
