//! The text written so far, where in a line it ends, and the comments that wait.

use crate::chars::break_length;

/// How much further right each level is.
pub(super) const INDENT: i64 = 2;

/// Collects text and knows what the next piece needs in front of it.
pub(super) struct Output {
    text: Vec<u8>,
    /// The column, in characters.
    pub(super) column: i64,
    /// The indentation of the current block, -1 outside of all.
    pub(super) indent: i64,
    /// Whether a blank, or nothing yet on this line, is before the next piece.
    pub(super) whitespace: bool,
    /// Whether only indentation and indicators are on this line.
    pub(super) indention: bool,
    /// The indentation of a foot comment just written: an empty line sets it apart.
    pub(super) foot_indent: Option<i64>,
    pub(super) waiting: Waiting,
}

/// Comments that wait for the place where they are written.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
    /// The foot of the key before, which comes behind its value.
    pub(super) tail: String,
    /// Of a key whose value is not on its line.
    pub(super) key_line: String,
}

impl Waiting {
    /// Takes the comments of the next event; those of the one before that are still there
    /// stay unless replaced.
    pub(super) fn note(&mut self, head: &str, line: &str, foot: &str) {
        for (old, new) in [
            (&mut self.head, head),
            (&mut self.line, line),
            (&mut self.foot, foot),
        ] {
            if !new.is_empty() {
                new.clone_into(old);
            }
        }
    }

    pub(super) fn note_tail(&mut self, tail: &str) {
        if !tail.is_empty() {
            tail.clone_into(&mut self.tail);
        }
    }

    /// Whether something is written behind the item of a list or map in brackets.
    pub(super) fn follows_item(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

impl Output {
    pub(super) fn new() -> Self {
        Self {
            text: Vec::with_capacity(256),
            column: 0,
            indent: -1,
            whitespace: true,
            indention: true,
            foot_indent: None,
            waiting: Waiting::default(),
        }
    }

    pub(super) fn finish(self) -> String {
        String::from_utf8(self.text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    pub(super) fn put(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
        self.column += text.chars().count() as i64;
    }

    pub(super) fn line_break(&mut self) {
        self.text.push(b'\n');
        self.column = 0;
        self.indention = true;
    }

    /// Writes a line break that is part of a text.
    pub(super) fn text_break(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
        self.column = 0;
        self.indention = true;
    }

    /// Goes to a new line, unless this one is fresh, and to the column of the block.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0);
        let used = self.column > indent || (self.column == indent && !self.whitespace);
        if !self.indention || used {
            self.line_break();
        }
        if self.foot_indent == Some(indent) {
            self.line_break();
        }
        while self.column < indent {
            self.put(" ");
        }
        self.whitespace = true;
        self.foot_indent = None;
    }

    /// Writes an indicator with a blank in front of it.
    pub(super) fn indicator(&mut self, text: &str) {
        self.separate();
        self.glued(text);
    }

    /// Writes an indicator right behind what is there.
    pub(super) fn glued(&mut self, text: &str) {
        self.put(text);
        self.end_piece();
    }

    /// Writes `-`, `?` or `:`: the line still counts as indentation.
    pub(super) fn indenting(&mut self, text: &str) {
        let indention = self.indention;
        self.indicator(text);
        self.indention = indention;
    }

    pub(super) fn separate(&mut self) {
        if !self.whitespace {
            self.put(" ");
        }
    }

    pub(super) fn end_piece(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }

    pub(super) fn head_comment(&mut self) {
        let tail = std::mem::take(&mut self.waiting.tail);
        if !tail.is_empty() {
            self.write_indent();
            self.comment(&tail);
            self.foot_indent = Some(self.indent.max(0));
        }
        let head = std::mem::take(&mut self.waiting.head);
        if !head.is_empty() {
            self.write_indent();
            self.comment(&head);
        }
    }

    /// Writes the comment behind what is on this line, if there is one.
    pub(super) fn line_comment(&mut self) -> bool {
        let line = std::mem::take(&mut self.waiting.line);
        if line.is_empty() {
            return false;
        }
        self.separate();
        self.comment(&line);
        true
    }

    pub(super) fn foot_comment(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.write_indent();
            self.comment(&foot);
            self.foot_indent = Some(self.indent.max(0));
        }
    }

    fn comment(&mut self, text: &str) {
        let mut after_break = false;
        let mut hash = false;
        for piece in pieces(text) {
            if piece.is_break {
                self.text_break(piece.text);
                after_break = true;
                hash = false;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            if !hash && !piece.text.starts_with('#') {
                self.put("# ");
            }
            hash = true;
            self.put(piece.text);
            self.indention = false;
            after_break = false;
        }
        if !after_break {
            self.line_break();
        }
        self.whitespace = true;
    }
}

/// A line break, or text without any.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) is_break: bool,
}

/// `text` in pieces: each line break is one, and what is between two.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        // CR LF are two breaks here, as elsewhere when written.
        let is_break = |c: char| matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let first = rest.chars().next()?;
        let end = if is_break(first) {
            first.len_utf8()
        } else {
            rest.find(is_break).unwrap_or(rest.len())
        };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some(Piece {
            text: piece,
            is_break: break_length(piece.as_bytes()) > 0,
        })
    })
}
