//! What templates gave that were executed with the same data before.
//!
//! Charts include the same few templates (names, labels, whole files for their checksums)
//! with the same data again and again. The text of such a template is kept when executing it
//! read nothing volatile, called none but pure functions, and changed no map that was there
//! before; and it is used again as long as no map has changed that was there when it was
//! made (see [`pintle_go_value::age`]).

use std::collections::HashMap;
use std::sync::Arc;

use pintle_go_value::{MapType, Str, Value, age};

use crate::node::Template;

/// How many bytes of text are kept at most.
const MAX_BYTES: usize = 2 << 20;

/// How many texts are kept at most.
const MAX_TEXTS: usize = 4096;

/// Maps up to this size are compared by what is in them, if they are new.
const FEW: usize = 8;

/// The texts that are kept. Changes are noted by thread: it must stay on one.
#[derive(Default)]
pub(crate) struct Memo {
    texts: HashMap<u64, Kept>,
    bytes: usize,
    changes: Changes,
}

/// A text and what it was made from.
struct Kept {
    template: Arc<Template>,
    data: Data,
    made: u64,
    text: Str,
}

/// A template with data, to be looked for or to be kept.
pub(super) struct Question {
    hash: u64,
    data: Data,
    start: u64,
    outer: age::Seen,
}

/// Data that is the same as other data without a doubt, as long as no map changes.
#[derive(PartialEq)]
enum Data {
    Whole(Same),
    /// The entries of a map that was made for the call, such as `dict "context" $`.
    Entries(MapType, Vec<(Str, Same)>),
}

/// A value that is only equal to itself.
struct Same(Value);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) | (Value::Int64(a), Value::Int64(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::List(a), Value::List(b)) => a.is_same(b),
            (Value::Map(a), Value::Map(b)) => {
                a.is_same(b) && a.map_type() == b.map_type() && a.is_nil() == b.is_nil()
            }
            // Of the others nobody includes the same one twice.
            _ => false,
        }
    }
}

impl Same {
    fn hash(&self, hash: Hash) -> Hash {
        match &self.0 {
            Value::Bool(value) => hash.with(u64::from(*value)),
            Value::Int(value) | Value::Int64(value) => hash.with(value.cast_unsigned()),
            Value::Float(value) => hash.with(value.to_bits()),
            Value::Str(value) => hash.with_bytes(value.as_bytes()),
            Value::Map(map) => hash.with(map.address() as u64),
            // Lists are told apart by comparison alone.
            _ => hash.with(1),
        }
    }
}

/// A hash that is fast and need not be more: equal hashes are followed by a comparison, and
/// different questions of one hash take the place from each other.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn with(self, number: u64) -> Self {
        Self((self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95))
    }

    fn with_bytes(self, bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        let hash = words
            .iter()
            .fold(self.with(bytes.len() as u64), |hash, word| {
                hash.with(u64::from_le_bytes(*word))
            });
        rest.iter()
            .fold(hash, |hash, byte| hash.with(u64::from(*byte)))
    }
}

impl Data {
    /// `since`: when the present execution began.
    fn of(value: &Value, since: u64) -> Self {
        match value {
            Value::Map(map) if map.born() >= since && map.len() <= FEW && !map.is_nil() => {
                let entries = map.entries().into_iter();
                Self::Entries(
                    map.map_type(),
                    entries.map(|(key, value)| (key, Same(value))).collect(),
                )
            }
            value => Self::Whole(Same(value.clone())),
        }
    }

    fn hash(&self, hash: Hash) -> Hash {
        match self {
            Self::Whole(value) => value.hash(hash),
            Self::Entries(_, entries) => entries.iter().fold(hash, |hash, (key, value)| {
                value.hash(hash.with_bytes(key.as_bytes()))
            }),
        }
    }
}

impl Memo {
    /// The text of this template with this data, or else the question: to be given to
    /// [`Memo::keep`] when the template is done.
    pub(super) fn ask(
        &mut self,
        template: &Arc<Template>,
        data: &Value,
        since: u64,
    ) -> Result<Str, Question> {
        self.changes.note();
        let data = Data::of(data, since);
        let hash = data
            .hash(Hash(0).with(Arc::as_ptr(template).addr() as u64))
            .0;
        if let Some(kept) = self.texts.get(&hash)
            && Arc::ptr_eq(&kept.template, template)
            && kept.data == data
            && self.changes.none_since(kept.made)
        {
            return Ok(kept.text.clone());
        }
        Err(Question {
            hash,
            data,
            start: age::tick(),
            outer: age::begin_watch(),
        })
    }

    /// Keeps the text, if it would be the same again; none when the template failed.
    pub(super) fn keep(
        &mut self,
        question: Question,
        template: &Arc<Template>,
        text: Option<&Str>,
    ) {
        let seen = age::end_watch(question.outer);
        let Some(text) = text.filter(|_| seen.is_pure_since(question.start)) else {
            return;
        };
        self.changes.note();
        if text.len() > MAX_BYTES {
            return;
        }
        if self.texts.len() >= MAX_TEXTS || self.bytes + text.len() > MAX_BYTES {
            self.texts.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        let kept = Kept {
            template: Arc::clone(template),
            data: question.data,
            made: age::tick(),
            text: text.clone(),
        };
        if let Some(before) = self.texts.insert(question.hash, kept) {
            self.bytes -= before.text.len();
        }
    }
}

/// Which maps changed when.
#[derive(Default)]
struct Changes {
    /// When something changed, and when the oldest of the maps was made that changed then.
    /// A later change of an older map says more than an earlier one of a younger map: so
    /// both grow from each to the next.
    events: Vec<(u64, u64)>,
}

impl Changes {
    /// Takes note of what changed since the last time.
    fn note(&mut self) {
        if let Some(born) = age::take_oldest_change() {
            while self.events.last().is_some_and(|last| last.1 >= born) {
                self.events.pop();
            }
            self.events.push((age::tick(), born));
        }
    }

    /// Whether no map that was there at `made` changed after it.
    fn none_since(&self, made: u64) -> bool {
        let next = self.events.partition_point(|event| event.0 <= made);
        self.events.get(next).is_none_or(|event| event.1 >= made)
    }
}
