//! The value, its Go kind and type name, and its truth.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::{ElementType, List, Map, MapType, Object, Str};

/// A value as a Go template sees it.
///
/// Numbers read from files are [`Value::Float`] (Helm reads YAML through JSON), numbers
/// from `--set` are [`Value::Int64`], constants in templates are [`Value::Int`]: templates
/// can tell them apart, so we keep them apart.
#[derive(Clone, Default)]
pub enum Value {
    /// `nil`
    #[default]
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `int64`
    Int64(i64),
    /// `int32`, also a rune
    Int32(i32),
    /// `uint8`, also a byte
    Uint8(u8),
    /// `uint`
    Uint(u64),
    /// `uint64`
    Uint64(u64),
    /// `float64`
    Float(f64),
    /// `complex128`: real and imaginary part
    Complex(f64, f64),
    /// `string`
    Str(Str),
    /// `[]uint8`
    Bytes(Arc<[u8]>),
    /// a slice
    List(List),
    /// a map with string keys
    Map(Map),
    /// anything else that has fields or methods
    Object(Arc<dyn Object>),
}

/// The bytes that stand for none at all: these, and no others that are as many.
static NIL_BYTES: LazyLock<Arc<[u8]>> = LazyLock::new(|| Arc::from([]));

/// Go's `reflect.Kind`, as far as values here can have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Go's kinds")]
pub enum Kind {
    Invalid,
    Bool,
    Int,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint64,
    Float64,
    Complex128,
    String,
    Slice,
    Map,
    Struct,
    Ptr,
    Func,
}

impl Kind {
    /// The name as Go's `Kind.String` gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
            Self::Float64 => "float64",
            Self::Complex128 => "complex128",
            Self::String => "string",
            Self::Slice => "slice",
            Self::Map => "map",
            Self::Struct => "struct",
            Self::Ptr => "ptr",
            Self::Func => "func",
        }
    }
}

impl Value {
    /// Go's `reflect.Kind`.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nil => Kind::Invalid,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Int64(_) => Kind::Int64,
            Self::Int32(_) => Kind::Int32,
            Self::Uint8(_) => Kind::Uint8,
            Self::Uint(_) => Kind::Uint,
            Self::Uint64(_) => Kind::Uint64,
            Self::Float(_) => Kind::Float64,
            Self::Complex(..) => Kind::Complex128,
            Self::Str(_) => Kind::String,
            Self::Bytes(_) | Self::List(_) => Kind::Slice,
            Self::Map(_) => Kind::Map,
            Self::Object(object) => object.kind(),
        }
    }

    /// The Go type as `%T` prints it.
    pub fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Nil => "<nil>",
            Self::Bytes(_) => "[]uint8",
            Self::List(list) => match list.element_type() {
                ElementType::Any => "[]interface {}",
                ElementType::Str => "[]string",
                ElementType::Int => "[]int",
                ElementType::Map => "[]map[string]interface {}",
                ElementType::List => "[][]interface {}",
            },
            Self::Map(map) => match map.map_type() {
                MapType::Any => "map[string]interface {}",
                MapType::Str => "map[string]string",
                MapType::Values => "common.Values",
                MapType::Bytes => "map[string][]uint8",
            },
            Self::Object(object) => return object.type_name(),
            scalar => scalar.kind().name(),
        })
    }

    /// Truth as `if` and `and` see it: not the zero value of its type, and not an empty
    /// string, list or map.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(b) => *b,
            Self::Int(i) | Self::Int64(i) => *i != 0,
            Self::Int32(i) => *i != 0,
            Self::Uint8(i) => *i != 0,
            Self::Uint(i) | Self::Uint64(i) => *i != 0,
            Self::Float(f) => *f != 0.0,
            Self::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Self::Str(s) => !s.is_empty(),
            Self::Bytes(b) => !b.is_empty(),
            Self::List(l) => !l.is_empty(),
            Self::Map(m) => !m.is_empty(),
            Self::Object(o) => o.is_true(),
        }
    }

    /// Whether this is nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// A nil `[]uint8`: what a map of bytes has under a missing key.
    pub fn nil_bytes() -> Self {
        Self::Bytes(Arc::clone(&NIL_BYTES))
    }

    /// Whether this is a nil `[]uint8`, which is `null` in JSON.
    pub fn is_nil_bytes(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty() && Arc::ptr_eq(bytes, &NIL_BYTES))
    }

    /// Any Go integer as `i64` (large unsigned values wrap, as Go's conversion does).
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(i) | Self::Int64(i) => Some(*i),
            Self::Int32(i) => Some(i64::from(*i)),
            Self::Uint8(i) => Some(i64::from(*i)),
            Self::Uint(i) | Self::Uint64(i) => Some(*i as i64),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&Str> {
        match self {
            Self::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The map, if it is a plain one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The list, if it is a plain one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(l) => Some(l),
            _ => None,
        }
    }

    /// The object as its own Rust type, if it is one of that type.
    pub fn as_object<T: Object + 'static>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// A value that shares no map with this one, however deep it nests. A map that is in
    /// itself stays the map it is there: Go would never end.
    pub fn deep_copy(&self) -> Self {
        crate::copy::deep_copy(self)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&crate::debug::Shown::value(self), f)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Str(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Str(value.into())
    }
}

impl From<Str> for Value {
    fn from(value: Str) -> Self {
        Self::Str(value)
    }
}

impl From<List> for Value {
    fn from(value: List) -> Self {
        Self::List(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(List::new(items))
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Self::Map(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_small() {
        assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
    }

    #[test]
    fn nil_bytes_are_not_just_empty() {
        assert!(Value::nil_bytes().clone().is_nil_bytes());
        assert!(!Value::Bytes(Arc::from([])).is_nil_bytes());
        assert!(!Value::Nil.is_nil_bytes());
        assert!(!Value::nil_bytes().is_true());
    }

    #[test]
    fn truth_is_gos() {
        assert!(!Value::Nil.is_true());
        assert!(!Value::Float(0.0).is_true());
        assert!(Value::from("false").is_true());
        assert!(!Value::Map(Map::new()).is_true());
    }

    #[test]
    fn maps_are_shared_and_copies_are_not() {
        let map = Map::new();
        map.set("inner", Map::new().into());
        let copy = map.deep_copy();
        map.get("inner")
            .unwrap()
            .as_map()
            .unwrap()
            .set("a", Value::Int(1));
        assert!(copy.get("inner").unwrap().as_map().unwrap().is_empty());
    }
}
