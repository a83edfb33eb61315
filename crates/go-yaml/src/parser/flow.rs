//! Lists and maps in brackets.

use super::{Event, EventKind, Opening, Parser, Problem, Result, State, TokenKind};

impl<'a> Parser<'a> {
    pub(super) fn flow_sequence(&mut self, first: bool) -> Result<Event<'a>> {
        if !first && !matches!(self.peek()?.kind, TokenKind::FlowSequenceEnd) {
            self.flow_comma("did not find expected ',' or ']'")?;
        }
        let token = self.peek()?;
        let mark = token.mark;
        match token.kind {
            TokenKind::FlowSequenceEnd => self.close(EventKind::SequenceEnd),
            TokenKind::Key => {
                self.skip();
                self.state = State::FlowPairKey;
                self.opening = Opening::default();
                Ok(Event {
                    kind: EventKind::MappingStart(None),
                    mark,
                })
            }
            _ => {
                self.states.push(State::FlowSequence);
                self.flow_node()
            }
        }
    }

    fn flow_comma(&mut self, missing: &'static str) -> Result<()> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::FlowEntry) {
            return Err(Problem::in_collection(missing, token.mark));
        }
        self.skip();
        Ok(())
    }

    pub(super) fn flow_pair_key(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        if matches!(
            token.kind,
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
        ) {
            // GO: the token is lost here, so `[? : x]` and `[?]` are not what one expects.
            self.skip();
            return Ok(self.empty_scalar(State::FlowPairValue, mark.after()));
        }
        self.states.push(State::FlowPairValue);
        self.flow_node()
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event<'a>> {
        let ends = [TokenKind::FlowEntry, TokenKind::FlowSequenceEnd];
        self.flow_value(State::FlowPairEnd, &ends)
    }

    pub(super) fn flow_pair_end(&mut self) -> Result<Event<'a>> {
        let mark = self.peek()?.mark;
        self.state = State::FlowSequence;
        Ok(Event {
            kind: EventKind::MappingEnd,
            mark,
        })
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event<'a>> {
        if !first && !matches!(self.peek()?.kind, TokenKind::FlowMappingEnd) {
            self.flow_comma("did not find expected ',' or '}'")?;
        }
        let token = self.peek()?;
        match token.kind {
            TokenKind::FlowMappingEnd => self.close(EventKind::MappingEnd),
            TokenKind::Key => self.flow_explicit_key(),
            _ => {
                self.states.push(State::FlowMappingEmptyValue);
                self.flow_node()
            }
        }
    }

    fn flow_explicit_key(&mut self) -> Result<Event<'a>> {
        self.skip();
        let token = self.peek()?;
        let mark = token.mark;
        if matches!(
            token.kind,
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd
        ) {
            return Ok(self.empty_scalar(State::FlowMappingValue, mark));
        }
        self.states.push(State::FlowMappingValue);
        self.flow_node()
    }

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event<'a>> {
        let ends = [TokenKind::FlowEntry, TokenKind::FlowMappingEnd];
        self.flow_value(State::FlowMappingKey, &ends)
    }

    /// A value behind `:`; it is missing if one of `ends` comes instead.
    fn flow_value(&mut self, next: State, ends: &[TokenKind<'_>]) -> Result<Event<'a>> {
        if matches!(self.peek()?.kind, TokenKind::Value) {
            self.skip();
            let kind = std::mem::discriminant(&self.peek()?.kind);
            if !ends.iter().any(|end| std::mem::discriminant(end) == kind) {
                self.states.push(next);
                return self.flow_node();
            }
        }
        let mark = self.peek()?.mark;
        Ok(self.empty_scalar(next, mark))
    }
}
