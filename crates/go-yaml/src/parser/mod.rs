//! From tokens to events.
//!
//! A state machine: each state knows which tokens may come next, and a stack holds the
//! states to return to. Depth costs memory, not the thread's stack.

mod block;
mod document;
mod event;
mod flow;
mod node;

use crate::Limits;
use crate::error::Problem;
use crate::reader::Text;
use crate::scanner::{Comments, Mark, Scanner, TagPrefix, Token, TokenKind};

pub(crate) use event::{Event, EventKind, Layout, Opening, Scalar};

type Result<T> = std::result::Result<T, Problem>;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FirstDocument,
    NextDocument,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequence,
    IndentlessSequence,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequence,
    /// `[key: value]` is a list of a map with one entry.
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// The parser of one text.
pub(crate) struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    tag_prefixes: Vec<TagPrefix>,
    /// Of the list or map that started last, when comments are kept.
    opening: Opening,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a Text<'_>, limits: &Limits) -> Self {
        Self {
            scanner: Scanner::new(text, limits),
            state: State::FirstDocument,
            states: Vec::new(),
            tag_prefixes: Vec::new(),
            opening: Opening::default(),
        }
    }

    /// Keeps the comments of `text`.
    pub(crate) fn keep_comments(&mut self, text: &Text<'_>) {
        self.scanner.keep_comments(text);
    }

    /// The comments, when they are kept.
    pub(crate) fn comments(&mut self) -> Option<&mut Comments> {
        self.scanner.comments()
    }

    /// What else is known of the list or map that just started, when comments are kept.
    pub(crate) fn opening(&mut self) -> Opening {
        std::mem::take(&mut self.opening)
    }

    /// The next event. Behind the end of the stream nothing may be asked for.
    pub(crate) fn next(&mut self) -> Result<Event<'a>> {
        match self.state {
            State::FirstDocument => self.document_start(true),
            State::NextDocument => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.block_node(false),
            State::BlockSequenceFirst => {
                self.skip();
                self.block_sequence()
            }
            State::BlockSequence => self.block_sequence(),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingFirst => {
                self.skip();
                self.block_mapping_key()
            }
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => {
                self.skip();
                self.flow_sequence(true)
            }
            State::FlowSequence => self.flow_sequence(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => self.flow_pair_end(),
            State::FlowMappingFirst => {
                self.skip();
                self.flow_mapping_key(true)
            }
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => {
                let mark = self.peek()?.mark;
                Ok(self.empty_scalar(State::FlowMappingKey, mark))
            }
        }
    }

    fn peek(&mut self) -> Result<&Token<'a>> {
        self.scanner.peek()
    }

    fn take(&mut self) -> Result<Token<'a>> {
        self.scanner.peek()?;
        self.scanner
            .take()
            .ok_or_else(|| Problem::parser("no token", Mark::default()))
    }

    fn skip(&mut self) {
        self.scanner.take();
    }

    /// Returns to the state that waits for the end of what was just read.
    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    /// Takes the token and ends the list or map it closes.
    fn close(&mut self, kind: EventKind<'a>) -> Result<Event<'a>> {
        let mark = self.take()?.mark;
        self.pop_state();
        Ok(Event { kind, mark })
    }

    /// A node that is not there: null.
    fn empty_scalar(&mut self, next: State, mark: Mark) -> Event<'a> {
        self.state = next;
        let scalar = Scalar {
            implicit: true,
            ..Scalar::default()
        };
        Event {
            kind: EventKind::Scalar(scalar),
            mark,
        }
    }
}
