//! A parsed template as a tree that others can look through.
//!
//! Execution has a form of its own, made for speed. This one is made on request, for those who
//! ask what a template could do: every name is written out, constants are values, and text is
//! left out.

use pintle_go_value::Value;

use crate::Set;
use crate::node::{self, Ref, Row, Source, Span};

/// How deep blocks and parentheses may nest in a template to be looked through.
const MAX_DEPTH: usize = 200;

/// A named template.
#[derive(Debug, Clone)]
pub struct Template {
    /// What it does.
    pub body: Vec<Node>,
    /// How many variables it has; number 0 is `$`, what it is executed with.
    pub variables: usize,
}

/// A part of a body. Text is left out.
#[derive(Debug, Clone)]
pub enum Node {
    /// `{{pipeline}}`
    Action(Pipeline),
    /// `{{if}}` with its `{{else if}}`s
    If(Branch),
    /// `{{with}}` with its `{{else with}}`s
    With(Branch),
    /// `{{range}}`
    Range(Loop),
    /// `{{template}}` or `{{block}}`
    Template {
        /// Which one.
        name: Box<str>,
        /// Its argument; nil without.
        argument: Option<Pipeline>,
    },
}

/// The arms of an `if` or `with`.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Conditions, asked in order, each with what to do when it holds.
    pub arms: Vec<(Pipeline, Vec<Node>)>,
    /// What to do when none holds.
    pub otherwise: Vec<Node>,
}

/// A `range`.
#[derive(Debug, Clone)]
pub struct Loop {
    /// What to go through. Its variables are the element, or the key and the element.
    pub over: Pipeline,
    /// What to do for each element.
    pub body: Vec<Node>,
    /// What to do when there is none.
    pub otherwise: Vec<Node>,
}

/// `$x := command | command`
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The variables that get the value.
    pub targets: Vec<u32>,
    /// Whether the variables are there already (`=` rather than `:=`).
    pub assigns: bool,
    /// At least one; each is the last argument of the next.
    pub commands: Vec<Command>,
}

/// A function, field or constant and its arguments: at least one word.
#[derive(Debug, Clone)]
pub struct Command {
    /// The words.
    pub words: Vec<Expression>,
}

/// An operand.
#[derive(Debug, Clone)]
pub enum Expression {
    /// `.`
    Dot,
    /// `nil`, `true`, `12`, `"text"`
    Constant(Value),
    /// `.a.b`
    Field(Vec<Box<str>>),
    /// `$x.a`
    Variable {
        /// Its number; none when it was never declared.
        number: Option<u32>,
        /// The variable it hides, whose value counts while it has none.
        hidden: Option<u32>,
        /// The names behind it.
        fields: Vec<Box<str>>,
    },
    /// A function by its name; arguments are the words that follow.
    Function(Box<str>),
    /// `(pipeline).a.b`
    Chain(Box<Expression>, Vec<Box<str>>),
    /// `(pipeline)`
    Pipeline(Box<Pipeline>),
}

impl Set {
    /// The template of this name, to look through. `None` if there is none, or if it nests
    /// deeper than anybody writes by hand.
    pub fn syntax(&self, name: &str) -> Option<Template> {
        let template = self.template(name)?;
        let writer = Writer {
            source: &template.source,
        };
        Some(Template {
            body: writer.nodes(template.body, 0)?,
            variables: template.slots,
        })
    }
}

/// Every function answers `None` when the template nests too deep.
struct Writer<'a> {
    source: &'a Source,
}

impl Writer<'_> {
    fn row<T: node::Part>(&self, row: Row<T>) -> &[T] {
        self.source.tree.row(row)
    }

    fn one<T: node::Part>(&self, one: Ref<T>) -> &T {
        self.source.tree.one(one)
    }

    fn names(&self, row: Row<Span>) -> Vec<Box<str>> {
        let name = |span: &Span| self.source.text(*span).into();
        self.row(row).iter().map(name).collect()
    }

    fn nodes(&self, row: Row<node::Node>, depth: usize) -> Option<Vec<Node>> {
        let depth = deeper(depth)?;
        let mut nodes = Vec::new();
        for node in self.row(row) {
            nodes.push(match *node {
                node::Node::Text(_) | node::Node::Break | node::Node::Continue => continue,
                node::Node::Action(pipeline) => Node::Action(self.pipeline(pipeline, depth)?),
                node::Node::If(branch) => Node::If(self.branch(branch, depth)?),
                node::Node::With(branch) => Node::With(self.branch(branch, depth)?),
                node::Node::Range(range) => {
                    let range = self.one(range);
                    Node::Range(Loop {
                        over: self.pipeline(range.pipeline, depth)?,
                        body: self.nodes(range.body, depth)?,
                        otherwise: self.nodes(range.otherwise, depth)?,
                    })
                }
                node::Node::Template(call) => {
                    let call = self.one(call);
                    let argument = match call.pipeline {
                        Some(pipeline) => Some(self.pipeline(pipeline, depth)?),
                        None => None,
                    };
                    Node::Template {
                        name: (&*call.name).into(),
                        argument,
                    }
                }
            });
        }
        Some(nodes)
    }

    fn branch(&self, branch: Ref<node::Branch>, depth: usize) -> Option<Branch> {
        let branch = self.one(branch);
        let arm = |arm: &node::Arm| {
            let condition = self.pipeline(arm.pipeline, depth)?;
            Some((condition, self.nodes(arm.body, depth)?))
        };
        Some(Branch {
            arms: self
                .row(branch.arms)
                .iter()
                .map(arm)
                .collect::<Option<_>>()?,
            otherwise: self.nodes(branch.otherwise, depth)?,
        })
    }

    fn pipeline(&self, pipeline: Ref<node::Pipeline>, depth: usize) -> Option<Pipeline> {
        let depth = deeper(depth)?;
        let pipeline = self.one(pipeline);
        let variables = self.row(pipeline.variables);
        let command = |command: &node::Command| {
            let words = self.row(command.words).iter();
            Some(Command {
                words: words
                    .map(|word| self.expression(*word, depth))
                    .collect::<Option<_>>()?,
            })
        };
        Some(Pipeline {
            targets: variables.iter().filter_map(|v| v.slot).collect(),
            assigns: pipeline.assigns,
            commands: self
                .row(pipeline.commands)
                .iter()
                .map(command)
                .collect::<Option<_>>()?,
        })
    }

    fn expression(&self, expression: node::Expression, depth: usize) -> Option<Expression> {
        let depth = deeper(depth)?;
        Some(match expression {
            node::Expression::Dot(_) => Expression::Dot,
            node::Expression::Nil(_) => Expression::Constant(Value::Nil),
            node::Expression::Bool(_, value) => Expression::Constant(Value::Bool(value)),
            node::Expression::Number(number) => {
                let number = &self.one(number).ideal;
                Expression::Constant(number.clone().unwrap_or(Value::Int(0)))
            }
            node::Expression::Str(text) => Expression::Constant(self.one(text).value.clone()),
            node::Expression::Field(field) => Expression::Field(self.names(field.names)),
            node::Expression::Variable(variable) => {
                let variable = self.one(variable);
                Expression::Variable {
                    number: variable.slot,
                    hidden: variable.outer,
                    fields: self.names(variable.fields),
                }
            }
            node::Expression::Function(function) => {
                Expression::Function(self.source.text(function.span()).into())
            }
            node::Expression::Chain(chain) => {
                let chain = self.one(chain);
                let head = self.expression(chain.head, depth)?;
                Expression::Chain(Box::new(head), self.names(chain.names))
            }
            node::Expression::Pipeline(pipeline) => {
                Expression::Pipeline(Box::new(self.pipeline(pipeline, depth)?))
            }
        })
    }
}

fn deeper(depth: usize) -> Option<usize> {
    (depth < MAX_DEPTH).then_some(depth + 1)
}
