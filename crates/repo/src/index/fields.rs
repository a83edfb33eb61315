//! Entries by their fields: versions of a chart say most things in the same words, and those
//! are read once.
//!
//! An entry is cut at the lines of its keys, by the same rules as an index is cut into entries:
//! what is not surely understood is not cut, and is read as one piece.

use std::collections::HashMap;

use memchr::memchr;
use pintle_go_value::{List, Map, Str, Value};

/// Fields that differ from version to version.
const OF_ONE_VERSION: [&[u8]; 4] = [b"created", b"digest", b"urls", b"version"];

/// The fields of a chart's versions that were read already.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    known: HashMap<&'a [u8], (Str, Value)>,
}

impl<'a> Fields<'a> {
    /// Reads an entry, a list of one map; nothing when it has another form.
    pub fn read(
        &mut self,
        entry: &'a [u8],
        yaml: impl Fn(&[u8]) -> Option<Value>,
    ) -> Option<Value> {
        let indent = entry.iter().take_while(|byte| **byte == b' ').count();
        let start = indent + 2;
        // A dash at the end of an index, with a blank and no line feed behind it, has no fields.
        if entry.get(indent..start)? != b"- " || entry.len() == start {
            return None;
        }
        let fields = Map::new();
        let mut at = start;
        while at < entry.len() {
            let end = field_end(entry, at, start)?;
            let (key, value) = self.field(&entry[at..end], at > start, start, &yaml)?;
            if fields.contains(&key) {
                return None;
            }
            fields.set(key, value);
            at = end;
        }
        Some(Value::Map(fields))
    }

    fn field(
        &mut self,
        text: &'a [u8],
        is_indented: bool,
        indent: usize,
        yaml: impl Fn(&[u8]) -> Option<Value>,
    ) -> Option<(Str, Value)> {
        let words = if is_indented {
            text.get(indent..)?
        } else {
            text
        };
        let key = &words[..memchr(b':', words)?];
        if key.is_empty() || !key.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        if let Some(known) = self.known.get(words) {
            return Some(known.clone());
        }
        if let Some(value) = plain(&words[key.len()..]) {
            return Some((Str::from(key), value));
        }
        // Columns matter to some texts: the first field gets its own, without the dash.
        let read = if is_indented {
            yaml(text)?
        } else {
            yaml(&[&vec![b' '; indent][..], text].concat())?
        };
        let Value::Map(read) = read else {
            return None;
        };
        let mut read = read.entries();
        let one = read.pop().filter(|_| read.is_empty())?;
        if !OF_ONE_VERSION.contains(&key) {
            self.known.insert(words, one.clone());
        }
        Some(one)
    }
}

/// The value of `: VALUE` or of `:` and a list of one URL, when it is surely a text as it stands.
fn plain(after_key: &[u8]) -> Option<Value> {
    let line = after_key.strip_suffix(b"\n").unwrap_or(after_key);
    if let Some(value) = line.strip_prefix(b": ") {
        let inner = value
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_suffix(b"\""));
        return match inner {
            Some(inner) if inner.iter().all(|byte| is_quotable(*byte)) => Some(text(inner)),
            None if is_version(value) || is_digest(value) => Some(text(value)),
            _ => None,
        };
    }
    let item = line.strip_prefix(b":\n")?.trim_ascii_start();
    let url = item.strip_prefix(b"- ").filter(|url| is_url(url))?;
    Some(Value::List(List::new(vec![text(url)])))
}

fn text(bytes: &[u8]) -> Value {
    Value::Str(Str::from(bytes))
}

fn is_quotable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" .:+_/-".contains(&byte)
}

/// `1.2.3` and what begins like it: with two dots it is no number, without dashes before them
/// no date.
fn is_version(value: &[u8]) -> bool {
    let numbers = value.strip_prefix(b"v").unwrap_or(value);
    let digits = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let dots = numbers
        .iter()
        .take_while(digits)
        .filter(|byte| **byte == b'.');
    numbers.first().is_some_and(u8::is_ascii_digit)
        && dots.count() >= 2
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b".+_-".contains(byte))
}

/// As long as a SHA-256, with a letter that no number has.
fn is_digest(value: &[u8]) -> bool {
    value.len() == 64
        && value
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && value.iter().any(|byte| b"acdf".contains(byte))
}

fn is_url(value: &[u8]) -> bool {
    let is_web = value.starts_with(b"http://") || value.starts_with(b"https://");
    is_web
        && !value.ends_with(b":")
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"./+_:%@~-".contains(byte))
}

/// Where the field ends that starts at a place: before the next line that is indented as far
/// and is no item of a list; nothing when a line is not indented as far.
fn field_end(entry: &[u8], start: usize, indent: usize) -> Option<usize> {
    let mut at = line_end(entry, start);
    while at < entry.len() {
        let end = line_end(entry, at);
        let line = &entry[at..end];
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        let words = line[blanks..].trim_ascii_end();
        let is_nothing = words.is_empty() || words.starts_with(b"#");
        let is_item = words == b"-" || words.starts_with(b"- ");
        if !is_nothing && blanks < indent {
            return None;
        }
        if !is_nothing && blanks == indent && !is_item {
            break;
        }
        at = end;
    }
    Some(at)
}

fn line_end(text: &[u8], start: usize) -> usize {
    memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken for a text without the parser is one for the parser.
    #[test]
    fn plain_texts_are_what_yaml_says() {
        let digest = "0123456789abcdef".repeat(4);
        for value in [
            "1.2.3",
            "v1.2.3-rc.1+b",
            "1.2.3e5",
            "1..2",
            "0.0.0",
            "\"1\"",
            "\"2024-01-02T03:04:05.5Z\"",
            "\"\"",
            digest.as_str(),
        ] {
            let text = format!("key: {value}\n");
            let taken = plain(&text.as_bytes()[3..]).expect(value);
            let read = pintle_go_yaml::parse_map(text.as_bytes()).unwrap();
            assert_eq!(
                format!("{:?}", read.get("key").unwrap()),
                format!("{taken:?}")
            );
        }
        for url in ["http://h/a-1.2.3.tgz", "https://h:1/a%20b~@x"] {
            let text = format!("urls:\n    - {url}\n");
            let taken = plain(&text.as_bytes()[4..]).expect(url);
            let read = pintle_go_yaml::parse_map(text.as_bytes()).unwrap();
            assert_eq!(
                format!("{:?}", read.get("urls").unwrap()),
                format!("{taken:?}")
            );
        }
        let number = "0".repeat(64);
        for value in [
            "1.2",
            "1",
            "2024-01-02",
            "true",
            "~",
            "1.2.3: x",
            "1.2.3 # x",
            &number,
        ] {
            let text = format!(": {value}\n");
            assert!(plain(text.as_bytes()).is_none(), "{value}");
        }
    }

    #[test]
    fn an_entry_without_fields_is_left_to_the_parser() {
        let yaml = |text: &[u8]| pintle_go_yaml::parse(text).ok();
        for entry in ["  - ", "  -\n", "  - null\n", "  - {}\n"] {
            assert!(
                Fields::default().read(entry.as_bytes(), yaml).is_none(),
                "{entry}"
            );
        }
        assert!(Fields::default().read(b"  - name: a\n", yaml).is_some());
    }
}
