//! What type a value has.

use pintle_go_template::Parameter::{Any, Str as Text};
use pintle_go_value::Value;
use pintle_go_value::compare::deep_equal;

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("typeOf", &[Any], |c| Ok(Value::from(c.value(0).type_name().as_ref())), "The Go type, such as []string."),
    fixed("typeIs", &[Text, Any], |c| Ok(Value::Bool(*c.str(0)? == *c.value(1).type_name())), "Whether a value has a Go type."),
    fixed("typeIsLike", &[Text, Any], type_is_like, "Whether a value has a Go type or is a pointer to it."),
    fixed("kindOf", &[Any], |c| Ok(Value::from(c.value(0).kind().name())), "The Go kind, such as slice."),
    fixed("kindIs", &[Text, Any], |c| Ok(Value::Bool(*c.str(0)? == *c.value(1).kind().name())), "Whether a value has a Go kind."),
    fixed("deepEqual", &[Any, Any], |c| Ok(Value::Bool(deep_equal(c.value(0), c.value(1)))), "Whether two values are equal all the way down, types included."),
];

fn type_is_like(call: &Call<'_>) -> Outcome {
    let (wanted, name) = (call.str(0)?, call.value(1).type_name());
    let pointee = name.strip_prefix('*').unwrap_or(&name);
    Ok(Value::Bool(*wanted == *name || *wanted == *pointee))
}
