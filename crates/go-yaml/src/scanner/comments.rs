//! Comments, for those who keep them: found by the scanner, told apart by where they stand.
//!
//! GO: goyaml v3 gives every comment to a place in the text: a *head* belongs to what starts
//! behind it, a *line* comment to what it stands behind, a *foot* to what ended before it.
//! Which one it is depends on empty lines and on the indentation. Ordinary reading has none
//! of this: [`Scanner::comments`] is `None` then.

use std::cell::Cell;
use std::collections::VecDeque;

use super::keys::SimpleKey;
use super::{Mark, Result, Scanner, TokenKind};
use crate::chars::{BLANK, break_length, is};
use crate::error::Problem;
use crate::reader::Text;

/// GO: how many tokens behind the current one must be known, so that comments are.
const LOOKAHEAD: usize = 2;

/// GO: how far behind a token or a comment the next comment is looked for, in bytes.
pub(super) const REACH: usize = 512;

/// The comments of one text that wait for their token, and those whose token came.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    /// Where the lines of the text start.
    lines: Vec<usize>,
    ascii: bool,
    /// A place that was looked up, from which the next one is not far.
    near: Cell<(Mark, usize)>,
    waiting: VecDeque<Comment>,
    /// Where the blocks end whose end is in the queue of tokens.
    block_ends: VecDeque<usize>,
    /// Tokens that could have been keys of a flow level until their line ended.
    outdated_keys: Vec<(usize, usize)>,
    /// Where the search for the current token began.
    scan: Scan,
    /// What came with the tokens that the parser saw.
    pub(crate) seen: Seen,
    /// The head of a list item whose content is a list or a map of its own.
    pub(crate) stem: Option<Vec<u8>>,
    /// The comments in front of a document, apart from those of its first node.
    pub(crate) document: Vec<u8>,
}

/// The comments that belong to one node.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) head: Vec<u8>,
    pub(crate) line: Vec<u8>,
    pub(crate) foot: Vec<u8>,
}

/// A place in the text from where tokens are looked for.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Scan {
    pub(super) offset: usize,
    pub(super) line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Head,
    Line,
    Foot,
}

#[derive(Debug)]
pub(super) struct Comment {
    pub(super) place: Place,
    pub(super) text: Vec<u8>,
    /// From where on a token takes the comment.
    pub(super) token: usize,
    pub(super) start: Start,
    /// The search that found it, and where it ended. Line comments have none.
    pub(super) scan: usize,
    pub(super) end: usize,
}

/// Where a comment starts. Columns count from 1, and the line may be one too small.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Start {
    pub(super) offset: usize,
    pub(super) line: i64,
    pub(super) column: i64,
}

impl Comments {
    pub(super) fn new(text: &Text<'_>) -> Self {
        let bytes = &text.bytes;
        let mut lines = vec![0];
        let mut at = 0;
        while at < bytes.len() {
            let length = break_length(&bytes[at..]);
            at += length.max(1);
            if length > 0 {
                lines.push(at);
            }
        }
        Self {
            lines,
            ascii: text.ascii,
            ..Self::default()
        }
    }

    /// Sets the first `length` bytes of the head aside.
    pub(crate) fn split_stem(&mut self, length: usize) {
        let rest = self.seen.head.split_off(length);
        let stem = std::mem::replace(&mut self.seen.head, rest);
        self.seen.head.drain(..self.seen.head.len().min(1));
        self.stem = Some(stem);
    }

    /// Splits what stands in front of the first node of a document at its last empty line:
    /// the first part belongs to the document.
    pub(crate) fn split_document(&mut self) {
        let head = &mut self.seen.head;
        for at in (1..head.len()).rev() {
            let ends = at + 1 == head.len();
            if head[at] == b'\n' && (ends || head[at - 1] == b'\n') {
                let rest = head.split_off(at + 1);
                head.truncate(if ends { at } else { at - 1 });
                self.document = std::mem::replace(head, rest);
                return;
            }
        }
    }

    /// The comments seen so far, which belong to one node.
    pub(crate) fn take(&mut self) -> Seen {
        self.stem = None;
        std::mem::take(&mut self.seen)
    }

    /// The byte at which `mark` is.
    fn offset(&self, mark: Mark, text: &[u8]) -> usize {
        let line = self.lines.get(mark.line as usize).copied();
        let line = line.unwrap_or(text.len());
        if self.ascii {
            return line + mark.column as usize;
        }
        let (near, mut at) = self.near.get();
        let mut steps = i64::from(mark.column);
        if near.line == mark.line && near.column > 0 {
            steps -= i64::from(near.column);
        } else {
            at = line;
        }
        let is_inside = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        while steps != 0 && at <= text.len() {
            at = if steps > 0 { at + 1 } else { at - 1 };
            if !is_inside(at) {
                steps -= steps.signum();
            }
        }
        self.near.set((mark, at));
        at
    }

    /// Where a block ends that started at `indent`: in front of the comments that stand as
    /// far left as the block, so that they belong to what follows.
    fn block_end(&self, end: usize, indent: i64) -> usize {
        let mut end = end;
        let mut stop = end;
        for comment in self.waiting.iter().rev() {
            if comment.end < stop {
                break;
            }
            if comment.start.column == indent + 1 {
                end = comment.start.offset;
            }
            stop = comment.scan;
        }
        end
    }
}

fn join(all: &mut Vec<u8>, text: &[u8]) {
    if !all.is_empty() {
        all.push(b'\n');
    }
    all.extend_from_slice(text);
}

impl Scanner<'_> {
    /// As `fill`, with comments.
    #[cold]
    pub(super) fn fill_with_comments(&mut self) -> Result {
        while self.tokens.len() <= LOOKAHEAD || self.may_be_key()? || self.was_key()? {
            let scanned = self.scan_commented_token();
            if let Some(problem) = self.broken.filter(|_| self.cursor.met_end()) {
                return Err(Problem::reader(problem));
            }
            scanned?;
        }
        self.unfold_comments();
        Ok(())
    }

    /// As `scan_token`, with the comments in front of the token and behind it.
    pub(super) fn scan_commented_token(&mut self) -> Result {
        let scan = Scan {
            offset: self.cursor.offset(),
            line: self.cursor.line(),
        };
        self.with_comments(|comments| comments.scan = scan);
        self.skip_to_commented_token(scan);
        let mark = self.cursor.mark();
        self.close_blocks(i64::from(mark.column), mark);
        let here = Scan {
            offset: self.cursor.offset(),
            line: mark.line,
        };
        self.with_comments(|comments| comments.scan = here);
        self.look_ahead();
        if self.cursor.at_end() {
            return self.end_stream();
        }
        if mark.column == 0 {
            if self.cursor.byte(0) == b'%' {
                return self.directive(mark).map_err(|problem| problem.inside(mark));
            }
            if self.cursor.at_document_indicator() {
                return self.document_indicator(mark);
            }
        }
        let byte = self.cursor.byte(0);
        let continues = match self.flow_level {
            0 => byte == b':',
            _ => byte == b',',
        };
        // What stands behind `:` or `,` belongs to what these follow.
        let token = if continues {
            self.last_token_offset(0)
        } else {
            here.offset
        };
        let level = self.keys.len().saturating_sub(1);
        let key = self.keys.get(level).copied().unwrap_or_default();
        self.scan_content(mark)
            .map_err(|problem| problem.inside(mark))?;
        self.note_outdated_key(level, key);
        let entry = matches!(
            self.tokens.back().map(|token| &token.kind),
            Some(TokenKind::BlockEntry)
        );
        if !entry {
            self.line_comment_at(token);
        }
        Ok(())
    }

    pub(super) fn with_comments<T: Default>(&mut self, act: impl FnOnce(&mut Comments) -> T) -> T {
        self.comments.as_deref_mut().map_or_else(T::default, act)
    }

    /// GO: that the queue waits for a token is not forgotten when another one may be the key.
    /// Looking ahead for comments shows it: the queue waits then for what the other one is.
    fn note_outdated_key(&mut self, level: usize, before: SimpleKey) {
        let is_new = |key: &SimpleKey| key.token != before.token;
        if !before.awaited || before.possible || !self.keys.get(level).is_some_and(is_new) {
            return;
        }
        let taken = self.taken;
        self.with_comments(|comments| {
            comments.outdated_keys.retain(|(token, _)| *token >= taken);
            comments.outdated_keys.push((before.token, level));
        });
    }

    /// Whether the queue waits for its first token, which could have been a key.
    fn was_key(&mut self) -> Result<bool> {
        let keys = self.comments.as_deref().map(|known| &known.outdated_keys);
        let mut keys = keys.into_iter().flatten().rev();
        let level = keys.find(|(token, _)| *token == self.taken);
        match level.map(|(_, level)| *level) {
            Some(level) if level < self.keys.len() => self.is_key_valid(level),
            _ => Ok(false),
        }
    }

    pub(super) fn keep_comment(&mut self, comment: Option<Comment>) {
        self.with_comments(|comments| comments.waiting.extend(comment));
    }

    /// Where the last token of the queue starts, or the one so many before it.
    pub(super) fn last_token_offset(&self, before: usize) -> usize {
        let index = self.tokens.len().checked_sub(before + 1);
        let token = index.and_then(|index| self.tokens.get(index));
        match (token, &self.comments) {
            (Some(token), Some(comments)) => match token.kind {
                TokenKind::BlockEnd => comments.block_ends.back().copied().unwrap_or_default(),
                _ => comments.offset(token.mark, self.cursor.text()),
            },
            _ => 0,
        }
    }

    pub(super) fn last_token_is(&self, before: usize, kind: &TokenKind<'_>) -> bool {
        let index = self.tokens.len().checked_sub(before + 1);
        let token = index.and_then(|index| self.tokens.get(index));
        token.is_some_and(|token| {
            std::mem::discriminant(&token.kind) == std::mem::discriminant(kind)
        })
    }

    /// Notes where a block ends that is closed now.
    #[cold]
    pub(super) fn note_block_end(&mut self) {
        let indent = self.indent;
        self.with_comments(|comments| {
            let end = comments.block_end(comments.scan.offset.saturating_sub(1), indent);
            // Further blocks that end here end no later than this one.
            comments.scan.offset = end + 1;
            comments.block_ends.push_back(end);
        });
    }

    /// Gives the comments up to the first token of the queue to the parser.
    pub(super) fn unfold_comments(&mut self) {
        let text = self.cursor.text();
        let (Some(token), Some(comments)) = (self.tokens.front(), self.comments.as_deref_mut())
        else {
            return;
        };
        let is_end = matches!(token.kind, TokenKind::BlockEnd);
        let offset = if is_end {
            comments.block_ends.pop_front().unwrap_or_default()
        } else {
            comments.offset(token.mark, text)
        };
        while let Some(comment) = comments.waiting.front() {
            // The end of a block has no head: what follows has.
            if comment.token > offset || (is_end && comment.place == Place::Head) {
                return;
            }
            let all = match comment.place {
                Place::Head => &mut comments.seen.head,
                Place::Line => &mut comments.seen.line,
                Place::Foot => &mut comments.seen.foot,
            };
            join(all, &comment.text);
            comments.waiting.pop_front();
        }
    }

    /// As `skip_to_token`, with comments.
    fn skip_to_commented_token(&mut self, scan: Scan) {
        self.skip_second_mark();
        loop {
            let tabs = self.flow_level > 0 || !self.key_allowed;
            while self.cursor.byte(0) == b' ' || (tabs && self.cursor.byte(0) == b'\t') {
                self.cursor.advance(1);
            }
            self.turn_line_comment();
            if self.cursor.byte(0) == b'#' {
                self.own_line_comments(scan);
            }
            if !self.cursor.skip_break() {
                return;
            }
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// GO: a line comment right behind the first `-` of a list is the head of what follows.
    fn turn_line_comment(&mut self) {
        if !self.last_token_is(0, &TokenKind::BlockEntry)
            || !self.last_token_is(1, &TokenKind::BlockSequenceStart)
            || self.cursor.is_break(0)
        {
            return;
        }
        let (line, offset) = (i64::from(self.cursor.line()), self.cursor.offset());
        self.with_comments(|comments| {
            if let Some(comment) = comments.waiting.back_mut()
                && comment.place == Place::Line
            {
                comment.place = Place::Head;
                if comment.start.line == line - 1 {
                    comment.token = offset;
                }
            }
        });
    }

    /// How many line breaks there are between the last text and here.
    pub(super) fn fresh_lines(&self) -> i64 {
        let mut before = self.cursor.before();
        let mut count = 0;
        loop {
            let length = match before {
                [.., b' ' | b'\t'] => 1,
                [.., b'\r', b'\n'] | [.., 0xc2, 0x85] => 2,
                [.., b'\r' | b'\n'] => 1,
                [.., 0xe2, 0x80, 0xa8 | 0xa9] => 3,
                _ => return count,
            };
            count += i64::from(!matches!(before, [.., b' ' | b'\t']));
            before = &before[..before.len() - length];
        }
    }

    /// Takes a comment on the rest of this line, for the token that starts at `mark`.
    pub(super) fn line_comment(&mut self, mark: Mark) {
        if let Some(comments) = &self.comments {
            let token = comments.offset(mark, self.cursor.text());
            self.line_comment_at(token);
        }
    }

    fn line_comment_at(&mut self, token: usize) {
        if self.fresh_lines() > 0 {
            return;
        }
        let blanks = (0..REACH).take_while(|&ahead| is(self.cursor.byte(ahead), BLANK));
        let blanks = blanks.count();
        if blanks == REACH || self.cursor.byte(blanks) != b'#' {
            return;
        }
        self.cursor.advance(blanks);
        let mark = self.cursor.mark();
        let offset = self.cursor.offset();
        self.cursor.skip_line_text();
        let comment = Comment {
            place: Place::Line,
            text: self.cursor.since(offset).to_vec(),
            token,
            start: Start {
                offset,
                line: i64::from(mark.line),
                column: i64::from(mark.column),
            },
            scan: 0,
            end: 0,
        };
        self.keep_comment(Some(comment));
    }
}
