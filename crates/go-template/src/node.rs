//! The parsed form of a text: a tree whose nodes lie in a few vectors, one for each type.
//!
//! A chart's templates have tens of thousands of nodes. In vectors they cost a few
//! allocations for each file instead of several for each node, lie side by side in memory,
//! and are dropped at once, however deep they nest.

use std::marker::PhantomData;
use std::ops::Range as Indices;
use std::sync::Arc;

use pintle_go_value::Value;

use crate::builtins::Builtin;
use crate::literal::Number;

/// A place in the source, as a byte offset.
pub(crate) type Position = u32;

/// A file that was parsed: templates keep it alive and take their nodes and text from it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name of the file, as it shows in errors.
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    pub(crate) tree: Tree,
}

impl Source {
    /// A piece of the text.
    pub(crate) fn text(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }
}

/// A named template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: Arc<str>,
    pub(crate) source: Arc<Source>,
    pub(crate) body: Row<Node>,
    /// How many variables the body needs; slot 0 is `$`.
    pub(crate) slots: usize,
    /// Whether the body has nothing but space. GO: such a template never replaces another.
    pub(crate) blank: bool,
    /// Whether nothing in it nests so deep that following it needs much stack.
    pub(crate) shallow: bool,
}

/// A range of the source's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Neighbours in one of a tree's vectors.
#[derive(Debug)]
pub(crate) struct Row<T> {
    start: u32,
    end: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Row<T> {
    pub(crate) const EMPTY: Self = Self {
        start: 0,
        end: 0,
        of: PhantomData,
    };

    fn indices(self) -> Indices<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

// Not derived: a derive would ask the same of `T`.
impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Row<T> {}

/// One element of a tree's vectors.
#[derive(Debug)]
pub(crate) struct Ref<T> {
    index: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

/// The nodes of one text.
///
/// A text has less than 4 GiB and every node at least a byte of it, so that indices fit.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    branches: Vec<Branch>,
    arms: Vec<Arm>,
    ranges: Vec<Range>,
    calls: Vec<TemplateCall>,
    pipelines: Vec<Pipeline>,
    commands: Vec<Command>,
    expressions: Vec<Expression>,
    chains: Vec<Chain>,
    variables: Vec<Variable>,
    numbers: Vec<NumberConstant>,
    strings: Vec<StringConstant>,
    names: Vec<Span>,
}

/// What a tree has a vector of.
pub(crate) trait Part: Sized {
    fn all(tree: &Tree) -> &Vec<Self>;
    fn all_mut(tree: &mut Tree) -> &mut Vec<Self>;
}

macro_rules! parts {
    ($($part:ty: $field:ident),* $(,)?) => {
        $(impl Part for $part {
            fn all(tree: &Tree) -> &Vec<Self> {
                &tree.$field
            }

            fn all_mut(tree: &mut Tree) -> &mut Vec<Self> {
                &mut tree.$field
            }
        })*
    };
}

parts! {
    Node: nodes,
    Branch: branches,
    Arm: arms,
    Range: ranges,
    TemplateCall: calls,
    Pipeline: pipelines,
    Command: commands,
    Expression: expressions,
    Chain: chains,
    Variable: variables,
    NumberConstant: numbers,
    StringConstant: strings,
    Span: names,
}

impl Tree {
    /// The elements of a row.
    pub(crate) fn row<T: Part>(&self, row: Row<T>) -> &[T] {
        &T::all(self)[row.indices()]
    }

    /// One element.
    pub(crate) fn one<T: Part>(&self, one: Ref<T>) -> &T {
        &T::all(self)[one.index as usize]
    }

    /// Adds one element.
    pub(crate) fn add<T: Part>(&mut self, part: T) -> Ref<T> {
        let parts = T::all_mut(self);
        parts.push(part);
        Ref {
            index: (parts.len() - 1) as u32,
            of: PhantomData,
        }
    }

    /// Adds neighbours.
    pub(crate) fn add_row<T: Part>(&mut self, row: impl IntoIterator<Item = T>) -> Row<T> {
        let parts = T::all_mut(self);
        let start = parts.len() as u32;
        parts.extend(row);
        Row {
            start,
            end: parts.len() as u32,
            of: PhantomData,
        }
    }

    /// Adds one more element to the row that was added last, or to the empty row.
    pub(crate) fn extend_row<T: Part>(&mut self, row: &mut Row<T>, part: T) {
        let parts = T::all_mut(self);
        if row.is_empty() {
            row.start = parts.len() as u32;
        }
        parts.push(part);
        row.end = parts.len() as u32;
    }

    /// All nodes, in vectors of just their size; what is left keeps its room for others.
    pub(crate) fn take(&mut self) -> Self {
        fn exact<T>(parts: &mut Vec<T>) -> Vec<T> {
            let mut exact = Vec::with_capacity(parts.len());
            exact.append(parts);
            exact
        }
        Self {
            nodes: exact(&mut self.nodes),
            branches: exact(&mut self.branches),
            arms: exact(&mut self.arms),
            ranges: exact(&mut self.ranges),
            calls: exact(&mut self.calls),
            pipelines: exact(&mut self.pipelines),
            commands: exact(&mut self.commands),
            expressions: exact(&mut self.expressions),
            chains: exact(&mut self.chains),
            variables: exact(&mut self.variables),
            numbers: exact(&mut self.numbers),
            strings: exact(&mut self.strings),
            names: exact(&mut self.names),
        }
    }
}

/// A part of a template's body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    /// Text to copy.
    Text(Span),
    /// `{{pipeline}}`
    Action(Ref<Pipeline>),
    /// `{{if}}`, with its `{{else if}}`s
    If(Ref<Branch>),
    /// `{{with}}`, with its `{{else with}}`s
    With(Ref<Branch>),
    /// `{{range}}`
    Range(Ref<Range>),
    /// `{{template}}` or `{{block}}`
    Template(Ref<TemplateCall>),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// The arms of an `if` or `with`, asked in order, and what to do when none applies.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) arms: Row<Arm>,
    pub(crate) otherwise: Row<Node>,
}

/// A condition and what to do when it holds.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) pipeline: Ref<Pipeline>,
    pub(crate) body: Row<Node>,
}

/// A loop and what to do when there is nothing to loop over.
#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) pipeline: Ref<Pipeline>,
    /// Slots of variables that an iteration may leave unset, and that must not have the
    /// value of the one before: from and to.
    pub(crate) unset: (u32, u32),
    pub(crate) body: Row<Node>,
    pub(crate) otherwise: Row<Node>,
}

/// A call of another template.
#[derive(Debug)]
pub(crate) struct TemplateCall {
    pub(crate) position: Position,
    pub(crate) name: Arc<str>,
    pub(crate) pipeline: Option<Ref<Pipeline>>,
}

/// `$x := command | command`
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) position: Position,
    /// `=` rather than `:=`
    pub(crate) assigns: bool,
    pub(crate) variables: Row<Variable>,
    pub(crate) commands: Row<Command>,
}

/// A function, field or constant, and its arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) position: Position,
    /// At least one.
    pub(crate) words: Row<Expression>,
}

/// An operand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expression {
    Dot(Position),
    Nil(Position),
    Bool(Position, bool),
    Number(Ref<NumberConstant>),
    Str(Ref<StringConstant>),
    /// `.a.b`
    Field(Field),
    /// `$x.a`
    Variable(Ref<Variable>),
    /// A function, with or without arguments to follow.
    Function(FunctionName),
    /// `(pipeline).a.b`
    Chain(Ref<Chain>),
    /// `(pipeline)`
    Pipeline(Ref<Pipeline>),
}

/// A numeric constant.
#[derive(Debug)]
pub(crate) struct NumberConstant {
    /// As written.
    pub(crate) text: Span,
    pub(crate) number: Number,
    /// Its value where any type will do; none when it does not fit an `int`.
    pub(crate) ideal: Option<Value>,
}

/// A string constant.
#[derive(Debug)]
pub(crate) struct StringConstant {
    /// As written, with its quotes.
    pub(crate) literal: Span,
    pub(crate) value: Value,
}

/// `.a.b`
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) position: Position,
    /// Field names to follow, one after the other.
    pub(crate) names: Row<Span>,
}

/// `$x.a`
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    pub(crate) position: Position,
    /// With its `$`.
    pub(crate) name: Span,
    /// Where its value is; none for one that is assigned to but was never declared.
    pub(crate) slot: Option<u32>,
    /// Where the variable of this name is that the other one hides.
    pub(crate) outer: Option<u32>,
    pub(crate) fields: Row<Span>,
}

/// A function by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionName {
    pub(crate) position: Position,
    /// The length of the name, which stands at the position.
    pub(crate) length: u16,
    pub(crate) callee: Callee,
}

impl FunctionName {
    /// The name.
    pub(crate) fn span(self) -> Span {
        Span {
            start: self.position,
            end: self.position + u32::from(self.length),
        }
    }
}

/// What a function name stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Callee {
    Builtin(Builtin),
    /// Its number in the set's [`crate::Functions`].
    Function(u16),
}

/// `(pipeline).a.b`, or a function's result with fields.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) position: Position,
    pub(crate) head: Expression,
    pub(crate) names: Row<Span>,
}

impl Expression {
    /// Where it stands.
    pub(crate) fn position(&self, tree: &Tree) -> Position {
        match self {
            Self::Dot(position) | Self::Nil(position) | Self::Bool(position, _) => *position,
            Self::Number(constant) => tree.one(*constant).text.start,
            Self::Str(constant) => tree.one(*constant).literal.start,
            Self::Field(field) => field.position,
            Self::Variable(variable) => tree.one(*variable).position,
            Self::Function(function) => function.position,
            Self::Chain(chain) => tree.one(*chain).position,
            Self::Pipeline(pipeline) => tree.one(*pipeline).position,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trees are large: what most of them consists of must stay small.
    #[test]
    fn nodes_are_small() {
        assert!(size_of::<Node>() <= 12);
        assert!(size_of::<Expression>() <= 16);
        assert!(size_of::<Command>() <= 12);
        assert!(size_of::<Pipeline>() <= 24);
    }
}
