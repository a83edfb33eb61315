//! Pipelines, commands, variables and constants.

use pintle_go_value::Value;

use super::{At, Failure, Fallible, Machine, Passed};
use crate::cell::Cell;
use crate::node::{Chain, Command, Expression, NumberConstant, Pipeline, Ref, Variable};

impl<'t> Machine<'t, '_> {
    /// The value of a pipeline, which is also assigned to the variables it declares.
    pub(super) fn pipeline(&mut self, pipeline: &'t Pipeline, dot: &Cell) -> Fallible<Value> {
        self.at = At::Pipeline(pipeline);
        let mut last = None;
        for command in self.tree.row(pipeline.commands) {
            last = Some(self.command(command, dot, last)?.value);
        }
        let value = last.unwrap_or_default();
        for variable in self.tree.row(pipeline.variables) {
            self.set(variable, Cell::plain(value.clone()), pipeline.assigns)?;
        }
        Ok(value)
    }

    /// A pipeline in parentheses, on a new stack when this one is used up.
    fn nested(&mut self, pipeline: &'t Pipeline, dot: &Cell) -> Fallible<Value> {
        if self.state.stack.is_low() {
            return self.with_more_stack(|machine| machine.pipeline(pipeline, dot));
        }
        self.pipeline(pipeline, dot)
    }

    /// The value of a command; `last` is the value of the command before it.
    fn command(&mut self, command: &'t Command, dot: &Cell, last: Option<Value>) -> Fallible<Cell> {
        let words = self.tree.row(command.words);
        let word = &words[0];
        let passed = Passed {
            written: &words[1..],
            last,
        };
        match *word {
            Expression::Field(field) => {
                self.at = At::Expression(word);
                self.asked = self.at;
                self.fields(dot, dot, field.names, passed)
            }
            Expression::Variable(variable) => {
                self.at = At::Expression(word);
                self.variable(word, variable, dot, passed)
            }
            Expression::Function(function) => {
                self.at = At::Expression(word);
                self.function(function, At::Command(command), dot, passed)
            }
            Expression::Chain(chain) => {
                let head = self.chain_head(word, chain, dot)?;
                self.asked = At::Expression(word);
                self.fields(dot, &head, self.tree.one(chain).names, passed)
            }
            Expression::Pipeline(pipeline) => {
                self.not_a_function(word, &passed)?;
                self.nested(self.tree.one(pipeline), dot).map(Cell::plain)
            }
            _ => {
                self.at = At::Expression(word);
                self.not_a_function(word, &passed)?;
                self.constant_command(word, dot)
            }
        }
    }

    fn constant_command(&mut self, constant: &'t Expression, dot: &Cell) -> Fallible<Cell> {
        match *constant {
            Expression::Dot(_) => Ok(dot.clone()),
            Expression::Nil(_) => Err(self.fail("nil is not a command")),
            Expression::Bool(_, value) => Ok(Cell::plain(Value::Bool(value))),
            Expression::Number(number) => self.ideal(number).map(Cell::plain),
            Expression::Str(text) => Ok(Cell::plain(self.tree.one(text).value.clone())),
            // The other expressions are no constants.
            _ => {
                let shown = self.shown(constant);
                Err(self.fail(format!("can't evaluate command {shown}")))
            }
        }
    }

    fn not_a_function(&self, word: &Expression, passed: &Passed<'_>) -> Fallible<()> {
        if !passed.is_empty() {
            let shown = self.shown(word);
            return Err(self.fail(format!("can't give argument to non-function {shown}")));
        }
        Ok(())
    }

    /// The value of `(pipeline)` in `(pipeline).field`.
    fn chain_head(
        &mut self,
        whole: &'t Expression,
        chain: Ref<Chain>,
        dot: &Cell,
    ) -> Fallible<Cell> {
        let chain = self.tree.one(chain);
        self.at = At::Expression(whole);
        if matches!(chain.head, Expression::Nil(_)) {
            let shown = self.shown(whole);
            return Err(self.fail(format!("indirection through explicit nil in {shown}")));
        }
        self.operand(&chain.head, dot)
    }

    /// The value of an operand where no type is asked for.
    pub(super) fn operand(&mut self, operand: &'t Expression, dot: &Cell) -> Fallible<Cell> {
        self.at = At::Expression(operand);
        match *operand {
            Expression::Dot(_) => Ok(dot.clone()),
            Expression::Nil(_) => Ok(Cell::nothing()),
            Expression::Bool(_, value) => Ok(Cell::plain(Value::Bool(value))),
            Expression::Number(number) => self.ideal(number).map(Cell::plain),
            Expression::Str(text) => Ok(Cell::plain(self.tree.one(text).value.clone())),
            Expression::Field(field) => {
                self.asked = self.at;
                self.fields(dot, dot, field.names, Passed::NOTHING)
            }
            Expression::Variable(variable) => {
                let variable = self.tree.one(variable);
                let value = self.get(variable)?;
                if variable.fields.is_empty() {
                    return Ok(value);
                }
                self.asked = self.at;
                self.fields(dot, &value, variable.fields, Passed::NOTHING)
            }
            Expression::Function(function) => {
                self.function(function, At::Expression(operand), dot, Passed::NOTHING)
            }
            Expression::Chain(chain) => {
                let head = self.chain_head(operand, chain, dot)?;
                self.asked = At::Expression(operand);
                self.fields(dot, &head, self.tree.one(chain).names, Passed::NOTHING)
            }
            Expression::Pipeline(pipeline) => {
                self.nested(self.tree.one(pipeline), dot).map(Cell::plain)
            }
        }
    }

    /// A variable as the first word of a command.
    fn variable(
        &mut self,
        word: &'t Expression,
        variable: Ref<Variable>,
        dot: &Cell,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        let variable = self.tree.one(variable);
        let value = self.get(variable)?;
        if variable.fields.is_empty() {
            self.not_a_function(word, &passed)?;
            return Ok(value);
        }
        self.asked = self.at;
        self.fields(dot, &value, variable.fields, passed)
    }

    fn get(&self, variable: &Variable) -> Fallible<Cell> {
        let at = |slot: u32| self.state.variables.get(self.base + slot as usize)?.clone();
        // GO: what a declaration in parentheses names is the variable around it for as long
        // as `and` or `or` did not evaluate the parentheses.
        let cell = variable.slot.and_then(at);
        let cell = cell.or_else(|| variable.outer.and_then(at));
        cell.ok_or_else(|| self.undefined(variable))
    }

    /// Sets a variable; one that is assigned to must have been declared.
    pub(super) fn set(&mut self, variable: &Variable, cell: Cell, assigns: bool) -> Fallible<()> {
        let place = variable
            .slot
            .and_then(|slot| self.state.variables.get_mut(self.base + slot as usize));
        match place {
            Some(place) if !assigns || place.is_some() => {
                *place = Some(cell);
                Ok(())
            }
            _ => Err(self.undefined(variable)),
        }
    }

    fn undefined(&self, variable: &Variable) -> Failure {
        self.fail(format!("undefined variable: {}", self.text(variable.name)))
    }

    pub(super) fn ideal(&self, constant: Ref<NumberConstant>) -> Fallible<Value> {
        let constant = self.tree.one(constant);
        let value = constant.ideal.clone();
        value.ok_or_else(|| self.fail(format!("{} overflows int", self.text(constant.text))))
    }
}
