//! TOML as the Go library of Helm writes it: plain keys before tables, both sorted, each
//! level of tables indented by two blanks.

use pintle_go_template::CallError;
use pintle_go_value::{Str, Value, format};

use crate::call::fail;
use crate::convert::to_items;
use crate::limits;
use crate::time::Time;

/// Encodes a value.
///
/// # Errors
/// The library's texts, of nils in lists and of lists of tables without a key.
pub(crate) fn encode(value: &Value) -> Result<Vec<u8>, CallError> {
    let mut writer = Writer { out: Vec::new() };
    writer.entry(&mut Vec::new(), value)?;
    Ok(writer.out)
}

/// What a value is in TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Scalar,
    Array,
    Table,
    TableArray,
}

fn shape(value: &Value) -> Result<Shape, CallError> {
    if value.is_nil() {
        return Ok(Shape::Nothing);
    }
    if entries(value).is_some() {
        return Ok(Shape::Table);
    }
    let Some(items) = to_items(value) else {
        return Ok(Shape::Scalar);
    };
    let mut tables = !items.is_empty();
    for item in items.iter() {
        match shape_of_item(item)? {
            Shape::Nothing => return fail("toml: cannot encode array with nil element"),
            Shape::Table => {}
            _ => tables = false,
        }
    }
    Ok(if tables {
        Shape::TableArray
    } else {
        Shape::Array
    })
}

/// As [`shape`], but does not look into lists of lists: only tables matter there.
fn shape_of_item(item: &Value) -> Result<Shape, CallError> {
    Ok(match item {
        Value::Nil => Shape::Nothing,
        _ if entries(item).is_some() => Shape::Table,
        _ if to_items(item).is_some() => Shape::Array,
        _ => Shape::Scalar,
    })
}

/// The entries, if the value is a map or a struct.
fn entries(value: &Value) -> Option<Vec<(Str, Value)>> {
    match value {
        Value::Map(map) => Some(map.entries()),
        Value::Object(object) => match object.underlying() {
            Some(Value::Map(map)) => Some(map.entries()),
            Some(_) => None,
            None => {
                let mut fields = object.fields();
                fields.retain(|(name, _)| name.starts_with(|c: char| c.is_uppercase()));
                let named = fields
                    .into_iter()
                    .map(|(name, value)| (Str::from(name), value));
                Some(named.collect::<Vec<_>>()).filter(|fields| !fields.is_empty())
            }
        },
        _ => None,
    }
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// A value under a key, in the long form.
    fn entry(&mut self, key: &mut Vec<Str>, value: &Value) -> Result<(), CallError> {
        limits::depth(key.len())?;
        match shape(value)? {
            Shape::Nothing => Ok(()),
            Shape::Table => self.table(key, value),
            Shape::TableArray if key.is_empty() => {
                fail("toml: top-level values must be Go maps or structs")
            }
            Shape::TableArray => self.table_array(key, value),
            Shape::Scalar | Shape::Array if key.is_empty() => self.element(value, 0),
            Shape::Scalar | Shape::Array => {
                self.indent(key);
                if let Some(last) = key.last() {
                    self.key(last.as_bytes());
                }
                self.text(" = ");
                self.element(value, 0)?;
                self.line_break();
                Ok(())
            }
        }
    }

    fn table(&mut self, key: &mut Vec<Str>, value: &Value) -> Result<(), CallError> {
        if key.len() == 1 {
            self.line_break();
        }
        if !key.is_empty() {
            self.heading(key, "[", "]");
        }
        self.members(key, value)
    }

    fn table_array(&mut self, key: &mut Vec<Str>, value: &Value) -> Result<(), CallError> {
        for item in to_items(value).unwrap_or_default().iter() {
            self.line_break();
            self.heading(key, "[[", "]]");
            self.members(key, item)?;
        }
        Ok(())
    }

    fn heading(&mut self, key: &[Str], open: &str, close: &str) {
        self.indent(key);
        self.text(open);
        for (index, part) in key.iter().enumerate() {
            if index > 0 {
                self.text(".");
            }
            self.key(part.as_bytes());
        }
        self.text(close);
        self.line_break();
    }

    fn members(&mut self, key: &mut Vec<Str>, value: &Value) -> Result<(), CallError> {
        let (plain, tables) = split_members(value)?;
        for (name, member) in plain.into_iter().chain(tables) {
            key.push(name);
            self.entry(key, &member)?;
            key.pop();
        }
        Ok(())
    }

    /// A value in the short form, after its key or in a list.
    fn element(&mut self, value: &Value, level: usize) -> Result<(), CallError> {
        limits::depth(level)?;
        limits::text(self.out.len())?;
        if let Some(items) = to_items(value) {
            return self.array(&items, level);
        }
        match value {
            Value::Float(float) => self.float(*float),
            Value::Str(text) => self.string(text.as_bytes()),
            Value::Object(_) if entries(value).is_some() => return self.inline_table(value, level),
            Value::Object(_) => self.object(value),
            Value::Map(_) => return self.inline_table(value, level),
            other => self.out.extend_from_slice(format::sprint(other).as_bytes()),
        }
        Ok(())
    }

    fn array(&mut self, items: &[Value], level: usize) -> Result<(), CallError> {
        self.text("[");
        for (index, item) in items.iter().enumerate() {
            if item.is_nil() {
                return fail("toml: cannot encode array with nil element");
            }
            if index > 0 {
                self.text(", ");
            }
            self.element(item, level + 1)?;
        }
        self.text("]");
        Ok(())
    }

    /// HELM: a nil is left out, but the comma that leads to it is not.
    fn inline_table(&mut self, value: &Value, level: usize) -> Result<(), CallError> {
        let (plain, tables) = split_members(value)?;
        let last = plain.len() + tables.len();
        self.text("{");
        for (index, (name, member)) in plain.into_iter().chain(tables).enumerate() {
            if member.is_nil() {
                continue;
            }
            self.key(name.as_bytes());
            self.text(" = ");
            self.element(&member, level + 1)?;
            if index + 1 != last {
                self.text(", ");
            }
        }
        self.text("}");
        Ok(())
    }

    fn float(&mut self, float: f64) {
        if float.is_nan() {
            let sign = if float.is_sign_negative() { "-" } else { "" };
            self.text(sign);
            return self.text("nan");
        }
        if float.is_infinite() {
            return self.text(if float > 0.0 { "inf" } else { "-inf" });
        }
        let printed = format::sprint(&Value::Float(float));
        self.out.extend_from_slice(printed.as_bytes());
        if !printed.as_bytes().iter().any(|b| matches!(b, b'.' | b'e')) {
            self.text(".0");
        }
    }

    fn object(&mut self, value: &Value) {
        if let Some(time) = value.as_object::<Time>() {
            return self.text(&time.toml());
        }
        // A duration, a version: what has a text of its own is a string.
        self.string(format::sprint(value).as_bytes());
    }

    fn key(&mut self, name: &[u8]) {
        let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !name.is_empty() && name.iter().all(bare) {
            self.out.extend_from_slice(name);
        } else {
            self.string(name);
        }
    }

    fn string(&mut self, text: &[u8]) {
        self.text("\"");
        for &byte in text {
            match byte {
                b'"' | b'\\' => self.out.extend_from_slice(&[b'\\', byte]),
                b'\t' => self.text("\\t"),
                b'\n' => self.text("\\n"),
                b'\r' => self.text("\\r"),
                0x08 => self.text("\\b"),
                0x0C => self.text("\\f"),
                0..=0x1F | 0x7F => self.text(&format!("\\u{byte:04x}")),
                other => self.out.push(other),
            }
        }
        self.text("\"");
    }

    fn indent(&mut self, key: &[Str]) {
        for _ in 1..key.len() {
            self.text("  ");
        }
    }

    /// A line break, unless nothing has been written yet.
    fn line_break(&mut self) {
        if !self.out.is_empty() {
            self.text("\n");
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

type Members = Vec<(Str, Value)>;

/// Plain members, which must come first, and tables.
fn split_members(value: &Value) -> Result<(Members, Members), CallError> {
    let (mut plain, mut tables) = (Vec::new(), Vec::new());
    for (name, member) in entries(value).unwrap_or_default() {
        match shape(&member)? {
            Shape::Table | Shape::TableArray => tables.push((name, member)),
            _ => plain.push((name, member)),
        }
    }
    Ok((plain, tables))
}

#[cfg(test)]
mod tests {
    use pintle_go_value::Map;

    use super::*;

    #[test]
    fn a_map_that_contains_itself_is_refused() {
        let map = Map::new();
        map.set("self", map.clone().into());
        assert!(encode(&map.clone().into()).is_err());
        map.remove("self");
    }
}
