//! Pipelines, commands and operands.

use pintle_go_value::format::quoted::quote;

use super::{Binding, MAX_EXPRESSION_DEPTH, Parser, Parsing};
use crate::literal::{Number, unquote};
use crate::node::{
    Chain, Command, Expression, Field, FunctionName, NumberConstant, Pipeline, Ref, Row, Span,
    StringConstant, Variable,
};
use crate::node_text::shown;
use crate::token::{Keyword, Kind, Token};

impl Parser<'_> {
    /// A pipeline up to `end`, which is consumed.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsing<Ref<Pipeline>> {
        let position = self.peek_word().start;
        let outer = self.unit.valueless.len();
        let (variables, assigns) = self.declarations(context)?;
        let start_of_row = self.open.commands.len();
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
            let command = self.command()?;
            self.open.commands.push(command);
        }
        let commands = self.tree.add_row(self.open.commands.drain(start_of_row..));
        self.check(commands, context)?;
        let variables = if variables.is_empty() {
            Row::EMPTY
        } else {
            self.unit.valueless.drain(outer..outer + variables.len());
            self.unit.conditional += usize::from(end == Kind::RightParen);
            let variables = variables
                .into_iter()
                .map(|token| self.new_variable(token, assigns));
            let variables: Vec<Variable> = variables.collect();
            self.tree.add_row(variables)
        };
        Ok(self.tree.add(Pipeline {
            position,
            assigns,
            variables,
            commands,
        }))
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
        let name = token.text(self.text);
        let slot = if assigns {
            self.unit.assign(name)
        } else {
            Some(self.unit.declare(name))
        };
        Variable {
            position: token.start,
            name: token.span(),
            slot,
            outer: None,
            fields: Row::EMPTY,
        }
    }

    fn check(&self, commands: Row<Command>, context: &str) -> Parsing<()> {
        if commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (index, command) in self.tree.row(commands).iter().enumerate().skip(1) {
            if is_constant(&self.tree.row(command.words)[0]) {
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
        let start_of_row = self.open.words.len();
        loop {
            self.peek_word();
            let operand = self.operand()?;
            self.open.words.extend(operand);
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
        let words = self.tree.add_row(self.open.words.drain(start_of_row..));
        if words.is_empty() {
            return self.fail("empty command");
        }
        Ok(Command { position, words })
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
        let position = first.start;
        let names = self.names(Row::EMPTY);
        Ok(Some(match term {
            Expression::Variable(variable) => {
                let variable = *self.tree.one(variable);
                Expression::Variable(self.tree.add(Variable {
                    position,
                    fields: names,
                    ..variable
                }))
            }
            Expression::Function(_) | Expression::Chain(_) | Expression::Pipeline(_) => {
                Expression::Chain(self.tree.add(Chain {
                    position,
                    head: term,
                    names,
                }))
            }
            constant => {
                let shown = self.shown(constant);
                return self.fail(format!("unexpected . after term {}", quote(&shown)));
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
            Kind::Field => self.field(token),
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

    /// `.a.b`. GO: with several names, its position is that of the second one.
    fn field(&mut self, token: Token) -> Expression {
        let mut names = Row::EMPTY;
        self.tree.extend_row(&mut names, name_of_field(token));
        let next = self.peek();
        let position = match next.kind {
            Kind::Field => next.start,
            _ => token.start,
        };
        let names = self.names(names);
        Expression::Field(Field { position, names })
    }

    /// Adds the fields that come next to `names`.
    fn names(&mut self, mut names: Row<Span>) -> Row<Span> {
        while self.peek().kind == Kind::Field {
            let token = self.next();
            self.tree.extend_row(&mut names, name_of_field(token));
        }
        names
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
        Ok(Expression::Pipeline(pipeline))
    }

    fn function(&mut self, token: Token) -> Parsing<Expression> {
        let name = self.text(token);
        let Some(callee) = self.functions.callee(name) else {
            return self.fail(format!("function {} not defined", quote(name)));
        };
        // Names of functions are shorter than this: see `Functions::add`.
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        Ok(Expression::Function(FunctionName {
            position: token.start,
            length,
            callee,
        }))
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
        // Only a declaration in parentheses may come to nothing.
        let outer = match self.unit.conditional {
            0 => None,
            _ => self.unit.hidden(name),
        };
        Ok(Expression::Variable(self.tree.add(Variable {
            position: token.start,
            name: token.span(),
            slot,
            outer,
            fields: Row::EMPTY,
        })))
    }

    fn number(&mut self, token: Token) -> Parsing<Expression> {
        let text = self.text(token);
        let number = match token.kind {
            Kind::CharConstant => Number::character(text),
            Kind::Complex => Number::complex(text),
            _ => Number::plain(text),
        };
        match number {
            Ok(number) => {
                let constant = NumberConstant {
                    text: token.span(),
                    ideal: number.ideal(text),
                    number,
                };
                Ok(Expression::Number(self.tree.add(constant)))
            }
            Err(message) => self.fail(message),
        }
    }

    fn string(&mut self, token: Token) -> Parsing<Expression> {
        match unquote(self.text(token)) {
            Some(value) => Ok(Expression::Str(self.tree.add(StringConstant {
                literal: token.span(),
                value: pintle_go_value::Str::from(value).into(),
            }))),
            None => self.fail("invalid syntax"),
        }
    }

    /// A constant as errors show it.
    fn shown(&self, constant: Expression) -> String {
        shown(self.tree, self.text, &constant)
    }
}

/// The name in `.name`.
fn name_of_field(token: Token) -> Span {
    Span {
        start: token.start + 1,
        end: token.end,
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
