//! A place in the text that moves forward and counts lines and columns.

use std::cell::Cell;

use super::Mark;
use crate::chars::{self, BLANK, BREAK, CLASS, WIDE};

/// The text and the place in it.
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    line_start: usize,
    ascii: bool,
    /// Up to where the line was searched for characters of several bytes, and how many
    /// bytes more than characters there are: so columns cost one pass over a line.
    counted: usize,
    surplus: usize,
    /// Whether somebody looked behind the end.
    met_end: Cell<bool>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8], ascii: bool) -> Self {
        Self {
            text,
            at: 0,
            line: 0,
            line_start: 0,
            ascii,
            counted: 0,
            surplus: 0,
            met_end: Cell::new(false),
        }
    }

    /// The byte so far ahead; 0 behind the end (no text has a 0 inside).
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        if let Some(&byte) = self.text.get(self.at + ahead) {
            byte
        } else {
            self.met_end.set(true);
            0
        }
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text from `start` up to here.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The text up to here.
    pub(super) fn before(&self) -> &'a [u8] {
        self.since(0)
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn at_start(&self) -> bool {
        self.at == 0
    }

    pub(super) fn at_end(&self) -> bool {
        let end = self.at >= self.text.len();
        if end {
            self.met_end.set(true);
        }
        end
    }

    /// Whether somebody looked behind the end.
    pub(super) fn met_end(&self) -> bool {
        self.met_end.get()
    }

    /// Looks so many characters ahead.
    pub(super) fn look_ahead(&self, characters: usize) {
        let ahead = String::from_utf8_lossy(&self.rest()[..self.rest().len().min(4 * characters)]);
        if ahead.chars().count() < characters {
            self.met_end.set(true);
        }
    }

    /// Passes so many bytes of the same line.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The column here, in characters.
    pub(super) fn column(&mut self) -> usize {
        if !self.ascii {
            let continuation = |byte: &&u8| **byte & 0xc0 == 0x80;
            self.surplus += self.since(self.counted).iter().filter(continuation).count();
            self.counted = self.at;
        }
        self.at - self.line_start - self.surplus
    }

    pub(super) fn mark(&mut self) -> Mark {
        Mark {
            line: self.line,
            column: self.column() as u32,
        }
    }

    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// Whether what is so far ahead is a blank, a line break or the end.
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        let byte = self.byte(ahead);
        byte == 0
            || chars::is(byte, BLANK | BREAK)
            || (chars::is(byte, WIDE) && self.is_break(ahead))
    }

    pub(super) fn is_blank(&self) -> bool {
        chars::is(self.byte(0), BLANK)
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        let byte = self.byte(ahead);
        chars::is(byte, BREAK)
            || (chars::is(byte, WIDE) && chars::break_length(&self.rest()[ahead..]) > 0)
    }

    /// Whether a line break or the end is here.
    pub(super) fn is_break_or_end(&self) -> bool {
        self.byte(0) == 0 || self.is_break(0)
    }

    /// Whether `---` or `...` stands here alone. Only asked at the start of a line.
    pub(super) fn at_document_indicator(&self) -> bool {
        let first = self.byte(0);
        (first == b'-' || first == b'.')
            && self.byte(1) == first
            && self.byte(2) == first
            && self.is_blank_or_end(3)
    }

    /// Passes bytes of the given classes.
    pub(super) fn take_while(&mut self, classes: u8) -> &'a [u8] {
        let start = self.at;
        while chars::is(self.byte(0), classes) {
            self.at += 1;
        }
        self.since(start)
    }

    /// Passes bytes until one of the given classes, or the end; [`WIDE`] stops only at a
    /// line break.
    pub(super) fn skip_until(&mut self, classes: u8) {
        loop {
            let Some(&byte) = self.text.get(self.at) else {
                self.met_end.set(true);
                return;
            };
            let class = CLASS[usize::from(byte)] & classes;
            if class != 0 && (class != WIDE || chars::break_length(self.rest()) > 0) {
                return;
            }
            self.at += 1;
        }
    }

    /// Passes everything up to the end of the line.
    pub(super) fn skip_line_text(&mut self) {
        self.skip_until(BREAK | WIDE);
    }

    /// Passes a line break, if one is here.
    pub(super) fn skip_break(&mut self) -> bool {
        let byte = self.byte(0);
        if !chars::is(byte, BREAK | WIDE) {
            return false;
        }
        let length = chars::break_length(self.rest());
        if length > 0 {
            self.at += length;
            self.start_line();
        }
        length > 0
    }

    /// Passes a line break and returns what the reader makes of it.
    pub(super) fn read_break(&mut self) -> &'static [u8] {
        let text = chars::break_text(self.rest());
        self.skip_break();
        text
    }

    /// Counts the last line, if it has no line break, as ended.
    pub(super) fn finish_line(&mut self) {
        if self.at != self.line_start {
            self.start_line();
        }
    }

    fn start_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
        self.counted = self.at;
        self.surplus = 0;
    }
}
