//! One call of a function: its arguments, by their Go types, and the outside world.

use pintle_go_template::CallError;
use pintle_go_value::{Map, MapType, Str, Value};

use crate::Env;

/// What a function gives.
pub(crate) type Outcome = Result<Value, CallError>;

/// One call. The executor has checked the arguments against the signature; the accessors
/// still never panic.
pub(crate) struct Call<'a> {
    /// Clock, randomness, time zone, names.
    pub env: &'a Env,
    arguments: &'a [Value],
}

impl<'a> Call<'a> {
    /// A call with these arguments.
    pub(crate) fn new(env: &'a Env, arguments: &'a [Value]) -> Self {
        Self { env, arguments }
    }

    /// All arguments.
    pub(crate) fn all(&self) -> &'a [Value] {
        self.arguments
    }

    /// The arguments from `index` on.
    pub(crate) fn rest(&self, index: usize) -> &'a [Value] {
        self.arguments.get(index..).unwrap_or_default()
    }

    /// An `interface{}` argument.
    pub(crate) fn value(&self, index: usize) -> &'a Value {
        self.arguments.get(index).unwrap_or(&Value::Nil)
    }

    /// A `string` argument.
    pub(crate) fn str(&self, index: usize) -> Result<&'a Str, CallError> {
        self.value(index)
            .as_str()
            .ok_or_else(|| self.unexpected(index, "string"))
    }

    /// The bytes of a `string` argument.
    pub(crate) fn bytes(&self, index: usize) -> Result<&'a [u8], CallError> {
        self.str(index).map(Str::as_bytes)
    }

    /// An `int` or `int64` argument.
    pub(crate) fn int(&self, index: usize) -> Result<i64, CallError> {
        self.value(index)
            .as_int()
            .ok_or_else(|| self.unexpected(index, "int"))
    }

    /// A `bool` argument.
    pub(crate) fn bool(&self, index: usize) -> Result<bool, CallError> {
        match self.value(index) {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.unexpected(index, "bool")),
        }
    }

    /// A `map[string]interface{}` argument: the caller's map itself, not a copy, under this
    /// type (`.Values` has a named type of its own). A nil map reads as an empty one.
    pub(crate) fn map(&self, index: usize) -> Result<Map, CallError> {
        match self.value(index) {
            Value::Map(map) => Ok(map.retyped(MapType::Any)),
            Value::Nil => Ok(Map::new()),
            _ => Err(self.unexpected(index, "map[string]interface {}")),
        }
    }

    /// The `map[string]interface{}` arguments from `index` on.
    pub(crate) fn maps(&self, index: usize) -> Result<Vec<Map>, CallError> {
        (index..self.arguments.len()).map(|i| self.map(i)).collect()
    }

    fn unexpected(&self, index: usize, wanted: &str) -> CallError {
        CallError::Message(format!(
            "wrong type for value; expected {wanted}; got {}",
            self.value(index).type_name()
        ))
    }
}

/// The error of a function, by its text.
pub(crate) fn fail<T>(text: impl Into<String>) -> Result<T, CallError> {
    Err(CallError::Message(text.into()))
}
