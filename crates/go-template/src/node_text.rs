//! Nodes as text, as errors show them: Go's `Node.String`.

use std::fmt::Write as _;

use pintle_go_value::format::quoted::quote;

use crate::node::{
    Command, Expression, Pipeline, Ref, Row, Span, StringConstant, TemplateCall, Tree, Variable,
};

/// A node that can be shown.
pub(crate) trait Shown {
    /// Writes the node, whose parts are in `tree` and whose words are in `text`.
    fn show(&self, tree: &Tree, text: &str, out: &mut String);
}

/// The node as text.
pub(crate) fn shown(tree: &Tree, text: &str, node: &impl Shown) -> String {
    let mut out = String::new();
    node.show(tree, text, &mut out);
    out
}

impl Shown for Pipeline {
    fn show(&self, tree: &Tree, text: &str, out: &mut String) {
        let variables = tree.row(self.variables);
        join(variables, ", ", tree, text, out);
        if !variables.is_empty() {
            out.push_str(if self.assigns { " = " } else { " := " });
        }
        join(tree.row(self.commands), " | ", tree, text, out);
    }
}

impl Shown for Command {
    fn show(&self, tree: &Tree, text: &str, out: &mut String) {
        for (index, word) in tree.row(self.words).iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            word.show_grouped(tree, text, out);
        }
    }
}

impl Expression {
    /// As an operand: a pipeline gets its parentheses.
    fn show_grouped(&self, tree: &Tree, text: &str, out: &mut String) {
        if let Self::Pipeline(pipeline) = self {
            out.push('(');
            tree.one(*pipeline).show(tree, text, out);
            out.push(')');
        } else {
            self.show(tree, text, out);
        }
    }
}

impl Shown for Expression {
    fn show(&self, tree: &Tree, text: &str, out: &mut String) {
        match self {
            Self::Dot(_) => out.push('.'),
            Self::Nil(_) => out.push_str("nil"),
            Self::Bool(_, value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(constant) => out.push_str(piece(text, tree.one(*constant).text)),
            Self::Str(constant) => out.push_str(literal(tree, text, *constant)),
            Self::Field(field) => dotted(field.names, tree, text, out),
            Self::Variable(variable) => tree.one(*variable).show(tree, text, out),
            Self::Function(function) => out.push_str(piece(text, function.span())),
            Self::Chain(chain) => {
                let chain = tree.one(*chain);
                chain.head.show_grouped(tree, text, out);
                dotted(chain.names, tree, text, out);
            }
            Self::Pipeline(pipeline) => tree.one(*pipeline).show(tree, text, out),
        }
    }
}

impl Shown for Variable {
    fn show(&self, tree: &Tree, text: &str, out: &mut String) {
        out.push_str(piece(text, self.name));
        dotted(self.fields, tree, text, out);
    }
}

impl Shown for TemplateCall {
    fn show(&self, tree: &Tree, text: &str, out: &mut String) {
        let _ = write!(out, "{{{{template {}", quote(&self.name));
        if let Some(pipeline) = self.pipeline {
            out.push(' ');
            tree.one(pipeline).show(tree, text, out);
        }
        out.push_str("}}");
    }
}

fn literal<'s>(tree: &Tree, text: &'s str, constant: Ref<StringConstant>) -> &'s str {
    piece(text, tree.one(constant).literal)
}

fn piece(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn dotted(names: Row<Span>, tree: &Tree, text: &str, out: &mut String) {
    for name in tree.row(names) {
        out.push('.');
        out.push_str(piece(text, *name));
    }
}

fn join<T: Shown>(items: &[T], separator: &str, tree: &Tree, text: &str, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        item.show(tree, text, out);
    }
}
