//! Documents and their directives.

use super::{Event, EventKind, Mark, Parser, Problem, Result, State, TagPrefix, TokenKind};

impl<'a> Parser<'a> {
    pub(super) fn document_start(&mut self, first: bool) -> Result<Event<'a>> {
        if !first {
            while matches!(self.peek()?.kind, TokenKind::DocumentEnd) {
                self.skip();
            }
        }
        let token = self.peek()?;
        let mark = token.mark;
        let explicit = matches!(
            token.kind,
            TokenKind::Version { .. } | TokenKind::TagPrefix(_) | TokenKind::DocumentStart
        );
        let kind = if matches!(token.kind, TokenKind::StreamEnd) {
            EventKind::StreamEnd
        } else if first && !explicit {
            self.default_tag_prefixes();
            if let Some(comments) = self.scanner.comments() {
                comments.split_document();
            }
            self.states.push(State::DocumentEnd);
            self.state = State::BlockNode;
            EventKind::DocumentStart
        } else {
            self.explicit_document()?;
            EventKind::DocumentStart
        };
        Ok(Event { kind, mark })
    }

    fn explicit_document(&mut self) -> Result<()> {
        self.directives()?;
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::DocumentStart) {
            let text = "did not find expected <document start>";
            return Err(Problem::parser(text, token.mark));
        }
        self.skip();
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(())
    }

    fn directives(&mut self) -> Result<()> {
        let mut versioned = false;
        loop {
            let token = self.peek()?;
            let mark = token.mark;
            match &token.kind {
                TokenKind::Version { .. } if versioned => {
                    return Err(Problem::parser("found duplicate %YAML directive", mark));
                }
                TokenKind::Version { major: 1, minor: 1 } => versioned = true,
                TokenKind::Version { .. } => {
                    return Err(Problem::parser("found incompatible YAML document", mark));
                }
                TokenKind::TagPrefix(prefix) => {
                    let prefix = TagPrefix::clone(prefix);
                    self.add_tag_prefix(prefix, mark)?;
                }
                _ => break,
            }
            self.skip();
        }
        self.default_tag_prefixes();
        Ok(())
    }

    fn add_tag_prefix(&mut self, prefix: TagPrefix, mark: Mark) -> Result<()> {
        if self.has_tag_prefix(&prefix.handle) {
            return Err(Problem::parser("found duplicate %TAG directive", mark));
        }
        self.tag_prefixes.push(prefix);
        Ok(())
    }

    fn has_tag_prefix(&self, handle: &[u8]) -> bool {
        self.tag_prefixes.iter().any(|known| known.handle == handle)
    }

    /// `!` and `!!` mean what they always do, unless a directive said otherwise.
    fn default_tag_prefixes(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", crate::resolve::CORE_TAGS)] {
            if !self.has_tag_prefix(handle.as_bytes()) {
                self.tag_prefixes.push(TagPrefix {
                    handle: handle.into(),
                    prefix: prefix.into(),
                });
            }
        }
    }

    /// What stands behind `---`.
    pub(super) fn document_content(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        if matches!(
            token.kind,
            TokenKind::Version { .. }
                | TokenKind::TagPrefix(_)
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd
        ) {
            self.pop_state();
            return Ok(self.empty_scalar(self.state, mark));
        }
        self.block_node(false)
    }

    pub(super) fn document_end(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let mark = token.mark;
        if matches!(token.kind, TokenKind::DocumentEnd) {
            self.skip();
        }
        self.tag_prefixes.clear();
        self.state = State::NextDocument;
        Ok(Event {
            kind: EventKind::DocumentEnd,
            mark,
        })
    }
}
