//! Which properties and items no keyword has looked at yet.

use crate::node::Node;
use crate::schema::Schema;

/// What `unevaluatedProperties` and `unevaluatedItems` apply to, kept only where one of them
/// will ask: a flag for each entry of a map or item of a list.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    flags: Vec<bool>,
    left: usize,
}

impl Unseen {
    /// All that a schema does not look at by its own keywords.
    pub(super) fn new(value: &Node, schema: &Schema, caller_asks: bool) -> Self {
        let (length, seen) = match value {
            Node::Map(entries) if caller_asks || schema.unevaluated_properties.is_some() => {
                let all = schema.sees_all_properties();
                (entries.len(), if all { usize::MAX } else { 0 })
            }
            Node::List(items) if caller_asks || schema.unevaluated_items.is_some() => {
                (items.len(), schema.items_seen())
            }
            _ => return Self::default(),
        };
        if seen >= length {
            return Self::default();
        }
        Self {
            flags: (0..length).map(|at| at >= seen).collect(),
            left: length - seen,
        }
    }

    /// Whether everything was looked at, or nobody asks.
    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// How much there is to keep.
    pub(super) fn size(&self) -> usize {
        self.flags.len()
    }

    /// Whether a part was not looked at.
    pub(super) fn has(&self, at: usize) -> bool {
        self.flags.get(at).copied().unwrap_or(false)
    }

    /// Notes that a part was looked at.
    pub(super) fn see(&mut self, at: usize) {
        if let Some(flag) = self.flags.get_mut(at).filter(|flag| **flag) {
            *flag = false;
            self.left -= 1;
        }
    }

    /// Notes what another schema for the same value looked at.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.left == 0 {
            return;
        }
        for at in 0..self.flags.len() {
            if !other.has(at) {
                self.see(at);
            }
        }
    }

    /// Nothing is left.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
