//! What the parser finds.

use std::borrow::Cow;

use crate::scanner::{Mark, ScalarStyle};

/// One event and where it starts.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    pub(crate) kind: EventKind<'a>,
    pub(crate) mark: Mark,
}

/// The kinds of events.
#[derive(Debug, Clone)]
pub(crate) enum EventKind<'a> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(&'a [u8]),
    Scalar(Scalar<'a>),
    SequenceStart(Option<&'a [u8]>),
    SequenceEnd,
    MappingStart(Option<&'a [u8]>),
    MappingEnd,
}

/// What else is known of a list or map that starts; told only when comments are kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opening {
    /// The whole tag; empty without one.
    pub(crate) tag: Vec<u8>,
    pub(crate) layout: Layout,
    /// Where the list or map itself starts, behind its anchor and tag.
    pub(crate) start: Mark,
}

/// How a list or map is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Layout {
    /// By indentation.
    Block,
    /// A list that is not further right than its key.
    Indentless,
    /// In brackets.
    Flow,
    /// A map without brackets in a list with brackets.
    #[default]
    Pair,
}

/// A scalar as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scalar<'a> {
    pub(crate) text: Cow<'a, [u8]>,
    pub(crate) anchor: Option<&'a [u8]>,
    /// The whole tag; empty without one.
    pub(crate) tag: Vec<u8>,
    /// Whether the text says what type it is: it has no quotes and no tag, or the tag `!`.
    pub(crate) implicit: bool,
    pub(crate) style: ScalarStyle,
}
