//! Lists and maps under construction.

use std::collections::{BTreeMap, HashSet};

use pintle_go_value::{Map, MapType, Str, Value};

use super::key::{self, KeyType};
use super::{Report, Resolved, position, show};
use crate::position::{Children, Positions, Step};
use crate::scanner::Mark;

/// What a node is, apart from its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Scalar(Resolved),
    /// Whether the list can be merged: it is written here and holds only maps.
    List {
        mergeable: bool,
    },
    Map,
    /// The key `<<`.
    MergeKey,
}

/// A value that was read.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) shape: Shape,
    pub(super) mark: Mark,
    pub(super) positions: Option<Positions>,
}

impl Node {
    pub(super) fn scalar(resolved: Resolved, value: Value, mark: Mark) -> Self {
        Self {
            value,
            shape: Shape::Scalar(resolved),
            mark,
            positions: None,
        }
    }

    pub(super) fn merge_key(mark: Mark) -> Self {
        Self {
            value: Value::Nil,
            shape: Shape::MergeKey,
            mark,
            positions: None,
        }
    }

    fn positions(&mut self) -> Positions {
        self.positions.take().unwrap_or_else(|| Positions {
            value: position(self.mark),
            ..Positions::default()
        })
    }
}

/// A list or map that is not closed yet.
pub(super) struct Frame<'a> {
    pub(super) mark: Mark,
    /// The anchor's name, and how many nodes were decoded before.
    pub(super) anchor: Option<(&'a [u8], u64)>,
    content: Content,
}

enum Content {
    List(ListContent),
    Map(Box<MapContent>),
}

struct ListContent {
    /// Where its items start in [`Parts::items`].
    start: usize,
    places: Vec<Positions>,
    only_maps: bool,
}

#[derive(Default)]
struct MapContent {
    /// Where its entries start in [`Parts::entries`].
    start: usize,
    places: BTreeMap<Str, Positions>,
    slot: Slot,
    /// Keys so far, for strict reading.
    seen: HashSet<(KeyType, Str)>,
}

/// The parts of all lists and maps that are not closed yet, those of inner ones behind those
/// of outer ones: so that each list and map is allocated once, in its final size.
#[derive(Default)]
pub(super) struct Parts {
    items: Vec<Value>,
    entries: Vec<(Str, Value)>,
}

/// What [`Frame::place`] works with.
pub(super) struct Surroundings<'a> {
    pub(super) parts: &'a mut Parts,
    pub(super) report: &'a mut Report,
    pub(super) located: bool,
    pub(super) strict: bool,
}

/// What comes next in a map.
#[derive(Default)]
enum Slot {
    #[default]
    Key,
    Value {
        key: Str,
        key_type: KeyType,
        mark: Mark,
    },
    /// A value whose entries go into this map.
    Merge,
    /// The value of a key that JSON cannot have, with how Go shows the key.
    BadKey(String),
}

/// What Go says of a value of `<<` that has no entries.
pub(super) const CANNOT_MERGE: &str = "map merge requires map or sequence of maps as the value";

/// What stops Go's decoder, and where.
type Failure = (String, Mark);

impl Frame<'_> {
    pub(super) fn list(mark: Mark, parts: &Parts) -> Self {
        Self {
            mark,
            anchor: None,
            content: Content::List(ListContent {
                start: parts.items.len(),
                places: Vec::new(),
                only_maps: true,
            }),
        }
    }

    pub(super) fn map(mark: Mark, parts: &Parts) -> Self {
        Self {
            mark,
            anchor: None,
            content: Content::Map(Box::new(MapContent {
                start: parts.entries.len(),
                ..MapContent::default()
            })),
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    pub(super) fn expects_key(&self) -> bool {
        matches!(&self.content, Content::Map(map) if matches!(map.slot, Slot::Key))
    }

    pub(super) fn expects_merge(&self) -> bool {
        matches!(&self.content, Content::Map(map) if matches!(map.slot, Slot::Merge))
    }

    /// Adds a node: an item, a key or a value.
    pub(super) fn place(&mut self, node: Node, around: Surroundings<'_>) -> Result<(), Failure> {
        match &mut self.content {
            Content::List(list) => {
                list.add(node, around);
                Ok(())
            }
            Content::Map(map) => map.add(node, around),
        }
    }

    pub(super) fn close(self, parts: &mut Parts, located: bool) -> Node {
        let mark = self.mark;
        let (value, shape, children) = match self.content {
            Content::List(list) => {
                let mergeable = list.only_maps;
                let value = Value::List(parts.items.drain(list.start..).collect());
                (
                    value,
                    Shape::List { mergeable },
                    Children::List(list.places),
                )
            }
            Content::Map(map) => {
                // Of equal keys the last one stays.
                let entries = parts.entries.drain(map.start..);
                let value = Value::Map(Map::from_entries(MapType::Any, entries));
                (value, Shape::Map, Children::Map(map.places))
            }
        };
        let positions = located.then(|| Positions {
            key: None,
            value: position(mark),
            children,
        });
        Node {
            value,
            shape,
            mark,
            positions,
        }
    }
}

impl ListContent {
    fn add(&mut self, mut node: Node, around: Surroundings<'_>) {
        self.only_maps &= node.shape == Shape::Map;
        around.report.look_at(&node);
        if around.located {
            self.places.push(node.positions());
        }
        around.parts.items.push(node.value);
    }
}

impl MapContent {
    fn add(&mut self, node: Node, mut around: Surroundings<'_>) -> Result<(), Failure> {
        match std::mem::take(&mut self.slot) {
            Slot::Key => self.add_key(node),
            Slot::Value {
                key,
                key_type,
                mark,
            } => {
                let line = node.mark.line + 1;
                if self.is_new(key_type, &key, line, &mut around) {
                    self.add_value(key, mark, node, around);
                }
                Ok(())
            }
            Slot::Merge => self.merge(node, around),
            Slot::BadKey(shown) => {
                around.report.bad_keys = true;
                around
                    .parts
                    .entries
                    .push((key::refused(&shown), node.value));
                Ok(())
            }
        }
    }

    fn add_key(&mut self, node: Node) -> Result<(), Failure> {
        let mark = node.mark;
        let resolved = match node.shape {
            Shape::MergeKey => {
                self.slot = Slot::Merge;
                return Ok(());
            }
            Shape::Scalar(resolved) => resolved,
            Shape::List { .. } | Shape::Map => {
                self.slot = Slot::Value {
                    key: Str::empty(),
                    key_type: KeyType::Text,
                    mark,
                };
                let shown = show::go_syntax(&node.value);
                return Err((format!("invalid map key: {shown}"), mark));
            }
        };
        self.slot = match key::text(resolved, node.value) {
            Ok((key_type, key)) => Slot::Value {
                key,
                key_type,
                mark,
            },
            Err(shown) => Slot::BadKey(shown),
        };
        Ok(())
    }

    fn add_value(&mut self, key: Str, mark: Mark, mut node: Node, around: Surroundings<'_>) {
        around.report.look_at(&node);
        if around.located {
            let mut positions = node.positions();
            positions.key = Some(position(mark));
            self.places.insert(key.clone(), positions);
        }
        around.parts.entries.push((key, node.value));
    }

    /// Notes a key; false if it was there and must not be.
    fn is_new(
        &mut self,
        key_type: KeyType,
        key: &Str,
        line: u32,
        around: &mut Surroundings<'_>,
    ) -> bool {
        if !around.strict || self.seen.insert((key_type, key.clone())) {
            return true;
        }
        let shown = key_type.show(key);
        let text = format!("line {line}: key {shown} already set in map");
        around.report.duplicates.push(text);
        false
    }

    /// Puts the entries of a map, or of all maps of a list, into this map.
    fn merge(&mut self, node: Node, mut around: Surroundings<'_>) -> Result<(), Failure> {
        let mark = node.mark;
        match (node.shape, node.value) {
            (Shape::Map, Value::Map(map)) => {
                self.merge_map(&map, node.positions.as_ref(), &mut around);
                Ok(())
            }
            (Shape::List { mergeable: true }, Value::List(list)) => {
                // The first map of the list is to win, so it comes last.
                for (index, item) in list.iter().enumerate().rev() {
                    let step = Step::Index(index);
                    let places = node.positions.as_ref().and_then(|all| all.child(&step));
                    if let Value::Map(map) = item {
                        self.merge_map(map, places, &mut around);
                    }
                }
                Ok(())
            }
            _ => Err((CANNOT_MERGE.to_owned(), mark)),
        }
    }

    fn merge_map(&mut self, map: &Map, places: Option<&Positions>, around: &mut Surroundings<'_>) {
        let place_of = |key: &Str| places.and_then(|all| all.child(&Step::Key(key.clone())));
        let mut entries = map.entries();
        if around.strict {
            // Errors are to come in the order of the text.
            entries.sort_by_key(|(key, _)| place_of(key).map(|place| place.value));
        }
        for (key, value) in entries {
            let place = place_of(&key);
            let line = place.map_or(0, |place| place.value.line);
            if !self.is_new(KeyType::Text, &key, line, around) {
                continue;
            }
            if let Some(place) = place {
                self.places.insert(key.clone(), place.clone());
            }
            around.parts.entries.push((key, value));
        }
    }
}

impl Report {
    /// Notes numbers that JSON cannot have.
    fn look_at(&mut self, node: &Node) {
        if let Value::Float(number) = node.value {
            self.not_finite |= !number.is_finite();
        }
    }
}

/// What an alias gives that cannot be followed.
pub(super) fn unknown(is_map: bool, mark: Mark) -> Node {
    Node {
        value: if is_map {
            Value::Map(Map::new())
        } else {
            Value::Nil
        },
        shape: if is_map {
            Shape::Map
        } else {
            Shape::List { mergeable: false }
        },
        mark,
        positions: None,
    }
}
