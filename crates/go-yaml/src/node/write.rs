//! From nodes to text.
//!
//! GO: comments are written in passing: each event leaves its own behind, and what is written
//! next takes them. So the order of steps here is goyaml's.

use super::output::{INDENT, Output};
use super::scalar::{Around, analysis, possible, wanted};
use super::{Document, Kind, Node};

/// A key longer than this, in bytes, is written behind `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Writes documents one behind the other.
pub struct NodeWriter {
    out: Output,
    is_first: bool,
    flow_level: usize,
    wide_lists: bool,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    BlockItem,
    BlockKey,
    /// Whether its key is in front of it on the line.
    BlockValue(bool),
    FlowItem(Comma),
    FlowKey(Comma),
    FlowValue(bool),
}

/// Whether a comma must be written in front of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comma {
    /// It is the first item.
    First,
    Missing,
    /// A comment that follows the item before had to have it.
    Written,
}

impl Comma {
    fn behind(waits: bool) -> Self {
        if waits { Self::Written } else { Self::Missing }
    }
}

impl Place {
    fn in_mapping(self) -> bool {
        matches!(
            self,
            Self::BlockKey | Self::BlockValue(_) | Self::FlowKey(_) | Self::FlowValue(_)
        )
    }
}

impl Default for NodeWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl NodeWriter {
    /// A writer without documents.
    pub fn new() -> Self {
        Self {
            out: Output::new(),
            is_first: true,
            flow_level: 0,
            wide_lists: false,
        }
    }

    /// Whether the lists of documents from now on are further right than their keys.
    pub fn indent_lists(&mut self, wide: bool) {
        self.wide_lists = wide;
    }

    /// Writes a document.
    pub fn document(&mut self, document: &Document) {
        self.start(&document.head);
        self.child(&document.root, Place::Root, "");
        self.out.waiting.note("", "", &document.foot);
        self.end();
    }

    /// Writes a document of `node` alone.
    pub fn node(&mut self, node: &Node) {
        self.start("");
        self.child(node, Place::Root, "");
        self.end();
    }

    /// The text of all documents.
    pub fn finish(self) -> String {
        self.out.finish()
    }

    fn start(&mut self, head: &str) {
        self.out.waiting.note(head, "", "");
        if !self.is_first {
            self.out.write_indent();
            self.out.indicator("---");
            self.out.write_indent();
        }
        self.is_first = false;
        if !self.out.waiting.head.is_empty() {
            self.out.head_comment();
            self.out.line_break();
        }
    }

    fn end(&mut self) {
        self.out.foot_indent = Some(0);
        self.out.foot_comment();
        self.out.foot_indent = None;
        self.out.write_indent();
    }

    /// Writes a node and what is in it; `tail` is the foot comment of the key before it.
    /// Returns whether a comma is behind it, and of a key whether it is a simple one.
    fn child(&mut self, node: &Node, place: Place, tail: &str) -> bool {
        match node.kind {
            Kind::Scalar | Kind::Alias => {
                self.out.waiting.note(&node.head, &node.line, &node.foot);
                self.out.waiting.note_tail(tail);
            }
            Kind::Sequence => self.out.waiting.note(&node.head, "", ""),
            Kind::Mapping => {
                self.out.waiting.note(&node.head, "", "");
                self.out.waiting.note_tail(tail);
            }
        }
        let is_key = matches!(place, Place::BlockKey | Place::FlowKey(_));
        let simple = is_key && is_simple_key(node);
        self.before(node, place, simple);
        let waits = self.out.waiting.follows_item();
        self.opening(node, place, simple);
        self.after(place);
        let in_item = place == Place::BlockItem;
        match node.kind {
            Kind::Sequence if self.is_flow(node) => self.flow_sequence(node, in_item),
            Kind::Mapping if self.is_flow(node) => self.flow_mapping(node, in_item),
            Kind::Sequence => self.block_sequence(node, place),
            Kind::Mapping => self.block_mapping(node, in_item),
            Kind::Scalar | Kind::Alias => {}
        }
        if is_key { simple } else { waits }
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.flow_level > 0 || node.style.flow || node.content.is_empty()
    }

    #[inline(never)]
    fn before(&mut self, node: &Node, place: Place, simple: bool) {
        match place {
            Place::Root => self.out.head_comment(),
            Place::BlockItem => {
                self.out.head_comment();
                self.out.write_indent();
                self.out.indenting("-");
            }
            Place::BlockKey => {
                self.out.head_comment();
                self.out.write_indent();
                if !self.out.waiting.line.is_empty() {
                    self.out.waiting.key_line = std::mem::take(&mut self.out.waiting.line);
                }
                if !simple {
                    self.out.indenting("?");
                }
            }
            Place::BlockValue(simple) => {
                if simple {
                    self.out.glued(":");
                } else {
                    self.out.write_indent();
                    self.out.indenting(":");
                }
                self.key_line_comment(node);
            }
            Place::FlowItem(comma) => self.before_flow_item(comma),
            Place::FlowKey(comma) => {
                self.before_flow_item(comma);
                if !simple {
                    self.out.indicator("?");
                }
            }
            Place::FlowValue(true) => self.out.glued(":"),
            Place::FlowValue(false) => self.out.indicator(":"),
        }
    }

    fn before_flow_item(&mut self, comma: Comma) {
        if comma == Comma::Missing {
            self.out.glued(",");
        }
        self.out.head_comment();
        if self.out.column == 0 {
            self.out.write_indent();
        }
    }

    /// The comment behind a key goes behind a scalar, or in front of an indented block.
    fn key_line_comment(&mut self, node: &Node) {
        let waiting = &mut self.out.waiting;
        if waiting.key_line.is_empty() {
            return;
        }
        match node.kind {
            Kind::Scalar if waiting.line.is_empty() => {
                waiting.line = std::mem::take(&mut waiting.key_line);
            }
            Kind::Sequence | Kind::Mapping if !node.style.flow => {
                std::mem::swap(&mut waiting.line, &mut waiting.key_line);
                self.out.line_comment();
                let waiting = &mut self.out.waiting;
                std::mem::swap(&mut waiting.line, &mut waiting.key_line);
            }
            _ => {}
        }
    }

    #[inline(never)]
    fn opening(&mut self, node: &Node, place: Place, simple_key: bool) {
        if node.kind == Kind::Alias {
            self.out.indicator("*");
            self.out.glued(&node.value);
            return;
        }
        if !node.anchor.is_empty() {
            self.out.indicator("&");
            self.out.glued(&node.anchor);
        }
        let tag = written_tag(node);
        if !tag.is_empty() {
            self.out.separate();
            self.out.glued(&tag);
        }
        if node.kind == Kind::Scalar {
            let around = Around {
                flow: self.flow_level > 0,
                simple_key,
            };
            let style = possible(&node.value, wanted(node), around);
            let indent = self.increase_indent(true, place == Place::BlockItem, false);
            self.out.scalar(&node.value, style);
            self.out.indent = indent;
        }
    }

    #[inline(never)]
    fn after(&mut self, place: Place) {
        if matches!(place, Place::BlockKey | Place::FlowKey(_)) {
            return;
        }
        if matches!(place, Place::FlowItem(_) | Place::FlowValue(_))
            && self.out.waiting.follows_item()
        {
            self.out.glued(",");
        }
        self.out.line_comment();
        self.out.foot_comment();
    }

    /// Indents what follows; returns the indentation to go back to.
    fn increase_indent(&mut self, flow: bool, in_item: bool, flush: bool) -> i64 {
        let before = self.out.indent;
        self.out.indent = match before {
            ..0 if flow => INDENT,
            ..0 => 0,
            // Behind `- ` everything starts two columns further right.
            _ if in_item => before + 2,
            _ if flush => before,
            _ => INDENT * ((before + INDENT) / INDENT),
        };
        before
    }

    fn block_sequence(&mut self, node: &Node, place: Place) {
        let flush =
            place.in_mapping() && (self.out.column == 0 || !self.out.indention) && !self.wide_lists;
        let indent = self.increase_indent(false, place == Place::BlockItem, flush);
        for item in &node.content {
            self.child(item, Place::BlockItem, "");
        }
        self.out.waiting.note("", &node.line, &node.foot);
        self.out.indent = indent;
    }

    fn block_mapping(&mut self, node: &Node, in_item: bool) {
        let indent = self.increase_indent(false, in_item, false);
        let mut tail = "";
        for pair in node.content.chunks_exact(2) {
            let simple = self.key(&pair[0], Place::BlockKey, tail);
            tail = &pair[0].foot;
            self.child(&pair[1], Place::BlockValue(simple), "");
        }
        self.out.waiting.note("", &node.line, &node.foot);
        self.out.waiting.note_tail(tail);
        self.out.head_comment();
        self.out.indent = indent;
    }

    fn flow_sequence(&mut self, node: &Node, in_item: bool) {
        self.out.indicator("[");
        self.out.whitespace = true;
        let indent = self.increase_indent(true, in_item, false);
        self.flow_level += 1;
        let mut comma = Comma::First;
        for item in &node.content {
            let waits = self.child(item, Place::FlowItem(comma), "");
            comma = Comma::behind(waits);
        }
        self.out.waiting.note("", &node.line, &node.foot);
        self.flow_level -= 1;
        self.out.indent = indent;
        if self.out.column == 0 {
            self.out.write_indent();
        }
        self.out.glued("]");
        self.out.line_comment();
        self.out.foot_comment();
    }

    fn flow_mapping(&mut self, node: &Node, in_item: bool) {
        self.out.indicator("{");
        self.out.whitespace = true;
        let indent = self.increase_indent(true, in_item, false);
        self.flow_level += 1;
        let mut comma = Comma::First;
        let mut tail = "";
        for pair in node.content.chunks_exact(2) {
            let simple = self.key(&pair[0], Place::FlowKey(comma), tail);
            tail = &pair[0].foot;
            let waits = self.child(&pair[1], Place::FlowValue(simple), "");
            comma = Comma::behind(waits);
        }
        self.out.waiting.note("", &node.line, &node.foot);
        self.out.waiting.note_tail(tail);
        let waiting = &self.out.waiting;
        let comments = [&waiting.head, &waiting.foot, &waiting.tail];
        if comma == Comma::Missing && comments.iter().any(|comment| !comment.is_empty()) {
            self.out.glued(",");
        }
        self.out.head_comment();
        self.flow_level -= 1;
        self.out.indent = indent;
        self.out.glued("}");
        self.out.line_comment();
        self.out.foot_comment();
    }

    /// Writes a key. Its foot comment is not for here, but for behind its value.
    fn key(&mut self, key: &Node, place: Place, tail: &str) -> bool {
        if key.foot.is_empty() {
            return self.child(key, place, tail);
        }
        let mut key = key.clone();
        key.foot.clear();
        self.child(&key, place, tail)
    }
}

/// Whether `node` can be a key without `?`.
fn is_simple_key(node: &Node) -> bool {
    let tag = if has_written_tag(node) {
        node.tag.len()
    } else {
        0
    };
    let length = match node.kind {
        Kind::Alias => node.value.len(),
        Kind::Scalar if analysis(&node.value).multiline => return false,
        Kind::Scalar => node.anchor.len() + tag + node.value.len(),
        _ if !node.content.is_empty() => return false,
        _ => node.anchor.len() + tag,
    };
    length <= LONGEST_SIMPLE_KEY
}

fn has_written_tag(node: &Node) -> bool {
    node.style.tagged || node.tag == "!!merge"
}

/// The tag as it is written; empty if it is not.
fn written_tag(node: &Node) -> String {
    if !has_written_tag(node) {
        return String::new();
    }
    let tag = &*node.tag;
    let (start, end, name) = if let Some(name) = tag.strip_prefix("!!") {
        ("!!", "", name)
    } else if let Some(name) = tag.strip_prefix('!') {
        ("!", "", name)
    } else {
        ("!<", ">", tag)
    };
    let mut text = start.to_owned();
    for &byte in name.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$,.~*'()[]".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text.push_str(end);
    text
}
