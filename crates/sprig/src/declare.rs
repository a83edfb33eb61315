//! How a family declares its functions: one constant table with name, Go signature, code
//! and doc line of each.

use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_template::{Function, Parameter};
use pintle_go_value::Value;

use crate::call::{Call, Outcome};
use crate::{Doc, Env, limits};

/// The code of a function.
pub(crate) type Body = fn(&Call<'_>) -> Outcome;

/// One function before it is bound to an [`Env`].
pub(crate) struct Declaration {
    name: &'static str,
    parameters: &'static [Parameter],
    variadic: bool,
    pure: bool,
    body: Body,
    summary: &'static str,
}

/// A pure function with a fixed number of parameters.
pub(crate) const fn fixed(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Body,
    summary: &'static str,
) -> Declaration {
    Declaration {
        name,
        parameters,
        variadic: false,
        pure: true,
        body,
        summary,
    }
}

/// A pure function whose last parameter may occur any number of times.
pub(crate) const fn variadic(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Body,
    summary: &'static str,
) -> Declaration {
    let mut declaration = fixed(name, parameters, body, summary);
    declaration.variadic = true;
    declaration
}

/// A function with a fixed number of parameters that uses the clock, randomness or network.
pub(crate) const fn impure(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Body,
    summary: &'static str,
) -> Declaration {
    let mut declaration = fixed(name, parameters, body, summary);
    declaration.pure = false;
    declaration
}

impl Declaration {
    /// The function as the template engine takes it.
    pub(crate) fn bind(&self, env: &Arc<Env>) -> Function {
        let env = Arc::clone(env);
        let body = self.body;
        Function {
            name: Cow::Borrowed(self.name),
            parameters: Cow::Borrowed(self.parameters),
            variadic: self.variadic,
            pure: self.pure,
            body: Arc::new(move |_, arguments| {
                match body(&Call::new(&env, arguments)) {
                    // Of a value whose text is longer, no more was printed.
                    Ok(Value::Str(text)) if text.len() > limits::MAX_BYTES => {
                        Err(limits::too_large())
                    }
                    other => other,
                }
            }),
        }
    }

    /// The entry in the registry.
    pub(crate) fn doc(&self) -> Doc {
        Doc {
            name: self.name,
            summary: self.summary,
            pure: self.pure,
        }
    }
}
