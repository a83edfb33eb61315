//! Rendering for `lint`: what a chart refuses is noted, and it renders all the same.

use std::sync::{Arc, Mutex, PoisonError};

use pintle_chart::{Chart, Warning};
use pintle_go_template::{Function, Functions, Parameter};
use pintle_go_value::{Map, Value};

use crate::engine::{Helpers, render_with};
use crate::functions::{functions, string};
use crate::{Context, Error, Rendered};

/// As [`crate::render`], but `required` and `fail` do not end it: they give an empty string, and
/// what they would have said comes back as the second value, in order.
pub fn render_for_lint(
    chart: &Chart,
    values: &Map,
    context: &Context,
    helpers: Helpers<'_>,
) -> (Result<Rendered, Error>, Vec<Warning>) {
    let notes = Notes::default();
    let functions = forgiving(context, &notes);
    let rendered = render_with(chart, values, context, functions, helpers);
    let mut notes = notes.0.lock().unwrap_or_else(PoisonError::into_inner);
    (rendered, std::mem::take(&mut notes))
}

/// The functions of templates, of which none refuses.
pub(crate) fn forgiving(context: &Context, notes: &Notes) -> Functions {
    let mut functions = functions(&context.env, context.lookup.clone());
    functions.add(required(notes.clone()));
    functions.add(fail(notes.clone()));
    functions
}

/// What the functions said so far.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<Warning>>>);

impl Notes {
    fn add(&self, warning: Warning, message: Option<&Value>) -> Value {
        let message = string(message).to_string();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(warning.with("message", message));
        Value::from("")
    }
}

fn required(notes: Notes) -> Function {
    const PARAMETERS: [Parameter; 2] = [Parameter::Str, Parameter::Any];
    Function::new("required", &PARAMETERS, move |_, arguments| {
        // HELM: the two messages differ by one letter.
        let missing = match arguments.get(1) {
            None | Some(Value::Nil) => "missing required value",
            Some(Value::Str(text)) if text.is_empty() => "missing required values",
            Some(present) => return Ok(present.clone()),
        };
        Ok(notes.add(Warning::warn(missing), arguments.first()))
    })
}

fn fail(notes: Notes) -> Function {
    Function::new("fail", &[Parameter::Str], move |_, arguments| {
        Ok(notes.add(Warning::info("funcMap fail"), arguments.first()))
    })
}
