//! Where in the text each value was written.

use std::collections::BTreeMap;

use pintle_go_value::Str;

/// A place in the text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// One step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a map, by its key.
    Key(Str),
    /// Into a list, by its index.
    Index(usize),
}

/// The places of a value and of everything inside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Positions {
    /// Where the key of this value starts (for a value in a map).
    pub key: Option<Position>,
    /// Where the value starts.
    pub value: Position,
    /// The values inside.
    pub children: Children,
}

/// The places of the values inside a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Children {
    /// A scalar has none.
    #[default]
    None,
    /// Of a list, by index.
    List(Vec<Positions>),
    /// Of a map, by key.
    Map(BTreeMap<Str, Positions>),
}

impl Positions {
    /// The places of the value at `path`.
    pub fn find(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| node.child(step))
    }

    /// The places of one value inside this one.
    pub fn child(&self, step: &Step) -> Option<&Self> {
        match (&self.children, step) {
            (Children::List(items), Step::Index(index)) => items.get(*index),
            (Children::Map(entries), Step::Key(key)) => entries.get(key),
            _ => None,
        }
    }
}
