//! Which plugins there are.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_go_value::format::quoted::quote;

use crate::Error;
use crate::metadata::{Metadata, Runtime, read_metadata};

/// A plugin and its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself.
    pub metadata: Metadata,
}

/// A folder whose `plugin.yaml` cannot be used; Helm warns and goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The `plugin.yaml`.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

/// What folders came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The plugins, or why nothing can be said of them.
    pub plugins: Result<Vec<Plugin>, Error>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
}

/// What a search for one plugin came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOne {
    /// The plugin, or why there is none.
    pub plugin: Result<Plugin, Error>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
}

/// More than any `plugin.yaml`.
const MAX_BYTES: u64 = 1 << 20;

/// All plugins in these folders.
///
/// HELM: each folder is read whole before a plugin is looked for, and two plugins of one name
/// in a folder are an error.
pub fn find_all(folders: &[PathBuf]) -> Found {
    let mut skipped = Vec::new();
    let read = |folder: &PathBuf| read_folder(folder, &mut skipped);
    let plugins: Result<Vec<_>, Error> = folders.iter().map(read).collect();
    Found {
        plugins: plugins.map(|folders| folders.into_iter().flatten().collect()),
        skipped,
    }
}

/// The first plugin of this name and kind in these folders.
pub fn find(folders: &[PathBuf], name: &str, kind: &str) -> FoundOne {
    let Found { plugins, skipped } = find_all(folders);
    let wanted = |one: &Plugin| one.metadata.name == name && one.metadata.kind == kind;
    let plugin = plugins.and_then(|plugins| {
        plugins.into_iter().find(wanted).ok_or_else(|| {
            Error::new(format!("plugin: {{Name:{name} Type:{kind}}} not found")).with_hint(
                "only plugins are post-renderers: a program becomes one by a plugin.yaml in a folder of its own below HELM_PLUGINS",
            )
        })
    });
    FoundOne { plugin, skipped }
}

fn read_folder(folder: &Path, skipped: &mut Vec<Skipped>) -> Result<Vec<Plugin>, Error> {
    let mut plugins: Vec<Plugin> = Vec::new();
    for plugin_folder in folders_below(folder) {
        let file = plugin_folder.join("plugin.yaml");
        match load(&plugin_folder) {
            Ok(plugin) => plugins.push(plugin),
            Err(error) => skipped.push(Skipped {
                file,
                reason: error.to_string(),
            }),
        }
    }
    for (at, plugin) in plugins.iter().enumerate() {
        let name = &plugin.metadata.name;
        if let Some(other) = plugins[..at].iter().find(|one| one.metadata.name == *name) {
            return Err(Error::new(format!(
                "two plugins claim the name {name:?} at {} and {}",
                quoted(&other.folder),
                quoted(&plugin.folder)
            )));
        }
    }
    Ok(plugins)
}

/// The folders (or links to folders) that have a `plugin.yaml`, in the order of their names.
fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("plugin.yaml").exists())
        .collect();
    found.sort();
    found
}

/// GO: a path in an error is quoted as `%q` quotes it.
fn quoted(path: &Path) -> String {
    quote(&path.to_string_lossy())
}

/// The plugin in a folder.
///
/// # Errors
/// There is none, or it cannot be used; in Helm's words.
pub fn load(folder: &Path) -> Result<Plugin, Error> {
    let file = &folder.join("plugin.yaml");
    let text = read(file).map_err(|reason| {
        Error::new(format!(
            "failed to read plugin at {}: {reason}",
            quoted(file)
        ))
    })?;
    let metadata = read_metadata(&text)
        .map_err(|error| error.prefixed(&format!("failed to load plugin {}: ", quoted(folder))))?;
    let module = folder.join("plugin.wasm");
    if matches!(metadata.runtime, Runtime::Extism(_)) && !module.exists() {
        return Err(Error::new(format!(
            "wasm binary missing for extism/v1 plugin: {}",
            quoted(&module)
        )));
    }
    Ok(Plugin {
        folder: folder.to_owned(),
        metadata,
    })
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("open {}: {}", file.display(), go_text(&error));
    let size = fs::metadata(file).map_err(failed)?.len();
    if size > MAX_BYTES {
        return Err(format!("larger than {MAX_BYTES} bytes"));
    }
    fs::read(file).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str, text: &str) {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("plugin.yaml"), text).unwrap();
    }

    const POST: &str = "apiVersion: v1\nname: a\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: ";

    #[test]
    fn a_plugin_is_found_by_name_and_kind() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "one", &format!("{POST}subprocess\n"));
        put(folder.path(), "bad", "name: [");
        put(folder.path(), "wasm", &format!("{POST}extism/v1\n"));
        fs::create_dir(folder.path().join("empty")).unwrap();
        let folders = [folder.path().to_owned()];
        let found = find(&folders, "a", "postrenderer/v1");
        assert_eq!(found.plugin.unwrap().folder, folder.path().join("one"));
        assert_eq!(found.skipped.len(), 2);
        let found = find(&folders, "a", "cli/v1");
        let error = found.plugin.unwrap_err();
        assert_eq!(error.to_string(), "plugin: {Name:a Type:cli/v1} not found");
        assert!(find(&[], "a", "cli/v1").plugin.is_err());
    }

    #[test]
    fn a_name_belongs_to_one_plugin() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "one", &format!("{POST}subprocess\n"));
        put(folder.path(), "two", &format!("{POST}subprocess\n"));
        let found = find(&[folder.path().to_owned()], "a", "postrenderer/v1");
        let text = found.plugin.unwrap_err().to_string();
        assert!(
            text.starts_with("two plugins claim the name \"a\" at "),
            "{text}"
        );
    }
}
