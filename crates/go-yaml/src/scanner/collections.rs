//! The one-character tokens of lists and maps.

use super::{Mark, Result, Scanner, TokenKind};

impl<'a> Scanner<'a> {
    /// `[` or `{`
    pub(super) fn open_flow(&mut self, kind: TokenKind<'a>, mark: Mark) -> Result {
        self.note_key(mark)?;
        self.enter_flow()?;
        self.key_allowed = true;
        self.indicator(kind, mark);
        Ok(())
    }

    /// `]` or `}`
    pub(super) fn close_flow(&mut self, kind: TokenKind<'a>, mark: Mark) -> Result {
        self.forget_key()?;
        self.leave_flow();
        self.key_allowed = false;
        self.indicator(kind, mark);
        Ok(())
    }

    /// `,`
    pub(super) fn flow_entry(&mut self, mark: Mark) -> Result {
        self.forget_key()?;
        self.key_allowed = true;
        self.indicator(TokenKind::FlowEntry, mark);
        Ok(())
    }

    /// `- `; inside `[]` and `{}` it is an error, about which the parser knows more.
    pub(super) fn block_entry(&mut self, mark: Mark) -> Result {
        if self.flow_level == 0 {
            if !self.key_allowed {
                let text = "block sequence entries are not allowed in this context";
                return Err(self.problem(text));
            }
            let column = i64::from(mark.column);
            self.open_block(column, None, TokenKind::BlockSequenceStart, mark)?;
        }
        self.forget_key()?;
        self.key_allowed = true;
        self.indicator(TokenKind::BlockEntry, mark);
        Ok(())
    }

    /// `? `
    pub(super) fn explicit_key(&mut self, mark: Mark) -> Result {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(self.problem("mapping keys are not allowed in this context"));
            }
            let column = i64::from(mark.column);
            self.open_block(column, None, TokenKind::BlockMappingStart, mark)?;
        }
        self.forget_key()?;
        self.key_allowed = self.flow_level == 0;
        self.indicator(TokenKind::Key, mark);
        Ok(())
    }

    fn indicator(&mut self, kind: TokenKind<'a>, mark: Mark) {
        self.cursor.advance(1);
        self.push(kind, mark);
    }
}
