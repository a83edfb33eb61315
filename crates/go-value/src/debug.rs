//! `Debug` of values, to a fixed depth: what templates build may nest without end.

use std::fmt;

use crate::{Map, Value};

/// What nests deeper is not shown.
const DEPTH: usize = 64;

/// A value as `Debug` shows it.
pub(crate) struct Shown<'a> {
    what: What<'a>,
    depth: usize,
}

enum What<'a> {
    Value(&'a Value),
    Map(&'a Map),
}

impl<'a> Shown<'a> {
    pub(crate) fn value(value: &'a Value) -> Self {
        Self {
            what: What::Value(value),
            depth: 0,
        }
    }

    pub(crate) fn map(map: &'a Map) -> Self {
        Self {
            what: What::Map(map),
            depth: 0,
        }
    }

    fn inner<'b>(&self, value: &'b Value) -> Shown<'b> {
        Shown {
            what: What::Value(value),
            depth: self.depth + 1,
        }
    }

    fn entries(&self, map: &Map, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = map.entries();
        let entries = entries.iter().map(|(key, value)| (key, self.inner(value)));
        f.debug_map().entries(entries).finish()
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self.what {
            _ if self.depth > DEPTH => return f.write_str("…"),
            What::Map(map) => return self.entries(map, f),
            What::Value(value) => value,
        };
        match value {
            Value::Nil => f.write_str("Nil"),
            Value::Bool(v) => fmt::Debug::fmt(v, f),
            Value::Int(v) => write!(f, "{v}"),
            Value::Int64(v) => write!(f, "{v}i64"),
            Value::Int32(v) => write!(f, "{v}i32"),
            Value::Uint8(v) => write!(f, "{v}u8"),
            Value::Uint(v) => write!(f, "{v}u"),
            Value::Uint64(v) => write!(f, "{v}u64"),
            Value::Float(v) => write!(f, "{v:?}f"),
            Value::Complex(re, im) => write!(f, "({re:?}+{im:?}i)"),
            Value::Str(v) => fmt::Debug::fmt(v, f),
            Value::Bytes(v) => write!(f, "bytes[{}]", v.len()),
            Value::List(v) => f
                .debug_list()
                .entries(v.iter().map(|item| self.inner(item)))
                .finish(),
            Value::Map(v) => self.entries(v, f),
            Value::Object(v) => fmt::Debug::fmt(v, f),
        }
    }
}
