//! Fields, map keys and methods.

use pintle_go_value::format::quoted::quote;
use pintle_go_value::{Map, MapType, MethodError, Object, Value};

use super::{Failure, Fallible, Machine};
use crate::MissingKey;
use crate::builtins::zero_element;
use crate::cell::Cell;
use crate::node::Expression;

/// What a call passes: the arguments written, and the value of the command before.
pub(super) struct Passed<'t> {
    pub(super) written: &'t [Expression],
    pub(super) last: Option<Value>,
}

impl Passed<'_> {
    const NOTHING: Self = Passed {
        written: &[],
        last: None,
    };

    fn is_empty(&self) -> bool {
        self.written.is_empty() && self.last.is_none()
    }
}

impl<'t> Machine<'t, '_> {
    /// Follows the names one after the other; only the last one may get arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Cell,
        receiver: &Cell,
        names: &[Box<str>],
        written: &'t [Expression],
        last: Option<Value>,
    ) -> Fallible<Cell> {
        let Some((final_name, path)) = names.split_last() else {
            return Ok(receiver.clone());
        };
        let passed = Passed { written, last };
        let Some((first, path)) = path.split_first() else {
            return self.field(dot, receiver, final_name, passed);
        };
        let mut current = self.field(dot, receiver, first, Passed::NOTHING)?;
        for name in path {
            current = self.field(dot, &current, name, Passed::NOTHING)?;
        }
        self.field(dot, &current, final_name, passed)
    }

    fn field(
        &mut self,
        dot: &Cell,
        receiver: &Cell,
        name: &str,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        match &receiver.value {
            Value::Map(map) => self.map_field(dot, map, name, passed),
            Value::Object(object) => {
                self.object_field(dot, receiver, object.as_ref(), name, passed)
            }
            Value::Nil if receiver.interface => {
                Err(self.fail(format!("nil pointer evaluating interface {{}}.{name}")))
            }
            Value::Nil if self.shared.missing_key == MissingKey::Error => {
                let name = quote(name);
                Err(self.fail(format!("nil data; no entry for key {name}")))
            }
            // GO: a field of nothing is nothing.
            Value::Nil => Ok(Cell::nothing()),
            _ => Err(self.no_field(receiver, name)),
        }
    }

    fn no_field(&self, receiver: &Cell, name: &str) -> Failure {
        let type_name = receiver.type_name();
        self.fail(format!("can't evaluate field {name} in type {type_name}"))
    }

    fn map_field(
        &mut self,
        dot: &Cell,
        map: &Map,
        name: &str,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        if map.map_type() == MapType::Values
            && let Some(methods) = &self.shared.methods
            && methods.has(map.map_type(), name)
        {
            let arguments = self.method_arguments(dot, passed)?;
            let result = methods.call(map, name, &arguments);
            return self.method_result(name, result);
        }
        self.map_entry(map, name, &passed)
    }

    fn map_entry(&self, map: &Map, name: &str, passed: &Passed<'t>) -> Fallible<Cell> {
        if !passed.is_empty() {
            return Err(self.fail(format!("{name} is not a method but has arguments")));
        }
        let interface = matches!(map.map_type(), MapType::Any | MapType::Values);
        let value = match (map.get(name), self.shared.missing_key) {
            (Some(value), _) => value,
            (None, MissingKey::Zero) => zero_element(map),
            (None, MissingKey::Default) => return Ok(Cell::nothing()),
            (None, MissingKey::Error) => {
                let name = quote(name);
                return Err(self.fail(format!("map has no entry for key {name}")));
            }
        };
        Ok(Cell { value, interface })
    }

    /// GO: methods come before fields.
    fn object_field(
        &mut self,
        dot: &Cell,
        receiver: &Cell,
        object: &dyn Object,
        name: &str,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        if object.has_method(name) {
            let arguments = self.method_arguments(dot, passed)?;
            let result = object.call(name, &arguments);
            return self.method_result(name, result);
        }
        if let Some(value) = object.field(name) {
            if !passed.is_empty() {
                let text = format!("{name} has arguments but cannot be invoked as function");
                return Err(self.fail(text));
            }
            let interface = value.is_nil();
            return Ok(Cell { value, interface });
        }
        match object.underlying() {
            Some(Value::Map(map)) => self.map_entry(&map, name, &passed),
            _ => Err(self.no_field(receiver, name)),
        }
    }

    fn method_arguments(&mut self, dot: &Cell, passed: Passed<'t>) -> Fallible<Vec<Value>> {
        let mut arguments = Vec::with_capacity(passed.written.len() + 1);
        for word in passed.written {
            arguments.push(self.operand(word, dot)?.value);
        }
        arguments.extend(passed.last);
        Ok(arguments)
    }

    fn method_result(&self, name: &str, result: Result<Value, MethodError>) -> Fallible<Cell> {
        match result {
            Ok(value) => {
                let interface = value.is_nil();
                Ok(Cell { value, interface })
            }
            Err(MethodError::ArgumentCount(want, got)) => Err(self.fail(format!(
                "wrong number of args for {name}: want {want} got {got}"
            ))),
            Err(MethodError::Failed(text)) => Err(self.fail_call(name, text.into())),
            Err(MethodError::NotFound) => {
                Err(self.fail(format!("{name} is not a method of its receiver")))
            }
        }
    }
}
