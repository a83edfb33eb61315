//! Archives are looked at as the folders that they would become.
//!
//! HELM: an archive is unpacked to a temporary folder, and what is said about the chart's folder
//! names that one. We name such a folder and look at what is in memory.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::chartfile::Chartfile;
use pintle_chart::disk::go_text;
use pintle_chart::{File, Watch, read_archive};
use pintle_go_value::format::quoted::quote;

use super::folder::Folder;

/// Whether a path is taken for an archive.
pub fn is_archive(path: &str) -> bool {
    // HELM: endings count as they are written.
    [".tgz", ".tar.gz"].iter().any(|end| path.ends_with(end))
}

/// Unpacks an archive: the chart's folder, and all files as they would be there. `watch` is told
/// of them.
pub fn unpack(path: &str, watch: &dyn Watch) -> Result<(Folder, Vec<File>), String> {
    let file = fs::File::open(path).map_err(|error| {
        let reason = go_text(&error);
        format!("unable to open tarball: open {path}: {reason}")
    })?;
    let extract = |error| format!("unable to extract tarball: {error}");
    let size = file.metadata().map_or(0, |facts| facts.len());
    let size = usize::try_from(size).unwrap_or(0);
    let files = read_archive(file, size, watch);
    let files = files.map_err(|error| extract(error.text().to_owned()))?;
    let name = chart_name(&files).map_err(extract)?;
    let is_simple = has_plain_paths(&files);
    // Of files of the same name the last one stays.
    let files: BTreeMap<String, File> = files
        .into_iter()
        .map(|file| (file.name.clone(), file))
        .collect();
    let files: Vec<File> = files.into_values().collect();
    let no_folder = |error| format!("unable to create temp dir to extract tarball: {error}");
    let folder = if is_simple {
        Folder::unpacked(free_name().map_err(no_folder)?.join(name), &files)
    } else {
        let temporary = temporary().tempdir().map_err(no_folder)?;
        let path = temporary.path().join(name);
        write_all(&path, &files).map_err(extract)?;
        Folder::Disk {
            path,
            _temporary: Some(temporary),
        }
    };
    Ok((folder, files))
}

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("helm-lint");
    builder
}

/// A path where a temporary folder could be; nothing is made there.
fn free_name() -> io::Result<PathBuf> {
    let nothing = |path: &Path| {
        if path.try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(())
    };
    let name = temporary().make(nothing)?.into_temp_path();
    Ok(name.keep()?)
}

/// Writes the files, in their order.
fn write_all(chart: &Path, files: &[File]) -> Result<(), String> {
    files.iter().try_for_each(|file| {
        write(&chart.join(&file.name), &file.data).map_err(|(verb, path, error)| {
            format!("{verb} {}: {}", path.display(), go_text(&error))
        })
    })
}

/// Whether the files could be written without a doubt: no path leads through a file, or has a
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
