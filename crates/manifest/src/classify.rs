//! Rendered files into manifests and hooks.

use std::collections::BTreeMap;

use pintle_go_value::SharedStr;

use crate::{Head, Hook, Text, install_rank, split};

/// A document that is part of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The template it comes from, such as `web/templates/service.yaml`.
    pub path: String,
    /// The text of the document.
    pub text: Text,
    /// Its head.
    pub head: Head,
}

/// A document that Helm drops because its hook annotation names an unknown event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedHook {
    /// The template it comes from.
    pub path: String,
    /// The annotation as written.
    pub events: String,
}

/// What [`classify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classified {
    /// The release's documents in install order.
    pub manifests: Vec<Manifest>,
    /// The hooks in install order of their kinds (weights count when they run).
    pub hooks: Vec<Hook>,
    /// What was dropped.
    pub skipped: Vec<SkippedHook>,
}

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("YAML parse error on {path}: {reason}")]
pub struct Error {
    /// The template whose output it is.
    pub path: String,
    /// Helm's text of the reason.
    pub reason: String,
    /// The document's own text, to show the place.
    pub document: String,
    /// What was dropped before: Helm has logged it by then.
    pub skipped: Vec<SkippedHook>,
}

/// Splits, reads and sorts rendered files (path → text).
///
/// Partials (base name starting with `_`) and blank files are left out. Ties keep the order of
/// paths, then of documents in a file.
///
/// # Errors
/// The first document that is not YAML, or whose head has the wrong shape.
pub fn classify(files: &BTreeMap<String, SharedStr>) -> Result<Classified, Error> {
    classify_with(files, read_file)
}

/// As [`classify`], of files that `read` has read with [`read_file`], or reads now.
///
/// # Errors
/// As [`classify`].
pub fn classify_with(
    files: &BTreeMap<String, SharedStr>,
    mut read: impl FnMut(&str, &SharedStr) -> Result<FileRead, Error>,
) -> Result<Classified, Error> {
    let mut found = Classified::default();
    for (path, text) in files {
        let FileRead(mut read) = read(path, text).map_err(|mut error| {
            found.skipped.append(&mut error.skipped);
            Error {
                skipped: std::mem::take(&mut found.skipped),
                ..error
            }
        })?;
        found.manifests.append(&mut read.manifests);
        found.hooks.append(&mut read.hooks);
        found.skipped.append(&mut read.skipped);
    }
    found
        .manifests
        .sort_by(|a, b| install_rank(&a.head.kind).cmp(&install_rank(&b.head.kind)));
    found
        .hooks
        .sort_by(|a, b| install_rank(&a.kind).cmp(&install_rank(&b.kind)));
    Ok(found)
}

/// The documents of one rendered file.
#[derive(Debug)]
pub struct FileRead(Classified);

/// Splits and reads one rendered file.
///
/// # Errors
/// The first document that is not YAML, or whose head has the wrong shape.
pub fn read_file(path: &str, text: &SharedStr) -> Result<FileRead, Error> {
    let mut found = Classified::default();
    if !is_partial(path) {
        for document in split(text) {
            let placed = place(&mut found, path, Text::piece(text, document));
            placed.map_err(|error| Error {
                skipped: std::mem::take(&mut found.skipped),
                ..error
            })?;
        }
    }
    Ok(FileRead(found))
}

fn place(found: &mut Classified, path: &str, document: Text) -> Result<(), Error> {
    let head = Head::read(&document).map_err(|reason| Error {
        path: path.to_owned(),
        reason,
        document: document.to_string(),
        skipped: Vec::new(),
    })?;
    match Hook::from_head(&head, path, &document) {
        Some(Ok(hook)) => found.hooks.push(hook),
        Some(Err(events)) => found.skipped.push(SkippedHook {
            path: path.to_owned(),
            events,
        }),
        None => found.manifests.push(Manifest {
            path: path.to_owned(),
            text: document,
            head,
        }),
    }
    Ok(())
}

fn is_partial(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|base| base.starts_with('_'))
}
