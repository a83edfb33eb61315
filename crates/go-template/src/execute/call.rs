//! Functions and the types of their arguments.

use pintle_go_value::{ElementType, MapType, Value, age};

use super::{At, Fallible, Machine, Passed};
use crate::builtins::{Arity, Boxed, Builtin};
use crate::cell::Cell;
use crate::node::{Callee, Expression, FunctionName};
use crate::{CallError, Function, Parameter};

impl<'t> Machine<'t, '_> {
    /// Calls a function; `whole` is the node that its own errors point at.
    pub(super) fn function(
        &mut self,
        function: FunctionName,
        whole: At<'t>,
        dot: &Cell,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        let name = self.text(function.span());
        let result = match function.callee {
            Callee::Function(number) => {
                let callee = self.scope.shared.functions.by_number(number);
                let count = callee.parameters.len();
                let arity = if callee.variadic {
                    Arity::AtLeast(count.saturating_sub(1))
                } else {
                    Arity::Exactly(count)
                };
                self.check_count(name, arity, &passed)?;
                self.call_function(callee, dot, passed)?
            }
            Callee::Builtin(builtin) => {
                self.check_count(name, builtin.arity(), &passed)?;
                match builtin {
                    Builtin::And => Ok(self.short_circuit(false, dot, passed)?),
                    Builtin::Or => Ok(self.short_circuit(true, dot, passed)?),
                    builtin => self.builtin(builtin, dot, passed)?,
                }
            }
        };
        match result {
            Ok(value) => {
                if !self.state.spend(steps_for(&value)) {
                    self.at = whole;
                    return Err(self.step_limit());
                }
                let interface = value.is_nil();
                Ok(Cell { value, interface })
            }
            Err(cause) => {
                self.at = whole;
                Err(self.fail_call(name, cause))
            }
        }
    }

    pub(super) fn check_count(
        &self,
        name: &str,
        arity: Arity,
        passed: &Passed<'_>,
    ) -> Fallible<()> {
        let written = passed.written.len();
        let got = written + usize::from(passed.last.is_some());
        let message = match arity {
            Arity::Exactly(want) if got != want => format!("want {want} got {got}"),
            // GO: here the piped value is not counted in the text.
            Arity::AtLeast(want) if got < want => format!("want at least {want} got {written}"),
            _ => return Ok(()),
        };
        Err(self.fail(format!("wrong number of args for {name}: {message}")))
    }

    /// Evaluates the arguments and calls the function: its own error is inside.
    fn call_function(
        &mut self,
        callee: &Function,
        dot: &Cell,
        passed: Passed<'t>,
    ) -> Fallible<Result<Value, CallError>> {
        let mut arguments = self.state.argument_list();
        for (index, word) in passed.written.iter().enumerate() {
            arguments.push(self.argument(word, parameter(callee, index), dot)?);
        }
        if let Some(last) = passed.last {
            let parameter = parameter(callee, arguments.len());
            arguments.push(self.validate(Cell::plain(last), parameter)?);
        }
        if !callee.pure {
            age::mark_volatile();
        }
        let result = (callee.body)(self, &arguments);
        self.state.recycle(arguments);
        Ok(result)
    }

    /// The same for a function of Go's own.
    fn builtin(
        &mut self,
        builtin: Builtin,
        dot: &Cell,
        passed: Passed<'t>,
    ) -> Fallible<Result<Value, CallError>> {
        // The others take values of any type.
        let typed = usize::from(builtin == Builtin::Printf);
        let mut arguments = self.state.argument_list();
        let mut boxed = Boxed::default();
        for (index, word) in passed.written.iter().enumerate() {
            if index < typed {
                arguments.push(self.argument(word, Parameter::Str, dot)?);
                continue;
            }
            let cell = self.operand(word, dot)?;
            if cell.interface {
                boxed.mark(index);
            }
            arguments.push(cell.value);
        }
        if let Some(last) = passed.last {
            let is_typed = arguments.len() < typed;
            let parameter = if is_typed {
                Parameter::Str
            } else {
                Parameter::Any
            };
            arguments.push(self.validate(Cell::plain(last), parameter)?);
        }
        let result = match builtin {
            Builtin::Call => Err(self.not_callable(&arguments, passed.written)),
            _ => builtin.call(&arguments, boxed),
        };
        self.state.recycle(arguments);
        Ok(result.map_err(CallError::Message))
    }

    /// `and` and `or`: the first argument that decides, or the last one.
    fn short_circuit(&mut self, decisive: bool, dot: &Cell, passed: Passed<'t>) -> Fallible<Value> {
        let mut value = Value::Nil;
        for word in passed.written {
            value = self.operand(word, dot)?.value;
            if value.is_true() == decisive {
                return Ok(value);
            }
        }
        Ok(passed.last.unwrap_or(value))
    }

    /// An argument, evaluated to the type of its parameter.
    pub(super) fn argument(
        &mut self,
        word: &'t Expression,
        parameter: Parameter,
        dot: &Cell,
    ) -> Fallible<Value> {
        self.at = At::Expression(word);
        match word {
            Expression::Nil(_) => {
                if can_be_nil(parameter) {
                    return Ok(Value::Nil);
                }
                let name = type_name(parameter);
                Err(self.fail(format!("cannot assign nil to {name}")))
            }
            Expression::Bool(..) | Expression::Number(_) | Expression::Str(_) => {
                self.constant(word, parameter)
            }
            _ => {
                let cell = self.operand(word, dot)?;
                self.validate(cell, parameter)
            }
        }
    }

    /// Checks that a value is of the type of its parameter.
    pub(super) fn validate(&self, cell: Cell, parameter: Parameter) -> Fallible<Value> {
        if is_assignable(&cell.value, parameter) {
            return Ok(cell.value);
        }
        let want = type_name(parameter);
        if cell.is_nothing() {
            if can_be_nil(parameter) {
                return Ok(Value::Nil);
            }
            return Err(self.fail(format!("invalid value; expected {want}")));
        }
        let got = match &cell.value {
            Value::Nil => "interface {}".into(),
            value => value.type_name(),
        };
        Err(self.fail(format!("wrong type for value; expected {want}; got {got}")))
    }
}

/// GO: an integer underneath, so that integer constants will do.
const DURATION: Parameter = Parameter::Named("time.Duration");

/// What the result of a function takes from the steps of an execution.
fn steps_for(value: &Value) -> u64 {
    match value {
        Value::Str(text) => text.len() as u64 >> 10,
        Value::List(list) => list.len() as u64 >> 6,
        _ => 0,
    }
}

/// The type of the argument at `index`.
fn parameter(callee: &Function, index: usize) -> Parameter {
    let parameters = &callee.parameters;
    let last = parameters.len().saturating_sub(1);
    parameters
        .get(index.min(last))
        .copied()
        .unwrap_or(Parameter::Any)
}

fn is_assignable(value: &Value, parameter: Parameter) -> bool {
    match (parameter, value) {
        (Parameter::Any, _)
        | (Parameter::Bool, Value::Bool(_))
        | (Parameter::Int, Value::Int(_))
        | (Parameter::Int64, Value::Int64(_))
        | (Parameter::Float, Value::Float(_))
        | (Parameter::Str, Value::Str(_))
        | (Parameter::Bytes, Value::Bytes(_)) => true,
        (Parameter::List, Value::List(list)) => list.element_type() == ElementType::Any,
        (Parameter::Strings, Value::List(list)) => list.element_type() == ElementType::Str,
        (Parameter::Map, Value::Map(map)) => {
            matches!(map.map_type(), MapType::Any | MapType::Values)
        }
        (Parameter::Named(name), value) => !value.is_nil() && value.type_name() == name,
        _ => false,
    }
}

/// Whether an untyped nil will do.
fn can_be_nil(parameter: Parameter) -> bool {
    match parameter {
        Parameter::Any
        | Parameter::Bytes
        | Parameter::List
        | Parameter::Strings
        | Parameter::Map => true,
        Parameter::Named(name) => ["*", "[", "map[", "func("]
            .iter()
            .any(|prefix| name.starts_with(prefix)),
        Parameter::Bool
        | Parameter::Int
        | Parameter::Int64
        | Parameter::Uint32
        | Parameter::Float
        | Parameter::Str => false,
    }
}

fn type_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Any => "interface {}",
        Parameter::Bool => "bool",
        Parameter::Int => "int",
        Parameter::Int64 => "int64",
        Parameter::Uint32 => "uint32",
        Parameter::Float => "float64",
        Parameter::Str => "string",
        Parameter::Bytes => "[]uint8",
        Parameter::List => "[]interface {}",
        Parameter::Strings => "[]string",
        Parameter::Map => "map[string]interface {}",
        Parameter::Named(name) => name,
    }
}

/// Constants, and what cannot be called.
impl Machine<'_, '_> {
    /// A constant as a value of the parameter's type.
    fn constant(&self, word: &Expression, parameter: Parameter) -> Fallible<Value> {
        let tree = self.tree;
        let (value, expected) = match (parameter, *word) {
            (Parameter::Any, Expression::Bool(_, value)) => (Some(Value::Bool(value)), ""),
            (Parameter::Any, Expression::Str(text)) => (Some(tree.one(text).value.clone()), ""),
            (Parameter::Any, Expression::Number(number)) => {
                return self.ideal(number);
            }
            (Parameter::Bool, Expression::Bool(_, value)) => (Some(Value::Bool(value)), ""),
            (Parameter::Bool, _) => (None, "bool"),
            (Parameter::Str, Expression::Str(text)) => (Some(tree.one(text).value.clone()), ""),
            (Parameter::Str, _) => (None, "string"),
            (Parameter::Int, Expression::Number(n)) => {
                (tree.one(n).number.int.map(Value::Int), "integer")
            }
            (Parameter::Int64 | DURATION, Expression::Number(n)) => {
                (tree.one(n).number.int.map(Value::Int64), "integer")
            }
            (Parameter::Int | Parameter::Int64 | DURATION, _) => (None, "integer"),
            (Parameter::Uint32, Expression::Number(n)) => {
                // GO: what does not fit loses its upper bits.
                let cut = |number| Value::Uint(number & u64::from(u32::MAX));
                (tree.one(n).number.uint.map(cut), "unsigned integer")
            }
            (Parameter::Uint32, _) => (None, "unsigned integer"),
            (Parameter::Float, Expression::Number(n)) => {
                (tree.one(n).number.float.map(Value::Float), "float")
            }
            (Parameter::Float, _) => (None, "float"),
            _ => {
                let name = type_name(parameter);
                let shown = self.shown(word);
                return Err(self.fail(format!("can't handle {shown} for arg of type {name}")));
            }
        };
        value.ok_or_else(|| {
            let shown = self.shown(word);
            self.fail(format!("expected {expected}; found {shown}"))
        })
    }

    /// Why `call` fails: no value that templates can have is a function.
    fn not_callable(&self, arguments: &[Value], written: &[Expression]) -> String {
        match arguments.first() {
            None | Some(Value::Nil) => "call of nil".to_owned(),
            Some(value) => {
                let shown = match written.first() {
                    Some(word) => self.shown(word),
                    // GO: a reflect.Value as text.
                    None => match value {
                        Value::Str(text) => text.to_string(),
                        _ => format!("<{} Value>", value.type_name()),
                    },
                };
                format!("non-function {shown} of type {}", value.type_name())
            }
        }
    }
}
