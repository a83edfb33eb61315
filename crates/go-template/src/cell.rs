//! A value together with what Go's static types would say of it.

use pintle_go_value::Value;

/// A value, and whether Go holds it in an `interface {}`.
///
/// GO: `.Values.a` has the static type `interface {}`, whatever is in it, while the result
/// of a pipeline, and with it a declared variable, has the type of the value itself. The
/// difference shows in errors, and in what a nil is: inside an interface it is a value
/// without fields (`nil pointer evaluating interface {}.b`), alone it is nothing at all,
/// and each field of it is nothing too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) value: Value,
    pub(crate) interface: bool,
}

impl Cell {
    /// The result of a pipeline, or a value with a type of its own.
    pub(crate) fn plain(value: Value) -> Self {
        Self {
            value,
            interface: false,
        }
    }

    /// Nothing at all: Go's zero `reflect.Value`.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// Whether this is nothing at all.
    pub(crate) fn is_nothing(&self) -> bool {
        !self.interface && self.value.is_nil()
    }

    /// The static type, as errors name it.
    pub(crate) fn type_name(&self) -> std::borrow::Cow<'static, str> {
        if self.interface {
            "interface {}".into()
        } else {
            self.value.type_name()
        }
    }
}
