//! Archives are unpacked to a temporary folder: the rules look at folders.
//!
//! HELM: what is said about the chart's folder names that temporary folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::chartfile::Chartfile;
use pintle_chart::disk::go_text;
use pintle_chart::{File, read_archive};
use pintle_go_value::format::quoted::quote;
use tempfile::TempDir;

/// Whether a path is taken for an archive.
pub fn is_archive(path: &str) -> bool {
    // HELM: endings count as they are written.
    [".tgz", ".tar.gz"].iter().any(|end| path.ends_with(end))
}

/// An unpacked chart, removed with this.
pub struct Unpacked {
    /// Removes the folder when dropped.
    _folder: TempDir,
    name: String,
}

impl Unpacked {
    /// The chart's folder.
    pub fn chart(&self) -> &Path {
        Path::new(&self.name)
    }
}

/// Unpacks an archive.
pub fn unpack(path: &str) -> Result<Unpacked, String> {
    let file = fs::File::open(path).map_err(|error| {
        let reason = go_text(&error);
        format!("unable to open tarball: open {path}: {reason}")
    })?;
    let folder = tempfile::Builder::new()
        .prefix("helm-lint")
        .tempdir()
        .map_err(|error| format!("unable to create temp dir to extract tarball: {error}"))?;
    let chart = expand(file, folder.path())
        .map_err(|error| format!("unable to extract tarball: {error}"))?;
    Ok(Unpacked {
        _folder: folder,
        name: chart.to_string_lossy().into_owned(),
    })
}

fn expand(archive: fs::File, folder: &Path) -> Result<PathBuf, String> {
    let files = read_archive(io::BufReader::new(archive)).map_err(|e| e.text().to_owned())?;
    let chart = folder.join(chart_name(&files)?);
    for file in &files {
        write(&chart.join(&file.name), &file.data).map_err(|(verb, path, error)| {
            format!("{verb} {}: {}", path.display(), go_text(&error))
        })?;
    }
    Ok(chart)
}

fn write(path: &Path, data: &[u8]) -> Result<(), (&'static str, PathBuf, io::Error)> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| ("mkdir", parent.to_owned(), error))?;
    }
    fs::write(path, data).map_err(|error| ("open", path.to_owned(), error))
}

/// The name under which the chart is unpacked. The names of files were checked when the archive
/// was read; this one is checked here.
fn chart_name(files: &[File]) -> Result<String, String> {
    let mut name = String::new();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        name = Chartfile::read(&file.data)
            .map_err(|error| format!("cannot load Chart.yaml: {}", error.text()))?
            .metadata
            .name;
    }
    if name.is_empty() {
        return Err("chart name not specified".to_owned());
    }
    let quoted = quote(&name);
    if matches!(name.as_str(), "." | "..") {
        return Err(format!("chart name {quoted} is not allowed"));
    }
    // A zero cannot be in a path; Helm fails on it a step later.
    if name.contains(['/', '\0']) {
        return Err(format!(
            "chart name {quoted} must not contain path separators"
        ));
    }
    Ok(name)
}
