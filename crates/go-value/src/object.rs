//! Go structs and named types with fields and methods.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use crate::{Kind, Value};

/// Why a method call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodError {
    /// There is no such method.
    NotFound,
    /// Wrong number of arguments: wanted, got.
    ArgumentCount(usize, usize),
    /// The method cannot be called by templates, for this reason.
    Unsuitable(String),
    /// The method itself returned this error text.
    Failed(String),
}

/// A Go value that is neither a plain scalar, list nor map: a struct, a pointer
/// to one, or a named type with methods (`time.Duration`, Helm's `VersionSet`).
pub trait Object: fmt::Debug + Send + Sync {
    /// The Go type as `%T` prints it, such as `time.Time` or `*chart.Maintainer`.
    fn type_name(&self) -> Cow<'static, str>;

    /// The Go kind of the type.
    fn kind(&self) -> Kind {
        Kind::Struct
    }

    /// The exported field of this name.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Whether there is a method of this name.
    fn has_method(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The kinds of a method's parameters, as far as they matter to the caller: constants
    /// are evaluated to them, and other values checked against them. None when anything
    /// goes, or when there is no such method.
    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        let _ = method;
        None
    }

    /// The named Go type of a method's parameters that [`Object::parameters`] tells nothing
    /// about, such as `time.Duration`.
    fn named_parameter(&self, method: &str) -> Option<&'static str> {
        let _ = method;
        None
    }

    /// Calls a method.
    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        let _ = (name, arguments);
        Err(MethodError::NotFound)
    }

    /// What `String()` or `Error()` returns, if the type has either: this is what `%v`
    /// and `%s` print.
    fn string(&self) -> Option<String> {
        None
    }

    /// What `GoString()` returns, if the type has it: this is what `%#v` prints.
    fn go_string(&self) -> Option<String> {
        None
    }

    /// What a template action prints when it shows the value itself. GO: the printer of
    /// templates also finds a `String()` of the pointer type, which `%v` does not.
    fn shown(&self) -> Option<String> {
        self.string()
    }

    /// The fields in declaration order, for `%v`, `%+v` and JSON, and with them those whose
    /// small letter says that only `%v` shows them. For a type that is a map
    /// or list underneath, see [`Object::underlying`].
    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        Vec::new()
    }

    /// The fields as `encoding/json` writes them, in declaration order.
    fn json_fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let mut fields = self.fields();
        fields.retain(|(name, _)| name.starts_with(|c: char| c.is_uppercase()));
        fields
    }

    /// The plain value under a named type: a map for `Files`, a list for `VersionSet`, an
    /// `Int64` for `time.Duration`. Range, index, len, comparison and printing use it.
    fn underlying(&self) -> Option<Value> {
        None
    }

    /// A value of the same type with another number underneath: what `range` counts in.
    fn with_number(&self, number: i64) -> Option<Value> {
        let _ = number;
        None
    }

    /// What Go's `encoding/json` makes of it: the plain value to encode.
    fn json(&self) -> Option<Value> {
        self.underlying()
    }

    /// Go's notion of truth for the template `if`: a struct is always true.
    fn is_true(&self) -> bool {
        self.underlying().is_none_or(|v| v.is_true())
    }

    /// For functions that need their own type back.
    fn as_any(&self) -> &dyn Any;
}
