//! Values files and files of a chart that cannot be read.

use std::path::Path;

use pintle_values::options::UserValues;

use super::{Excerpt, Explanation};
use crate::Error;

/// Explains why the user's values cannot be read: the first file that is no YAML.
pub(crate) fn unreadable(user: &UserValues, error: Error) -> Error {
    let files = user.files.iter();
    let mut explanations = files.map(|file| values_file(&file.name, &file.text));
    let broken = explanations.find(|explanation| !explanation.is_empty());
    error.explained(broken.unwrap_or_default())
}

/// Explains why the text of a values file cannot be read; nothing for one that can.
pub(crate) fn values_file(name: &str, text: &[u8]) -> Explanation {
    let mut explanation = Explanation::default();
    if let Err(error) = pintle_chart::values_file::parse(name, text) {
        let text = String::from_utf8_lossy(text);
        let excerpt = yaml_excerpt(name, &text, &error);
        explanation.excerpts.extend(excerpt);
    }
    explanation
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
