//! Pipelines, commands and operands.

use std::sync::Arc;

use pintle_go_value::format::quoted::quote;

use super::{Binding, MAX_EXPRESSION_DEPTH, Parser, Parsing};
use crate::builtins::Builtin;
use crate::literal::{Number, unquote};
use crate::node::{
    Callee, Chain, Command, Expression, Field, FunctionName, NumberConstant, Pipeline,
    StringConstant, Variable,
};
use crate::token::{Keyword, Kind, Token};

impl Parser<'_> {
    /// A pipeline up to `end`, which is consumed.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsing<Pipeline> {
        let position = self.peek_word().start;
        let outer = self.unit.valueless.len();
        let (variables, assigns) = self.declarations(context)?;
        let mut commands = Vec::new();
        loop {
            let start = self.at;
            let token = self.next_word();
            if token.kind == end {
                break;
            }
            if !starts_operand(token.kind) {
                return self.unexpected(token, context);
            }
            self.at = start;
            commands.push(self.command()?);
        }
        self.check(&commands, context)?;
        self.unit.valueless.drain(outer..outer + variables.len());
        let variables = variables
            .into_iter()
            .map(|token| self.new_variable(token, assigns));
        Ok(Pipeline {
            position,
            assigns,
            variables: variables.collect(),
            commands: commands.into_boxed_slice(),
        })
    }

    /// `$x :=`, `$x =`, and in a range also `$i, $x :=`: the variables, which have no values yet,
    /// and whether they are assigned to rather than declared.
    fn declarations(&mut self, context: &str) -> Parsing<(Vec<Token>, bool)> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut assigns = false;
        while self.peek_word().kind == Kind::Variable {
            let start = self.at;
            let token = self.next();
            let next = self.peek_word();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    assigns = next.kind == Kind::Assign;
                    self.next();
                    self.unit.valueless.push(self.text(token).into());
                    tokens.push(token);
                    break;
                }
                Kind::Char if self.text(next) == "," => {
                    self.next();
                    self.unit.valueless.push(self.text(token).into());
                    tokens.push(token);
                    self.check_declarations(tokens.len(), context)?;
                }
                _ => {
                    self.at = start;
                    break;
                }
            }
        }
        Ok((tokens, assigns))
    }

    /// After `$x,`: only a range may have that, once, and a variable must follow.
    fn check_declarations(&mut self, count: usize, context: &str) -> Parsing<()> {
        if context != "range" || count >= 2 {
            return self.fail(format!("too many declarations in {context}"));
        }
        match self.peek_word().kind {
            Kind::Variable | Kind::RightDelimiter | Kind::RightParen => Ok(()),
            _ => self.fail("range can only initialize variables"),
        }
    }

    fn new_variable(&mut self, token: Token, assigns: bool) -> Variable {
        let name: Box<str> = self.text(token).into();
        let slot = if assigns {
            self.unit.assign(&name)
        } else {
            Some(self.unit.declare(&name))
        };
        Variable {
            position: token.start,
            name,
            slot,
            fields: Box::default(),
        }
    }

    fn check(&self, commands: &[Command], context: &str) -> Parsing<()> {
        if commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (index, command) in commands.iter().enumerate().skip(1) {
            if is_constant(&command.words[0]) {
                let stage = index + 1;
                return self.fail(format!("non executable command in pipeline stage {stage}"));
            }
        }
        Ok(())
    }

    /// Operands with spaces between them. GO: the pipe after the last one is consumed, and
    /// nothing need follow it.
    fn command(&mut self) -> Parsing<Command> {
        let position = self.peek_word().start;
        let mut words = Vec::new();
        loop {
            self.peek_word();
            words.extend(self.operand()?);
            let start = self.at;
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::RightDelimiter | Kind::RightParen => {
                    self.at = start;
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(token, "operand"),
            }
        }
        if words.is_empty() {
            return self.fail("empty command");
        }
        Ok(Command {
            position,
            words: words.into_boxed_slice(),
        })
    }

    /// A term and the fields that follow it at once.
    fn operand(&mut self) -> Parsing<Option<Expression>> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut names: Vec<Box<str>> = Vec::new();
        while self.peek().kind == Kind::Field {
            let token = self.next();
            names.push(self.text(token)[1..].into());
        }
        let position = first.start;
        Ok(Some(match term {
            Expression::Field(field) => {
                names.splice(0..0, field.names);
                Expression::Field(Field {
                    position,
                    names: names.into_boxed_slice(),
                })
            }
            Expression::Variable(variable) => Expression::Variable(Variable {
                position,
                fields: names.into_boxed_slice(),
                ..variable
            }),
            Expression::Function(_) | Expression::Chain(_) | Expression::Pipeline(_) => {
                Expression::Chain(Box::new(Chain {
                    position,
                    head: term,
                    names: names.into_boxed_slice(),
                }))
            }
            constant => {
                let shown = quote(&constant.to_string());
                return self.fail(format!("unexpected . after term {shown}"));
            }
        }))
    }

    fn term(&mut self) -> Parsing<Option<Expression>> {
        let start = self.at;
        let token = self.next_word();
        let position = token.start;
        Ok(Some(match token.kind {
            Kind::Identifier => self.function(token)?,
            Kind::Dot => Expression::Dot(position),
            Kind::Keyword(Keyword::Nil) => Expression::Nil(position),
            Kind::Variable => self.variable(token)?,
            Kind::Field => Expression::Field(Field {
                position,
                names: Box::new([self.text(token)[1..].into()]),
            }),
            Kind::Bool => Expression::Bool(position, self.text(token) == "true"),
            Kind::CharConstant | Kind::Number | Kind::Complex => self.number(token)?,
            Kind::LeftParen => self.parenthesized()?,
            Kind::Str | Kind::RawStr => self.string(token)?,
            _ => {
                self.at = start;
                return Ok(None);
            }
        }))
    }

    fn parenthesized(&mut self) -> Parsing<Expression> {
        // The parser's own limit is on everything that nests; that many parentheses alone
        // are below it.
        if self.depth >= MAX_EXPRESSION_DEPTH {
            return self.fail("max expression depth exceeded");
        }
        self.enter()?;
        let pipeline = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
        self.depth -= 1;
        Ok(Expression::Pipeline(Box::new(pipeline)))
    }

    fn function(&mut self, token: Token) -> Parsing<Expression> {
        let name = self.text(token);
        let callee = match (self.functions.get_shared(name), Builtin::of(name)) {
            (Some(function), _) => Callee::Function(Arc::clone(function)),
            (None, Some(builtin)) => Callee::Builtin(builtin),
            (None, None) => {
                return self.fail(format!("function {} not defined", quote(name)));
            }
        };
        Ok(Expression::Function(Box::new(FunctionName {
            position: token.start,
            name: name.into(),
            callee,
        })))
    }

    fn variable(&mut self, token: Token) -> Parsing<Expression> {
        let name = self.text(token);
        let slot = match self.unit.find(name) {
            Binding::Slot(slot) => Some(slot),
            Binding::Valueless => None,
            Binding::Unknown => {
                return self.fail(format!("undefined variable {}", quote(name)));
            }
        };
        Ok(Expression::Variable(Variable {
            position: token.start,
            name: name.into(),
            slot,
            fields: Box::default(),
        }))
    }

    fn number(&mut self, token: Token) -> Parsing<Expression> {
        let text = self.text(token);
        let number = match token.kind {
            Kind::CharConstant => Number::character(text),
            Kind::Complex => Number::complex(text),
            _ => Number::plain(text),
        };
        match number {
            Ok(number) => Ok(Expression::Number(Box::new(NumberConstant {
                position: token.start,
                text: text.into(),
                ideal: number.ideal(text),
                number,
            }))),
            Err(message) => self.fail(message),
        }
    }

    fn string(&mut self, token: Token) -> Parsing<Expression> {
        let literal = self.text(token);
        match unquote(literal) {
            Some(value) => Ok(Expression::Str(Box::new(StringConstant {
                position: token.start,
                literal: literal.into(),
                value: pintle_go_value::Str::from(value).into(),
            }))),
            None => self.fail("invalid syntax"),
        }
    }
}

fn starts_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::CharConstant
            | Kind::Complex
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Keyword(Keyword::Nil)
            | Kind::RawStr
            | Kind::Str
            | Kind::Variable
            | Kind::LeftParen
    )
}

fn is_constant(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::Bool(..)
            | Expression::Dot(_)
            | Expression::Nil(_)
            | Expression::Number(_)
            | Expression::Str(_)
    )
}
