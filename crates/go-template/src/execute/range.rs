//! Loops.

use pintle_go_value::format::sprint;
use pintle_go_value::{ElementType, MapType, Value};

use super::{Fallible, Flow, Machine};
use crate::cell::Cell;
use crate::node::{Range, Ref};

impl<'t> Machine<'t, '_> {
    /// `range` over a list, map or integer; the `else` part when there is nothing in it.
    pub(super) fn range(&mut self, range: Ref<Range>, dot: &Cell) -> Fallible<()> {
        let range = self.tree.one(range);
        let given = self.pipeline(self.tree.one(range.pipeline), dot)?;
        let value = match &given {
            Value::Object(object) => object.underlying().unwrap_or(given.clone()),
            _ => given.clone(),
        };
        let any = match &value {
            Value::List(list) => {
                let interface = list.element_type() == ElementType::Any;
                // One by one: `sortAlpha` may sort the list meanwhile.
                let items = (0..list.len()).map(|index| {
                    let value = list.get(index).cloned().unwrap_or_default();
                    (Value::Int(index as i64), Cell { value, interface })
                });
                self.iterate(range, items)?
            }
            Value::Map(map) => {
                let interface = matches!(map.map_type(), MapType::Any | MapType::Values);
                let entries = map.entries().into_iter();
                let items =
                    entries.map(|(key, value)| (Value::Str(key), Cell { value, interface }));
                self.iterate(range, items)?
            }
            Value::Bytes(bytes) => {
                let items = bytes.iter().enumerate();
                let items = items.map(|(index, byte)| {
                    (Value::Int(index as i64), Cell::plain(Value::Uint8(*byte)))
                });
                self.iterate(range, items)?
            }
            Value::Nil => false,
            number => self.range_over_number(range, number, &given)?,
        };
        if !any {
            // GO: a break in here leaves the loop around, and the parser saw to it that
            // there is one; it is never ours.
            self.walk(range.otherwise, dot)?;
        }
        Ok(())
    }

    /// An integer counts up from zero, in the type that was `given`.
    fn range_over_number(
        &mut self,
        range: &'t Range,
        number: &Value,
        given: &Value,
    ) -> Fallible<bool> {
        let convert: fn(u64) -> Value = match number {
            Value::Int(_) => |i| Value::Int(i as i64),
            Value::Int64(_) => |i| Value::Int64(i as i64),
            Value::Int32(_) => |i| Value::Int32(i as i32),
            Value::Uint(_) => Value::Uint,
            Value::Uint64(_) => Value::Uint64,
            Value::Uint8(_) => |i| Value::Uint8(i as u8),
            _ => {
                let text = sprint(given);
                return Err(self.fail(format!("range can't iterate over {text}")));
            }
        };
        if self.tree.one(range.pipeline).variables.len() > 1 {
            let text = sprint(given);
            let message = format!("can't use {text} to iterate over more than one variable");
            return Err(self.fail(message));
        }
        let end = match number {
            Value::Uint(end) | Value::Uint64(end) => *end,
            other => u64::try_from(other.as_int().unwrap_or(0)).unwrap_or(0),
        };
        let typed = |i| match given {
            Value::Object(object) => object.with_number(i as i64),
            _ => None,
        };
        let item = |i| Cell::plain(typed(i).unwrap_or_else(|| convert(i)));
        let items = (0..end).map(|i| (Value::Nil, item(i)));
        self.iterate(range, items)
    }

    /// Takes the values from these variables.
    fn unset(&mut self, (from, to): (u32, u32)) {
        let slots = self.base + from as usize..self.base + to as usize;
        if let Some(variables) = self.state.variables.get_mut(slots) {
            variables.fill(None);
        }
    }

    /// Runs the body for each item; whether there was any.
    fn iterate(
        &mut self,
        range: &'t Range,
        items: impl Iterator<Item = (Value, Cell)>,
    ) -> Fallible<bool> {
        let pipeline = self.tree.one(range.pipeline);
        let variables = self.tree.row(pipeline.variables);
        let assigns = pipeline.assigns;
        let mut any = false;
        for (key, item) in items {
            any = true;
            self.unset(range.unset);
            match variables {
                [] => {}
                [element] => self.set(element, item.clone(), assigns)?,
                [index, element, ..] => {
                    self.set(index, Cell::plain(key), assigns)?;
                    self.set(element, item.clone(), assigns)?;
                }
            }
            if self.walk(range.body, &item)? == Flow::Break {
                break;
            }
        }
        Ok(any)
    }
}
