//! `--with-subcharts`: the charts below charts.

use std::fs;
use std::path::Path;

use super::archive::is_archive;
use super::joined;

/// How deep folders are searched: as deep as charts are read.
const MAX_DEPTH: usize = 128;

/// The charts below `charts/` of each path, in the order of names; links are not followed.
pub fn below(paths: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths {
        search(&joined(Path::new(path), "charts"), 0, &mut found);
    }
    found
}

fn search(path: &Path, depth: usize, found: &mut Vec<String>) {
    let Ok(facts) = fs::symlink_metadata(path) else {
        return;
    };
    let shown = path.to_string_lossy();
    if path.file_name().is_some_and(|name| name == "Chart.yaml") {
        let folder = path.parent().unwrap_or(path);
        found.push(folder.to_string_lossy().into_owned());
    } else if is_archive(&shown) {
        found.push(shown.into_owned());
    }
    if !facts.is_dir() || depth >= MAX_DEPTH {
        return;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names {
        search(&path.join(name), depth + 1, found);
    }
}
