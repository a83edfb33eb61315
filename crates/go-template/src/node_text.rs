//! Nodes as text, as errors show them: Go's `Node.String`.

use std::fmt::{Display, Formatter, Result};

use pintle_go_value::format::quoted::quote;

use crate::node::{Command, Expression, Names, Pipeline, TemplateCall, Variable};

impl Display for Pipeline {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        join(f, &self.variables, ", ")?;
        if !self.variables.is_empty() {
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        join(f, &self.commands, " | ")
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (index, word) in self.words.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match word {
                Expression::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                other => other.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Dot(_) => f.write_str("."),
            Self::Nil(_) => f.write_str("nil"),
            Self::Bool(_, value) => value.fmt(f),
            Self::Number(constant) => f.write_str(&constant.text),
            Self::Str(constant) => f.write_str(&constant.literal),
            Self::Field(field) => dotted(f, &field.names),
            Self::Variable(variable) => variable.fmt(f),
            Self::Function(function) => f.write_str(&function.name),
            Self::Chain(chain) => {
                match &chain.head {
                    Self::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                    other => other.fmt(f)?,
                }
                dotted(f, &chain.names)
            }
            Self::Pipeline(pipeline) => pipeline.fmt(f),
        }
    }
}

impl Display for Variable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.name)?;
        dotted(f, &self.fields)
    }
}

impl Display for TemplateCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{{{{template {}", quote(&self.name))?;
        if let Some(pipeline) = &self.pipeline {
            write!(f, " {pipeline}")?;
        }
        f.write_str("}}")
    }
}

fn dotted(f: &mut Formatter<'_>, names: &Names) -> Result {
    names.iter().try_for_each(|name| write!(f, ".{name}"))
}

fn join<T: Display>(f: &mut Formatter<'_>, items: &[T], separator: &str) -> Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
