//! Scalars without quotes.

use std::borrow::Cow;

use super::{Mark, Result, ScalarStyle, Scanner, TokenKind};
use crate::chars::{BLANK, BREAK, COLON, FLOW, WIDE};

/// Line breaks that were passed and wait for text behind them.
#[derive(Default)]
pub(super) struct Breaks {
    first: Option<&'static [u8]>,
    more: Vec<u8>,
}

impl Breaks {
    /// Notes one more break.
    pub(super) fn add(&mut self, text: &'static [u8]) {
        if self.first.is_none() {
            self.first = Some(text);
        } else {
            self.more.extend_from_slice(text);
        }
    }

    pub(super) fn any(&self) -> bool {
        self.first.is_some()
    }

    /// Writes the breaks folded: a single one becomes a space, of several the first is
    /// dropped. LS and PS are not folded.
    pub(super) fn fold_into(&mut self, out: &mut Vec<u8>) {
        match self.first.take() {
            None => {}
            Some(b"\n") if self.more.is_empty() => out.push(b' '),
            Some(b"\n") => out.append(&mut self.more),
            Some(other) => {
                out.extend_from_slice(other);
                out.append(&mut self.more);
            }
        }
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn plain_scalar(&mut self, mark: Mark) -> Result {
        self.note_key(mark)?;
        self.key_allowed = false;
        let text = self.plain_text()?;
        let style = ScalarStyle::Plain;
        self.push(TokenKind::Scalar { text, style }, mark);
        Ok(())
    }

    fn plain_text(&mut self) -> Result<Cow<'a, [u8]>> {
        let start = self.cursor.offset();
        self.plain_run();
        let mut text = Cow::Borrowed(self.cursor.since(start));
        let mut breaks = Breaks::default();
        loop {
            // What was passed last is text; blanks and breaks follow.
            let blanks = self.cursor.offset();
            self.plain_blanks(&mut breaks)?;
            if self.plain_ends(&breaks) {
                break;
            }
            let run = self.cursor.offset();
            self.plain_run();
            if self.cursor.offset() == run {
                break;
            }
            if breaks.any() {
                breaks.fold_into(text.to_mut());
                text.to_mut().extend_from_slice(self.cursor.since(run));
            } else if let Cow::Borrowed(_) = text {
                text = Cow::Borrowed(self.cursor.since(start));
            } else {
                text.to_mut().extend_from_slice(self.cursor.since(blanks));
            }
        }
        if breaks.any() {
            self.key_allowed = true;
        }
        Ok(text)
    }

    /// Passes text without blanks up to what may end the scalar.
    fn plain_run(&mut self) {
        let flow = if self.flow_level > 0 { FLOW } else { 0 };
        loop {
            self.cursor.skip_until(BLANK | BREAK | WIDE | COLON | flow);
            if self.cursor.byte(0) != b':' || self.cursor.is_blank_or_end(1) {
                return;
            }
            self.cursor.advance(1);
        }
    }

    fn plain_blanks(&mut self, breaks: &mut Breaks) -> Result {
        loop {
            if self.cursor.is_blank() {
                if breaks.any() && self.cursor.byte(0) == b'\t' && self.is_outside_block() {
                    let text = "found a tab character that violates indentation";
                    return Err(self.problem(text));
                }
                self.cursor.advance(1);
            } else if self.cursor.is_break(0) {
                breaks.add(self.cursor.read_break());
            } else {
                return Ok(());
            }
        }
    }

    /// Whether the column here is not inside the current block.
    fn is_outside_block(&mut self) -> bool {
        (self.cursor.column() as i64) <= self.indent
    }

    /// Whether no text of the scalar follows the blanks and breaks just passed.
    fn plain_ends(&mut self, breaks: &Breaks) -> bool {
        if breaks.any() && self.flow_level == 0 && self.is_outside_block() {
            return true;
        }
        self.look_ahead();
        self.cursor.byte(0) == b'#'
            || self.cursor.at_end()
            || (breaks.any() && self.cursor.column() == 0 && self.cursor.at_document_indicator())
    }
}
