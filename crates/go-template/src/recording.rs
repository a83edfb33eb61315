//! What an execution did, kept for those who have to explain it.
//!
//! Nothing is recorded unless [`crate::Set::execute_recorded`] asks for it: an execution that
//! failed, or whose output is no good, is done again with a recording.

use std::fmt;
use std::sync::Arc;

use pintle_go_value::{Str, Value};

use crate::node::{Position, Source};

/// How many pieces and reads a recording holds; further ones are left out.
const MAX_ENTRIES: usize = 2_000_000;

/// A place in a template's text.
#[derive(Clone)]
pub struct Place {
    source: Arc<Source>,
    offset: Position,
}

impl Place {
    pub(crate) fn new(source: &Arc<Source>, offset: Position) -> Self {
        Self {
            source: Arc::clone(source),
            offset,
        }
    }

    /// The name of the file; that of a text given to `tpl` is what `tpl` called it.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// The whole text of the file.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The place as an offset in bytes.
    pub fn offset(&self) -> usize {
        self.offset as usize
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.text()[..self.offset()].matches('\n').count() + 1
    }

    /// The column in bytes, from 1.
    pub fn column(&self) -> usize {
        let before = &self.text()[..self.offset()];
        before
            .rfind('\n')
            .map_or(before.len(), |at| before.len() - at - 1)
            + 1
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file(), self.line(), self.column())
    }
}

/// A template opened by another one, through `include`, `tpl` or `{{template}}`.
#[derive(Debug, Clone)]
pub struct Call {
    /// Where it is called.
    pub place: Place,
    /// What is called.
    pub template: Arc<str>,
    /// The call that the place itself is in; none in the template executed first.
    pub outer: Option<Arc<Call>>,
}

/// A chain of names that was followed: `.a.b` is `a`, `b` from the dot.
#[derive(Debug, Clone)]
pub struct Read {
    /// Where it stands.
    pub place: Place,
    /// What the names are followed from.
    pub from: Value,
    /// The names.
    pub names: Vec<Box<str>>,
}

/// The output of one node: from its start to that of the next piece.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Where its output begins.
    pub start: usize,
    /// The node.
    pub place: Place,
    /// Whether it is text, copied as it stands in the template.
    pub is_text: bool,
    /// The call it was executed in.
    pub call: Option<Arc<Call>>,
    /// Output of templates that the node took and wrote, or did not write, as its own.
    pub captured: Vec<Capture>,
    /// What the node read.
    pub reads: Vec<Read>,
}

/// The output of a template, taken by a function.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The output.
    pub text: Str,
    /// What wrote it; starts count from the beginning of the text.
    pub pieces: Vec<Piece>,
}

/// What a recording wants to know of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Text,
    Condition,
    Other,
}

/// What an execution did, up to its end or its failure.
#[derive(Debug, Default)]
pub struct Recording {
    /// What wrote the output. After a failure the last one is the node that failed, in the
    /// innermost template.
    pub pieces: Vec<Piece>,
    /// The innermost of the calls that are open; after a failure the one it happened in.
    pub call: Option<Arc<Call>>,
    /// What the condition begun last (`if`, `with`, `range`) read.
    pub condition: Vec<Read>,
    in_condition: bool,
    entries: usize,
}

impl Recording {
    /// A node begins.
    pub(crate) fn enter(&mut self, start: usize, place: Place, kind: NodeKind) {
        self.in_condition = kind == NodeKind::Condition;
        if self.in_condition {
            self.condition.clear();
        }
        if !self.has_room() {
            return;
        }
        self.pieces.push(Piece {
            start,
            place,
            is_text: kind == NodeKind::Text,
            call: self.call.clone(),
            captured: Vec::new(),
            reads: Vec::new(),
        });
    }

    /// A template is called.
    pub(crate) fn open(&mut self, place: Place, template: &Arc<str>) {
        self.call = Some(Arc::new(Call {
            place,
            template: Arc::clone(template),
            outer: self.call.take(),
        }));
    }

    /// The template called last has ended well.
    pub(crate) fn close(&mut self) {
        self.call = self.call.take().and_then(|call| call.outer.clone());
    }

    /// The pieces so far; see [`Recording::capture`].
    pub(crate) fn mark(&self) -> usize {
        self.pieces.len()
    }

    /// What was written since the mark was taken by a function, as `text`; it began at `start`.
    pub(crate) fn capture(&mut self, mark: usize, start: usize, text: &Str) {
        let mut pieces = self.pieces.split_off(mark.min(self.pieces.len()));
        for piece in &mut pieces {
            piece.start = piece.start.saturating_sub(start);
        }
        let text = text.clone();
        if let Some(piece) = self.pieces.last_mut() {
            piece.captured.push(Capture { text, pieces });
        }
    }

    /// Names are followed.
    pub(crate) fn read(&mut self, place: Place, from: &Value, names: Vec<Box<str>>) {
        if !self.has_room() {
            return;
        }
        let from = from.clone();
        let read = Read { place, from, names };
        if self.in_condition {
            self.condition.push(read.clone());
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.reads.push(read);
        }
    }

    fn has_room(&mut self) -> bool {
        self.entries += 1;
        self.entries <= MAX_ENTRIES
    }
}
