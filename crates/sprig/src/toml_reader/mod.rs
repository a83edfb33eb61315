//! TOML read as the Go library of Helm reads it, with its errors word for word.
//!
//! [`words`] cuts the text into words, up to the first error; [`Document`] makes tables of
//! them. An error of a word counts only when the words before it have none, so the order is
//! that of Go's.

mod document;
mod key;
mod numbers;
mod scanner;
mod strings;
mod tables;
mod values;
mod words;

use pintle_go_value::Map;
use pintle_go_value::format::quoted;

use crate::zone::Zone;
use document::Document;

/// Why a text is not TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error {
    /// From 1; Go's own count, which is one less than it should be here and there.
    line: usize,
    message: String,
    /// The key that was being read; may be empty.
    last_key: String,
}

impl Error {
    fn at(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
            last_key: String::new(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            line,
            message,
            last_key,
        } = self;
        if last_key.is_empty() {
            return write!(f, "toml: line {line}: {message}");
        }
        let last_key = quoted::quote(last_key);
        write!(f, "toml: line {line} (last key {last_key}): {message}")
    }
}

/// Where times without an offset are, and those with the offset of this place.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// Go's `time.Local`.
    pub local: Zone,
    /// Its offset now, in seconds.
    pub offset: i32,
}

/// Reads a document.
///
/// # Errors
/// The library's, by line and last key.
pub(crate) fn read(text: &[u8], places: &Places) -> Result<Map, Error> {
    let text = without_mark(text);
    let start = &text[..text.len().min(6)];
    if start.contains(&0) {
        return Err(Error::at(
            1,
            "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8",
        ));
    }
    Document::new(places).read(words::words(text))
}

/// The text behind a byte order mark, of UTF-8 or even UTF-16.
fn without_mark(text: &[u8]) -> &[u8] {
    [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text)
}
