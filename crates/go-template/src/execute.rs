//! Runs templates.
//!
//! - `state`: what all templates of one execution share
//! - `pipeline`: pipelines, commands, arguments
//! - `field`: fields, map keys and methods
//! - `call`: functions and the types of their arguments
//! - `range`: loops
//! - `record`: what is told to a recording
//! - `runtime`: what functions may ask of us: `include` and `tpl`
//! - `memo`: what these gave before

mod call;
mod field;
mod memo;
mod pipeline;
mod range;
mod record;
mod runtime;
mod state;

use std::sync::Arc;

use pintle_go_value::format::{MAX_BYTES, append_action, quoted};
use pintle_go_value::{Kind, Value};

pub(crate) use memo::Memo;
pub(crate) use state::State;

use crate::builtins::too_large;
use crate::cell::Cell;
use crate::error::CallError;
use crate::node::{
    Branch, Command, Expression, Node, Pipeline, Ref, Row, Span, Template, TemplateCall, Tree,
};
use crate::node_text::{Shown, shown};
use crate::parser::Templates;
use crate::set::Shared;
use crate::stack::on_new_stack;
use crate::{Error, ErrorKind};

/// An error on its way out: large and rare, so it travels in a box.
#[derive(Debug)]
pub(crate) struct Failure(Box<Error>);

impl Failure {
    /// The error itself.
    pub(crate) fn into_error(self) -> Error {
        *self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Box::new(error))
    }
}

type Fallible<T> = Result<T, Failure>;

/// Templates that may be called: those of a set, or of a `tpl` text over those of a set.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'t> {
    pub(crate) shared: &'t Shared,
    pub(crate) templates: &'t Templates,
    pub(crate) outer: Option<&'t Scope<'t>>,
}

impl<'t> Scope<'t> {
    fn find(&self, name: &str) -> Option<&'t Arc<Template>> {
        let outer = || self.outer.and_then(|outer| outer.find(name));
        match self.templates.get(name) {
            // GO: a blank template replaces nothing.
            Some(own) if own.blank => outer().or(Some(own)),
            Some(own) => Some(own),
            None => outer(),
        }
    }
}

/// The node that errors point at. GO: it is the one last begun, not always the one that
/// failed, and we follow.
#[derive(Clone, Copy)]
enum At<'t> {
    Text,
    Action(&'t Pipeline),
    Template(&'t TemplateCall),
    Pipeline(&'t Pipeline),
    Command(&'t Command),
    Expression(&'t Expression),
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Normal,
    Break,
    Continue,
}

/// What a call passes: the arguments written, and the value of the command before.
struct Passed<'t> {
    written: &'t [Expression],
    last: Option<Value>,
}

impl Passed<'_> {
    const NOTHING: Self = Passed {
        written: &[],
        last: None,
    };

    fn is_empty(&self) -> bool {
        self.written.is_empty() && self.last.is_none()
    }
}

/// One template being executed.
struct Machine<'t, 's> {
    scope: Scope<'t>,
    state: &'s mut State,
    template: &'t Template,
    /// The nodes of the template.
    tree: &'t Tree,
    at: At<'t>,
    /// The node whose field was last asked for: errors that a method returns point at it.
    asked: At<'t>,
    /// Where the variables of this template begin.
    base: usize,
    /// How many `{{template}}` actions we are in.
    depth: usize,
}

/// Executes `template` with the output going to `state`.
pub(crate) fn execute(
    scope: Scope<'_>,
    state: &mut State,
    template: &Template,
    data: &Value,
) -> Result<(), Failure> {
    run(scope, state, template, Cell::plain(data.clone()), 0)
}

fn run(
    scope: Scope<'_>,
    state: &mut State,
    template: &Template,
    dot: Cell,
    depth: usize,
) -> Fallible<()> {
    let base = state.variables.len();
    state.variables.push(Some(dot.clone()));
    state.variables.resize_with(base + template.slots, || None);
    let mut machine = Machine {
        scope,
        state,
        template,
        tree: &template.source.tree,
        at: At::Text,
        asked: At::Text,
        base,
        depth,
    };
    let result = machine.walk(template.body, &dot);
    state.variables.truncate(base);
    result.map(|_| ())
}

impl<'t> Machine<'t, '_> {
    /// Executes nodes one after the other, on a new stack when this one is used up.
    fn walk(&mut self, nodes: Row<Node>, dot: &Cell) -> Fallible<Flow> {
        if !self.state.spend(1) {
            return Err(self.step_limit());
        }
        if self.state.stack.is_low() {
            return self.with_more_stack(|machine| machine.walk_here(nodes, dot));
        }
        self.walk_here(nodes, dot)
    }

    fn walk_here(&mut self, nodes: Row<Node>, dot: &Cell) -> Fallible<Flow> {
        for node in self.tree.row(nodes) {
            if self.state.recording.is_some() {
                self.record_node(*node);
            }
            match *node {
                Node::Text(span) => {
                    let text = self.text(span);
                    self.state.out.extend_from_slice(text.as_bytes());
                    if self.state.is_full() {
                        self.at = At::Text;
                        return Err(self.output_limit());
                    }
                }
                Node::Action(pipeline) => self.action(pipeline, dot)?,
                Node::If(branch) => match self.branch(branch, dot, false)? {
                    Flow::Normal => {}
                    flow => return Ok(flow),
                },
                Node::With(branch) => match self.branch(branch, dot, true)? {
                    Flow::Normal => {}
                    flow => return Ok(flow),
                },
                Node::Range(range) => self.range(range, dot)?,
                Node::Template(call) => self.call_template(call, dot)?,
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::Normal)
    }

    /// A piece of the template's text.
    fn text(&self, span: Span) -> &'t str {
        self.template.source.text(span)
    }

    fn action(&mut self, pipeline: Ref<Pipeline>, dot: &Cell) -> Fallible<()> {
        let pipeline = self.tree.one(pipeline);
        let value = self.pipeline(pipeline, dot)?;
        if !pipeline.variables.is_empty() {
            return Ok(());
        }
        match &value {
            Value::Str(text) => self.state.out.extend_from_slice(text.as_bytes()),
            value if value.kind() == Kind::Func => {
                self.at = At::Action(pipeline);
                let name = value.type_name();
                let shown = self.shown(pipeline);
                return Err(self.fail(format!("can't print {{{{{shown}}}}} of type {name}")));
            }
            value => {
                let before = self.state.out.len();
                append_action(&mut self.state.out, value);
                if self.state.out.len() - before > MAX_BYTES {
                    self.at = At::Action(pipeline);
                    return Err(self.fail(too_large()));
                }
            }
        }
        if self.state.is_full() {
            self.at = At::Action(pipeline);
            return Err(self.output_limit());
        }
        Ok(())
    }

    /// `if` and `with`: the first arm whose pipeline is true. For `with`, its value becomes
    /// the dot.
    fn branch(&mut self, branch: Ref<Branch>, dot: &Cell, rebinds: bool) -> Fallible<Flow> {
        let branch = self.tree.one(branch);
        for arm in self.tree.row(branch.arms) {
            let value = self.pipeline(self.tree.one(arm.pipeline), dot)?;
            if value.is_true() {
                return if rebinds {
                    self.walk(arm.body, &Cell::plain(value))
                } else {
                    self.walk(arm.body, dot)
                };
            }
        }
        self.walk(branch.otherwise, dot)
    }

    fn call_template(&mut self, call: Ref<TemplateCall>, dot: &Cell) -> Fallible<()> {
        let call = self.tree.one(call);
        self.at = At::Template(call);
        let Some(template) = self.scope.find(&call.name) else {
            let name = quoted::quote(&call.name);
            return Err(self.fail(format!("template {name} not defined")));
        };
        let limit = self.state.limits.max_depth;
        if self.depth >= limit {
            return Err(self.limit(format!("exceeded maximum template depth ({limit})")));
        }
        let dot = match call.pipeline {
            Some(pipeline) => Cell::plain(self.pipeline(self.tree.one(pipeline), dot)?),
            None => Cell::nothing(),
        };
        let depth = self.depth + 1;
        if self.state.recording.is_some() {
            self.at = At::Template(call);
            self.record_call(&template.name);
        }
        run(self.scope, self.state, template, dot, depth)?;
        self.record_return();
        Ok(())
    }

    /// Goes on with `work` on a new stack.
    fn with_more_stack<R: Send>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Fallible<R> + Send,
    ) -> Fallible<R> {
        let limit = self.state.limits.max_stack_bytes;
        if self.state.stack.total() > limit {
            let text = format!("exceeded maximum stack size ({limit} bytes)");
            return Err(self.limit(text));
        }
        let result = on_new_stack(|| {
            let stack = self.state.stack.continued();
            let outer = std::mem::replace(&mut self.state.stack, stack);
            let result = work(self);
            self.state.stack = outer;
            result
        });
        result.unwrap_or_else(|error| {
            Err(self.limit(format!("no further stack for nested templates: {error}")))
        })
    }
}

/// Errors, at the node last begun.
impl Machine<'_, '_> {
    fn fail(&self, message: impl AsRef<str>) -> Failure {
        let message = message.as_ref();
        if self.template.shallow {
            return self.locate(message);
        }
        // The text of a deeply nested node takes as much stack as the node.
        on_new_stack(|| self.locate(message))
            .unwrap_or_else(|_| Error::plain(message.to_owned()).into())
    }

    /// A node as errors show it.
    fn shown(&self, node: &impl Shown) -> String {
        shown(self.tree, &self.template.source.text, node)
    }

    fn limit(&self, message: String) -> Failure {
        let mut error = self.fail(message);
        error.0.kind = ErrorKind::Limit;
        error
    }

    fn output_limit(&self) -> Failure {
        let limit = self.state.limits.max_output_bytes;
        self.limit(format!("exceeded maximum output size ({limit} bytes)"))
    }

    fn step_limit(&self) -> Failure {
        let limit = self.state.limits.max_steps;
        self.limit(format!("exceeded maximum number of steps ({limit})"))
    }

    /// The error of a function, under the error of the call.
    fn fail_call(&self, name: &str, cause: CallError) -> Failure {
        let mut error = self.fail(format!("error calling {name}: {}", cause.shown()));
        if matches!(&cause, CallError::Template(inner) if inner.kind == ErrorKind::Limit) {
            error.0.kind = ErrorKind::Limit;
        }
        error.0.cause = Some(Box::new(cause.bounded()));
        error
    }

    fn locate(&self, message: &str) -> Failure {
        let (position, shown) = match self.at {
            At::Text => (0, String::new()),
            At::Action(pipeline) => {
                let shown = self.shown(pipeline);
                (pipeline.position, format!("{{{{{shown}}}}}"))
            }
            At::Template(call) => (call.position, self.shown(call)),
            At::Pipeline(pipeline) => (pipeline.position, self.shown(pipeline)),
            At::Command(command) => (command.position, self.shown(command)),
            At::Expression(expression) => (expression.position(self.tree), self.shown(expression)),
        };
        let source = &self.template.source;
        let before = &source.text.as_bytes()[..position as usize];
        let line = before.split(|c| *c == b'\n').count();
        let line_start = before
            .iter()
            .rposition(|c| *c == b'\n')
            .map_or(0, |at| at + 1);
        let column = before.len() - line_start;
        let executing = quoted::quote(&self.template.name);
        let file = &source.name;
        Failure::from(Error {
            kind: ErrorKind::Execute,
            template: file.to_string(),
            line,
            column,
            text: format!(
                "template: {file}:{line}:{column}: executing {executing} at <{shown}>: {message}"
            ),
            cause: None,
        })
    }
}
