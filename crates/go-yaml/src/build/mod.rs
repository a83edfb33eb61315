//! From events to values, without a tree in between.
//!
//! GO: Go parses a document whole and decodes it afterwards. So what the decoder finds
//! wrong ([`Builder::fail`]) counts only if the rest of the document parses; and what
//! JSON cannot hold counts only if the decoder found nothing wrong.

mod alias;
mod frame;
mod key;
mod show;

use std::collections::HashMap;

use pintle_go_value::{Str, Value, json};

use crate::error::{Error, Problem};
use crate::parser::{Event, EventKind, Parser, Scalar};
use crate::position::{Position, Positions};
use crate::reader::Text;
use crate::resolve::{CORE_TAGS, Resolved, resolve, resolve_tagged};
use crate::scanner::Mark;
use crate::{Limits, Options};
use alias::Anchor;
use frame::{Frame, Node, Parts, Surroundings};
use key::KeyCache;

/// Reads the documents of one text.
pub(crate) struct Builder<'a> {
    parser: Parser<'a>,
    limits: Limits,
    strict: bool,
    /// Whether positions are kept. Strict reading needs them for its errors.
    located: bool,
    /// Whether integers stay integers.
    integers: bool,
    frames: Vec<Frame<'a>>,
    parts: Parts,
    anchors: HashMap<&'a [u8], Anchor>,
    keys: KeyCache,
    report: Report,
    /// How many nodes were decoded, and how many of them by way of an alias.
    decoded: u64,
    aliased: u64,
}

/// What is wrong with a document that parses.
#[derive(Default)]
struct Report {
    /// What stops Go's decoder.
    failure: Option<Error>,
    /// Keys that occur twice.
    duplicates: Vec<String>,
    /// Whether some key is one that JSON cannot have.
    bad_keys: bool,
    /// Whether some number is not finite.
    not_finite: bool,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a Text<'_>, options: &Options) -> Self {
        Self {
            parser: Parser::new(text, &options.limits),
            limits: options.limits,
            strict: options.strict,
            located: options.located || options.strict,
            integers: options.integers,
            frames: Vec::new(),
            parts: Parts::default(),
            anchors: HashMap::new(),
            keys: KeyCache::default(),
            report: Report::default(),
            decoded: 0,
            aliased: 0,
        }
    }

    /// The next document, if there is one.
    pub(crate) fn document(&mut self) -> Result<Option<(Value, Positions)>, Error> {
        let event = self.parser.next()?;
        if matches!(event.kind, EventKind::StreamEnd) {
            return Ok(None);
        }
        self.anchors.clear();
        self.frames.clear();
        self.parts = Parts::default();
        self.report = Report::default();
        (self.decoded, self.aliased) = (1, 0);
        let root = loop {
            let event = self.parser.next()?;
            if let Some(root) = self.event(event)? {
                break root;
            }
        };
        self.parser.next()?; // the end of the document
        self.finish(root).map(Some)
    }

    /// Takes one event. Gives the whole document when the event completes it.
    fn event(&mut self, event: Event<'a>) -> Result<Option<Node>, Error> {
        let mark = event.mark;
        let node = match event.kind {
            EventKind::Scalar(scalar) => self.scalar(scalar, mark)?,
            EventKind::Alias(name) => self.alias(name, mark)?,
            EventKind::SequenceStart(anchor) => {
                self.open(Frame::list(mark, &self.parts), anchor)?;
                return Ok(None);
            }
            EventKind::MappingStart(anchor) => {
                self.open(Frame::map(mark, &self.parts), anchor)?;
                return Ok(None);
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => match self.close() {
                Some(node) => node,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if self.frames.is_empty() {
            return Ok(Some(node));
        }
        self.place(node);
        Ok(None)
    }

    fn scalar(&mut self, scalar: Scalar<'a>, mark: Mark) -> Result<Node, Error> {
        let is_key = self.expects_key();
        if is_key && is_merge(&scalar) {
            return Ok(Node::merge_key(mark));
        }
        if self.expects_merge() {
            self.fail(frame::CANNOT_MERGE, mark);
        }
        self.count(1)?;
        let resolved = match (scalar.tag.is_empty(), scalar.implicit) {
            (true, true) => resolve(&scalar.text),
            (true, false) => Resolved::Text,
            _ => resolve_tagged(&scalar.tag, &scalar.text).unwrap_or_else(|problem| {
                self.fail(&problem, mark);
                Resolved::Text
            }),
        };
        let value = match resolved {
            Resolved::Null => Value::Nil,
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Int(number) if self.integers => Value::Int64(number),
            Resolved::Uint(number) if self.integers => Value::Uint64(number),
            Resolved::Int(number) => Value::Float(number as f64),
            Resolved::Uint(number) => Value::Float(number as f64),
            Resolved::Float(number) => Value::Float(number),
            Resolved::Timestamp | Resolved::Text if is_key && scalar.tag.is_empty() => {
                Value::Str(self.keys.get(&scalar.text))
            }
            Resolved::Timestamp | Resolved::Text => Value::Str(self.text(&scalar, mark)),
        };
        let node = Node::scalar(resolved, value, mark);
        if let Some(name) = scalar.anchor {
            self.anchors.insert(name, Anchor::of_node(&node, 1));
        }
        Ok(node)
    }

    fn text(&mut self, scalar: &Scalar<'a>, mark: Mark) -> Str {
        if scalar.tag.strip_prefix(CORE_TAGS.as_bytes()) != Some(b"binary") {
            return Str::from(&*scalar.text);
        }
        crate::binary::decode(&scalar.text).unwrap_or_else(|| {
            self.fail("!!binary value contains invalid base64 data", mark);
            Str::empty()
        })
    }

    fn open(&mut self, mut frame: Frame<'a>, anchor: Option<&'a [u8]>) -> Result<(), Error> {
        if self.frames.len() >= self.limits.max_depth {
            return Err(Problem::depth(self.limits.max_depth, frame.mark).into());
        }
        if let Some(name) = anchor {
            self.anchors
                .insert(name, Anchor::open(self.decoded, frame.is_map()));
            frame.anchor = Some((name, self.decoded));
        }
        // A list of maps to merge is not decoded as a list itself.
        if frame.is_map() || !self.expects_merge() {
            self.count(1)?;
        }
        self.frames.push(frame);
        Ok(())
    }

    fn close(&mut self) -> Option<Node> {
        let frame = self.frames.pop()?;
        let anchor = frame.anchor;
        let node = frame.close(&mut self.parts, self.located);
        if let Some((name, before)) = anchor {
            let count = self.decoded - before;
            if let Some(open) = self
                .anchors
                .get_mut(name)
                .filter(|open| open.is_open_since(before))
            {
                *open = Anchor::of_node(&node, count);
            }
        }
        Some(node)
    }

    /// Puts a node into the list or map it is part of.
    fn place(&mut self, node: Node) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let placed = frame.place(
            node,
            Surroundings {
                parts: &mut self.parts,
                report: &mut self.report,
                located: self.located,
                strict: self.strict,
            },
        );
        if let Err((problem, mark)) = placed {
            self.fail(&problem, mark);
        }
    }

    /// Notes what stops Go's decoder; only the first such thing counts.
    fn fail(&mut self, problem: &str, mark: Mark) {
        self.report.fail(problem, mark);
    }

    /// Counts decoded nodes.
    fn count(&mut self, nodes: u64) -> Result<(), Error> {
        self.decoded = self.decoded.saturating_add(nodes);
        if self.decoded > self.limits.max_values as u64 {
            let text = "yaml: document contains too many values";
            return Err(Error::convert(text, 0, 0));
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        self.frames.last().is_some_and(Frame::expects_key)
    }

    fn expects_merge(&self) -> bool {
        self.frames.last().is_some_and(Frame::expects_merge)
    }

    fn finish(&mut self, root: Node) -> Result<(Value, Positions), Error> {
        let report = std::mem::take(&mut self.report);
        if let Some(failure) = report.failure {
            return Err(failure);
        }
        if !report.duplicates.is_empty() {
            let list = report.duplicates.join("\n  ");
            return Err(Error::convert(
                format!("yaml: unmarshal errors:\n  {list}"),
                0,
                0,
            ));
        }
        let value = root.value;
        if report.bad_keys
            && let Some(text) = key::find_refused(&value)
        {
            return Err(Error::convert(text, 0, 0));
        }
        if report.not_finite || matches!(value, Value::Float(number) if !number.is_finite()) {
            // GO: the conversion to JSON names the first in the order of the keys.
            if let Err(error) = json::encode(&value, json::Options::default()) {
                return Err(Error::convert(error.0, 0, 0));
            }
        }
        Ok((value, root.positions.unwrap_or_default()))
    }
}

impl Report {
    fn fail(&mut self, problem: &str, mark: Mark) {
        self.failure.get_or_insert_with(|| {
            let (line, column) = (mark.line as usize + 1, mark.column as usize + 1);
            Error::convert(format!("yaml: {problem}"), line, column)
        });
    }
}

/// Whether a key means "put the entries of the value here".
fn is_merge(scalar: &Scalar<'_>) -> bool {
    *scalar.text == *b"<<"
        && (scalar.implicit || scalar.tag.strip_prefix(CORE_TAGS.as_bytes()) == Some(b"merge"))
}

/// A place as the outside counts.
fn position(mark: Mark) -> Position {
    Position {
        line: mark.line + 1,
        column: mark.column + 1,
    }
}
