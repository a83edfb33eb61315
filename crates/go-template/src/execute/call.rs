//! Functions and the types of their arguments.

use pintle_go_value::{ElementType, MapType, Value};

use super::{At, Fallible, Machine};
use crate::builtins::{Arity, Boxed, Builtin};
use crate::cell::Cell;
use crate::node::{Callee, Expression, FunctionName};
use crate::{Function, Parameter};

impl<'t> Machine<'t, '_> {
    /// Calls a function; `whole` is the node that its own errors point at.
    pub(super) fn function(
        &mut self,
        function: &'t FunctionName,
        whole: At<'t>,
        dot: &Cell,
        written: &'t [Expression],
        last: Option<Value>,
    ) -> Fallible<Cell> {
        let value = match &function.callee {
            Callee::Function(callee) => {
                let arity = if callee.variadic {
                    Arity::AtLeast(callee.parameters.len().saturating_sub(1))
                } else {
                    Arity::Exactly(callee.parameters.len())
                };
                self.check_count(&function.name, arity, written.len(), last.is_some())?;
                self.call_function(callee, &function.name, whole, dot, written, last)?
            }
            Callee::Builtin(builtin) => {
                let arity = builtin.arity();
                self.check_count(&function.name, arity, written.len(), last.is_some())?;
                self.builtin(*builtin, function, whole, dot, written, last)?
            }
        };
        let interface = value.is_nil();
        Ok(Cell { value, interface })
    }

    pub(super) fn check_count(
        &self,
        name: &str,
        arity: Arity,
        written: usize,
        piped: bool,
    ) -> Fallible<()> {
        let got = written + usize::from(piped);
        let message = match arity {
            Arity::Exactly(want) if got != want => format!("want {want} got {got}"),
            // GO: here the piped value is not counted in the text.
            Arity::AtLeast(want) if got < want => format!("want at least {want} got {written}"),
            _ => return Ok(()),
        };
        Err(self.fail(format!("wrong number of args for {name}: {message}")))
    }

    fn call_function(
        &mut self,
        callee: &Function,
        name: &str,
        whole: At<'t>,
        dot: &Cell,
        written: &'t [Expression],
        last: Option<Value>,
    ) -> Fallible<Value> {
        let mut arguments = self.state.argument_list();
        for (index, word) in written.iter().enumerate() {
            arguments.push(self.argument(word, parameter(callee, index), dot)?);
        }
        if let Some(last) = last {
            let last = Cell::plain(last);
            arguments.push(self.validate(last, parameter(callee, written.len()))?);
        }
        let result = (callee.body)(self, &arguments);
        self.state.recycle(arguments);
        result.map_err(|cause| {
            self.at = whole;
            self.fail_call(name, cause)
        })
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        function: &'t FunctionName,
        whole: At<'t>,
        dot: &Cell,
        written: &'t [Expression],
        last: Option<Value>,
    ) -> Fallible<Value> {
        match builtin {
            Builtin::And => return self.short_circuit(false, dot, written, last),
            Builtin::Or => return self.short_circuit(true, dot, written, last),
            _ => {}
        }
        let mut arguments = self.state.argument_list();
        let mut boxed = Boxed::default();
        for (index, word) in written.iter().enumerate() {
            if builtin == Builtin::Printf && index == 0 {
                arguments.push(self.argument(word, Parameter::Str, dot)?);
                continue;
            }
            let cell = self.operand(word, dot)?;
            if cell.interface {
                boxed.mark(index);
            }
            arguments.push(cell.value);
        }
        if let Some(last) = last {
            if builtin == Builtin::Printf && written.is_empty() {
                arguments.push(self.validate(Cell::plain(last), Parameter::Str)?);
            } else {
                arguments.push(last);
            }
        }
        let result = match builtin {
            Builtin::Call => Err(not_callable(&arguments, written)),
            _ => builtin.call(&arguments, boxed),
        };
        self.state.recycle(arguments);
        result.map_err(|text| {
            self.at = whole;
            self.fail_call(&function.name, text.into())
        })
    }

    /// `and` and `or`: the first argument that decides, or the last one.
    fn short_circuit(
        &mut self,
        decisive: bool,
        dot: &Cell,
        written: &'t [Expression],
        last: Option<Value>,
    ) -> Fallible<Value> {
        let mut value = Value::Nil;
        for word in written {
            value = self.operand(word, dot)?.value;
            if value.is_true() == decisive {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
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
                match constant(word, parameter) {
                    Ok(value) => Ok(value),
                    Err(message) => Err(self.fail(message)),
                }
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
        Parameter::Bool | Parameter::Int | Parameter::Int64 | Parameter::Float | Parameter::Str => {
            false
        }
    }
}

fn type_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Any => "interface {}",
        Parameter::Bool => "bool",
        Parameter::Int => "int",
        Parameter::Int64 => "int64",
        Parameter::Float => "float64",
        Parameter::Str => "string",
        Parameter::Bytes => "[]uint8",
        Parameter::List => "[]interface {}",
        Parameter::Strings => "[]string",
        Parameter::Map => "map[string]interface {}",
        Parameter::Named(name) => name,
    }
}

/// A constant as a value of the parameter's type.
fn constant(word: &Expression, parameter: Parameter) -> Result<Value, String> {
    let (value, expected) = match (parameter, word) {
        (Parameter::Any, Expression::Bool(_, value)) => (Some(Value::Bool(*value)), ""),
        (Parameter::Any, Expression::Str(text)) => (Some(text.value.clone()), ""),
        (Parameter::Any, Expression::Number(number)) => {
            let overflow = || format!("{} overflows int", number.text);
            return number.ideal.clone().ok_or_else(overflow);
        }
        (Parameter::Bool, Expression::Bool(_, value)) => (Some(Value::Bool(*value)), ""),
        (Parameter::Bool, _) => (None, "bool"),
        (Parameter::Str, Expression::Str(text)) => (Some(text.value.clone()), ""),
        (Parameter::Str, _) => (None, "string"),
        (Parameter::Int, Expression::Number(n)) => (n.number.int.map(Value::Int), "integer"),
        (Parameter::Int64, Expression::Number(n)) => (n.number.int.map(Value::Int64), "integer"),
        (Parameter::Int | Parameter::Int64, _) => (None, "integer"),
        (Parameter::Float, Expression::Number(n)) => (n.number.float.map(Value::Float), "float"),
        (Parameter::Float, _) => (None, "float"),
        _ => {
            let name = type_name(parameter);
            return Err(format!("can't handle {word} for arg of type {name}"));
        }
    };
    value.ok_or_else(|| format!("expected {expected}; found {word}"))
}

/// Why `call` fails: no value that templates can have is a function.
fn not_callable(arguments: &[Value], written: &[Expression]) -> String {
    match arguments.first() {
        None | Some(Value::Nil) => "call of nil".to_owned(),
        Some(value) => {
            let shown = match written.first() {
                Some(word) => word.to_string(),
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
