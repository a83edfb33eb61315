//! From text to tokens.
//!
//! YAML needs to look ahead: that `name` was a key is known only at the `:` behind it.
//! So tokens wait in a queue while the first of them may still turn out to be a key, and
//! the key and mapping tokens are then inserted in front of it.

mod block;
mod collections;
mod comment_run;
mod comments;
mod cursor;
mod directive;
mod keys;
mod plain;
mod quoted;
mod tag;
mod token;

use std::collections::VecDeque;

use crate::Limits;
use crate::chars::{BLANK, INDICATOR, WORD};
use crate::error::Problem;
use crate::reader::Text;
use cursor::Cursor;
use keys::SimpleKey;

pub(crate) use comments::{Comments, Seen};
pub(crate) use token::{Mark, ScalarStyle, Tag, TagPrefix, Token, TokenKind};

type Result<T = ()> = std::result::Result<T, Problem>;

/// The scanner of one text.
pub(crate) struct Scanner<'a> {
    cursor: Cursor<'a>,
    /// Why the text behind the end of the cursor's cannot be read.
    broken: Option<&'static str>,
    tokens: VecDeque<Token<'a>>,
    /// How many tokens were taken from the queue: numbers the first one in it.
    taken: usize,
    /// Whether the first token in the queue is final.
    ready: bool,
    /// The column of the current block, -1 outside of all.
    indent: i64,
    /// The columns of the blocks around it.
    indents: Vec<i64>,
    flow_level: usize,
    /// Whether a simple key may start here.
    key_allowed: bool,
    /// For each flow level, the last place where a simple key may have started.
    keys: Vec<SimpleKey>,
    max_depth: usize,
    /// Comments, when they are kept.
    comments: Option<Box<Comments>>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a Text<'_>, limits: &Limits) -> Self {
        Self {
            cursor: Cursor::new(&text.bytes, text.ascii),
            broken: text.broken,
            tokens: VecDeque::with_capacity(16),
            taken: 0,
            ready: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            key_allowed: true,
            keys: vec![SimpleKey::default()],
            max_depth: limits.max_depth,
            comments: None,
        }
    }

    /// Keeps the comments of `text` from now on.
    pub(crate) fn keep_comments(&mut self, text: &Text<'_>) {
        self.comments = Some(Box::new(Comments::new(text)));
    }

    /// The comments, when they are kept.
    pub(crate) fn comments(&mut self) -> Option<&mut Comments> {
        self.comments.as_deref_mut()
    }

    /// The next token, left in the queue.
    pub(crate) fn peek(&mut self) -> Result<&Token<'a>> {
        if !self.ready {
            if self.comments.is_some() {
                self.fill_with_comments()?;
            } else {
                self.fill()?;
            }
            self.ready = true;
        }
        // The queue is never empty here: at the end it holds the end of the stream.
        let missing = || Problem::scanner("no token", Mark::default());
        self.tokens.front().ok_or_else(missing)
    }

    /// Takes the token that [`Scanner::peek`] showed.
    pub(crate) fn take(&mut self) -> Option<Token<'a>> {
        self.ready = false;
        self.taken += 1;
        self.tokens.pop_front()
    }

    /// Scans until the first token in the queue is final.
    fn fill(&mut self) -> Result {
        while self.tokens.is_empty() || self.may_be_key()? {
            let scanned = self.scan_token();
            if let Some(problem) = self.broken.filter(|_| self.cursor.met_end()) {
                return Err(Problem::reader(problem));
            }
            scanned?;
        }
        Ok(())
    }

    fn scan_token(&mut self) -> Result {
        self.skip_to_token();
        let mark = self.cursor.mark();
        self.close_blocks(i64::from(mark.column), mark);
        self.look_ahead();
        if self.cursor.at_end() {
            return self.end_stream();
        }
        if mark.column == 0 {
            if self.cursor.byte(0) == b'%' {
                return self.directive(mark);
            }
            if self.cursor.at_document_indicator() {
                return self.document_indicator(mark);
            }
        }
        self.scan_content(mark)
    }

    /// GO: the reader is asked for as many characters as the longest indicator has, so what
    /// cannot be read is found that much earlier.
    fn look_ahead(&self) {
        if self.broken.is_some() {
            self.cursor.look_ahead(4);
        }
    }

    /// Scans a token that is not bound to the start of a line.
    fn scan_content(&mut self, mark: Mark) -> Result {
        let in_flow = self.flow_level > 0;
        match self.cursor.byte(0) {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart, mark),
            b'{' => self.open_flow(TokenKind::FlowMappingStart, mark),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd, mark),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd, mark),
            b',' => self.flow_entry(mark),
            b'-' if self.cursor.is_blank_or_end(1) => self.block_entry(mark),
            b'?' if in_flow || self.cursor.is_blank_or_end(1) => self.explicit_key(mark),
            b':' if in_flow || self.cursor.is_blank_or_end(1) => self.value(mark),
            b'*' | b'&' => self.anchor(mark),
            b'!' => self.tag(mark),
            b'|' | b'>' if !in_flow => self.block_scalar(mark),
            b'\'' | b'"' => self.quoted_scalar(mark),
            byte if self.starts_plain(byte) => self.plain_scalar(mark),
            _ => Err(self.problem("found character that cannot start any token")),
        }
    }

    fn starts_plain(&self, byte: u8) -> bool {
        match byte {
            b'-' => !crate::chars::is(self.cursor.byte(1), BLANK),
            b'?' | b':' => self.flow_level == 0 && !self.cursor.is_blank_or_end(1),
            _ => !crate::chars::is(byte, INDICATOR) && !self.cursor.is_blank_or_end(0),
        }
    }

    /// Passes blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        self.skip_second_mark();
        loop {
            // A tab may stand where no key can start, and anywhere inside `[]` and `{}`.
            let tabs = self.flow_level > 0 || !self.key_allowed;
            while self.cursor.byte(0) == b' ' || (tabs && self.cursor.byte(0) == b'\t') {
                self.cursor.advance(1);
            }
            if self.cursor.byte(0) == b'#' {
                self.cursor.skip_line_text();
            }
            if !self.cursor.skip_break() {
                return;
            }
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// A second byte order mark may start the text.
    fn skip_second_mark(&mut self) {
        if self.cursor.at_start() && self.cursor.rest().starts_with(b"\xef\xbb\xbf") {
            self.cursor.advance(3);
        }
    }

    fn end_stream(&mut self) -> Result {
        self.cursor.finish_line();
        let mark = self.cursor.mark();
        self.close_blocks(-1, mark);
        self.forget_key()?;
        self.key_allowed = false;
        self.push(TokenKind::StreamEnd, mark);
        Ok(())
    }

    fn document_indicator(&mut self, mark: Mark) -> Result {
        self.close_blocks(-1, mark);
        self.forget_key()?;
        self.key_allowed = false;
        let kind = match self.cursor.byte(0) {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.cursor.advance(3);
        self.push(kind, mark);
        Ok(())
    }

    /// `*alias` or `&anchor`.
    fn anchor(&mut self, mark: Mark) -> Result {
        self.note_key(mark)?;
        self.key_allowed = false;
        let is_alias = self.cursor.byte(0) == b'*';
        self.cursor.advance(1);
        let name = self.cursor.take_while(WORD);
        let ends = self.cursor.is_blank_or_end(0) || b"?:,]}%@`".contains(&self.cursor.byte(0));
        if name.is_empty() || !ends {
            return Err(self.problem("did not find expected alphabetic or numeric character"));
        }
        let kind = if is_alias {
            TokenKind::Alias(name)
        } else {
            TokenKind::Anchor(name)
        };
        self.push(kind, mark);
        Ok(())
    }

    fn push(&mut self, kind: TokenKind<'a>, mark: Mark) {
        self.tokens.push_back(Token { kind, mark });
    }

    /// A problem here.
    fn problem(&mut self, text: &'static str) -> Problem {
        Problem::scanner(text, self.cursor.mark())
    }
}
