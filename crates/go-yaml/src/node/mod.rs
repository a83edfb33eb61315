//! Documents as trees that keep what values lose: comments, styles, tags, anchors.
//!
//! What it is: the nodes of goyaml v3, read and written byte for byte as it does with the
//! settings of `kyaml` (the library behind Helm's post-renderers): two blanks of indentation,
//! lists as far left as their keys.
//! What it is not: a way to values; [`crate::parse`] is that.
//!
//! ```
//! use pintle_go_yaml::node::{NodeWriter, parse_document};
//! let text = "# about\na:   [ 1,2 ] # list\nb:\n    - 'x'\n";
//! let document = parse_document(text.as_bytes()).unwrap().unwrap();
//! let mut writer = NodeWriter::new();
//! writer.document(&document);
//! assert_eq!(writer.finish(), "# about\na: [1, 2] # list\nb:\n- 'x'\n");
//! ```

mod build;
mod output;
mod scalar;
mod write;

use crate::Error;
use crate::options::Limits;

pub use write::NodeWriter;

/// One document of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Comments in front of the document, set apart by an empty line.
    pub head: String,
    /// Comments at its end.
    pub foot: String,
    /// What is in it.
    pub root: Node,
}

/// A scalar, a list, a map or an alias, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// What the node is.
    pub kind: Kind,
    /// How it is written.
    pub style: Style,
    /// The tag in its short form (`!!str`, `!local`). Without [`Style::tagged`] it is only
    /// what the text stands for, and only where that matters: null, text, merge key.
    pub tag: String,
    /// The text of a scalar, the name behind an alias.
    pub value: String,
    /// The name that aliases have for the node.
    pub anchor: String,
    /// The items of a list; the keys and values of a map in turn.
    pub content: Vec<Node>,
    /// The comment in front of the node.
    pub head: String,
    /// The comment behind it on its line.
    pub line: String,
    /// The comment below it.
    pub foot: String,
    /// The line of the text that it began on, counted from 1; 0 for a node that was not read.
    pub at: u32,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A text that is not a collection.
    #[default]
    Scalar,
    /// A list.
    Sequence,
    /// A map.
    Mapping,
    /// A reference to a node with an anchor.
    Alias,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether the tag is written.
    pub tagged: bool,
    /// Whether a list or map is in brackets.
    pub flow: bool,
    /// How a scalar is quoted.
    pub text: TextStyle,
}

/// How a scalar is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextStyle {
    /// Not at all, where that is possible.
    #[default]
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Node {
    /// The tag of null.
    pub const NULL: &'static str = "!!null";
    /// The tag of text.
    pub const TEXT: &'static str = "!!str";

    /// An empty map.
    pub fn mapping() -> Self {
        Self {
            kind: Kind::Mapping,
            ..Self::default()
        }
    }

    /// A scalar without quotes.
    pub fn scalar(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }

    /// Whether the node is null.
    pub fn is_null(&self) -> bool {
        self.tag == Self::NULL
    }

    /// Where the value of the first key named `name` is in the content.
    pub fn position(&self, name: &str) -> Option<usize> {
        let keys = self.content.iter().step_by(2);
        let index = keys.take_while(|key| key.value != name).count();
        let at = 2 * index + 1;
        (at < self.content.len()).then_some(at)
    }

    /// The value of the first key named `name`; none if this is not a map.
    pub fn field(&self, name: &str) -> Option<&Self> {
        if self.kind != Kind::Mapping {
            return None;
        }
        self.content.get(self.position(name)?)
    }
}

/// The first document of `text`; none if there is none.
///
/// # Errors
/// A text that is no YAML, in the words of goyaml v3.
pub fn parse_document(text: &[u8]) -> Result<Option<Document>, Error> {
    let text = crate::reader::read(text);
    build::document(&text, &Limits::default())
}

/// The text of `node` alone.
pub fn write_node(node: &Node) -> String {
    let mut writer = NodeWriter::new();
    writer.node(node);
    writer.finish()
}
