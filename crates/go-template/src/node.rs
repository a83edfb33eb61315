//! The parsed form of a template.

use std::sync::Arc;

use pintle_go_value::Value;

use crate::Function;
use crate::builtins::Builtin;
use crate::literal::Number;
use crate::stack::on_new_stack;

/// A place in the source, as a byte offset.
pub(crate) type Position = u32;

/// A file that was parsed: templates keep it alive and take their text from it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name of the file, as it shows in errors.
    pub(crate) name: Arc<str>,
    pub(crate) text: Box<str>,
}

/// A named template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: Arc<str>,
    pub(crate) source: Arc<Source>,
    pub(crate) body: Box<[Node]>,
    /// How many variables the body needs; slot 0 is `$`.
    pub(crate) slots: usize,
    /// Whether the body has nothing but space. GO: such a template never replaces another.
    pub(crate) blank: bool,
    /// Whether nothing in it nests so deep that following it needs much stack.
    pub(crate) shallow: bool,
}

impl Drop for Template {
    fn drop(&mut self) {
        if self.shallow {
            return;
        }
        let mut body = Some(std::mem::take(&mut self.body));
        let dropped = on_new_stack(|| drop(body.take()));
        if dropped.is_err() {
            // Better some lost memory than no stack left.
            std::mem::forget(body);
        }
    }
}

/// A part of a template's body.
#[derive(Debug)]
pub(crate) enum Node {
    /// Text to copy: a range of the source.
    Text { start: Position, end: Position },
    /// `{{pipeline}}`
    Action(Pipeline),
    /// `{{if}}`, with its `{{else if}}`s
    If(Branch),
    /// `{{with}}`, with its `{{else with}}`s
    With(Branch),
    /// `{{range}}`
    Range(Box<Range>),
    /// `{{template}}` or `{{block}}`
    Template(Box<TemplateCall>),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// The arms of an `if` or `with`, asked in order, and what to do when none applies.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) arms: Box<[(Pipeline, Box<[Node]>)]>,
    pub(crate) otherwise: Box<[Node]>,
}

/// A loop and what to do when there is nothing to loop over.
#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) pipeline: Pipeline,
    pub(crate) body: Box<[Node]>,
    pub(crate) otherwise: Box<[Node]>,
}

/// A call of another template.
#[derive(Debug)]
pub(crate) struct TemplateCall {
    pub(crate) position: Position,
    pub(crate) name: Arc<str>,
    pub(crate) pipeline: Option<Pipeline>,
}

/// `$x := command | command`
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) position: Position,
    /// `=` rather than `:=`
    pub(crate) assigns: bool,
    pub(crate) variables: Box<[Variable]>,
    pub(crate) commands: Box<[Command]>,
}

/// A function, field or constant, and its arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) position: Position,
    /// At least one.
    pub(crate) words: Box<[Expression]>,
}

/// An operand.
#[derive(Debug)]
pub(crate) enum Expression {
    Dot(Position),
    Nil(Position),
    Bool(Position, bool),
    Number(Box<NumberConstant>),
    Str(Box<StringConstant>),
    /// `.a.b`
    Field(Field),
    /// `$x.a`
    Variable(Variable),
    /// A function, with or without arguments to follow.
    Function(Box<FunctionName>),
    /// `(pipeline).a.b`
    Chain(Box<Chain>),
    /// `(pipeline)`
    Pipeline(Box<Pipeline>),
}

/// A numeric constant.
#[derive(Debug)]
pub(crate) struct NumberConstant {
    pub(crate) position: Position,
    pub(crate) text: Box<str>,
    pub(crate) number: Number,
    /// Its value where any type will do; none when it does not fit an `int`.
    pub(crate) ideal: Option<Value>,
}

/// A string constant.
#[derive(Debug)]
pub(crate) struct StringConstant {
    pub(crate) position: Position,
    /// As written, with its quotes.
    pub(crate) literal: Box<str>,
    pub(crate) value: Value,
}

/// Field names to follow, one after the other.
pub(crate) type Names = Box<[Box<str>]>;

/// `.a.b`
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) position: Position,
    pub(crate) names: Names,
}

/// `$x.a`
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) position: Position,
    /// With its `$`.
    pub(crate) name: Box<str>,
    /// Where its value is; none for one that is assigned to but was never declared.
    pub(crate) slot: Option<u32>,
    pub(crate) fields: Names,
}

/// A function by name.
#[derive(Debug)]
pub(crate) struct FunctionName {
    pub(crate) position: Position,
    pub(crate) name: Box<str>,
    pub(crate) callee: Callee,
}

/// What a function name stands for.
#[derive(Debug)]
pub(crate) enum Callee {
    Builtin(Builtin),
    Function(Arc<Function>),
}

/// `(pipeline).a.b`, or a function's result with fields.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) position: Position,
    pub(crate) head: Expression,
    pub(crate) names: Names,
}

impl Node {
    /// Whether it is text, and nothing but space.
    pub(crate) fn is_space(&self, source: &str) -> bool {
        match self {
            Self::Text { start, end } => source[*start as usize..*end as usize].trim().is_empty(),
            _ => false,
        }
    }
}

impl Expression {
    /// Where it stands.
    pub(crate) fn position(&self) -> Position {
        match self {
            Self::Dot(position) | Self::Nil(position) | Self::Bool(position, _) => *position,
            Self::Number(constant) => constant.position,
            Self::Str(constant) => constant.position,
            Self::Field(field) => field.position,
            Self::Variable(variable) => variable.position,
            Self::Function(function) => function.position,
            Self::Chain(chain) => chain.position,
            Self::Pipeline(pipeline) => pipeline.position,
        }
    }
}
