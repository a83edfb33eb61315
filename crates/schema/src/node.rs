//! JSON documents, schemas and values alike, in the form that is quick to validate.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use pintle_go_value::json::{self, Number as Written};
use pintle_go_value::{Str, Value};

use crate::limits::Halt;
use crate::number::Number;

/// A JSON value. Cloning is cheap: lists and maps are shared.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    /// A number, and its text where it was read from text that is not the plain integer.
    Number(Number, Option<Arc<str>>),
    Str(Str),
    List(Arc<[Node]>),
    /// Sorted by key.
    Map(Entries),
}

/// The entries of a map, sorted by key.
pub(crate) type Entries = Arc<[(Str, Node)]>;

/// The value of a key.
pub(crate) fn find<'a, T>(entries: &'a [(Str, T)], key: &[u8]) -> Option<&'a T> {
    position(entries, key).map(|at| &entries[at].1)
}

/// Where a key is.
pub(crate) fn position<T>(entries: &[(Str, T)], key: &[u8]) -> Option<usize> {
    entries
        .binary_search_by(|(name, _)| name.as_bytes().cmp(key))
        .ok()
}

impl Node {
    /// Reads JSON text as Helm does.
    ///
    /// # Errors
    /// Go's text of a syntax error.
    pub(crate) fn read(text: &[u8], depth: usize) -> Result<Self, Trouble> {
        let value = json::decode_with_numbers(text)
            .map_err(|error| Trouble::Syntax(streamed(text, error.0)))?;
        Self::from_value(&value, depth).map_err(Trouble::Halt)
    }

    /// A value that templates see, as JSON.
    ///
    /// # Errors
    /// When it nests deeper than `depth`.
    pub(crate) fn from_value(value: &Value, depth: usize) -> Result<Self, Halt> {
        let Some(below) = depth.checked_sub(1) else {
            return Err(Halt::Depth);
        };
        Ok(match value {
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Float(float) => Self::Number(Number::from_float(*float), None),
            Value::Uint(int) | Value::Uint64(int) => {
                Self::Number(Number::from_unsigned(*int), None)
            }
            Value::Str(text) => Self::Str(text.clone()),
            Value::List(list) => {
                let items = list.iter().map(|item| Self::from_value(item, below));
                Self::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(map) => {
                let entries = map.entries().into_iter();
                let entries =
                    entries.map(|(key, value)| Ok((key, Self::from_value(&value, below)?)));
                Self::Map(entries.collect::<Result<_, Halt>>()?)
            }
            Value::Object(object) => match object.as_any().downcast_ref::<Written>() {
                Some(Written(text)) => Self::written(text),
                None => Self::Null,
            },
            other => other
                .as_int()
                .map_or(Self::Null, |int| Self::Number(Number::Int(int), None)),
        })
    }

    fn written(text: &str) -> Self {
        let number = Number::parse(text);
        let plain = matches!(number, Number::Int(int) if int.to_string() == text);
        Self::Number(number, (!plain).then(|| text.into()))
    }

    /// The entries of a map.
    pub(crate) fn as_map(&self) -> Option<&Entries> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    pub(crate) fn as_list(&self) -> Option<&Arc<[Self]>> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string that is UTF-8.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => text.as_str(),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        find(self.as_map()?, key.as_bytes())
    }

    /// How many values hang together here, at most `most`.
    pub(crate) fn size(&self, most: usize) -> usize {
        let mut size = 1;
        let mut count = |node: &Self| {
            if size < most {
                size += node.size(most - size);
            }
        };
        match self {
            Self::List(items) => items.iter().for_each(&mut count),
            Self::Map(entries) => entries.iter().for_each(|(_, node)| count(node)),
            _ => {}
        }
        size
    }
}

/// GO: numbers are equal by value, however they are written.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a, _), Self::Number(b, _)) => a == b,
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Node {}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Null => {}
            Self::Bool(bool) => bool.hash(state),
            Self::Number(number, _) => number.hash(state),
            Self::Str(text) => text.hash(state),
            Self::List(items) => items.hash(state),
            Self::Map(entries) => entries.hash(state),
        }
    }
}

/// Why a document could not be read.
#[derive(Debug)]
pub(crate) enum Trouble {
    Syntax(String),
    Halt(Halt),
}

/// GO: the decoder of streams, which Helm uses, has its own words for an early end and for
/// what follows the document.
fn streamed(text: &[u8], error: String) -> String {
    if error.ends_with("after top-level value") {
        return "invalid character after top-level value".into();
    }
    if error != "unexpected end of JSON input" {
        return error;
    }
    if text.trim_ascii().is_empty() {
        "EOF".into()
    } else {
        "unexpected EOF".into()
    }
}
