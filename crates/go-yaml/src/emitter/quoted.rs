//! Strings in quotes.

use std::borrow::Cow;

use super::Emitter;
use super::analysis::{char_width, is_printable};
use crate::chars::break_length;

impl Emitter {
    pub(super) fn single_quoted(&mut self, text: &[u8], may_break: bool) {
        self.writer.indicator(b"'", true, false);
        let (mut after_space, mut after_break) = (false, false);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let break_bytes = break_length(rest);
            if rest[0] == b' ' {
                let inside = at > 0 && at + 1 < text.len() && rest[1] != b' ';
                if may_break && !after_space && self.writer.is_wide() && inside {
                    self.writer.write_indent();
                } else {
                    self.writer.ascii(b" ");
                }
                (after_space, at) = (true, at + 1);
            } else if break_bytes > 0 {
                if !after_break && rest[0] == b'\n' {
                    self.writer.line_break();
                }
                self.writer.scalar_break(&rest[..break_bytes]);
                (after_break, at) = (true, at + break_bytes);
            } else {
                if after_break {
                    self.writer.write_indent();
                }
                let end = at
                    + run_length(rest, |byte| {
                        matches!(byte, b' ' | b'\'' | b'\n' | b'\r' | 0xc2 | 0xe2)
                    });
                if rest[0] == b'\'' {
                    self.writer.ascii(b"'");
                }
                self.writer.text(&text[at..end]);
                self.writer.leave_indention();
                (after_space, after_break, at) = (false, false, end);
            }
        }
        self.writer.glued(b"'");
    }

    pub(super) fn double_quoted(&mut self, text: &[u8], may_break: bool) {
        self.writer.indicator(b"\"", true, false);
        // GO: looks for the byte order mark at the start of the text, whatever character is
        // being written: behind one, everything is escaped.
        let all = text.starts_with(b"\xef\xbb\xbf");
        let mut after_space = false;
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let width = char_width(rest[0]).min(rest.len());
            if all
                || !is_printable(rest)
                || break_length(rest) > 0
                || matches!(rest[0], b'"' | b'\\')
            {
                self.escaped(&rest[..width]);
                after_space = false;
            } else if rest[0] == b' ' {
                let inside = at > 0 && at + 1 < text.len();
                if may_break && !after_space && self.writer.is_wide() && inside {
                    self.writer.write_indent();
                    if rest[1] == b' ' {
                        self.writer.ascii(b"\\");
                    }
                } else {
                    self.writer.ascii(b" ");
                }
                after_space = true;
            } else {
                self.writer.character(&rest[..width]);
                after_space = false;
            }
            at += width;
        }
        self.writer.glued(b"\"");
    }

    fn escaped(&mut self, character: &[u8]) {
        let character = std::str::from_utf8(character)
            .ok()
            .and_then(|text| text.chars().next())
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        self.writer.ascii(escape(character).as_bytes());
    }
}

/// The escape sequence of a character.
pub(crate) fn escape(character: char) -> Cow<'static, str> {
    let short = match u32::from(character) {
        0x00 => r"\0",
        0x07 => r"\a",
        0x08 => r"\b",
        0x09 => r"\t",
        0x0a => r"\n",
        0x0b => r"\v",
        0x0c => r"\f",
        0x0d => r"\r",
        0x1b => r"\e",
        0x22 => "\\\"",
        0x5c => r"\\",
        0x85 => r"\N",
        0xa0 => r"\_",
        0x2028 => r"\L",
        0x2029 => r"\P",
        code => return long_escape(code).into(),
    };
    short.into()
}

fn long_escape(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02X}"),
        0x100..=0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    }
}

/// How many bytes until one of interest; at least one character.
fn run_length(text: &[u8], of_interest: impl Fn(u8) -> bool) -> usize {
    let first = char_width(text[0]).min(text.len());
    let more = text[first..].iter().position(|&byte| of_interest(byte));
    more.map_or(text.len(), |more| first + more)
}
