//! Archives are unpacked to a temporary folder: the rules look at folders.
//!
//! HELM: what is said about the chart's folder names that temporary folder. We write there
//! what rules read for themselves; the chart is loaded from memory.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::chartfile::Chartfile;
use pintle_chart::disk::go_text;
use pintle_chart::{File, Watch, read_archive};
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
    folder: TempDir,
    name: String,
    files: Vec<File>,
}

impl Unpacked {
    /// The chart's folder.
    pub fn chart(&self) -> &Path {
        Path::new(&self.name)
    }

    /// All files of the chart, and what removes the folder when dropped.
    pub fn into_files(self) -> (Vec<File>, TempDir) {
        (self.files, self.folder)
    }
}

/// Unpacks an archive; `watch` is told of its files.
pub fn unpack(path: &str, watch: &dyn Watch) -> Result<Unpacked, String> {
    let file = fs::File::open(path).map_err(|error| {
        let reason = go_text(&error);
        format!("unable to open tarball: open {path}: {reason}")
    })?;
    let folder = tempfile::Builder::new()
        .prefix("helm-lint")
        .tempdir()
        .map_err(|error| format!("unable to create temp dir to extract tarball: {error}"))?;
    let extract = |error| format!("unable to extract tarball: {error}");
    let size = file.metadata().map_or(0, |facts| facts.len());
    let size = usize::try_from(size).unwrap_or(0);
    let files = read_archive(file, size, watch);
    let files = files.map_err(|error| extract(error.text().to_owned()))?;
    let (chart, files) = expand(files, folder.path()).map_err(extract)?;
    Ok(Unpacked {
        folder,
        name: chart.to_string_lossy().into_owned(),
        files,
    })
}

/// Writes what is looked at on disk; gives the chart's folder, and its files as they would
/// be there.
fn expand(files: Vec<File>, folder: &Path) -> Result<(PathBuf, Vec<File>), String> {
    let chart = folder.join(chart_name(&files)?);
    let is_simple = has_plain_paths(&files);
    // Of files of the same name the last one stays.
    let files: BTreeMap<String, File> = files
        .into_iter()
        .map(|file| (file.name.clone(), file))
        .collect();
    // Of what is in folders, rules only want to know that the folders are there.
    let mut folders = HashSet::new();
    for file in files.values() {
        let written = match file.name.split_once('/') {
            Some((first, _)) if is_simple && !folders.insert(first) => Ok(()),
            Some((first, _)) if is_simple => make_folder(Some(&chart.join(first))),
            _ => write(&chart.join(&file.name), &file.data),
        };
        written.map_err(|(verb, path, error)| {
            format!("{verb} {}: {}", path.display(), go_text(&error))
        })?;
    }
    Ok((chart, files.into_values().collect()))
}

/// Whether the files can be written without a doubt: no path leads through a file, or has a
/// name that file systems refuse.
fn has_plain_paths(files: &[File]) -> bool {
    let names: HashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let is_plain = |name: &str| {
        let mut ends = name.match_indices('/');
        name.len() < 1000
            && name.split('/').all(|part| part.len() < 250)
            && !name.contains('\0')
            && !ends.any(|(end, _)| names.contains(&name[..end]))
    };
    names.iter().all(|name| is_plain(name))
}

type Unwritten = (&'static str, PathBuf, io::Error);

fn make_folder(path: Option<&Path>) -> Result<(), Unwritten> {
    let Some(path) = path.filter(|path| !path.is_dir()) else {
        return Ok(());
    };
    fs::create_dir_all(path).map_err(|error| ("mkdir", path.to_owned(), error))
}

fn write(path: &Path, data: &[u8]) -> Result<(), Unwritten> {
    make_folder(path.parent())?;
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
