//! Anchors and what their aliases stand for.

use pintle_go_value::Value;

use super::frame::{self, Node, Shape};
use super::{Builder, Error, Mark};
use crate::position::Positions;

/// What is behind an anchor.
pub(super) struct Anchor {
    value: Value,
    shape: Shape,
    positions: Option<Positions>,
    /// How many nodes Go decodes for it.
    nodes: u64,
    /// While the node is not complete: how many nodes were decoded before it.
    open_since: Option<u64>,
}

impl Anchor {
    pub(super) fn of_node(node: &Node, nodes: u64) -> Self {
        Self {
            value: node.value.clone(),
            shape: node.shape,
            positions: node.positions.clone(),
            nodes,
            open_since: None,
        }
    }

    pub(super) fn open(decoded: u64, is_map: bool) -> Self {
        Self {
            value: Value::Nil,
            shape: if is_map {
                Shape::Map
            } else {
                Shape::List { mergeable: false }
            },
            positions: None,
            nodes: 0,
            open_since: Some(decoded),
        }
    }

    /// Whether this is the anchor opened at that count, and not one of the same name
    /// inside of it.
    pub(super) fn is_open_since(&self, decoded: u64) -> bool {
        self.open_since == Some(decoded)
    }
}

/// GO: up to here nearly everything may come from aliases…
const SMALL_DOCUMENT: u64 = 400_000;
/// …and from here on only a tenth; in between the share shrinks evenly.
const LARGE_DOCUMENT: u64 = 4_000_000;

/// Which share of so many decoded nodes may come from aliases.
fn allowed_share(decoded: u64) -> f64 {
    if decoded <= SMALL_DOCUMENT {
        0.99
    } else if decoded >= LARGE_DOCUMENT {
        0.10
    } else {
        let range = (LARGE_DOCUMENT - SMALL_DOCUMENT) as f64;
        0.99 - 0.89 * ((decoded - SMALL_DOCUMENT) as f64 / range)
    }
}

impl Builder<'_> {
    /// The value an alias stands for: a copy, since values can be changed later.
    pub(super) fn alias(&mut self, name: &[u8], mark: Mark) -> Result<Node, Error> {
        let shown = String::from_utf8_lossy(name);
        let Some(anchor) = self.anchors.get(name) else {
            let text = format!("yaml: unknown anchor '{shown}' referenced");
            return Err(Error::convert(
                text,
                mark.line as usize + 1,
                mark.column as usize + 1,
            ));
        };
        let (nodes, open) = (anchor.nodes, anchor.open_since.is_some());
        let is_map = anchor.shape == Shape::Map;
        self.count(1)?;
        if open {
            self.fail(&format!("anchor '{shown}' value contains itself"), mark);
            return Ok(frame::unknown(is_map, mark));
        }
        self.count(nodes)?;
        self.aliased = self.aliased.saturating_add(nodes);
        if self.is_excessive() {
            self.fail("document contains excessive aliasing", mark);
        }
        if self.report.failure.is_some() {
            return Ok(frame::unknown(is_map, mark));
        }
        Ok(self.copy_of(name, mark))
    }

    fn copy_of(&self, name: &[u8], mark: Mark) -> Node {
        let Some(anchor) = self.anchors.get(name) else {
            return frame::unknown(false, mark);
        };
        Node {
            value: anchor.value.deep_copy(),
            // A list can be merged only where it is written.
            shape: match anchor.shape {
                Shape::List { .. } => Shape::List { mergeable: false },
                other => other,
            },
            mark,
            positions: anchor.positions.clone().map(|positions| Positions {
                value: super::position(mark),
                ..positions
            }),
        }
    }

    fn is_excessive(&self) -> bool {
        self.aliased > 100
            && self.decoded > 1000
            && self.aliased as f64 / self.decoded as f64 > allowed_share(self.decoded)
    }
}
