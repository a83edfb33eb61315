//! `json.Marshal`.

use super::escape::write_string;
use super::number::{write_float, write_integer};
use super::{Error, MAX_DEPTH, Options};
use crate::{Map, Object, Value};

/// `json.Marshal` (no trailing newline); with [`Options::indent`], `json.MarshalIndent`.
///
/// # Errors
/// Go's text for what JSON cannot hold: NaN and infinities, complex numbers, a map
/// that contains itself; and for nesting deeper than [`MAX_DEPTH`].
pub fn encode(value: &Value, options: Options<'_>) -> Result<Vec<u8>, Error> {
    encode_within(value, options, usize::MAX).map(Option::unwrap_or_default)
}

/// The same with an end: nothing when the text would take more than about `most` bytes. A
/// value that holds another one twice, and that one a third one twice, takes little memory.
///
/// # Errors
/// As [`encode`].
pub fn encode_within(
    value: &Value,
    options: Options<'_>,
    most: usize,
) -> Result<Option<Vec<u8>>, Error> {
    let mut encoder = Encoder {
        out: Vec::with_capacity(128),
        options,
        depth: 0,
        stand_ins: 0,
        most,
    };
    match encoder.value(value, None) {
        _ if encoder.out.len() > most => Ok(None),
        result => result.map(|()| Some(encoder.out)),
    }
}

struct Encoder<'a> {
    out: Vec<u8>,
    options: Options<'a>,
    depth: usize,
    /// How many objects the present value stands for.
    stand_ins: usize,
    most: usize,
}

/// The maps around a value, innermost first: to tell a cycle from mere depth.
struct Around<'a> {
    map: &'a Map,
    outer: Option<&'a Around<'a>>,
}

impl Encoder<'_> {
    /// The only recursive functions are this one and those for lists, maps and objects:
    /// they are kept small, since each level of nesting costs their stack frames.
    fn value(&mut self, value: &Value, around: Option<&Around<'_>>) -> Result<(), Error> {
        match value {
            _ if self.out.len() > self.most => Err(Error("too large".into())),
            Value::List(list) if list.is_nil() => self.leaf(&Value::Nil),
            Value::Map(map) if map.is_nil() => self.leaf(&Value::Nil),
            Value::List(list) => self.list(list, around),
            Value::Map(map) => self.map(map, around),
            Value::Object(object) => self.object(object.as_ref(), around),
            leaf => self.leaf(leaf),
        }
    }

    #[inline(never)]
    fn leaf(&mut self, value: &Value) -> Result<(), Error> {
        match value {
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Float(float) => return self.float(*float),
            Value::Uint(number) | Value::Uint64(number) => {
                self.out.extend_from_slice(number.to_string().as_bytes());
            }
            Value::Str(text) => self.string(text.as_bytes()),
            nil if nil.is_nil_bytes() => self.out.extend_from_slice(b"null"),
            Value::Bytes(bytes) => self.base64(bytes),
            Value::Complex(..) => return Err(Error("json: unsupported type: complex128".into())),
            other => match other.as_int() {
                Some(number) => write_integer(&mut self.out, number),
                None => self.out.extend_from_slice(b"null"),
            },
        }
        Ok(())
    }

    fn float(&mut self, float: f64) -> Result<(), Error> {
        if !float.is_finite() {
            let name = match (float.is_nan(), float > 0.0) {
                (true, _) => "NaN",
                (_, true) => "+Inf",
                _ => "-Inf",
            };
            return Err(Error(format!("json: unsupported value: {name}")));
        }
        write_float(&mut self.out, float);
        Ok(())
    }

    fn list(&mut self, items: &[Value], around: Option<&Around<'_>>) -> Result<(), Error> {
        self.open(b'[', around)?;
        for (index, item) in items.iter().enumerate() {
            self.separate(index);
            self.value(item, around)?;
        }
        self.close(b']', items.is_empty());
        Ok(())
    }

    fn map(&mut self, map: &Map, outer: Option<&Around<'_>>) -> Result<(), Error> {
        if map.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let around = Around { map, outer };
        self.open(b'{', Some(&around))?;
        let entries = map.entries();
        for (index, (key, value)) in entries.iter().enumerate() {
            self.separate(index);
            self.key(key.as_bytes());
            self.value(value, Some(&around))?;
        }
        self.close(b'}', entries.is_empty());
        Ok(())
    }

    /// A named type is what it says it is; a struct is its fields in their order.
    fn object(&mut self, object: &dyn Object, around: Option<&Around<'_>>) -> Result<(), Error> {
        if let Some(value) = object.json() {
            self.stand_ins += 1; // An object may answer with objects without end.
            self.check_depth(around)?;
            self.value(&value, around)?;
            self.stand_ins -= 1;
            return Ok(());
        }
        let fields = object.json_fields();
        self.open(b'{', around)?;
        for (index, (name, value)) in fields.iter().enumerate() {
            self.separate(index);
            self.key(name.as_bytes());
            self.value(value, around)?;
        }
        self.close(b'}', fields.is_empty());
        Ok(())
    }

    fn key(&mut self, key: &[u8]) {
        self.string(key);
        self.out.push(b':');
        if self.options.indent.is_some() {
            self.out.push(b' ');
        }
    }

    fn string(&mut self, text: &[u8]) {
        write_string(&mut self.out, text, self.options.escape_html);
    }

    /// GO: a `[]byte` is a string in standard base64.
    fn base64(&mut self, bytes: &[u8]) {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.out.push(b'"');
        for chunk in bytes.chunks(3) {
            let octet = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let group = octet(0) << 16 | octet(1) << 8 | octet(2);
            for sextet in 0..4 {
                let index = (group >> (18 - 6 * sextet)) & 63;
                let absent = sextet > chunk.len() as u32;
                let character = if absent {
                    b'='
                } else {
                    ALPHABET[index as usize]
                };
                self.out.push(character);
            }
        }
        self.out.push(b'"');
    }

    fn open(&mut self, bracket: u8, around: Option<&Around<'_>>) -> Result<(), Error> {
        self.out.push(bracket);
        self.depth += 1;
        self.check_depth(around)
    }

    fn check_depth(&self, around: Option<&Around<'_>>) -> Result<(), Error> {
        if self.depth + self.stand_ins <= MAX_DEPTH {
            return Ok(());
        }
        Err(if is_cycle(around) {
            let text = "json: unsupported value: encountered a cycle via map[string]interface {}";
            Error(text.into())
        } else {
            Error("exceeded max depth".into())
        })
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.out.push(b',');
        }
        self.line();
    }

    /// GO: an empty list or map stays on its line even in the pretty form.
    fn close(&mut self, bracket: u8, empty: bool) {
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if let Some(indent) = self.options.indent {
            self.out.push(b'\n');
            for _ in 0..self.depth {
                self.out.extend_from_slice(indent.as_bytes());
            }
        }
    }
}

/// Whether some map around the current value occurs twice.
fn is_cycle(around: Option<&Around<'_>>) -> bool {
    let Some(innermost) = around else {
        return false;
    };
    let mut next = innermost.outer;
    while let Some(outer) = next {
        if outer.map.is_same(innermost.map) {
            return true;
        }
        next = outer.outer;
    }
    false
}
