//! One annotation more or less in a document that otherwise stays as its author wrote it.
//!
//! The text is edited where its layout is one that people and programs write; the result is
//! read again, and where it does not say what it should, the document is written anew.

use pintle_go_value::compare::deep_equal;
use pintle_go_value::{Map, Str, Value};

/// The document with an annotation.
///
/// # Errors
/// The document is no YAML, or no mapping.
pub fn annotate(document: &str, key: &str, value: &str) -> Result<String, String> {
    let wanted = read(document)?;
    let metadata = child(&wanted, "metadata");
    let annotations = child(&metadata, "annotations");
    annotations.set(key, Value::Str(Str::from(value)));
    metadata.set("annotations", Value::Map(annotations));
    wanted.set("metadata", Value::Map(metadata));
    let entry = format!("{key}: '{}'", value.replace('\'', "''"));
    checked(added(document, &entry), wanted)
}

/// The document without an annotation, and the annotation's value. Annotations and metadata
/// that are empty then go too.
///
/// # Errors
/// As [`annotate`].
pub fn take_annotation(document: &str, key: &str) -> Result<(String, Option<String>), String> {
    let wanted = read(document)?;
    let metadata = child(&wanted, "metadata");
    let annotations = child(&metadata, "annotations");
    let Some(found) = annotations.remove(key) else {
        return Ok((document.to_owned(), None));
    };
    put_back(&metadata, "annotations", annotations);
    put_back(&wanted, "metadata", metadata);
    let value = match found {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    };
    Ok((checked(removed(document, key), wanted)?, value))
}

/// Reads a document, as a map that may be changed.
fn read(document: &str) -> Result<Map, String> {
    match pintle_go_yaml::parse(document.as_bytes()) {
        Ok(Value::Map(map)) => Ok(map.deep_copy()),
        Ok(_) => Err("wrong node kind: expected MappingNode".to_owned()),
        Err(error) => Err(error.text().to_owned()),
    }
}

fn child(map: &Map, key: &str) -> Map {
    match map.get(key) {
        Some(Value::Map(child)) => child,
        _ => Map::new(),
    }
}

fn put_back(map: &Map, key: &str, child: Map) {
    if child.is_empty() {
        map.remove(key);
    } else {
        map.set(key, Value::Map(child));
    }
}

fn checked(text: String, wanted: Map) -> Result<String, String> {
    let wanted = Value::Map(wanted);
    if pintle_go_yaml::parse(text.as_bytes()).is_ok_and(|found| deep_equal(&found, &wanted)) {
        return Ok(text);
    }
    let text = pintle_go_yaml::emit(&wanted).map_err(|error| error.text().to_owned())?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A line with what its place means.
#[derive(Clone, Copy)]
struct Line<'a> {
    indent: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn is_content(&self) -> bool {
        !self.text.is_empty() && !self.text.starts_with('#')
    }

    /// What follows `key:`, when the line begins so.
    fn after(&self, key: &str) -> Option<&'a str> {
        let rest = self.text.strip_prefix(key)?.strip_prefix(':')?;
        let separate = rest.is_empty() || rest.starts_with([' ', '\t']);
        separate.then(|| rest.trim())
    }
}

fn line(raw: &str) -> Line<'_> {
    let text = raw.trim_start_matches(' ');
    Line {
        indent: raw.len() - text.len(),
        text: text.trim_end(),
    }
}

/// The lines `start..end` that are below a line of this indentation, without blanks at the end.
fn block(lines: &[String], start: usize, indent: usize) -> usize {
    let mut end = start;
    for (at, raw) in lines.iter().enumerate().skip(start) {
        let line = line(raw);
        if line.is_content() && line.indent <= indent {
            break;
        }
        if line.is_content() {
            end = at + 1;
        }
    }
    end
}

/// Where `key:` stands among lines of one indentation.
fn find(
    lines: &[String],
    range: std::ops::Range<usize>,
    indent: usize,
    key: &str,
) -> Option<usize> {
    range.into_iter().find(|at| {
        let line = line(&lines[*at]);
        line.indent == indent && line.after(key).is_some()
    })
}

/// Whether something other than a comment follows `key:`.
fn has_value(raw: &str, key: &str) -> bool {
    let rest = line(raw).after(key).unwrap_or_default();
    !rest.is_empty() && !rest.starts_with('#')
}

fn added(document: &str, entry: &str) -> String {
    let mut lines: Vec<String> = document.trim_end().lines().map(str::to_owned).collect();
    insert(&mut lines, entry);
    lines.join("\n") + "\n"
}

fn insert(lines: &mut Vec<String>, entry: &str) {
    let count = lines.len();
    let Some(metadata) = find(lines, 0..count, 0, "metadata") else {
        lines.push(format!("metadata:\n  annotations:\n    {entry}"));
        return;
    };
    if has_value(&lines[metadata], "metadata") {
        into_braces(&mut lines[metadata], &format!("annotations: {{{entry}}}"));
        return;
    }
    let end = block(lines, metadata + 1, 0);
    let first = lines[metadata + 1..end].iter().map(|raw| line(raw));
    let indent = first
        .filter(Line::is_content)
        .map(|line| line.indent)
        .next()
        .unwrap_or(2);
    let spaces = " ".repeat(indent);
    match find(lines, metadata + 1..end, indent, "annotations") {
        None => lines.insert(end, format!("{spaces}annotations:\n{spaces}  {entry}")),
        Some(at) => {
            if has_value(&lines[at], "annotations") {
                into_braces(&mut lines[at], entry);
                return;
            }
            let end = block(lines, at + 1, indent);
            let below = lines[at + 1..end].iter().map(|raw| line(raw));
            let below = below
                .filter(Line::is_content)
                .map(|line| line.indent)
                .next();
            let spaces = " ".repeat(below.unwrap_or(indent + 2));
            lines.insert(end, format!("{spaces}{entry}"));
        }
    }
}

/// Adds to a mapping in braces that ends with its line.
fn into_braces(raw: &mut String, entry: &str) {
    let Some(close) = raw.rfind('}') else {
        return;
    };
    let comma = if raw[..close].trim_end().ends_with('{') {
        ""
    } else {
        ", "
    };
    raw.insert_str(close, &format!("{comma}{entry}"));
}

fn removed(document: &str, key: &str) -> String {
    let mut lines: Vec<String> = document.trim_end().lines().map(str::to_owned).collect();
    let begins = |raw: &String| line(raw).after(key).is_some();
    if let Some(at) = lines.iter().position(begins) {
        lines.remove(at);
        without_empty(&mut lines, at, "annotations");
    } else if let Some(raw) = lines.iter_mut().find(|raw| raw.contains(key)) {
        out_of_braces(raw, key);
    }
    lines.join("\n") + "\n"
}

/// Removes the line above when nothing is below it any more, and so on upwards.
fn without_empty(lines: &mut Vec<String>, at: usize, key: &str) {
    let Some(parent) = at.checked_sub(1) else {
        return;
    };
    let above = line(&lines[parent]);
    let empty = above.after(key).is_some_and(str::is_empty);
    let below = lines[at..].iter().map(|raw| line(raw));
    let deeper = below
        .filter(Line::is_content)
        .map(|line| line.indent)
        .next();
    if empty && deeper.is_none_or(|indent| indent <= above.indent) {
        lines.remove(parent);
        without_empty(lines, parent, "metadata");
    }
}

/// Takes `key: value` out of a mapping in braces, with the comma that separates it.
fn out_of_braces(raw: &mut String, key: &str) {
    let Some(start) = raw.find(key) else {
        return;
    };
    let after = &raw[start..];
    let Some(length) = after.find([',', '}']) else {
        return;
    };
    let mut end = start + length;
    let before = raw[..start].trim_end();
    let mut from = start;
    if before.ends_with(',') {
        from = before.len() - 1;
    } else if raw[end..].starts_with(',') {
        end += 1 + raw[end + 1..].len() - raw[end + 1..].trim_start().len();
    }
    raw.replace_range(from..end, "");
}

#[cfg(test)]
mod tests {
    use super::{annotate, take_annotation};

    // What post-renderer plugins of Helm 4.3.1 get for documents whose layout is already that of
    // Helm's YAML library.
    const CASES: &[(&str, &str)] = &[
        (
            "kind: B\n",
            "kind: B\nmetadata:\n  annotations:\n    k/f: 'p/a.yaml'\n",
        ),
        (
            "metadata:\n  name: a # why\ndata: {}\n",
            "metadata:\n  name: a # why\n  annotations:\n    k/f: 'p/a.yaml'\ndata: {}\n",
        ),
        (
            "metadata:\n  annotations:\n    keep: me\n  name: a\n",
            "metadata:\n  annotations:\n    keep: me\n    k/f: 'p/a.yaml'\n  name: a\n",
        ),
        (
            "metadata:\n  annotations: {h: x}\n",
            "metadata:\n  annotations: {h: x, k/f: 'p/a.yaml'}\n",
        ),
    ];

    #[test]
    fn documents_keep_their_layout() {
        for (document, expected) in CASES {
            let text = annotate(document, "k/f", "p/a.yaml").unwrap();
            assert_eq!(text, *expected);
            let (text, value) = take_annotation(&text, "k/f").unwrap();
            assert_eq!(text, *document);
            assert_eq!(value.as_deref(), Some("p/a.yaml"));
        }
    }

    #[test]
    fn other_layouts_keep_their_meaning() {
        for document in [
            "{kind: B, metadata: {name: x}}\n",
            "metadata: {name: x,\n  labels: {}}\n",
            "metadata:\n    name: a\n    annotations:\n      text: |\n        metadata:\n        more\nx: 1\n",
            "\"metadata\":\n  name: a\n",
            "metadata:\n  annotations: null\n  name: a\n",
            "metadata:\n- wrong\n",
            "a: |\n  metadata:\n    annotations:\n",
        ] {
            let text = annotate(document, "k", "it's").unwrap();
            let (_, value) = take_annotation(&text, "k").unwrap();
            assert_eq!(value.as_deref(), Some("it's"), "{text}");
        }
    }

    #[test]
    fn what_is_no_mapping_is_refused() {
        assert!(annotate("- a\n", "k", "v").is_err());
        assert!(annotate("a: b: c\n", "k", "v").is_err());
        let (text, value) = take_annotation("a: 1\n", "k").unwrap();
        assert_eq!((text.as_str(), value), ("a: 1\n", None));
    }
}
