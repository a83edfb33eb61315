//! A values file: YAML documents that are merged, and where their values stand.

use std::borrow::Cow;

use pintle_go_value::{Map, Value};
use pintle_go_yaml::Positions;

use crate::Error;

/// A document of a values file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The values.
    pub values: Map,
    /// Where each stands, counted from the start of the document.
    pub positions: Positions,
    /// The line of the file that is line 1 of the document.
    pub first_line: usize,
}

/// Reads a values file: each document is merged over those before it.
///
/// `file` is the name for hints. The errors are Helm's, without the words in front that say
/// what file it was.
///
/// # Errors
/// YAML that cannot be read, a document that is not a map, or text after a `---`.
pub fn parse(file: &str, text: &[u8]) -> Result<Map, Error> {
    let mut merged: Option<Map> = None;
    for part in split(text)? {
        let values = pintle_go_yaml::parse_map(&part.text)
            .map_err(|error| unreadable(file, &error, part.first_line))?;
        merged = Some(match merged {
            None => values,
            Some(before) => merge_maps(&before, &values),
        });
    }
    Ok(merged.unwrap_or_default())
}

/// Reads a values file like [`parse`], but keeps the documents apart, with positions.
///
/// # Errors
/// As [`parse`].
pub fn parse_located(file: &str, text: &[u8]) -> Result<Vec<Document>, Error> {
    let read = |part: Part<'_>| {
        let (value, positions) = pintle_go_yaml::parse_located(&part.text)
            .map_err(|error| unreadable(file, &error, part.first_line))?;
        let values = value.as_map().cloned().unwrap_or_default();
        Ok(Document {
            values,
            positions,
            first_line: part.first_line,
        })
    };
    split(text)?.into_iter().map(read).collect()
}

/// Merges `over` into a copy of `base`: maps deeply, everything else replaced, nulls kept.
///
/// HELM: this is how `-f` files and the documents of one file meet; chart defaults are met
/// by coalescing, which treats null as removal.
pub fn merge_maps(base: &Map, over: &Map) -> Map {
    let merged = base.shallow_copy();
    for (key, value) in over.entries() {
        let both = match (&value, merged.get(&key)) {
            (Value::Map(over), Some(Value::Map(base))) => Value::Map(merge_maps(&base, over)),
            _ => value,
        };
        merged.set(key, both);
    }
    merged
}

fn unreadable(file: &str, error: &pintle_go_yaml::Error, first_line: usize) -> Error {
    Error::yaml(file, error, first_line).context("cannot unmarshal yaml document")
}

struct Part<'a> {
    text: Cow<'a, [u8]>,
    first_line: usize,
}

/// Cuts the text at lines that start with `---`.
///
/// HELM: this happens before YAML is read, so it also cuts inside block scalars, and only a
/// comment may follow on the line. A separator with nothing before it belongs to its document.
fn split(text: &[u8]) -> Result<Vec<Part<'_>>, Error> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut first_line = 1;
    let mut at = 0;
    for (index, line) in text.split_inclusive(|&b| b == b'\n').enumerate() {
        if let Some(rest) = line.strip_prefix(b"---") {
            check_separator(rest, index + 1)?;
            if at > start {
                parts.push(part(&text[start..at], first_line));
                start = at + line.len();
                first_line = index + 2;
            }
        }
        at += line.len();
    }
    if at > start {
        parts.push(part(&text[start..at], first_line));
    }
    Ok(parts)
}

/// HELM: each line ends in `\n` once read: also one that ended in `\r\n`, and the last one,
/// whose value may be a text of several lines.
fn part(text: &[u8], first_line: usize) -> Part<'_> {
    let text = if text.contains(&b'\r') || !text.ends_with(b"\n") {
        let mut plain = Vec::with_capacity(text.len() + 1);
        for line in text.split_inclusive(|&b| b == b'\n') {
            let line = line
                .strip_suffix(b"\r\n")
                .or(line.strip_suffix(b"\n"))
                .unwrap_or(line);
            plain.extend_from_slice(line);
            plain.push(b'\n');
        }
        Cow::Owned(plain)
    } else {
        Cow::Borrowed(text)
    };
    Part { text, first_line }
}

fn check_separator(rest: &[u8], line: usize) -> Result<(), Error> {
    let rest = String::from_utf8_lossy(rest);
    let rest = rest.trim();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(());
    }
    let text = format!("error reading yaml document: invalid Yaml document separator: {rest}");
    Err(Error::new(text).hint(format!(
        "line {line} starts with `---`; put what follows on a line of its own"
    )))
}
