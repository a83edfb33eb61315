//! `template --source-map`: which template line wrote each line of the output.

use std::collections::BTreeMap;

use pintle_go_template::Call;
use pintle_render::trace::{Line, Part, TracedFile};
use serde::Serialize;

/// Which template line wrote each line of an output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceMap {
    /// The version of this form: 1.
    pub version: u32,
    /// The documents, in the order of the output.
    pub documents: Vec<MappedDocument>,
}

/// One document of the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappedDocument {
    /// The template that it comes from.
    pub template: String,
    /// The line of the output on which it starts (its `# Source:` line), from 1.
    pub line: usize,
    /// Its lines, where it is known who wrote them.
    pub lines: Vec<MappedLine>,
}

/// One line of the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappedLine {
    /// The line of the output, from 1.
    pub line: usize,
    /// Who wrote it: `FILE:LINE:COLUMN`.
    pub at: String,
    /// The calls that led there, the innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
}

/// Maps an output: documents under `# Source:` lines, as `template` prints them.
pub(crate) fn map(output: &str, files: &[TracedFile]) -> SourceMap {
    let files: BTreeMap<&str, &TracedFile> = files
        .iter()
        .map(|file| (file.name.as_str(), file))
        .collect();
    let lines: Vec<&str> = output.lines().collect();
    let mut documents = Vec::new();
    // Where the search in each file goes on, so that equal documents are told apart.
    let mut searched: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at = 0;
    while at < lines.len() {
        let name = lines[at].strip_prefix("# Source: ");
        let starts = at > 0 && lines[at - 1] == "---";
        at += 1;
        let Some(name) = name.filter(|_| starts) else {
            continue;
        };
        let end = lines[at..].iter().position(|line| line.starts_with("---"));
        let body = &lines[at..end.map_or(lines.len(), |end| at + end)];
        let mapped = files.get(name).map(|file| {
            let from = searched.entry(name).or_default();
            let found = find(file, body, *from).or_else(|| find(file, body, 0));
            *from = found.map_or(*from, |found| found + body.len());
            found.map_or(Vec::new(), |found| mapped(file, body.len(), found, at + 1))
        });
        documents.push(MappedDocument {
            template: name.to_owned(),
            line: at,
            lines: mapped.unwrap_or_default(),
        });
        at += body.len();
    }
    SourceMap {
        version: 1,
        documents,
    }
}

/// The line of the file at which a document starts, sought from a line on. The first line of
/// a document may have lost the space before it; what is random may differ.
fn find(file: &TracedFile, body: &[&str], from: usize) -> Option<usize> {
    let lines: Vec<&str> = file.text.lines().collect();
    let wanted = body.len().saturating_sub(trailing_blank(body));
    let agreeing = |start: usize| {
        let pairs = lines[start..].iter().zip(&body[..wanted]);
        pairs.filter(|(a, b)| a.trim() == b.trim()).count()
    };
    let first = body.first()?.trim();
    let mut best = None;
    for (start, line) in lines.iter().enumerate().skip(from) {
        let line = line.trim_start_matches("---").trim();
        if line != first {
            continue;
        }
        let count = agreeing(start);
        if count == wanted {
            return Some(start);
        }
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, start));
        }
    }
    best.map(|(_, start)| start)
}

fn trailing_blank(body: &[&str]) -> usize {
    body.iter()
        .rev()
        .take_while(|line| line.trim().is_empty())
        .count()
}

fn mapped(file: &TracedFile, count: usize, start: usize, first: usize) -> Vec<MappedLine> {
    let lines = file.lines.iter().skip(start).take(count);
    let line = |(index, line): (usize, &Line)| {
        let part = line.main()?;
        Some(MappedLine {
            line: first + index,
            at: format!("{}:{}:{}", part.file, part.line, part.column),
            from: calls(part),
        })
    };
    lines.enumerate().filter_map(line).collect()
}

fn calls(part: &Part) -> Vec<String> {
    let mut calls = Vec::new();
    let mut call: Option<&Call> = part.call.as_deref();
    while let Some(current) = call {
        calls.push(crate::explain::call_place(current));
        call = current.outer.as_deref();
    }
    calls
}
