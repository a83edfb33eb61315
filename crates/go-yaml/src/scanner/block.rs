//! Literal (`|`) and folded (`>`) scalars.

use super::{Mark, Result, ScalarStyle, Scanner, TokenKind};
use crate::chars::BLANK;

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`: all are dropped.
    Strip,
    /// One stays.
    Clip,
    /// `+`: all stay.
    Keep,
}

/// What stands behind `|` or `>`.
struct Header {
    chomping: Chomping,
    /// How much further right than the block around it the text is, if said.
    indent: Option<i64>,
}

impl Scanner<'_> {
    pub(super) fn block_scalar(&mut self, mark: Mark) -> Result {
        self.forget_key()?;
        self.key_allowed = true;
        let literal = self.cursor.byte(0) == b'|';
        self.cursor.advance(1);
        let header = self.block_header(mark)?;
        let text = self.block_text(literal, &header)?.into();
        let style = if literal {
            ScalarStyle::Literal
        } else {
            ScalarStyle::Folded
        };
        self.push(TokenKind::Scalar { text, style }, mark);
        Ok(())
    }

    fn block_header(&mut self, mark: Mark) -> Result<Header> {
        let mut header = Header {
            chomping: Chomping::Clip,
            indent: None,
        };
        if !self.chomping(&mut header) {
            self.indent_digit(&mut header)?;
            self.chomping(&mut header);
        } else {
            self.indent_digit(&mut header)?;
        }
        self.cursor.take_while(BLANK);
        if self.cursor.byte(0) == b'#' {
            self.line_comment(mark);
            self.cursor.skip_line_text();
        }
        if !self.cursor.is_break_or_end() {
            return Err(self.problem("did not find expected comment or line break"));
        }
        self.cursor.skip_break();
        Ok(header)
    }

    fn chomping(&mut self, header: &mut Header) -> bool {
        header.chomping = match self.cursor.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return false,
        };
        self.cursor.advance(1);
        true
    }

    fn indent_digit(&mut self, header: &mut Header) -> Result {
        match self.cursor.byte(0) {
            b'0' => Err(self.problem("found an indentation indicator equal to 0")),
            digit @ b'1'..=b'9' => {
                header.indent = Some(i64::from(digit - b'0'));
                self.cursor.advance(1);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn block_text(&mut self, literal: bool, header: &Header) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut empty_lines = Vec::new();
        let mut last_break: &[u8] = b"";
        let mut after_blank = false;
        let known = header.indent.map(|indent| indent + self.indent.max(0));
        let indent = self.block_empty_lines(known, &mut empty_lines)?;
        while self.cursor.column() as i64 == indent && !self.cursor.at_end() {
            let starts_blank = self.cursor.is_blank();
            // Folding: the break between two lines that do not start with a blank is a space.
            if !literal && !after_blank && !starts_blank && last_break == b"\n" {
                if empty_lines.is_empty() {
                    out.push(b' ');
                }
            } else {
                out.extend_from_slice(last_break);
            }
            out.append(&mut empty_lines);
            after_blank = starts_blank;
            let start = self.cursor.offset();
            self.cursor.skip_line_text();
            out.extend_from_slice(self.cursor.since(start));
            last_break = if self.cursor.at_end() {
                b""
            } else {
                self.cursor.read_break()
            };
            self.block_empty_lines(Some(indent), &mut empty_lines)?;
        }
        if header.chomping != Chomping::Strip {
            out.extend_from_slice(last_break);
        }
        if header.chomping == Chomping::Keep {
            out.append(&mut empty_lines);
        }
        Ok(out)
    }

    /// Passes empty lines and the indentation of the line behind them. Returns the column
    /// of the text: `known`, or where that line starts.
    fn block_empty_lines(&mut self, known: Option<i64>, breaks: &mut Vec<u8>) -> Result<i64> {
        let mut deepest = 0;
        loop {
            let mut column = self.cursor.column() as i64;
            while known.is_none_or(|indent| column < indent) && self.cursor.byte(0) == b' ' {
                self.cursor.advance(1);
                column += 1;
            }
            deepest = deepest.max(column);
            if known.is_none_or(|indent| column < indent) && self.cursor.byte(0) == b'\t' {
                let text = "found a tab character where an indentation space is expected";
                return Err(self.problem(text));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            breaks.extend_from_slice(self.cursor.read_break());
        }
        Ok(known.unwrap_or_else(|| deepest.max(self.indent + 1).max(1)))
    }
}
