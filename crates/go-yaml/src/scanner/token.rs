//! What the scanner finds.

use std::borrow::Cow;

/// A place in the text, counted from 0, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Mark {
    /// The place behind a one-character token that starts here.
    pub(crate) fn after(self) -> Self {
        Self {
            column: self.column + 1,
            ..self
        }
    }
}

/// One token and where it starts.
#[derive(Debug, Clone)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind<'a>,
    pub(crate) mark: Mark,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ScalarStyle {
    /// Not at all: an empty value.
    #[default]
    Absent,
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// The kinds of tokens.
#[derive(Debug, Clone)]
pub(crate) enum TokenKind<'a> {
    StreamEnd,
    Version {
        major: u8,
        minor: u8,
    },
    TagPrefix(Box<TagPrefix>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a [u8]),
    Anchor(&'a [u8]),
    Tag(Box<Tag>),
    Scalar {
        text: Cow<'a, [u8]>,
        style: ScalarStyle,
    },
}

/// `%TAG handle prefix`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagPrefix {
    pub(crate) handle: Vec<u8>,
    pub(crate) prefix: Vec<u8>,
}

/// A tag as written: `!handle!suffix`; the handle is empty in `!<suffix>` and `!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) handle: Vec<u8>,
    pub(crate) suffix: Vec<u8>,
}
