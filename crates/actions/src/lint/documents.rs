//! From text to the heads of objects, as the Kubernetes client reads a stream of YAML or JSON.

use std::borrow::Cow;
use std::ops::Range;

use pintle_chart::scalar_text;
use pintle_go_value::{Map, Value, json};
use pintle_go_yaml::Options;
use pintle_manifest::essentials;

/// The part of an object that rules look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
}

/// What a document is: an object, nothing, or no YAML for the reason given.
pub type Document = Result<Option<Object>, String>;

/// The objects of a stream; `None` for a document without anything in it.
///
/// HELM: a stream that starts with a brace is read as JSON texts, one after the other. When one
/// is no JSON, and it is among the first two, what is left of the stream is read as YAML.
pub struct Documents<'a> {
    rest: &'a [u8],
    /// How much of the stream is read.
    read: usize,
    /// How many JSON texts were read; none once the stream is YAML.
    json: Option<usize>,
    failed: bool,
}

impl<'a> Documents<'a> {
    /// The documents of a stream.
    pub fn new(stream: &'a [u8]) -> Self {
        let start = &stream[..stream.len().min(4096)];
        let is_json = String::from_utf8_lossy(start).trim_start().starts_with('{');
        Self {
            rest: stream,
            read: 0,
            json: is_json.then_some(0),
            failed: false,
        }
    }

    /// The documents of a part of a stream ([`parts`]).
    pub fn of_part(stream: &'a [u8], part: Range<usize>) -> Self {
        match part.start {
            0 => Self::new(&stream[part]),
            start => Self {
                rest: &stream[part],
                read: start,
                json: None,
                failed: false,
            },
        }
    }

    fn next_yaml(&mut self) -> Option<Document> {
        let document = next_document(&mut self.rest);
        Some(document?.and_then(|document| from_yaml(&document)))
    }

    fn next_json(&mut self, count: usize) -> Option<Document> {
        if self.rest.trim_ascii_start().is_empty() {
            return None;
        }
        let (value, length) = json::decode_first(self.rest);
        let error = match value.map_err(|error| syntax_error(&error, self.read + length)) {
            Ok(value) => match Reading::Json.object(&value) {
                Ok(object) => {
                    self.rest = &self.rest[length..];
                    self.read += length;
                    self.json = Some(count + 1);
                    return Some(Ok(object));
                }
                Err(error) => Problem::plain(error),
            },
            Err(problem) => problem,
        };
        if count > 1 {
            return Some(Err(error.text));
        }
        self.json = None;
        skip_blanks(&mut self.rest);
        let found = self.next_yaml()?;
        Some(found.map_err(|_| error.shown()))
    }
}

impl Iterator for Documents<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let found = match self.json {
            Some(count) => self.next_json(count),
            None => self.next_yaml(),
        };
        self.failed = matches!(found, Some(Err(_)));
        found
    }
}

/// A part of a stream is at least so long, in bytes, if others follow it.
const LEAST_PART: usize = 32 << 10;

/// A long stream in parts that can be read apart from each other. The documents of all parts,
/// up to the first that is none, are those of the stream.
pub fn parts(stream: &[u8]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    // Streams of JSON have no separators.
    let is_yaml = Documents::new(stream).json.is_none();
    while is_yaml && stream.len() - start > 2 * LEAST_PART {
        let Some((end, next)) = separator(stream, start + LEAST_PART) else {
            break;
        };
        parts.push(start..end);
        start = next;
    }
    parts.push(start..stream.len());
    parts
}

/// A plain separator behind `from` that is sure to end a document: where its line begins and
/// ends.
fn separator(stream: &[u8], from: usize) -> Option<(usize, usize)> {
    for found in memchr::memmem::find_iter(&stream[from..], b"\n---\n") {
        let end = from + found;
        let line = memchr::memrchr(b'\n', &stream[..end]).map_or(0, |end| end + 1);
        // Behind another separator it would begin the document.
        if !stream[line..].starts_with(b"---") {
            return Some((end + 1, end + 5));
        }
    }
    None
}

/// What is wrong with a JSON text, and where if it is its syntax.
struct Problem {
    text: String,
    place: Option<usize>,
}

impl Problem {
    fn plain(text: String) -> Self {
        Self { text, place: None }
    }

    fn shown(&self) -> String {
        match self.place {
            Some(place) => format!("json: offset {place}: {}", self.text),
            None => self.text.clone(),
        }
    }
}

/// GO: the place is behind what is wrong, and an early end is no matter of syntax.
fn syntax_error(error: &json::Error, at: usize) -> Problem {
    let text = error.to_string();
    if text.starts_with("unexpected end of JSON input") {
        return Problem::plain("unexpected EOF".to_owned());
    }
    let sequence = text.strip_prefix("invalid escape sequence `");
    let length = sequence.and_then(|rest| rest.rfind('`')).unwrap_or(1);
    Problem {
        text,
        place: Some(at + length),
    }
}

/// Passes blanks up to the end of the line.
fn skip_blanks(rest: &mut &[u8]) {
    while let [first, after @ ..] = *rest {
        if !first.is_ascii_whitespace() {
            return;
        }
        *rest = after;
        if *first == b'\n' {
            return;
        }
    }
}

/// Cuts off the next YAML document.
///
/// HELM: this happens before YAML is read; a separator with nothing before it belongs to its
/// document, and only a comment may follow it on its line.
fn next_document<'a>(rest: &mut &'a [u8]) -> Option<Result<Cow<'a, [u8]>, String>> {
    let stream = *rest;
    // How much of the stream is in the document so far.
    let mut length = 0;
    while length < stream.len() {
        let end = memchr::memchr(b'\n', &stream[length..]);
        let next = end.map_or(stream.len(), |end| length + end + 1);
        let line = &stream[length..next];
        if let Some(after) = line.strip_prefix(b"---") {
            let after = String::from_utf8_lossy(after);
            let after = after.trim();
            if !after.is_empty() && !after.starts_with('#') {
                *rest = &stream[next..];
                return Some(Err(format!("invalid Yaml document separator: {after}")));
            }
            if length > 0 {
                *rest = &stream[next..];
                return Some(Ok(lines(&stream[..length])));
            }
        }
        length = next;
    }
    *rest = &[];
    (length > 0).then(|| Ok(lines(stream)))
}

/// The lines without carriage returns at their ends, each ended by `\n`.
fn lines(text: &[u8]) -> Cow<'_, [u8]> {
    if text.ends_with(b"\n") && !text.contains(&b'\r') {
        return text.into();
    }
    let mut clean = Vec::with_capacity(text.len() + 1);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        clean.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        clean.push(b'\n');
    }
    clean.into()
}

/// The document without the separator it may begin with: YAML is the same without it, and
/// simpler.
fn after_separator(document: &[u8]) -> &[u8] {
    if !document.starts_with(b"---") {
        return document;
    }
    let end = memchr::memchr(b'\n', document);
    end.map_or(&[], |end| &document[end + 1..])
}

fn from_yaml(document: &[u8]) -> Result<Option<Object>, String> {
    // Without any of them, there still may be a map.
    let text = std::str::from_utf8(after_separator(document)).ok();
    let short = text.and_then(essentials);
    let short = short.filter(|short| !short.is_empty());
    let text = short.as_ref().map_or(document, String::as_bytes);
    let value = parse_with_integers(text)?;
    Reading::Yaml
        .object(&value)
        .map_err(|error| format!("{UNMARSHALING}{error}"))
}

/// The words in front of an error of types.
pub const UNMARSHALING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// Reads YAML so that integers can be told from other numbers.
pub fn parse_with_integers(document: &[u8]) -> Result<Value, String> {
    let options = Options {
        integers: true,
        ..Options::default()
    };
    let (value, _) =
        pintle_go_yaml::parse_with(document, &options).map_err(|error| error.shown())?;
    Ok(value)
}

/// Where a value was read from: text fields take any scalar of YAML, and strings of JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

impl Reading {
    /// GO: names of fields are matched without regard to case; the last in the order of keys
    /// wins, and the first error is told.
    fn object(self, value: &Value) -> Result<Option<Object>, String> {
        let map = match value {
            Value::Nil => return Ok(None),
            Value::Map(map) => map,
            other => return Err(json::mismatch(other, "rules.k8sYamlStruct").to_string()),
        };
        let mut object = Object::default();
        for (key, value) in map.entries() {
            let key = key.to_text();
            match key.to_lowercase().as_str() {
                "apiversion" => self.set(&mut object.api_version, &value, &key)?,
                "kind" => self.set(&mut object.kind, &value, &key)?,
                "metadata" => self.metadata(&mut object, &value, &key)?,
                _ => {}
            }
        }
        Ok(Some(object))
    }

    fn metadata(self, object: &mut Object, value: &Value, path: &str) -> Result<(), String> {
        let map = struct_at(value, path, "rules.k8sYamlMetadata")?;
        for (key, value) in map.entries() {
            let key = key.to_text();
            let path = format!("{path}.{key}");
            match key.to_lowercase().as_str() {
                "name" => self.set(&mut object.name, &value, &path)?,
                "namespace" => self.set(&mut String::new(), &value, &path)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Sets a text field; null leaves it as it is.
    pub fn set(self, field: &mut String, value: &Value, path: &str) -> Result<(), String> {
        let text = match (self, value) {
            (_, Value::Nil) => return Ok(()),
            (Self::Json, Value::Str(text)) => Some(text.to_string()),
            (Self::Json, _) => None,
            (Self::Yaml, value) => scalar_text(value),
        };
        *field = text.ok_or_else(|| mismatch(value, path, "string"))?;
        Ok(())
    }
}

/// The map of a struct; null has no fields.
pub fn struct_at(value: &Value, path: &str, go_type: &str) -> Result<Map, String> {
    match value {
        Value::Nil => Ok(Map::new()),
        Value::Map(map) => Ok(map.clone()),
        other => Err(mismatch(other, path, go_type)),
    }
}

/// What Go says about a value of another type than its field. GO: an item of a list is no field.
pub fn mismatch(value: &Value, path: &str, go_type: &str) -> String {
    let plain = json::mismatch(value, go_type).to_string();
    let is_item = path
        .rsplit('.')
        .next()
        .is_some_and(|last| last.parse::<usize>().is_ok());
    let field = if is_item { "" } else { "Go struct field " };
    plain.replacen("Go value", &format!("{field}.{path}"), 1)
}

#[cfg(test)]
mod tests {
    use super::{Documents, Object, essentials};

    fn kinds(stream: &str) -> Vec<Result<Option<String>, String>> {
        let kind = |object: Object| object.kind;
        Documents::new(stream.as_bytes())
            .map(|document| document.map(|object| object.map(kind)))
            .collect()
    }

    #[test]
    fn a_separator_in_front_belongs_to_its_document() {
        let stream = "--- # first\nkind: A\n---\n---\nkind: B\n---\n";
        let expected = [Ok(Some("A".to_owned())), Ok(Some("B".to_owned()))];
        assert_eq!(kinds(stream), expected);
    }

    #[test]
    fn parts_have_the_documents_of_the_whole() {
        let filler = "  - x\n".repeat(7_000);
        let document = format!("kind: A\nlist:\n{filler}");
        let odd = [
            "---\n".to_owned(),
            "--- # comment\n".to_owned(),
            "{\"kind\": \"J\"}\n".to_owned(),
            "kind: B\n---\n---\n".to_owned(),
            "--- text\n".to_owned(),
            "kind: |\n---\n".to_owned(),
            "# nothing\n".to_owned(),
            "a: b: c\n".to_owned(),
            document.clone(),
        ];
        for first in &odd {
            for second in &odd {
                let stream = format!(
                    "{document}---\n{first}---\n{document}{second}---\n{document}---\n{document}"
                );
                let parts = super::parts(stream.as_bytes());
                assert!(parts.len() > 2, "{}", parts.len());
                let apart = parts
                    .into_iter()
                    .flat_map(|part| Documents::of_part(stream.as_bytes(), part));
                let mut failed = false;
                let up_to_error = apart.take_while(|document| {
                    let before = failed;
                    failed |= document.is_err();
                    !before
                });
                let whole: Vec<_> = Documents::new(stream.as_bytes()).collect();
                assert_eq!(
                    up_to_error.collect::<Vec<_>>(),
                    whole,
                    "{first:.20?} {second:.20?}"
                );
            }
        }
    }

    #[test]
    fn lines_of_errors_count_the_separator() {
        let error = "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context";
        assert_eq!(kinds("---\nkind: A\nb: c: d\n"), [Err(error.to_owned())]);
    }

    /// Else each document would become values, which takes several times as long.
    #[test]
    fn documents_behind_separators_are_skimmed() {
        let document = super::after_separator(b"---\nkind: A\nspec: {}\n");
        let text = std::str::from_utf8(document).ok();
        assert_eq!(text.and_then(essentials).as_deref(), Some("kind: A\n"));
    }
}
