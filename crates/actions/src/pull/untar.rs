//! An archive to a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::chartfile::Chartfile;
use pintle_chart::disk::go_text;
use pintle_chart::{Data, Want, Watch, read_archive};
use pintle_go_value::Map;

use crate::{Class, Error};

/// Every file is wanted, whatever it is for.
struct Everything;

impl Watch for Everything {
    fn wants(&self, _: &str) -> Want {
        Want::Bytes
    }

    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<Map> {
        None
    }
}

/// DIFF: Helm also makes a folder of the name of the reference, and leaves it empty.
///
/// Unpacks a chart into a folder of its name below `folder`. The folder is there whole or not
/// at all; one that is there already is left alone.
///
/// # Errors
/// What is no chart, a name that would lead elsewhere, a folder that cannot be written.
pub(super) fn untar(archive: &[u8], folder: &Path) -> Result<(), Error> {
    let files = read_archive(archive, archive.len(), &Everything)?;
    let chart_file = files.iter().find(|file| file.name == "Chart.yaml");
    let name = chart_file
        .map(|file| Chartfile::read(&file.data.shared()))
        .transpose()
        .map_err(|error| Error::from(error).prefixed("cannot load Chart.yaml: "))?
        .map(|chart| chart.metadata.name)
        .unwrap_or_default();
    check_name(&name)?;
    let target = tidy(&folder.join(&name));
    if target.symlink_metadata().is_ok() {
        let shown = target.display();
        return Err(problem(format!(
            "failed to untar: a file or directory with the name {shown} already exists"
        )));
    }
    let failed = |error: io::Error| {
        problem(format!(
            "failed to untar (mkdir): mkdir {}: {}",
            target.display(),
            go_text(&error)
        ))
    };
    let parent = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    let new = tempfile::Builder::new()
        .prefix(".pintle-")
        .tempdir_in(parent)
        .map_err(failed)?;
    let root = new.path().join(&name);
    fs::create_dir(&root).map_err(failed)?;
    for file in &files {
        write(&root, &file.name, &file.data).map_err(|error| {
            problem(format!(
                "failed to untar: {}: {}",
                file.name,
                go_text(&error)
            ))
        })?;
    }
    fs::rename(&root, &target).map_err(failed)
}

/// A name is that of one folder.
fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(problem("chart name not specified"));
    }
    if matches!(name, "." | "..") {
        return Err(problem(format!("chart name \"{name}\" is not allowed")));
    }
    if name.contains(['/', '\\', '\0', ':']) {
        return Err(problem(format!(
            "chart name \"{}\" must not contain path separators",
            name.escape_default()
        )));
    }
    Ok(())
}

/// The reader of archives has refused names that lead elsewhere; the folder is new, so nothing
/// in it leads elsewhere either. A second look costs nothing.
fn write(root: &Path, name: &str, data: &Data) -> io::Result<()> {
    let inside = Path::new(name)
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside {
        return Err(io::Error::other("the name leads out of the chart"));
    }
    let path = root.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, data.shared())
}

/// GO: `./web` is shown as `web`.
fn tidy(path: &Path) -> PathBuf {
    let parts = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir));
    parts.collect()
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    // CVE-2026-35206 and CVE-2024-25620: a name that is more than a name.
    #[test]
    fn cve_2026_35206_names_are_those_of_one_folder() {
        for (name, words) in [
            ("", "chart name not specified"),
            (".", "chart name \".\" is not allowed"),
            ("..", "chart name \"..\" is not allowed"),
            (
                "../x",
                "chart name \"../x\" must not contain path separators",
            ),
            (
                "a\\b",
                "chart name \"a\\\\b\" must not contain path separators",
            ),
            ("C:x", "chart name \"C:x\" must not contain path separators"),
        ] {
            assert_eq!(check_name(name).unwrap_err().text, words);
        }
        assert!(check_name("web").is_ok());
        assert_eq!(tidy(Path::new("./././web")), Path::new("web"));
    }
}
