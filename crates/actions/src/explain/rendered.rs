//! Rendered text that is no YAML.

use std::collections::BTreeMap;

use pintle_manifest::{Head, split};
use pintle_render::trace::{Line, Part, TracedFile};

use super::excerpt::node_at;
use super::value::chart_path;
use super::{Excerpt, Explanation, Sources, Topic, template};

/// How many lines above the place are asked who wrote them, when the line itself is the
/// template's own text.
const LINES_ABOVE: usize = 2;

/// Explains the first document that cannot be read, in the order in which Helm reads them.
pub(super) fn explain<'a>(
    files: impl Iterator<Item = &'a TracedFile>,
    sources: &Sources,
) -> Explanation {
    let ordered: BTreeMap<&str, &TracedFile> =
        files.map(|file| (file.name.as_str(), file)).collect();
    let notes = |name: &str| name.ends_with("NOTES.txt");
    let mut explanation = Explanation::default();
    for (name, file) in ordered.into_iter().filter(|(name, _)| !notes(name)) {
        for document in split(&file.text) {
            let Err(reason) = Head::read(document) else {
                continue;
            };
            let found = Found::new(file, document, &reason);
            explanation.excerpts.extend(found.excerpt(name));
            found.sources(sources, &mut explanation);
            return explanation;
        }
    }
    explanation
}

/// The place in the output where reading stopped.
struct Found<'a> {
    file: &'a TracedFile,
    /// From 0.
    line: usize,
    /// In bytes from 1; 0 when unknown.
    column: usize,
    reason: String,
}

impl<'a> Found<'a> {
    fn new(file: &'a TracedFile, document: &str, reason: &str) -> Self {
        // `split` gives parts of the text itself.
        let offset = document.as_ptr() as usize - file.text.as_ptr() as usize;
        let before = file.text.get(..offset).unwrap_or_default();
        let first = before.matches('\n').count();
        let error = pintle_go_yaml::parse(document.as_bytes()).err();
        let place = error.as_ref().map(|e| (e.line(), e.column()));
        let (line, column) = place.unwrap_or_default();
        let reason = error.as_ref().map_or(reason, |error| error.text());
        let lines = file.text.lines().count().max(1);
        Self {
            file,
            line: (first + line.saturating_sub(1)).min(lines - 1),
            column,
            reason: without_line(reason).to_owned(),
        }
    }

    fn excerpt(&self, name: &str) -> Option<Excerpt> {
        let line = self.file.text.lines().nth(self.line)?;
        let mark = match self.column {
            0 => (0, 0),
            column if column > line.len() => (0, 0),
            column => node_at(line, column, ""),
        };
        let number = self.line + 1;
        let excerpt = Excerpt::new(name, &self.file.text, number, mark, &self.reason)?;
        Some(excerpt.called(format!("{name}, rendered line {number}")))
    }

    /// Who wrote the line: its own action, and else the template's line; if that is plain
    /// text, the last action above is worth a look too.
    fn sources(&self, sources: &Sources, explanation: &mut Explanation) {
        let chart = chart_path(&self.file.name);
        let mut told = false;
        for line in (0..=self.line).rev().take(LINES_ABOVE + 1) {
            let Some(part) = self.file.lines.get(line).and_then(Line::main) else {
                continue;
            };
            if line != self.line && part.is_text {
                continue;
            }
            explanation.excerpts.extend(wrote(part, line + 1));
            if !part.is_text {
                told = true;
                Self::calls(part, explanation);
                for found in part.reads.iter().filter_map(|read| sources.resolve(read)) {
                    sources.describe(&found, &chart, explanation);
                }
                break;
            }
        }
        if !told {
            let text = "the line is the template's own text; look at its indentation and quotes";
            explanation.note(Topic::Help, text);
        }
    }

    fn calls(part: &Part, explanation: &mut Explanation) {
        let mut call = part.call.as_deref();
        while let Some(current) = call {
            explanation.note(Topic::Call, template::place(current));
            call = current.outer.as_deref();
        }
    }
}

fn wrote(part: &Part, rendered: usize) -> Option<Excerpt> {
    let text = part.place.text();
    let line = text.lines().nth(part.line - 1)?;
    let mark = if part.is_text {
        (0, 0)
    } else {
        action_at(line, part.column)
    };
    let label = format!("wrote rendered line {rendered}");
    Excerpt::new(&part.file, text, part.line, mark, &label)
}

/// From an action's column to its end, or to that of the line.
fn action_at(line: &str, column: usize) -> (usize, usize) {
    let start = (column - 1).min(line.len());
    let rest = line.get(start..).unwrap_or_default();
    let end = rest.find("}}").unwrap_or(rest.len());
    (start, rest[..end].trim_end_matches(['-', ' ']).len())
}

/// The reason without Go's line number, which counts from the document's start and is
/// sometimes one off.
fn without_line(text: &str) -> &str {
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    match text
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((number, reason)) if number.bytes().all(|b| b.is_ascii_digit()) => reason,
        _ => text,
    }
}
