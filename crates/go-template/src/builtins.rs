//! Go's own template functions.
//!
//! `and`, `or` and `call` are not here: the executor does them, since they do not evaluate
//! all their arguments, or need to know what is written in the template.

use pintle_go_value::compare;
use pintle_go_value::format::{
    MAX_BYTES, append_action, append_display, quoted, sprint_all, sprintf, sprintln_all,
};
use pintle_go_value::{ElementType, Kind, List, Map, MapType, Str, Value};

/// A function that every template may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    UrlQuery,
}

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arity {
    Exactly(usize),
    AtLeast(usize),
}

/// Which of the arguments Go holds in an `interface {}`: for a few functions that matters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Boxed(u32);

impl Boxed {
    /// Says that the argument at `index` is held in one.
    pub(crate) fn mark(&mut self, index: usize) {
        self.0 |= 1u32.checked_shl(index as u32).unwrap_or(0);
    }

    fn has(self, index: usize) -> bool {
        self.0 & 1u32.checked_shl(index as u32).unwrap_or(0) != 0
    }
}

impl Builtin {
    /// The function of this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "and" => Self::And,
            "call" => Self::Call,
            "eq" => Self::Eq,
            "ge" => Self::Ge,
            "gt" => Self::Gt,
            "html" => Self::Html,
            "index" => Self::Index,
            "js" => Self::Js,
            "le" => Self::Le,
            "len" => Self::Len,
            "lt" => Self::Lt,
            "ne" => Self::Ne,
            "not" => Self::Not,
            "or" => Self::Or,
            "print" => Self::Print,
            "printf" => Self::Printf,
            "println" => Self::Println,
            "slice" => Self::Slice,
            "urlquery" => Self::UrlQuery,
            _ => return None,
        })
    }

    pub(crate) fn arity(self) -> Arity {
        match self {
            Self::Html | Self::Js | Self::UrlQuery | Self::Print | Self::Println => {
                Arity::AtLeast(0)
            }
            Self::Ge | Self::Gt | Self::Le | Self::Lt | Self::Ne => Arity::Exactly(2),
            Self::Len | Self::Not => Arity::Exactly(1),
            Self::And
            | Self::Call
            | Self::Eq
            | Self::Index
            | Self::Or
            | Self::Printf
            | Self::Slice => Arity::AtLeast(1),
        }
    }

    /// Calls the function.
    pub(crate) fn call(self, arguments: &[Value], boxed: Boxed) -> Result<Value, String> {
        match self.evaluate(arguments, boxed)? {
            Value::Str(text) if text.len() > MAX_BYTES => Err(too_large()),
            value => Ok(value),
        }
    }

    fn evaluate(self, arguments: &[Value], boxed: Boxed) -> Result<Value, String> {
        let compared = |result: Result<bool, compare::CompareError>| {
            result.map(Value::Bool).map_err(|error| error.to_string())
        };
        match (self, arguments) {
            (Self::Eq, [left, others @ ..]) => compared(compare::eq(left, others)),
            (Self::Ne, [left, right]) => {
                compared(compare::eq(left, std::slice::from_ref(right)).map(|equal| !equal))
            }
            (Self::Lt, [left, right]) => compared(compare::lt(left, right)),
            (Self::Le, [left, right]) => compared(compare::le(left, right)),
            (Self::Gt, [left, right]) => compared(compare::le(left, right).map(|le| !le)),
            (Self::Ge, [left, right]) => compared(compare::lt(left, right).map(|lt| !lt)),
            (Self::Not, [value]) => Ok(Value::Bool(!value.is_true())),
            (Self::Len, [value]) => length(value, boxed.has(0)),
            (Self::Index, [item, indexes @ ..]) => index(item, indexes),
            (Self::Slice, [item, indexes @ ..]) => slice(item, indexes, boxed),
            (Self::Printf, [format, rest @ ..]) => Ok(match format {
                Value::Str(format) => sprintf(format.as_bytes(), rest).into(),
                _ => Value::Nil,
            }),
            (Self::Print, _) => Ok(sprint_all(arguments).into()),
            (Self::Println, _) => Ok(sprintln_all(arguments).into()),
            (Self::Html, _) => Ok(escape(arguments, escape_html)),
            (Self::Js, _) => Ok(escape(arguments, escape_js)),
            (Self::UrlQuery, _) => Ok(escape(arguments, escape_query)),
            // The executor has checked the number of arguments.
            _ => Err("wrong number of arguments".to_owned()),
        }
    }
}

/// The plain value under a named type.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.underlying().unwrap_or_else(|| value.clone()),
        other => other.clone(),
    }
}

/// GO: what a pointer points at is looked at.
fn indirect_type(value: &Value) -> String {
    let name = value.type_name();
    name.strip_prefix('*').unwrap_or(&name).to_owned()
}

fn length(value: &Value, is_boxed: bool) -> Result<Value, String> {
    let length = match &plain(value) {
        Value::Nil if is_boxed => return Err("len of nil pointer".to_owned()),
        Value::Nil => {
            return Err("reflect: call of reflect.Value.Type on zero Value".to_owned());
        }
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => return Err(format!("len of type {}", indirect_type(value))),
    };
    Ok(Value::Int(length as i64))
}

fn index(item: &Value, indexes: &[Value]) -> Result<Value, String> {
    if item.is_nil() {
        return Err("index of untyped nil".to_owned());
    }
    let mut item = item.clone();
    for index in indexes {
        item = match &plain(&item) {
            Value::Nil => return Err("index of nil pointer".to_owned()),
            Value::List(list) => match list.get(position(index, list.len())?) {
                Some(value) => value.clone(),
                None => return Err("reflect: slice index out of range".to_owned()),
            },
            Value::Bytes(bytes) => match bytes.get(position(index, bytes.len())?) {
                Some(byte) => Value::Uint8(*byte),
                None => return Err("reflect: slice index out of range".to_owned()),
            },
            Value::Str(text) => match text.as_bytes().get(position(index, text.len())?) {
                Some(byte) => Value::Uint8(*byte),
                None => return Err("reflect: string index out of range".to_owned()),
            },
            Value::Map(map) => map_entry(map, index)?,
            _ => return Err(format!("can't index item of type {}", indirect_type(&item))),
        };
    }
    Ok(item)
}

fn map_entry(map: &Map, key: &Value) -> Result<Value, String> {
    match plain(key) {
        Value::Str(key) => Ok(map.get(&key).unwrap_or_else(|| zero_element(map))),
        Value::Nil => Err("value is nil; should be of type string".to_owned()),
        _ => Err(format!(
            "value has type {}; should be string",
            key.type_name()
        )),
    }
}

/// The zero value of a map's element type.
pub(crate) fn zero_element(map: &Map) -> Value {
    match map.map_type() {
        MapType::Any | MapType::Values => Value::Nil,
        MapType::Str => Value::Str(Str::empty()),
        MapType::Bytes => Value::nil_bytes(),
    }
}

/// An index into a list or string. GO: the length itself passes here.
fn position(index: &Value, length: usize) -> Result<usize, String> {
    if index.is_nil() {
        return Err("cannot index slice/array with nil".to_owned());
    }
    let Some(number) = plain(index).as_int() else {
        let name = index.type_name();
        return Err(format!("cannot index slice/array with type {name}"));
    };
    usize::try_from(number)
        .ok()
        .filter(|position| *position <= length)
        .ok_or_else(|| format!("index out of range: {number}"))
}

/// DIFF: a value that holds another one twice, and that one a third one twice, and so on,
/// takes all memory when Go prints it.
pub(crate) fn too_large() -> String {
    format!(
        "the text would take more than {MAX_BYTES} bytes\nhint: does a value contain the same value many times?"
    )
}

fn slice(item: &Value, indexes: &[Value], boxed: Boxed) -> Result<Value, String> {
    if item.is_nil() {
        return Err("slice of untyped nil".to_owned());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    let plain = plain(item);
    let length = match &plain {
        Value::Str(_) if indexes.len() == 3 => {
            return Err("cannot 3-index slice a string".to_owned());
        }
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        _ => return Err(format!("can't slice item of type {}", item.type_name())),
    };
    let mut bounds = [0, length, length];
    for (number, (bound, index)) in bounds.iter_mut().zip(indexes).enumerate() {
        if boxed.has(number + 1) {
            // GO: slice does not look into interfaces, as index does.
            return Err("cannot index slice/array with type interface {}".to_owned());
        }
        *bound = position(index, length)?;
    }
    let [start, end, capacity] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    if end > capacity {
        return Err(format!("invalid slice index: {end} > {capacity}"));
    }
    Ok(match plain {
        Value::Str(text) => Value::Str(text.as_bytes()[start..end].into()),
        Value::Bytes(bytes) => Value::Bytes(bytes[start..end].into()),
        Value::List(list) => sublist(&list, start, end).into(),
        other => other,
    })
}

/// GO: a part is in the memory of the whole; all of it is the same list.
fn sublist(list: &List, start: usize, end: usize) -> List {
    if end - start == list.len() {
        return list.clone();
    }
    let element_type: ElementType = list.element_type();
    List::typed(element_type, list[start..end].to_vec())
}

/// What `html`, `js` and `urlquery` do with their arguments: one string, or all of them
/// printed, and then escaped.
fn escape(arguments: &[Value], append: fn(&mut Vec<u8>, &[u8])) -> Value {
    let printed = match arguments {
        [Value::Str(text)] => text.clone(),
        _ => print_for_escape(arguments),
    };
    let mut out = Vec::with_capacity(printed.len() + printed.len() / 8);
    append(&mut out, printed.as_bytes());
    Value::Str(out.into())
}

/// GO: as `print`, but nil is `<no value>`, which counts as a string.
fn print_for_escape(arguments: &[Value]) -> Str {
    let mut out = Vec::new();
    let mut spaced = false;
    for value in arguments {
        let is_string = value.is_nil() || value.kind() == Kind::String;
        if spaced && !is_string {
            out.push(b' ');
        }
        match value {
            // GO: here a struct is a copy, which has no methods of the pointer type.
            Value::Object(object) if object.kind() != Kind::Ptr => append_display(&mut out, value),
            value => append_action(&mut out, value),
        }
        spaced = !is_string;
    }
    out.into()
}

fn escape_html(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        let entity: &[u8] = match byte {
            0 => "\u{fffd}".as_bytes(),
            b'"' => b"&#34;",
            b'\'' => b"&#39;",
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            other => std::slice::from_ref(other),
        };
        out.extend_from_slice(entity);
    }
}

fn escape_js(out: &mut Vec<u8>, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' | '\'' | '"' => out.extend_from_slice(&[b'\\', c as u8]),
                '<' | '>' | '&' | '=' => escape_js_code(out, c),
                c if quoted::is_printable(c) => {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                c => escape_js_code(out, c),
            }
        }
        // GO: each invalid byte reads as U+FFFD, which is printable and copied as it was.
        out.extend_from_slice(chunk.invalid());
    }
}

fn escape_js_code(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(format!("\\u{:04X}", u32::from(c)).as_bytes());
}

fn escape_query(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        match byte {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            c if c.is_ascii_alphanumeric() => out.push(*c),
            c => out.extend_from_slice(format!("%{c:02X}").as_bytes()),
        }
    }
}
