//! Defaults and conditions on emptiness.

use pintle_go_template::Parameter::{Any, Bool};
use pintle_go_value::Value;

use crate::call::{Call, Outcome};
use crate::convert::is_empty;
use crate::declare::{Declaration, fixed, variadic};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    variadic("default", &[Any, Any], default, "The second value, or the first where that is empty."),
    fixed("empty", &[Any], |c| Ok(Value::Bool(is_empty(c.value(0)))), "Whether a value is empty: nil, false, zero, or without content."),
    variadic("coalesce", &[Any], coalesce, "The first value that is not empty, or nil."),
    variadic("all", &[Any], |c| Ok(Value::Bool(!c.all().iter().any(is_empty))), "Whether no value is empty."),
    variadic("any", &[Any], |c| Ok(Value::Bool(!c.all().iter().all(is_empty))), "Whether some value is not empty."),
    fixed("ternary", &[Any, Any, Bool], ternary, "The first value if the condition is true, else the second."),
];

fn default(call: &Call<'_>) -> Outcome {
    let given = call.value(1);
    Ok(if is_empty(given) {
        call.value(0).clone()
    } else {
        given.clone()
    })
}

fn coalesce(call: &Call<'_>) -> Outcome {
    Ok(call
        .all()
        .iter()
        .find(|value| !is_empty(value))
        .cloned()
        .unwrap_or_default())
}

fn ternary(call: &Call<'_>) -> Outcome {
    Ok(call.value(usize::from(!call.bool(2)?)).clone())
}
