//! From values to text.

mod analysis;
mod quoted;
mod scalar;
mod writer;

use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_value::{List, Map, Object, Str, Value, format, json};

use crate::error::Error;
use crate::order::{self, Order};
use writer::Writer;

pub(crate) use analysis::{Analysis, analyze, is_printable};
pub(crate) use quoted::escape;

/// How wide lines get before `toYaml` breaks them at a space.
const WIDTH: usize = 80;

/// What to write like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `sigs.k8s.io/yaml`: to JSON, read that as YAML, write it with goyaml v2.
    Plain,
    /// The same for values in which JSON or the reading of it changes some string.
    Changing,
    /// goyaml v3 on the value itself.
    Pretty,
}

/// Why writing stopped.
enum Stop {
    /// Some string may not survive the way through JSON.
    Doubtful,
    /// JSON does not take the value, or it is nested too deep.
    Refused,
    /// The text is as long as it may be.
    Full,
    Error(Error),
}

type Result<T = ()> = std::result::Result<T, Stop>;

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    /// A value, or a key behind `?`.
    Mapping,
    SimpleKey,
}

/// `sigs.k8s.io/yaml`'s `Marshal`; nothing when that takes more than about `most` bytes.
pub(crate) fn emit(value: &Value, most: usize) -> std::result::Result<Option<Vec<u8>>, Error> {
    let stop = match Emitter::new(Style::Plain, WIDTH, most).document(value) {
        Err(Stop::Doubtful) => {
            let options = json::Options::default();
            match json::encode_within(value, options, most).map_err(write_error)? {
                Some(text) => crate::parse(&text).map_err(|error| Error::write(error.text()))?,
                None => return Ok(None),
            };
            Emitter::new(Style::Changing, WIDTH, most).document(value)
        }
        other => other,
    };
    within(stop, value)
}

/// goyaml v3's `Encoder` with an indentation of 2; nothing when that takes more than about
/// `most` bytes.
pub(crate) fn emit_pretty(
    value: &Value,
    most: usize,
) -> std::result::Result<Option<Vec<u8>>, Error> {
    within(
        Emitter::new(Style::Pretty, usize::MAX, most).document(value),
        value,
    )
}

fn within(written: Result<Vec<u8>>, value: &Value) -> std::result::Result<Option<Vec<u8>>, Error> {
    match written {
        Ok(text) => Ok(Some(text)),
        Err(Stop::Full) => Ok(None),
        Err(stop) => Err(stop.explain(value)),
    }
}

impl Stop {
    /// The error of writing `value`: what JSON says of it, if JSON is the reason.
    fn explain(self, value: &Value) -> Error {
        match self {
            Self::Error(error) => error,
            Self::Refused | Self::Doubtful | Self::Full => match to_json(value) {
                Err(error) => error,
                Ok(_) => Error::write("yaml: exceeded max depth"),
            },
        }
    }
}

fn to_json(value: &Value) -> std::result::Result<Vec<u8>, Error> {
    json::encode(value, json::Options::default()).map_err(write_error)
}

fn write_error(error: json::Error) -> Error {
    Error::write(format!("error marshaling into JSON: {error}"))
}

struct Emitter {
    writer: Writer,
    style: Style,
    depth: usize,
    most: usize,
}

impl Emitter {
    fn new(style: Style, width: usize, most: usize) -> Self {
        Self {
            writer: Writer::new(width),
            style,
            depth: 0,
            most,
        }
    }

    fn document(mut self, value: &Value) -> Result<Vec<u8>> {
        self.node(value, Place::Root)?;
        Ok(self.writer.finish())
    }

    /// The only recursive functions are this one and those for lists and maps: they are
    /// kept small, since each level of nesting costs their stack frames.
    fn node(&mut self, value: &Value, place: Place) -> Result {
        if self.writer.len() > self.most {
            return Err(Stop::Full);
        }
        match value {
            // GO: goyaml v3 does not tell nil from empty; JSON, the other way to YAML, does.
            Value::Map(map) if map.is_nil() && self.style != Style::Pretty => self.literal(b"null"),
            Value::List(list) if list.is_nil() && self.style != Style::Pretty => {
                self.literal(b"null")
            }
            Value::Map(map) => self.map(map),
            Value::List(list) => self.list(list, place),
            other => self.leaf(other, place),
        }
    }

    #[inline(never)]
    fn leaf(&mut self, value: &Value, place: Place) -> Result {
        match value {
            Value::Str(text) => self.string(text.as_bytes(), place),
            Value::Nil => self.literal(b"null"),
            Value::Bool(true) => self.literal(b"true"),
            Value::Bool(false) => self.literal(b"false"),
            Value::Float(number) => self.float(*number),
            Value::Uint(number) | Value::Uint64(number) => {
                self.literal(number.to_string().as_bytes())
            }
            Value::Bytes(bytes) => self.bytes(bytes, place),
            Value::Object(object) => self.object(object.as_ref(), place),
            Value::Complex(..) if self.style == Style::Pretty => {
                Err(Stop::Error(Error::write("cannot marshal type: complex128")))
            }
            Value::Complex(..) => Err(Stop::Refused),
            integer => self.literal(integer.as_int().unwrap_or_default().to_string().as_bytes()),
        }
    }

    /// A scalar that never needs quotes.
    fn literal(&mut self, text: &[u8]) -> Result {
        self.writer.plain_word(text);
        Ok(())
    }

    fn float(&mut self, number: f64) -> Result {
        if self.style != Style::Pretty {
            return self.json_float(number);
        }
        let mut text = Vec::new();
        match (number.is_nan(), number.is_infinite()) {
            (true, _) => text.extend_from_slice(b".nan"),
            (_, true) if number > 0.0 => text.extend_from_slice(b".inf"),
            (_, true) => text.extend_from_slice(b"-.inf"),
            _ => format::float::append(&mut text, number, b'g', None),
        }
        self.literal(&text)
    }

    /// A number by way of JSON: what JSON writes as an integer of 64 bits stays one.
    fn json_float(&mut self, number: f64) -> Result {
        if !number.is_finite() {
            return Err(Stop::Refused);
        }
        let mut text = Vec::new();
        json::write_float(&mut text, number);
        let digits = std::str::from_utf8(&text).unwrap_or_default();
        if digits.parse::<i64>().is_err() && digits.parse::<u64>().is_err() {
            text.clear();
            format::float::append(&mut text, number, b'g', None);
        } else if number == 0.0 {
            text = b"0".to_vec(); // JSON knows -0, integers do not.
        }
        self.literal(&text)
    }

    fn bytes(&mut self, bytes: &Arc<[u8]>, place: Place) -> Result {
        if self.style == Style::Pretty {
            let numbers = bytes.iter().map(|&byte| Value::Uint8(byte)).collect();
            return self.list(&numbers, place);
        }
        let value = Value::Bytes(Arc::clone(bytes));
        if value.is_nil_bytes() {
            return self.literal(b"null");
        }
        let text = to_json(&value).map_err(Stop::Error)?;
        self.string(&text[1..text.len() - 1], place)
    }

    #[inline(never)]
    fn object(&mut self, object: &dyn Object, place: Place) -> Result {
        self.enter()?;
        if self.style == Style::Pretty {
            self.pretty_object(object, place)?;
        } else if let Some(value) = object.json() {
            self.node(&value, place)?;
        } else {
            let fields = object.json_fields().into_iter();
            let entries = fields.map(|(name, value)| (Str::from(name), value));
            let entries = self.sorted(entries.collect());
            self.sorted_map(&entries)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// GO: goyaml v3 sees the Go type itself: fields get small letters, and a time is not
    /// quoted.
    fn pretty_object(&mut self, object: &dyn Object, place: Place) -> Result {
        if let Some(value @ (Value::Map(_) | Value::List(_))) = object.underlying() {
            return self.node(&value, place);
        }
        let fields = object.fields();
        if fields.is_empty() || object.string().is_some() {
            // GO: of a duration goyaml writes the text, JSON the number.
            let value = match (object.type_name() == "time.Duration", object.string()) {
                (true, Some(text)) => Value::from(text),
                _ => object.json().unwrap_or_default(),
            };
            return match (&value, object.type_name() == "time.Time") {
                (Value::Str(text), true) => self.literal(text.as_bytes()),
                _ => self.node(&value, place),
            };
        }
        let name = |name: Cow<'_, str>| Str::from(name.to_lowercase());
        let exported = |name: &str| name.starts_with(|c: char| c.is_uppercase());
        let fields = fields.into_iter().filter(|(name, _)| exported(name));
        let entries: Vec<_> = fields.map(|(field, value)| (name(field), value)).collect();
        self.sorted_map(&entries)
    }

    fn enter(&mut self) -> Result {
        self.depth += 1;
        if self.depth > json::MAX_DEPTH {
            return Err(Stop::Refused);
        }
        Ok(())
    }

    fn list(&mut self, list: &List, place: Place) -> Result {
        if list.is_empty() {
            self.writer.indicator(b"[", true, false);
            self.writer.glued(b"]");
            return Ok(());
        }
        self.enter()?;
        // GO: only goyaml v2 leaves lists as far left as their keys.
        let flush = self.style != Style::Pretty && place == Place::Mapping;
        let indent = self.writer.indent_block(flush);
        for item in list.iter() {
            self.writer.write_indent();
            self.writer.indicator(b"-", true, true);
            self.node(item, Place::Item)?;
        }
        self.writer.set_indent(indent);
        self.depth -= 1;
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result {
        // GO: the plain form comes by way of JSON, which knows nil maps; the pretty one not.
        if map.is_nil() && self.style != Style::Pretty {
            return self.literal(b"null");
        }
        let entries = self.sorted(map.entries());
        self.sorted_map(&entries)
    }

    fn sorted(&self, mut entries: Vec<(Str, Value)>) -> Vec<(Str, Value)> {
        let order = match self.style {
            Style::Pretty => Order::V3,
            _ => Order::V2,
        };
        order::sort(&mut entries, order);
        entries
    }

    fn sorted_map(&mut self, entries: &[(Str, Value)]) -> Result {
        if entries.is_empty() {
            self.writer.indicator(b"{", true, false);
            self.writer.glued(b"}");
            return Ok(());
        }
        self.enter()?;
        let indent = self.writer.indent_block(false);
        for (key, value) in entries {
            self.writer.write_indent();
            self.key(key.as_bytes())?;
            self.node(value, Place::Mapping)?;
        }
        self.writer.set_indent(indent);
        self.depth -= 1;
        Ok(())
    }
}
