//! A render done again to be explained.
//!
//! Rendering itself keeps no account of what it does: that would cost everybody time. When it
//! failed, when its output is no YAML, or when somebody wants to know which template wrote a
//! line, it is done again with a recording.
//!
//! - `lines`: which node wrote each line of the output
//! - `values_path`: what a chain of names means as a path in the values

mod lines;
mod values_path;

use std::sync::Arc;

use pintle_chart::Chart;
use pintle_go_template::{
    Call, CallError, Error as TemplateError, ErrorKind, Functions, Limits, Read, Recording,
};
use pintle_go_value::Map;

pub use lines::{Line, Part};
pub use pintle_go_template::Place;
pub use values_path::{Resolved, ValuesIndex};

use crate::engine::{data, empty_set, scoped};
use crate::functions::functions;
use crate::lint::{Notes, forgiving};
use crate::scope::{Scoped, is_partial};
use crate::{Context, text};

/// What came of a render that was recorded.
#[derive(Debug, Default)]
pub struct Trace {
    /// Every rendered file but partials, in the order of rendering, up to a failure.
    pub files: Vec<TracedFile>,
    /// Why it ended before its time.
    pub failure: Option<Failure>,
}

/// A rendered file.
#[derive(Debug)]
pub struct TracedFile {
    /// The template's full name.
    pub name: String,
    /// The output.
    pub text: String,
    /// Who wrote each line of it.
    pub lines: Vec<Line>,
}

/// A failure and all that was known when it happened.
#[derive(Debug)]
pub struct Failure {
    /// The template that was being rendered, or parsed.
    pub template: String,
    /// The file the failure is in; `gotpl` for a text given to `tpl`.
    pub file: String,
    /// The line in it, from 1; 0 when unknown.
    pub line: usize,
    /// The column in it, in bytes from 1; 0 when unknown.
    pub column: usize,
    /// The text of that file, when it is known.
    pub text: Option<Arc<str>>,
    /// The node as Go shows it; empty when the template could not be parsed.
    pub node: String,
    /// What is wrong, without places and calls.
    pub message: String,
    /// Whether the chart's author raised it (`fail`, `required`).
    pub is_raised: bool,
    /// Whether a template could not be parsed.
    pub is_syntax: bool,
    /// The innermost of the open calls.
    pub call: Option<Arc<Call>>,
    /// What the node that failed had read.
    pub reads: Vec<Read>,
    /// What the condition begun last had read.
    pub condition: Vec<Read>,
}

/// Renders as [`crate::render`] does and records it. Only for explanations: it is slower, and
/// what is random or asked from a cluster may come out differently.
pub fn trace(chart: &Chart, values: &Map, context: &Context) -> Trace {
    let functions = functions(&context.env, context.lookup.clone());
    trace_with(chart, values, context, functions)
}

/// The same for [`crate::render_for_lint`].
pub fn trace_for_lint(chart: &Chart, values: &Map, context: &Context) -> Trace {
    let functions = forgiving(context, &Notes::default());
    trace_with(chart, values, context, functions)
}

fn trace_with(chart: &Chart, values: &Map, context: &Context, functions: Functions) -> Trace {
    let templates = scoped(chart, values, context);
    let mut set = empty_set(functions);
    let mut trace = Trace::default();
    for template in &templates {
        if let Err(error) = set.add(&template.name, template.data.text()) {
            trace.failure = Some(failure(template, &error, Recording::default(), &templates));
            return trace;
        }
    }
    for template in templates.iter().filter(|t| !is_partial(&t.name)) {
        let (result, recording) =
            set.execute_recorded(&template.name, &data(template), &Limits::default());
        match result {
            Ok(mut output) => {
                let lines = lines::of(&output, &recording.pieces);
                text::remove_no_value(&mut output);
                trace.files.push(TracedFile {
                    name: template.name.clone(),
                    text: String::from_utf8_lossy(&output).into_owned(),
                    lines,
                });
            }
            Err(error) => {
                trace.failure = Some(failure(template, &error, recording, &templates));
                break;
            }
        }
    }
    trace
}

fn failure(
    template: &Scoped<'_>,
    error: &TemplateError,
    mut recording: Recording,
    templates: &[Scoped<'_>],
) -> Failure {
    let (inner, last) = innermost(error);
    let reads = recording
        .pieces
        .pop()
        .map(|piece| (piece.place, piece.reads));
    let known = reads.as_ref().map(|(place, _)| place);
    let (node, message) = taken_apart(&inner.text);
    let message = last.map_or(message, ToString::to_string);
    Failure {
        template: template.name.clone(),
        text: source(&inner.template, known, templates),
        file: inner.template.clone(),
        line: inner.line,
        column: match inner.kind {
            ErrorKind::Parse => 0,
            _ if inner.line == 0 => 0,
            _ => inner.column + 1,
        },
        node,
        message,
        is_raised: matches!(last, Some(CallError::Raised(_))),
        is_syntax: inner.kind == ErrorKind::Parse,
        call: recording.call,
        reads: reads.map(|(_, reads)| reads).unwrap_or_default(),
        condition: recording.condition,
    }
}

/// The text of a file: a template's, or the one the failing node stands in.
fn source(file: &str, known: Option<&Place>, templates: &[Scoped<'_>]) -> Option<Arc<str>> {
    if let Some(place) = known.filter(|place| place.file() == file) {
        return Some(place.text().into());
    }
    let found = templates.iter().find(|template| template.name == file)?;
    Some(found.data.text())
}

/// The error of the innermost template that has a place, and what a function in it said.
fn innermost(error: &TemplateError) -> (&TemplateError, Option<&CallError>) {
    let mut found = error;
    let mut cause = error.cause.as_deref();
    let mut said = cause;
    while let Some(current) = cause {
        match current {
            CallError::Template(inner) if inner.line > 0 => {
                found = inner;
                cause = inner.cause.as_deref();
                said = cause;
            }
            CallError::Template(_) | CallError::Message(_) | CallError::Raised(_) => {
                said = Some(current);
                cause = None;
            }
            CallError::Context { cause: inner, .. } => cause = Some(inner),
        }
    }
    (found, said)
}

/// The node and the message of `template: PLACE: executing "NAME" at <NODE>: MESSAGE`.
fn taken_apart(text: &str) -> (String, String) {
    let after = text.split_once(": executing ").map(|(_, after)| after);
    let parts = after
        .and_then(|after| after.split_once(" at <"))
        .and_then(|(_, after)| after.split_once(">: "));
    if let Some((node, message)) = parts {
        return (node.to_owned(), message.to_owned());
    }
    let rest = text.strip_prefix("template: ").unwrap_or(text);
    // The place has no space in it.
    let message = rest.split_once(": ").map_or(rest, |(_, message)| message);
    (String::new(), message.to_owned())
}
