//! From events and comments to nodes.

use std::collections::HashSet;

use super::{Document, Kind, Node, Style, TextStyle};
use crate::error::Error;
use crate::options::Limits;
use crate::parser::{Event, EventKind, Layout, Parser, Scalar};
use crate::reader::Text;
use crate::resolve::CORE_TAGS;
use crate::scanner::{Mark, ScalarStyle, Seen};

type Result<T> = std::result::Result<T, Error>;

/// The first document of `text`.
pub(super) fn document(text: &Text<'_>, limits: &Limits) -> Result<Option<Document>> {
    let mut parser = Parser::new(text, limits);
    parser.keep_comments(text);
    let mut builder = Builder {
        parser,
        open: Vec::new(),
        anchors: HashSet::new(),
    };
    if matches!(builder.next()?.kind, EventKind::StreamEnd) {
        return Ok(None);
    }
    let head = builder
        .parser
        .comments()
        .map(|c| std::mem::take(&mut c.document));
    let root = builder.root()?;
    builder.next()?;
    let end = builder.seen();
    let foot = if end.foot.is_empty() {
        end.head
    } else {
        end.foot
    };
    Ok(Some(Document {
        head: text_of(head.unwrap_or_default()),
        foot: text_of(foot),
        root,
    }))
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A list or map whose end was not read yet.
struct Open {
    node: Node,
    layout: Layout,
    start: Mark,
}

struct Builder<'a> {
    parser: Parser<'a>,
    open: Vec<Open>,
    anchors: HashSet<String>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<Event<'a>> {
        let start = self.open.last().map(|open| open.start);
        self.parser
            .next()
            .map_err(|problem| problem.inside_collection(start).of_v3())
    }

    /// The comments for the event just read.
    fn seen(&mut self) -> Seen {
        self.parser
            .comments()
            .map(crate::scanner::Comments::take)
            .unwrap_or_default()
    }

    /// The one node of a document. A loop with a stack: depth must not cost ours.
    fn root(&mut self) -> Result<Node> {
        loop {
            let event = self.next()?;
            let at = event.mark.line.saturating_add(1);
            let finished = match event.kind {
                EventKind::Scalar(scalar) => Some(Node {
                    at,
                    ..self.scalar(scalar)
                }),
                EventKind::Alias(name) => Some(Node {
                    at,
                    ..self.alias(name)?
                }),
                EventKind::SequenceStart(anchor) => self.start(Kind::Sequence, anchor),
                EventKind::MappingStart(anchor) => self.start(Kind::Mapping, anchor),
                EventKind::SequenceEnd | EventKind::MappingEnd => self.end(),
                // A document has a node in any case.
                _ => Some(Node::default()),
            };
            if let Some(node) = finished {
                match self.open.last_mut() {
                    None => return Ok(node),
                    Some(open) => open.add(node),
                }
            }
        }
    }

    fn anchored(&mut self, node: &mut Node, anchor: Option<&[u8]>) {
        if let Some(anchor) = anchor {
            node.anchor = name_of(anchor);
            self.anchors.insert(node.anchor.clone());
        }
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Node {
        let seen = match scalar.style {
            ScalarStyle::Absent => Seen::default(),
            _ => self.seen(),
        };
        let text = match scalar.style {
            ScalarStyle::Absent | ScalarStyle::Plain => TextStyle::Plain,
            ScalarStyle::SingleQuoted => TextStyle::SingleQuoted,
            ScalarStyle::DoubleQuoted => TextStyle::DoubleQuoted,
            ScalarStyle::Literal => TextStyle::Literal,
            ScalarStyle::Folded => TextStyle::Folded,
        };
        let value = text_of(scalar.text.into_owned());
        let implied = match (&*value, text) {
            (_, TextStyle::Plain) => implied_tag(&value),
            _ => Node::TEXT,
        };
        let mut node = commented(Kind::Scalar, seen);
        node.style.text = text;
        set_tag(&mut node, &scalar.tag, implied);
        node.value = value;
        self.anchored(&mut node, scalar.anchor);
        node
    }

    fn alias(&mut self, name: &[u8]) -> Result<Node> {
        let name = name_of(name);
        if !self.anchors.contains(&name) {
            let text = format!("yaml: unknown anchor '{name}' referenced");
            return Err(Error::convert(text, 0, 0));
        }
        let mut node = commented(Kind::Alias, self.seen());
        node.value = name;
        Ok(node)
    }

    fn start(&mut self, kind: Kind, anchor: Option<&[u8]>) -> Option<Node> {
        let opening = self.parser.opening();
        let head = match opening.layout {
            Layout::Flow => self.seen().head,
            Layout::Block => self
                .parser
                .comments()
                .and_then(|c| c.stem.take())
                .unwrap_or_default(),
            Layout::Indentless | Layout::Pair => Vec::new(),
        };
        let mut node = Node {
            kind,
            style: Style {
                flow: matches!(opening.layout, Layout::Flow | Layout::Pair),
                ..Style::default()
            },
            head: text_of(head),
            at: opening.start.line.saturating_add(1),
            ..Node::default()
        };
        set_tag(&mut node, &opening.tag, "");
        self.anchored(&mut node, anchor);
        self.open.push(Open {
            node,
            layout: opening.layout,
            start: opening.start,
        });
        None
    }

    fn end(&mut self) -> Option<Node> {
        let open = self.open.pop()?;
        // GO: the end of a list by indentation has no comments.
        let has_comments = match open.node.kind {
            Kind::Mapping => open.layout != Layout::Pair,
            _ => open.layout == Layout::Flow,
        };
        let seen = if has_comments {
            self.seen()
        } else {
            Seen::default()
        };
        let mut node = open.node;
        node.line = text_of(seen.line);
        node.foot = text_of(seen.foot);
        if node.kind == Kind::Mapping && !node.style.flow && !node.foot.is_empty() {
            let last_key = node.content.len().checked_sub(2);
            if let Some(key) = last_key.and_then(|at| node.content.get_mut(at)) {
                key.foot = std::mem::take(&mut node.foot);
            }
        }
        Some(node)
    }
}

impl Open {
    fn add(&mut self, mut child: Node) {
        let content = &mut self.node.content;
        if self.node.kind == Kind::Mapping {
            let count = content.len();
            if count.is_multiple_of(2) {
                // A foot in front of a key is that of the entry before it.
                if self.layout == Layout::Block && !child.foot.is_empty() && count > 1 {
                    content[count - 2].foot = std::mem::take(&mut child.foot);
                }
            } else if content[count - 1].foot.is_empty() {
                content[count - 1].foot = std::mem::take(&mut child.foot);
            }
        }
        content.push(child);
    }
}

fn commented(kind: Kind, seen: Seen) -> Node {
    Node {
        kind,
        head: text_of(seen.head),
        line: text_of(seen.line),
        foot: text_of(seen.foot),
        ..Node::default()
    }
}

/// What a scalar without quotes is, where that matters.
fn implied_tag(value: &str) -> &'static str {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Node::NULL,
        // GO: written again it has this tag, since what is written is asked differently.
        "<<" => "!!merge",
        _ => "",
    }
}

fn set_tag(node: &mut Node, tag: &[u8], implied: &str) {
    if tag.is_empty() || tag == b"!" {
        implied.clone_into(&mut node.tag);
        return;
    }
    node.style.tagged = true;
    node.tag = match tag.strip_prefix(CORE_TAGS.as_bytes()) {
        Some(name) => format!("!!{}", String::from_utf8_lossy(name)),
        None => name_of(tag),
    };
}
