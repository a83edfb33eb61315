//! Reading JSON text byte by byte, with Go's complaints.

use super::Error;
use super::print::{quote_first, quote_sequence};

/// JSON text and how far it is read.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

/// The text ended too early.
pub(super) fn unexpected_end() -> Error {
    Error("unexpected end of JSON input".into())
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes are read.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space, left unread.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.text.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Passes the byte that [`Scanner::peek`] gave.
    pub(super) fn pass(&mut self) {
        self.at += 1;
    }

    /// The complaint about what stands here.
    pub(super) fn invalid(&self, place: &str) -> Error {
        match self.text.get(self.at..) {
            Some(rest) if !rest.is_empty() => {
                Error(format!("invalid character {} {place}", quote_first(rest)))
            }
            _ => unexpected_end(),
        }
    }

    /// Passes one of `true`, `false` and `null`.
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), Error> {
        for expected in literal.chars() {
            if self.text.get(self.at).copied().map(char::from) != Some(expected) {
                return Err(self.invalid(&format!("in literal {literal} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Passes a number and returns its text.
    pub(super) fn number(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        if self.here() == Some(b'-') {
            self.at += 1;
        }
        if self.here() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.here() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.here(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.here(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        // Only ASCII was passed.
        Ok(std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<(), Error> {
        if !self.here().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.invalid("in numeric literal"));
        }
        while self.here().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn here(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes a string that starts here and returns what it says.
    pub(super) fn string(&mut self) -> Result<std::borrow::Cow<'a, [u8]>, Error> {
        self.at += 1;
        let start = self.at;
        let plain = self.pass_plain();
        if self.here() == Some(b'"') {
            self.at += 1;
            let end = self.at - 1;
            if plain || std::str::from_utf8(&self.text[start..end]).is_ok() {
                return Ok(self.text[start..end].into());
            }
        }
        self.at = start;
        self.long_string().map(Into::into)
    }

    /// Passes bytes that stand for themselves; false if some were not ASCII.
    fn pass_plain(&mut self) -> bool {
        let mut ascii = true;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' | b'\\' | 0..0x20 => break,
                0x80.. => ascii = false,
                _ => {}
            }
            self.at += 1;
        }
        ascii
    }

    /// A string with escapes or with bytes that are not UTF-8.
    fn long_string(&mut self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        loop {
            let start = self.at;
            self.pass_plain();
            push_valid(&mut out, &self.text[start..self.at]);
            match self.here() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                _ => return Err(self.invalid("in string")),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(&kind) = self.text.get(self.at + 1) else {
            return Err(unexpected_end());
        };
        let byte = match kind {
            b'"' | b'\\' | b'/' => kind,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = self.unicode()?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(bad_sequence(&self.text[self.at..self.at + 2])),
        };
        out.push(byte);
        self.at += 2;
        Ok(())
    }

    /// GO: half a surrogate pair is U+FFFD.
    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&first) || !self.text[self.at..].starts_with(b"\\u") {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        let second = self.code_unit()?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// Passes one `\uXXXX`.
    fn code_unit(&mut self) -> Result<u32, Error> {
        let rest = &self.text[self.at..];
        let sequence = &rest[..rest.len().min(6)];
        let digits = &sequence[2..];
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(bad_sequence(sequence));
        }
        if digits.len() < 4 {
            return Err(unexpected_end());
        }
        self.at += 6;
        let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
        Ok(digits.iter().fold(0, |code, byte| code << 4 | digit(byte)))
    }
}

fn bad_sequence(sequence: &[u8]) -> Error {
    Error(format!(
        "invalid escape sequence {} in string",
        quote_sequence(sequence)
    ))
}

/// Appends `bytes`; each byte that is not UTF-8 becomes U+FFFD, as in Go.
fn push_valid(out: &mut Vec<u8>, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}
