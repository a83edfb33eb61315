//! Fields, map keys and methods.

use pintle_go_value::format::quoted::quote;
use pintle_go_value::{Kind, Map, MapType, MethodError, Object, Value};

use super::{At, Failure, Fallible, Machine, Passed};
use crate::builtins::{Arity, zero_element};
use crate::cell::Cell;
use crate::node::{Row, Span};
use crate::{MissingKey, Parameter};

impl<'t> Machine<'t, '_> {
    /// Follows the names one after the other; only the last one may get arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Cell,
        receiver: &Cell,
        names: Row<Span>,
        passed: Passed<'t>,
    ) -> Fallible<Cell> {
        let Some((final_name, path)) = self.tree.row(names).split_last() else {
            return Ok(receiver.clone());
        };
        if self.state.recording.is_some() {
            self.record_read(receiver, names);
        }
        let final_name = self.text(*final_name);
        let Some((first, path)) = path.split_first() else {
            return self.field(dot, receiver, final_name, passed);
        };
        let mut current = self.field(dot, receiver, self.text(*first), Passed::NOTHING)?;
        for name in path {
            current = self.field(dot, &current, self.text(*name), Passed::NOTHING)?;
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
            Value::Nil if self.scope.shared.missing_key == MissingKey::Error => {
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
            && let Some(methods) = &self.scope.shared.methods
            && let Some(parameters) = methods.parameters(map.map_type(), name)
        {
            let asked = self.asked;
            let arguments = self.method_arguments(dot, name, Some(parameters), passed)?;
            let result = methods.call(map, name, &arguments);
            return self.method_result(name, asked, result);
        }
        self.map_entry(map, name, &passed)
    }

    fn map_entry(&self, map: &Map, name: &str, passed: &Passed<'t>) -> Fallible<Cell> {
        if !passed.is_empty() {
            return Err(self.fail(format!("{name} is not a method but has arguments")));
        }
        let interface = matches!(map.map_type(), MapType::Any | MapType::Values);
        let value = match (map.get(name), self.scope.shared.missing_key) {
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
            let other = object.named_parameter(name).map(Parameter::Named);
            let parameters: Option<Vec<Parameter>> = object.parameters(name).map(|kinds| {
                kinds
                    .iter()
                    .map(|kind| parameter_of(*kind, other))
                    .collect()
            });
            let asked = self.asked;
            let arguments = self.method_arguments(dot, name, parameters.as_deref(), passed)?;
            let result = object.call(name, &arguments);
            return self.method_result(name, asked, result);
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
            _ if object.fields().iter().any(|(hidden, _)| hidden == name) => {
                let type_name = object.type_name();
                let text = format!("{name} is an unexported field of struct type {type_name}");
                Err(self.fail(text))
            }
            _ => Err(self.no_field(receiver, name)),
        }
    }

    /// The arguments of a method, checked when its parameters are known.
    fn method_arguments(
        &mut self,
        dot: &Cell,
        name: &str,
        parameters: Option<&[Parameter]>,
        passed: Passed<'t>,
    ) -> Fallible<Vec<Value>> {
        if let Some(parameters) = parameters {
            let arity = Arity::Exactly(parameters.len());
            self.check_count(name, arity, &passed)?;
        }
        let parameter = |index: usize| {
            let parameter = parameters.and_then(|parameters| parameters.get(index));
            parameter.copied().unwrap_or(Parameter::Any)
        };
        let mut arguments = Vec::with_capacity(passed.written.len() + 1);
        for (index, word) in passed.written.iter().enumerate() {
            arguments.push(self.argument(word, parameter(index), dot)?);
        }
        if let Some(last) = passed.last {
            arguments.push(self.validate(Cell::plain(last), parameter(arguments.len()))?);
        }
        Ok(arguments)
    }

    fn method_result(
        &mut self,
        name: &str,
        asked: At<'t>,
        result: Result<Value, MethodError>,
    ) -> Fallible<Cell> {
        match result {
            Ok(value) => {
                let interface = value.is_nil();
                Ok(Cell { value, interface })
            }
            Err(MethodError::ArgumentCount(want, got)) => Err(self.fail(format!(
                "wrong number of args for {name}: want {want} got {got}"
            ))),
            Err(MethodError::Failed(text)) => {
                self.at = asked;
                Err(self.fail_call(name, text.into()))
            }
            Err(MethodError::Unsuitable(text)) => Err(self.fail(text)),
            Err(MethodError::NotFound) => {
                Err(self.fail(format!("{name} is not a method of its receiver")))
            }
        }
    }
}

/// The type of a method's parameter of this kind, `other` where the kind does not tell.
fn parameter_of(kind: Kind, other: Option<Parameter>) -> Parameter {
    match kind {
        Kind::Bool => Parameter::Bool,
        Kind::Int => Parameter::Int,
        Kind::Int64 => Parameter::Int64,
        Kind::Float64 => Parameter::Float,
        Kind::String => Parameter::Str,
        _ => other.unwrap_or(Parameter::Any),
    }
}
