//! `create`: a new chart, from a scaffold of ours or from a starter of the user's.
//!
//! - `scaffold`: the files of a new chart
//! - `starter`: charts that new ones are made from

mod scaffold;
mod starter;

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::Metadata;
use pintle_chart::disk::{absolute, go_text};
use pintle_go_value::format::quoted::quote;

use crate::{Class, Error, Events};

/// What to create.
#[derive(Debug, Clone, Default)]
pub struct CreateOptions {
    /// The folder: its last part is the chart's name.
    pub path: String,
    /// `--starter`: a path from the root, or the name of a folder in `starters`.
    pub starter: Option<String>,
    /// The folder with the user's starters.
    pub starters: PathBuf,
    /// Whether the chart is of the experimental `apiVersion: v3`.
    pub is_v3: bool,
}

/// Creates a chart; files that existed are told through [`Events::message`].
///
/// # Errors
/// A name that is not allowed, a folder that is not there, a starter that is no chart.
pub fn create(options: &CreateOptions, events: &dyn Events) -> Result<(), Error> {
    let (parent, name) = split(&options.path);
    if let Some(starter) = &options.starter {
        // A path from the root stays as it is.
        let starter = super::lint::joined(&options.starters, starter);
        return starter::create(&metadata(name, options), &parent, &starter, events);
    }
    check_name(name)?;
    let parent = absolute(&parent)?;
    check_folder(&parent)?;
    let folder = super::lint::joined(&parent, name);
    check_target(&folder)?;
    for (path, text) in scaffold::files(name, options.is_v3) {
        let path = folder.join(path);
        if path.exists() {
            let shown = quote(&path.to_string_lossy());
            events.message(&format!(
                "WARNING: File {shown} already exists. Overwriting."
            ));
        }
        write(&path, text.as_bytes())?;
    }
    make_folder(&folder.join("charts"))
}

/// Go's `filepath.Dir` and `filepath.Base`.
fn split(path: &str) -> (PathBuf, &str) {
    let (folder, _) = path.rsplit_once('/').map_or(("", path), |(folder, base)| {
        (if folder.is_empty() { "/" } else { folder }, base)
    });
    let trimmed = path.trim_end_matches('/');
    let name = match trimmed.rsplit('/').next().unwrap_or_default() {
        "" if path.starts_with('/') => "/",
        "" => ".",
        name => name,
    };
    let clean = super::lint::joined(Path::new(folder), "");
    if clean.as_os_str().is_empty() {
        return (PathBuf::from("."), name);
    }
    (clean, name)
}

/// What a chart made from a starter says of itself.
fn metadata(name: &str, options: &CreateOptions) -> Metadata {
    Metadata {
        name: name.to_owned(),
        description: "A Helm chart for Kubernetes".to_owned(),
        type_: "application".to_owned(),
        version: "0.1.0".to_owned(),
        app_version: "0.1.0".to_owned(),
        api_version: if options.is_v3 { "v3" } else { "v2" }.to_owned(),
        ..Metadata::default()
    }
}

const LONGEST_NAME: usize = 250;

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(problem(format!(
            "chart name must be between 1 and {LONGEST_NAME} characters"
        )));
    }
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.bytes().all(is_allowed) {
        let text = "chart name must match the regular expression \"^[a-zA-Z0-9._-]+$\"";
        return Err(problem(text)
            .hint("letters, digits, dots, underscores and dashes; small letters and dashes alone fit everywhere"));
    }
    Ok(())
}

fn check_folder(parent: &Path) -> Result<(), Error> {
    let shown = parent.display();
    match fs::metadata(parent) {
        Ok(facts) if facts.is_dir() => Ok(()),
        Ok(_) => Err(problem(format!("no such directory {shown}"))),
        Err(error) => Err(problem(format!("stat {shown}: {}", go_text(&error)))
            .hint("the folder that the chart is to be in must be there already")),
    }
}

fn check_target(folder: &Path) -> Result<(), Error> {
    if fs::metadata(folder).is_ok_and(|facts| !facts.is_dir()) {
        let shown = folder.display();
        return Err(problem(format!(
            "file {shown} already exists and is not a directory"
        )));
    }
    Ok(())
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}

fn write(path: &Path, data: &[u8]) -> Result<(), Error> {
    if let Some(parent) = path.parent() {
        make_folder(parent)?;
    }
    fs::write(path, data)
        .map_err(|error| problem(format!("open {}: {}", path.display(), go_text(&error))))
}

/// Go's `os.MkdirAll`, with the part of the path that stands in the way.
fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|error| {
        let in_the_way = path.ancestors().find(|part| part.is_file());
        let shown = in_the_way.unwrap_or(path).display();
        let reason = if in_the_way.is_some() {
            "not a directory".to_owned()
        } else {
            go_text(&error)
        };
        problem(format!("mkdir {shown}: {reason}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_as_go_splits_them() {
        for (path, folder, name) in [
            ("x", ".", "x"),
            ("a/x", "a", "x"),
            ("./a/x/", "a/x", "x"),
            ("", ".", "."),
            (".", ".", "."),
            ("..", ".", ".."),
            ("/x", "/", "x"),
            ("/", "/", "/"),
            ("a/../x", ".", "x"),
        ] {
            assert_eq!(split(path), (PathBuf::from(folder), name), "{path}");
        }
    }
}
