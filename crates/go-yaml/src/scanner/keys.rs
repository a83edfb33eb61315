//! Where a simple key may have started, and the indentation of blocks.

use super::{Mark, Result, Scanner, Token, TokenKind};
use crate::error::Problem;

/// How many characters a simple key may have.
const MAX_LENGTH: usize = 1024;

/// A token that may turn out to be a key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// In a block mapping, where nothing but a key can start.
    required: bool,
    /// Whether the queue waits for it.
    pub(super) awaited: bool,
    /// The number of the token.
    pub(super) token: usize,
    mark: Mark,
    offset: usize,
}

impl<'a> Scanner<'a> {
    fn next_token(&self) -> usize {
        self.taken + self.tokens.len()
    }

    fn current_key(&mut self) -> &mut SimpleKey {
        if self.keys.is_empty() {
            self.keys.push(SimpleKey::default());
        }
        let last = self.keys.len() - 1;
        &mut self.keys[last]
    }

    /// Whether the first token in the queue may still turn out to be a key.
    #[inline]
    pub(super) fn may_be_key(&mut self) -> Result<bool> {
        // Tokens of inner levels come later, so the keys are sorted.
        let first = match self.keys.as_slice() {
            [_] => 0,
            keys => keys.partition_point(|key| key.token < self.taken),
        };
        match self.keys.get(first) {
            Some(key) if key.awaited && key.token == self.taken => self.is_key_valid(first),
            _ => Ok(false),
        }
    }

    /// Whether a noted key can still be one: it must end on its line, and soon.
    #[inline]
    pub(super) fn is_key_valid(&mut self, index: usize) -> Result<bool> {
        let key = self.keys[index];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line == self.cursor.line() && !self.is_too_long(key.offset) {
            return Ok(true);
        }
        if key.required {
            return Err(self.missing_colon(key.mark));
        }
        self.keys[index].possible = false;
        Ok(false)
    }

    fn is_too_long(&self, start: usize) -> bool {
        let text = self.cursor.since(start);
        text.len() > MAX_LENGTH
            && text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() > MAX_LENGTH
    }

    fn missing_colon(&mut self, key: Mark) -> Problem {
        self.problem("could not find expected ':'").inside(key)
    }

    /// Notes that a key may start here.
    pub(super) fn note_key(&mut self, mark: Mark) -> Result {
        if !self.key_allowed {
            return Ok(());
        }
        self.forget_key()?;
        *self.current_key() = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == i64::from(mark.column),
            awaited: true,
            token: self.next_token(),
            mark,
            offset: self.cursor.offset(),
        };
        Ok(())
    }

    /// Forgets the key noted on this flow level.
    pub(super) fn forget_key(&mut self) -> Result {
        let key = self.current_key();
        if key.possible {
            if key.required {
                let mark = key.mark;
                return Err(self.missing_colon(mark));
            }
            key.possible = false;
            key.awaited = false;
        }
        Ok(())
    }

    pub(super) fn enter_flow(&mut self) -> Result {
        let token = self.next_token();
        self.keys.push(SimpleKey {
            token,
            ..SimpleKey::default()
        });
        self.flow_level += 1;
        self.check_depth()
    }

    /// GO: when nothing inside could be a key, the queue no longer waits for the
    /// collection itself, so an empty one is never seen as a key.
    pub(super) fn leave_flow(&mut self) {
        if self.flow_level == 0 {
            return;
        }
        self.flow_level -= 1;
        if let Some(inner) = self.keys.pop() {
            let outer = self.current_key();
            outer.awaited &= outer.token != inner.token;
        }
    }

    /// Opens a block at `column` unless it is open: its start goes in front of the token
    /// number `before`, or to the end.
    pub(super) fn open_block(
        &mut self,
        column: i64,
        before: Option<usize>,
        kind: TokenKind<'a>,
        mark: Mark,
    ) -> Result {
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        self.check_depth()?;
        self.insert(before, kind, mark);
        Ok(())
    }

    /// Closes all blocks that are further right than `column`.
    #[inline]
    pub(super) fn close_blocks(&mut self, column: i64, mark: Mark) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            if self.comments.is_some() {
                self.note_block_end();
            }
            self.push(TokenKind::BlockEnd, mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// DIFF: Go counts flow and block levels apart, each up to 10000; we count them
    /// together up to the limit, so that values can be dropped on a small stack.
    fn check_depth(&mut self) -> Result {
        if self.flow_level + self.indents.len() > self.max_depth {
            return Err(Problem::depth(self.max_depth, self.cursor.mark()));
        }
        Ok(())
    }

    /// Puts a token in front of the token number `before`, or to the end. A token that was
    /// taken already cannot be preceded any more: then it goes to the end too.
    fn insert(&mut self, before: Option<usize>, kind: TokenKind<'a>, mark: Mark) {
        let place = before.and_then(|number| number.checked_sub(self.taken));
        match place {
            Some(index) if index <= self.tokens.len() => {
                self.tokens.insert(index, Token { kind, mark });
            }
            _ => self.push(kind, mark),
        }
    }

    /// `:`
    pub(super) fn value(&mut self, mark: Mark) -> Result {
        let level = self.keys.len().saturating_sub(1);
        if self.is_key_valid(level)? {
            let key = self.keys[level];
            self.insert(Some(key.token), TokenKind::Key, key.mark);
            let column = i64::from(key.mark.column);
            self.open_block(
                column,
                Some(key.token),
                TokenKind::BlockMappingStart,
                key.mark,
            )?;
            self.keys[level].possible = false;
            self.keys[level].awaited = false;
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.key_allowed {
                    return Err(self.problem("mapping values are not allowed in this context"));
                }
                let column = i64::from(mark.column);
                self.open_block(column, None, TokenKind::BlockMappingStart, mark)?;
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.cursor.advance(1);
        self.push(TokenKind::Value, mark);
        Ok(())
    }
}
