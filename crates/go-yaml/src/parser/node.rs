//! One node: an alias, or a scalar, list or map with its anchor and tag.

use super::{
    Event, EventKind, Layout, Mark, Opening, Parser, Problem, Result, Scalar, State, TokenKind,
};
use crate::scanner::{ScalarStyle, Tag};

/// What stands in front of a node.
#[derive(Default)]
struct Properties<'a> {
    anchor: Option<&'a [u8]>,
    tag: Vec<u8>,
    /// Where the first of them starts.
    mark: Option<Mark>,
}

impl<'a> Parser<'a> {
    /// A node outside of `[]` and `{}`. Under a map key a list need not be indented.
    pub(super) fn block_node(&mut self, indentless: bool) -> Result<Event<'a>> {
        self.node(true, indentless)
    }

    /// A node inside of `[]` or `{}`.
    pub(super) fn flow_node(&mut self) -> Result<Event<'a>> {
        self.node(false, false)
    }

    fn node(&mut self, block: bool, indentless: bool) -> Result<Event<'a>> {
        let token = self.peek()?;
        if let TokenKind::Alias(name) = token.kind {
            let mark = token.mark;
            self.skip();
            self.pop_state();
            return Ok(Event {
                kind: EventKind::Alias(name),
                mark,
            });
        }
        let properties = match token.kind {
            TokenKind::Anchor(_) | TokenKind::Tag(_) => self.properties()?,
            _ => Properties::default(),
        };
        self.content(block, indentless, properties)
    }

    /// An anchor, a tag, or both in any order.
    fn properties(&mut self) -> Result<Properties<'a>> {
        let mut properties = Properties::default();
        let mut tag: Option<(Box<Tag>, Mark)> = None;
        loop {
            let token = self.peek()?;
            let wanted = match token.kind {
                TokenKind::Anchor(_) => properties.anchor.is_none(),
                TokenKind::Tag(_) => tag.is_none(),
                _ => false,
            };
            if !wanted {
                break;
            }
            let token = self.take()?;
            properties.mark.get_or_insert(token.mark);
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag(found) => tag = Some((found, token.mark)),
                _ => {}
            }
        }
        if let Some((tag, mark)) = tag {
            properties.tag = self.whole_tag(*tag, mark)?;
        }
        Ok(properties)
    }

    fn whole_tag(&self, tag: Tag, mark: Mark) -> Result<Vec<u8>> {
        if tag.handle.is_empty() {
            return Ok(tag.suffix);
        }
        let known = self
            .tag_prefixes
            .iter()
            .find(|known| known.handle == tag.handle);
        let known = known.ok_or_else(|| Problem::parser("found undefined tag handle", mark))?;
        Ok([&known.prefix[..], &tag.suffix].concat())
    }

    fn content(
        &mut self,
        block: bool,
        indentless: bool,
        properties: Properties<'a>,
    ) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.mark;
        let mark = properties.mark.unwrap_or(start);
        let next = match token.kind {
            TokenKind::Scalar { .. } => return self.scalar(properties, mark),
            TokenKind::BlockEntry if indentless => State::IndentlessSequence,
            TokenKind::FlowSequenceStart => State::FlowSequenceFirst,
            TokenKind::FlowMappingStart => State::FlowMappingFirst,
            TokenKind::BlockSequenceStart if block => State::BlockSequenceFirst,
            TokenKind::BlockMappingStart if block => State::BlockMappingFirst,
            _ if properties.mark.is_some() => return Ok(self.bare_properties(properties, mark)),
            _ => {
                let text = "did not find expected node content";
                return Err(Problem::parser(text, token.mark));
            }
        };
        self.state = next;
        if self.comments().is_some() {
            self.note_opening(properties.tag, start);
        }
        let kind = match next {
            State::FlowMappingFirst | State::BlockMappingFirst => {
                EventKind::MappingStart(properties.anchor)
            }
            _ => EventKind::SequenceStart(properties.anchor),
        };
        Ok(Event { kind, mark })
    }

    #[cold]
    fn note_opening(&mut self, tag: Vec<u8>, start: Mark) {
        let layout = match self.state {
            State::FlowMappingFirst | State::FlowSequenceFirst => Layout::Flow,
            State::IndentlessSequence => Layout::Indentless,
            _ => Layout::Block,
        };
        self.opening = Opening { tag, layout, start };
    }

    fn scalar(&mut self, properties: Properties<'a>, mark: Mark) -> Result<Event<'a>> {
        let token = self.take()?;
        self.pop_state();
        let TokenKind::Scalar { text, style } = token.kind else {
            return Err(Problem::parser("did not find expected scalar", mark));
        };
        let tag = properties.tag;
        let scalar = Scalar {
            text,
            anchor: properties.anchor,
            implicit: (tag.is_empty() && style == ScalarStyle::Plain) || tag == b"!",
            tag,
            style,
        };
        Ok(Event {
            kind: EventKind::Scalar(scalar),
            mark,
        })
    }

    /// An anchor or a tag with nothing behind it.
    fn bare_properties(&mut self, properties: Properties<'a>, mark: Mark) -> Event<'a> {
        self.pop_state();
        let scalar = Scalar {
            text: b""[..].into(),
            anchor: properties.anchor,
            implicit: properties.tag.is_empty(),
            tag: properties.tag,
            style: ScalarStyle::Absent,
        };
        Event {
            kind: EventKind::Scalar(scalar),
            mark,
        }
    }
}
