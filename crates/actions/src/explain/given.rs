//! Values files and files of a chart that cannot be read.

use std::path::Path;

use pintle_values::options::UserValues;

use super::{Excerpt, Explanation};
use crate::Error;

/// Explains why the user's values cannot be read: the first file that is no YAML.
pub(crate) fn unreadable(user: &UserValues, error: Error) -> Error {
    let broken = user.files.iter().find_map(|file| {
        let error = pintle_chart::values_file::parse(&file.name, &file.text).err()?;
        let text = String::from_utf8_lossy(&file.text);
        yaml_excerpt(&file.name, &text, &error)
    });
    let mut explanation = Explanation::default();
    explanation.excerpts.extend(broken);
    error.explained(explanation)
}

/// Explains why a chart cannot be read, when one of its files is no YAML.
pub(crate) fn chart_file(folder: &Path, refused: &pintle_chart::Error, error: Error) -> Error {
    let mut explanation = Explanation::default();
    if let Some(found) = refused.place() {
        let path = folder.join(&found.file);
        // The chart was read a moment ago: its files are of a bearable size.
        if let Ok(text) = std::fs::read_to_string(path) {
            let excerpt = yaml_excerpt(&found.file, &text, refused);
            explanation.excerpts.extend(excerpt);
        }
    }
    error.explained(explanation)
}

fn yaml_excerpt(name: &str, text: &str, error: &pintle_chart::Error) -> Option<Excerpt> {
    let found = error.place()?;
    let reason = error.text().rsplit("yaml: ").next().unwrap_or_default();
    let reason = match reason
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, reason)) => reason,
        None => reason,
    };
    // Reading may stop after the last line.
    let line = found.line.min(text.lines().count().max(1));
    let shown = text.lines().nth(line - 1)?;
    let width = match found.column {
        0 => (0, 0),
        column if line == found.line && column <= shown.len() => (column - 1, 1),
        _ => (0, 0),
    };
    Excerpt::new(name, text, line, width, reason)
}
