//! `json.Unmarshal`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scan::{Scanner, unexpected_end};
use super::{Error, MAX_DEPTH, Number};
use crate::{List, Map, MapType, Str, Value};

/// What was read.
pub(super) struct Decoded {
    pub(super) value: Value,
    /// The first number too large for a `float64`; it and its like are read as 0.
    ///
    /// GO: unlike a syntax error this one does not stop the reading.
    pub(super) overflow: Option<Error>,
}

/// Reads one JSON text; with `keep_numbers`, as Go's `UseNumber` has it.
pub(super) fn decode(text: &[u8], keep_numbers: bool) -> Result<Decoded, Error> {
    let mut decoder = Decoder {
        scanner: Scanner::new(text),
        open: Vec::new(),
        overflow: None,
        keep_numbers,
    };
    let value = decoder.document()?;
    Ok(Decoded {
        value,
        overflow: decoder.overflow,
    })
}

/// Reads the first JSON text of a stream, and tells how far it came.
pub(super) fn decode_first(text: &[u8]) -> (Result<Value, Error>, usize) {
    let mut decoder = Decoder {
        scanner: Scanner::new(text),
        open: Vec::new(),
        overflow: None,
        keep_numbers: false,
    };
    let value = decoder.first();
    (value, decoder.scanner.place())
}

/// A list or map that is not closed yet.
enum Open {
    List(Vec<Value>),
    Map(BTreeMap<Str, Value>, Str),
}

/// The stack is our own, so that depth costs memory and not the thread's stack.
struct Decoder<'a> {
    scanner: Scanner<'a>,
    open: Vec<Open>,
    overflow: Option<Error>,
    keep_numbers: bool,
}

impl Decoder<'_> {
    fn document(&mut self) -> Result<Value, Error> {
        let document = self.first()?;
        self.nothing_more(document)
    }

    fn first(&mut self) -> Result<Value, Error> {
        loop {
            let Some(mut value) = self.start_value()? else {
                continue;
            };
            loop {
                match self.end_value(value)? {
                    After::Next => break,
                    After::Closed(closed) => value = closed,
                    After::Done(document) => return Ok(document),
                }
            }
        }
    }

    fn nothing_more(&mut self, document: Value) -> Result<Value, Error> {
        match self.scanner.peek() {
            None => Ok(document),
            Some(_) => Err(self.scanner.invalid("after top-level value")),
        }
    }

    /// Reads a scalar or an empty list or map; otherwise opens one and returns nothing.
    fn start_value(&mut self) -> Result<Option<Value>, Error> {
        let value = match self.scanner.peek() {
            Some(b'{') => return self.open_map(),
            Some(b'[') => return self.open_list(),
            Some(b'"') => Value::Str(Str::from(&*self.scanner.string()?)),
            Some(b't') => self.scanner.literal("true").map(|()| Value::Bool(true))?,
            Some(b'f') => self.scanner.literal("false").map(|()| Value::Bool(false))?,
            Some(b'n') => self.scanner.literal("null").map(|()| Value::Nil)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.scanner.invalid("looking for beginning of value")),
        };
        Ok(Some(value))
    }

    fn open_list(&mut self) -> Result<Option<Value>, Error> {
        self.check_depth()?;
        self.scanner.pass();
        if self.scanner.peek() == Some(b']') {
            self.scanner.pass();
            return Ok(Some(Value::List(List::default())));
        }
        self.open.push(Open::List(Vec::new()));
        Ok(None)
    }

    fn open_map(&mut self) -> Result<Option<Value>, Error> {
        self.check_depth()?;
        self.scanner.pass();
        if self.scanner.peek() == Some(b'}') {
            self.scanner.pass();
            return Ok(Some(Value::Map(Map::new())));
        }
        let key = self.key()?;
        self.open.push(Open::Map(BTreeMap::new(), key));
        Ok(None)
    }

    fn check_depth(&self) -> Result<(), Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Error("exceeded max depth".into()));
        }
        Ok(())
    }

    fn key(&mut self) -> Result<Str, Error> {
        if self.scanner.peek() != Some(b'"') {
            let place = "looking for beginning of object key string";
            return Err(self.scanner.invalid(place));
        }
        let key = Str::from(&*self.scanner.string()?);
        if self.scanner.peek() != Some(b':') {
            return Err(self.scanner.invalid("after object key"));
        }
        self.scanner.pass();
        Ok(key)
    }

    fn number(&mut self) -> Result<Value, Error> {
        let text = self.scanner.number()?;
        if self.keep_numbers {
            return Ok(Value::Object(Arc::new(Number(text.into()))));
        }
        let number: f64 = text.parse().map_err(|_| unexpected_end())?;
        if number.is_finite() {
            return Ok(Value::Float(number));
        }
        if self.overflow.is_none() {
            self.overflow = Some(self.overflow_error(text));
        }
        Ok(Value::Float(0.0))
    }

    /// GO: the words depend on what is around the number.
    fn overflow_error(&self, text: &str) -> Error {
        let place = match self.open.last() {
            None => "Go value".to_owned(),
            Some(Open::List(_)) => self.path(),
            Some(Open::Map(..)) => format!("Go struct field {}", self.path()),
        };
        Error(format!(
            "json: cannot unmarshal number {text} into {place} of type float64"
        ))
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for open in &self.open {
            match open {
                Open::List(items) => path.push_str(&format!(".{}", items.len())),
                Open::Map(_, key) => path.push_str(&format!(".{key}")),
            }
        }
        path
    }

    /// Puts a value where it belongs and reads on to the next one.
    fn end_value(&mut self, value: Value) -> Result<After, Error> {
        let Some(open) = self.open.last_mut() else {
            return Ok(After::Done(value));
        };
        let (close, place) = match open {
            Open::List(items) => {
                items.push(value);
                (b']', "after array element")
            }
            Open::Map(entries, key) => {
                entries.insert(std::mem::take(key), value);
                (b'}', "after object key:value pair")
            }
        };
        match self.scanner.peek() {
            Some(b',') => self.scanner.pass(),
            Some(byte) if byte == close => {
                self.scanner.pass();
                return Ok(self.close());
            }
            _ => return Err(self.scanner.invalid(place)),
        }
        if matches!(self.open.last(), Some(Open::Map(..))) {
            let next = self.key()?;
            if let Some(Open::Map(_, key)) = self.open.last_mut() {
                *key = next;
            }
        }
        Ok(After::Next)
    }

    fn close(&mut self) -> After {
        match self.open.pop() {
            Some(Open::List(items)) => After::Closed(Value::List(List::new(items))),
            Some(Open::Map(entries, _)) => {
                After::Closed(Value::Map(Map::from_entries(MapType::Any, entries)))
            }
            None => After::Done(Value::Nil),
        }
    }
}

/// What follows a value.
enum After {
    /// Another value.
    Next,
    /// The end of the list or map around it, which is a value itself.
    Closed(Value),
    /// Nothing: it was the outermost value.
    Done(Value),
}
