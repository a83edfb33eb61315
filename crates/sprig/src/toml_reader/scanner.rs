//! Characters one by one, with the line they are in.

use pintle_go_value::Value;
use pintle_go_value::format::{self};

use super::Error;

/// A place in the text.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    /// Where the present word began.
    start: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            start: 0,
        }
    }

    /// The next character, none at the end of the text.
    ///
    /// # Errors
    /// Of what may be nowhere in TOML: bytes that are no UTF-8, and control characters.
    pub(super) fn peek(&self) -> Result<Option<char>, Error> {
        let rest = &self.text[self.at..];
        let Some(&first) = rest.first() else {
            return Ok(None);
        };
        let c = if first.is_ascii() {
            char::from(first)
        } else {
            decode(rest).ok_or_else(|| self.error(format!("invalid UTF-8 byte: 0x{first:02x}")))?
        };
        let is_lone_return = c == '\r' && rest.get(1) != Some(&b'\n');
        if is_lone_return || (c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n')) {
            return Err(self.error(format!(
                "TOML files cannot contain control characters: '0x{first:02x}'"
            )));
        }
        Ok(Some(c))
    }

    /// The next character, which is then behind us.
    pub(super) fn next(&mut self) -> Result<Option<char>, Error> {
        let next = self.peek()?;
        if let Some(c) = next {
            self.at += c.len_utf8();
            self.line += usize::from(c == '\n');
        }
        Ok(next)
    }

    /// Goes over the next character if it is this one.
    pub(super) fn accept(&mut self, wanted: char) -> Result<bool, Error> {
        let is_it = self.peek()? == Some(wanted);
        if is_it {
            self.next()?;
        }
        Ok(is_it)
    }

    /// Goes over the next character if it is one of those.
    pub(super) fn accept_if(&mut self, wanted: impl Fn(char) -> bool) -> Result<bool, Error> {
        let is_it = self.peek()?.is_some_and(wanted);
        if is_it {
            self.next()?;
        }
        Ok(is_it)
    }

    /// Goes over all characters of a kind.
    pub(super) fn skip(&mut self, wanted: impl Fn(char) -> bool) -> Result<(), Error> {
        while self.accept_if(&wanted)? {}
        Ok(())
    }

    /// Goes back over as many ASCII characters of the present line.
    pub(super) fn back(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
    }

    /// A word begins here.
    pub(super) fn begin(&mut self) {
        self.start = self.at;
    }

    /// The word as far as it was read.
    pub(super) fn word(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// The word's bytes.
    pub(super) fn bytes(&self) -> &'a [u8] {
        &self.text[self.start.min(self.at)..self.at]
    }

    /// The line we are in.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// An error here.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        Error::at(self.line, message)
    }

    /// An error in the line before, where the line break that is wrong was.
    pub(super) fn error_before(&self, message: impl Into<String>) -> Error {
        Error::at(self.line - 1, message)
    }

    /// An error about what was read last; the end of the text is in the line it ends.
    pub(super) fn error_of(&self, read: Option<char>, message: impl Into<String>) -> Error {
        let after_line = read.is_none() && self.text[..self.at].ends_with(b"\n");
        Error::at(self.line - usize::from(after_line), message)
    }
}

/// The first character of bytes that are not ASCII.
fn decode(bytes: &[u8]) -> Option<char> {
    let first = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&first[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next()
}

/// What was read, as Go's `%q`; the end of the text is the character zero.
pub(super) fn quoted(read: Option<char>) -> String {
    let number = Value::Int32(u32::from(read.unwrap_or('\0')).cast_signed());
    format::sprintf(b"%q", &[number]).to_text().into_owned()
}

pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

pub(super) fn is_break(c: char) -> bool {
    c == '\n' || c == '\r'
}
