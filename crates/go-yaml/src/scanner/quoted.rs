//! Scalars in single and double quotes.

use std::borrow::Cow;

use super::plain::Breaks;
use super::{Mark, Result, ScalarStyle, Scanner, TokenKind};

impl<'a> Scanner<'a> {
    pub(super) fn quoted_scalar(&mut self, mark: Mark) -> Result {
        self.note_key(mark)?;
        self.key_allowed = false;
        let quote = self.cursor.byte(0);
        self.cursor.advance(1);
        let text = match self.simple_quoted(quote) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.quoted_text(quote)?),
        };
        let style = match quote {
            b'"' => ScalarStyle::DoubleQuoted,
            _ => ScalarStyle::SingleQuoted,
        };
        self.push(TokenKind::Scalar { text, style }, mark);
        Ok(())
    }

    /// A quoted text on one line without escapes; nothing is passed if it is not such.
    fn simple_quoted(&mut self, quote: u8) -> Option<&'a [u8]> {
        let rest = self.cursor.rest();
        let special =
            |&byte: &u8| byte == quote || matches!(byte, b'\\' | b'\n' | b'\r' | 0xc2 | 0xe2);
        let mut end = rest.iter().position(special)?;
        while rest[end] != quote {
            let stands_for_itself = match rest[end] {
                b'\\' => quote == b'\'',
                0xc2 | 0xe2 => crate::chars::break_length(&rest[end..]) == 0,
                _ => false,
            };
            if !stands_for_itself {
                return None;
            }
            end += 1 + rest[end + 1..].iter().position(special)?;
        }
        if quote == b'\'' && rest.get(end + 1).is_none_or(|&byte| byte == quote) {
            return None;
        }
        self.cursor.advance(end + 1);
        Some(&rest[..end])
    }

    fn quoted_text(&mut self, quote: u8) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            self.look_ahead();
            if self.cursor.column() == 0 && self.cursor.at_document_indicator() {
                return Err(self.problem("found unexpected document indicator"));
            }
            if self.cursor.at_end() {
                return Err(self.problem("found unexpected end of stream"));
            }
            let continued = self.quoted_run(quote, &mut out)?;
            if self.cursor.byte(0) == quote {
                self.cursor.advance(1);
                return Ok(out);
            }
            self.quoted_blanks(continued, &mut out);
        }
    }

    /// Reads text without blanks. True if it ends with an escaped line break.
    fn quoted_run(&mut self, quote: u8, out: &mut Vec<u8>) -> Result<bool> {
        while !self.cursor.is_blank_or_end(0) {
            let byte = self.cursor.byte(0);
            if byte == quote {
                if quote == b'"' || self.cursor.byte(1) != b'\'' {
                    break;
                }
                out.push(b'\'');
                self.cursor.advance(2);
            } else if byte == b'\\' && quote == b'"' {
                if self.cursor.is_break(1) {
                    self.cursor.advance(1);
                    self.cursor.skip_break();
                    return Ok(true);
                }
                self.escape(out)?;
            } else {
                out.push(byte);
                self.cursor.advance(1);
            }
        }
        Ok(false)
    }

    /// Reads blanks and line breaks. Blanks around a break are dropped, and breaks folded;
    /// after an escaped break (`continued`) the first of them is not special any more.
    fn quoted_blanks(&mut self, continued: bool, out: &mut Vec<u8>) {
        let mut breaks = Breaks::default();
        let mut extra = Vec::new();
        let start = self.cursor.offset();
        let mut blanks_end = start;
        loop {
            if self.cursor.is_blank() {
                self.cursor.advance(1);
                if !breaks.any() {
                    blanks_end = self.cursor.offset();
                }
            } else if self.cursor.is_break(0) {
                let text = self.cursor.read_break();
                if continued {
                    extra.extend_from_slice(text);
                } else {
                    breaks.add(text);
                }
            } else {
                break;
            }
        }
        if continued {
            out.append(&mut extra);
        } else if breaks.any() {
            breaks.fold_into(out);
        } else {
            let blanks = self.cursor.since(start);
            out.extend_from_slice(&blanks[..blanks_end - start]);
        }
    }

    /// Reads one escape sequence.
    fn escape(&mut self, out: &mut Vec<u8>) -> Result {
        let text: &[u8] = match self.cursor.byte(1) {
            b'0' => b"\0",
            b'a' => b"\x07",
            b'b' => b"\x08",
            b't' | b'\t' => b"\t",
            b'n' => b"\n",
            b'v' => b"\x0b",
            b'f' => b"\x0c",
            b'r' => b"\r",
            b'e' => b"\x1b",
            b' ' => b" ",
            b'"' => b"\"",
            b'\'' => b"'",
            b'\\' => b"\\",
            b'N' => "\u{85}".as_bytes(),
            b'_' => "\u{a0}".as_bytes(),
            b'L' => "\u{2028}".as_bytes(),
            b'P' => "\u{2029}".as_bytes(),
            b'x' => return self.numeric_escape(2, out),
            b'u' => return self.numeric_escape(4, out),
            b'U' => return self.numeric_escape(8, out),
            _ => return Err(self.problem("found unknown escape character")),
        };
        out.extend_from_slice(text);
        self.cursor.advance(2);
        Ok(())
    }

    fn numeric_escape(&mut self, digits: usize, out: &mut Vec<u8>) -> Result {
        self.cursor.advance(2);
        let mut code: u32 = 0;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.cursor.byte(ahead)).to_digit(16) else {
                return Err(self.problem("did not find expected hexdecimal number"));
            };
            code = code << 4 | digit;
        }
        let Some(character) = char::from_u32(code) else {
            return Err(self.problem("found invalid Unicode character escape code"));
        };
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        self.cursor.advance(digits);
        Ok(())
    }
}
