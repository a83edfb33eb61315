//! Comments on lines of their own: which of them belong together, and to what.

use super::comments::{Comment, Place, REACH, Scan, Start};
use super::{Scanner, TokenKind};
use crate::chars::{BLANK, is};

impl Scanner<'_> {
    /// Takes the comments that stand on lines of their own, from here on.
    pub(super) fn own_line_comments(&mut self, scan: Scan) {
        let mut run = Run::new(self, scan);
        let mut peek = 0;
        while peek < REACH {
            run.column += 1;
            let byte = self.cursor.byte(peek);
            if !is(byte, BLANK) {
                let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
                let ahead = self.cursor.offset() + peek;
                let is_break = self.cursor.is_break(peek);
                if closes || byte == 0 || is_break {
                    self.keep_comment(run.pause(closes, byte == 0, ahead));
                    if !is_break {
                        break;
                    }
                    run.next_line();
                } else {
                    self.keep_comment(run.dedent(ahead));
                    if byte != b'#' {
                        break;
                    }
                    self.comment_text(&mut run, ahead);
                    peek = 0;
                }
            }
            peek += 1;
        }
        let end = (self.cursor.offset() + peek).saturating_sub(1);
        self.keep_comment(run.head(end));
    }

    /// Takes the comment at `start` up to the end of its line.
    fn comment_text(&mut self, run: &mut Run, start: usize) {
        run.begin(start);
        while self.cursor.offset() < start {
            if !self.cursor.skip_break() {
                self.cursor.advance(1);
            }
        }
        let start = self.cursor.offset();
        self.cursor.skip_line_text();
        run.text.extend_from_slice(self.cursor.since(start));
        // GO: the line break behind the comment is not counted, so places that follow say
        // a line too small.
        run.column = 0;
        run.line = i64::from(self.cursor.line());
    }
}

/// The comment lines read so far that belong together.
struct Run {
    scan: usize,
    token: usize,
    start: Start,
    text: Vec<u8>,
    line: i64,
    column: i64,
    indent: i64,
    /// The line on which a comment must start to be a foot of what is before.
    foot_line: i64,
    after_value: bool,
    first_empty: bool,
    recent_empty: bool,
}

impl Run {
    fn new(scanner: &mut Scanner<'_>, scan: Scan) -> Self {
        let comma = scanner.last_token_is(0, &TokenKind::FlowEntry);
        let last = usize::from(comma);
        let fresh = scanner.fresh_lines();
        let mark = scanner.cursor.mark();
        let (line, column) = (i64::from(mark.line), i64::from(mark.column));
        let on_line = fresh == 0 && column > 1;
        Self {
            scan: scan.offset,
            token: scanner.last_token_offset(last),
            start: Start::default(),
            text: Vec::new(),
            line,
            column,
            indent: scanner.indent.max(0),
            foot_line: if scan.line > 0 {
                line - fresh + 1 + i64::from(on_line)
            } else {
                -1
            },
            after_value: scanner.last_token_is(last, &TokenKind::Value),
            first_empty: fresh <= 1,
            recent_empty: false,
        }
    }

    fn begin(&mut self, offset: usize) {
        if self.text.is_empty() {
            self.start = Start {
                offset,
                line: self.line,
                column: self.column,
            };
        } else {
            self.text.push(b'\n');
        }
        self.recent_empty = false;
    }

    fn next_line(&mut self) {
        self.first_empty = false;
        self.recent_empty = true;
        self.column = 0;
        self.line += 1;
    }

    /// An empty line, the end, or the bracket that closes the collection.
    fn pause(&mut self, closes: bool, is_end: bool, ahead: usize) -> Option<Comment> {
        if !closes && self.recent_empty {
            return None;
        }
        let dedented = self.start.column - 1 < self.indent;
        let is_foot = self.start.line == self.foot_line && !self.after_value;
        if closes || (self.first_empty && (is_foot || dedented)) {
            if self.text.is_empty() {
                return None;
            }
            if dedented {
                self.token = self.start.offset;
            }
            return self.foot(ahead);
        }
        if !self.text.is_empty() && !is_end {
            self.text.push(b'\n');
        }
        None
    }

    /// Text or a comment; if it is further left, what was read belongs to what is before.
    fn dedent(&mut self, ahead: usize) -> Option<Comment> {
        let dedented = self.column - 1 < self.indent && self.column != self.start.column;
        if self.text.is_empty() || !dedented {
            return None;
        }
        self.foot(ahead)
    }

    fn foot(&mut self, end: usize) -> Option<Comment> {
        let comment = Comment {
            place: Place::Foot,
            text: std::mem::take(&mut self.text),
            token: self.token,
            start: self.start,
            scan: self.scan,
            end,
        };
        self.scan = end;
        self.token = end;
        Some(comment)
    }

    fn head(self, end: usize) -> Option<Comment> {
        if self.text.is_empty() {
            return None;
        }
        Some(Comment {
            place: Place::Head,
            text: self.text,
            token: self.start.offset,
            start: self.start,
            scan: self.scan,
            end,
        })
    }
}
