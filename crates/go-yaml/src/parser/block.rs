//! Lists and maps by indentation.

use super::{Event, EventKind, Parser, Problem, Result, State, TokenKind};

impl<'a> Parser<'a> {
    pub(super) fn block_sequence(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        match token.kind {
            TokenKind::BlockEntry => {}
            TokenKind::BlockEnd => return self.close(EventKind::SequenceEnd),
            _ => {
                return Err(Problem::in_collection(
                    "did not find expected '-' indicator",
                    mark,
                ));
            }
        }
        self.skip_entry()?;
        let next = self.peek()?;
        if matches!(next.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
            return Ok(self.empty_scalar(State::BlockSequence, mark.after()));
        }
        self.states.push(State::BlockSequence);
        self.block_node(false)
    }

    /// A list that is not further right than the key it is under: it ends with anything
    /// that is not `-`.
    pub(super) fn indentless_sequence(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        if !matches!(token.kind, TokenKind::BlockEntry) {
            self.pop_state();
            return Ok(Event {
                kind: EventKind::SequenceEnd,
                mark,
            });
        }
        self.skip_entry()?;
        let next = self.peek()?;
        if matches!(
            next.kind,
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
        ) {
            return Ok(self.empty_scalar(State::IndentlessSequence, mark.after()));
        }
        self.states.push(State::IndentlessSequence);
        self.block_node(false)
    }

    /// Takes a `-`. The comment in front of it belongs to the list or map that starts behind
    /// it, if one does.
    fn skip_entry(&mut self) -> Result<()> {
        let head = self.scanner.comments().map_or(0, |c| c.seen.head.len());
        self.skip();
        if head == 0 {
            return Ok(());
        }
        // GO: a failure here is noticed only when the next token is asked for once more, which
        // may fail for another reason.
        if let Err(problem) = self.peek() {
            return Err(self.peek().err().unwrap_or(problem));
        }
        if matches!(
            self.peek()?.kind,
            TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart
        ) && let Some(comments) = self.scanner.comments()
        {
            comments.split_stem(head);
        }
        Ok(())
    }

    pub(super) fn block_mapping_key(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        match token.kind {
            TokenKind::Key => {}
            TokenKind::BlockEnd => return self.close(EventKind::MappingEnd),
            _ => return Err(Problem::in_collection("did not find expected key", mark)),
        }
        self.skip();
        self.block_mapping_part(State::BlockMappingValue, mark.after())
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        if !matches!(token.kind, TokenKind::Value) {
            return Ok(self.empty_scalar(State::BlockMappingKey, mark));
        }
        self.skip();
        self.block_mapping_part(State::BlockMappingKey, mark.after())
    }

    /// A key or a value, which may be missing; then its place is `mark`.
    fn block_mapping_part(&mut self, next: State, mark: crate::scanner::Mark) -> Result<Event<'a>> {
        let token = self.peek()?;
        if matches!(
            token.kind,
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
        ) {
            return Ok(self.empty_scalar(next, mark));
        }
        self.states.push(next);
        self.block_node(true)
    }
}
