//! Writes one value under one verb, walking into lists, maps and structs.

use super::layout::{Integer, Layout};
use crate::{Kind, Map, Object, Value};

/// How deep values may nest in print.
const MAX_DEPTH: usize = 200;

/// How much one value may print; a map that contains another one twice, and that one a
/// third one twice, and so on, would otherwise print 2^200 parts. A longer text was cut.
pub const MAX_BYTES: usize = 64 << 20;

/// An output and the layout of the directive at hand.
pub(super) struct Printer<'o> {
    out: &'o mut Vec<u8>,
    /// How long the output was before.
    start: usize,
    layout: Layout,
    /// The maps we are in. DIFF: Go runs out of stack and ends the program on a map that
    /// contains itself.
    open: Vec<Map>,
    /// Inside the text of a wrong verb, where `String` methods are not called.
    reporting: bool,
}

impl<'o> Printer<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, layout: Layout) -> Self {
        Self {
            start: out.len(),
            out,
            layout,
            open: Vec::new(),
            reporting: false,
        }
    }

    /// A whole argument.
    pub(super) fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::Nil, 'v' | 'T') => self.layout.pad(self.out, b"<nil>"),
            (_, 'T') => self.layout.string(self.out, value.type_name().as_bytes()),
            (Value::Nil, _) => self.wrong_verb(value, verb),
            (_, 'p') => self.pointer(value, verb),
            // GO: %w is for errors only, and so wrong for most values as a whole.
            (Value::List(_) | Value::Map(_) | Value::Object(_), 'w') => {
                self.wrong_verb(value, verb);
            }
            (nil, 'v') if self.layout.sharp_v && nil.is_nil_bytes() => {
                self.out.extend_from_slice(b"[]byte(nil)");
            }
            (Value::Bytes(bytes), 'v') if self.layout.sharp_v => {
                // GO: only here it is called []byte.
                self.out.extend_from_slice(b"[]byte");
                self.byte_elements(bytes);
            }
            _ => self.value(value, verb, 0),
        }
    }

    /// The struct a pointer points to, without `&`.
    pub(super) fn target(&mut self, object: &dyn Object) {
        self.fields(object, 'v', 0);
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        if depth > MAX_DEPTH || self.out.len() - self.start > MAX_BYTES {
            return self.out.extend_from_slice(b"...");
        }
        match value {
            // A nil inside a list or map: no verb applies to it.
            Value::Nil if self.layout.sharp_v => {
                self.out.extend_from_slice(b"interface {}(nil)");
            }
            Value::Nil => self.out.extend_from_slice(b"<nil>"),
            Value::Bool(b) => match verb {
                't' | 'v' => self.layout.bool(self.out, *b),
                _ => self.wrong_verb(value, verb),
            },
            Value::Int(i) | Value::Int64(i) => self.integer(value, Integer::signed(*i), verb),
            Value::Int32(i) => self.integer(value, Integer::signed(i64::from(*i)), verb),
            Value::Uint8(i) => self.unsigned(value, u64::from(*i), verb),
            Value::Uint(i) | Value::Uint64(i) => self.unsigned(value, *i, verb),
            Value::Float(f) => {
                if !self.float(*f, verb) {
                    self.wrong_verb(value, verb);
                }
            }
            Value::Complex(re, im) => self.complex(value, *re, *im, verb),
            Value::Str(text) => self.string(value, text.as_bytes(), verb),
            Value::Bytes(bytes) => self.bytes(value, bytes, verb, depth),
            Value::List(items) => self.list(value, items, verb, depth),
            Value::Map(map) => self.map(value, map, verb, depth),
            Value::Object(object) => self.object(value, object.as_ref(), verb, depth),
        }
    }

    fn unsigned(&mut self, value: &Value, number: u64, verb: char) {
        if verb == 'v' && self.layout.sharp_v {
            let layout = Layout {
                sharp: true,
                ..self.layout.clone()
            };
            layout.integer(self.out, Integer::unsigned(number), 16, 'x');
        } else {
            self.integer(value, Integer::unsigned(number), verb);
        }
    }

    fn integer(&mut self, value: &Value, number: Integer, verb: char) {
        match verb {
            'v' | 'd' => self.layout.integer(self.out, number, 10, verb),
            'b' => self.layout.integer(self.out, number, 2, verb),
            'o' | 'O' => self.layout.integer(self.out, number, 8, verb),
            'x' | 'X' => self.layout.integer(self.out, number, 16, verb),
            'c' => self.layout.character(self.out, number.bits()),
            'q' => self.layout.quoted_character(self.out, number.bits()),
            'U' => self.layout.unicode(self.out, number.bits()),
            _ => self.wrong_verb(value, verb),
        }
    }

    /// Whether the verb was one for floats.
    fn float(&mut self, number: f64, verb: char) -> bool {
        let (verb, precision) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'e' | 'E' | 'f' => (verb, Some(6)),
            'F' => ('f', Some(6)),
            _ => return false,
        };
        self.layout.float(self.out, number, verb, precision);
        true
    }

    fn complex(&mut self, value: &Value, re: f64, im: f64, verb: char) {
        if !matches!(
            verb,
            'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E'
        ) {
            return self.wrong_verb(value, verb);
        }
        let plus = self.layout.plus;
        self.out.push(b'(');
        self.float(re, verb);
        self.layout.plus = true;
        self.float(im, verb);
        self.out.extend_from_slice(b"i)");
        self.layout.plus = plus;
    }

    fn string(&mut self, value: &Value, text: &[u8], verb: char) {
        match verb {
            'v' if self.layout.sharp_v => self.layout.quoted(self.out, text),
            'v' | 's' => self.layout.string(self.out, text),
            'x' | 'X' => self.layout.hexadecimal(self.out, text, verb),
            'q' => self.layout.quoted(self.out, text),
            _ => self.wrong_verb(value, verb),
        }
    }

    fn bytes(&mut self, value: &Value, bytes: &[u8], verb: char, depth: usize) {
        match verb {
            's' => self.layout.string(self.out, bytes),
            'q' => self.layout.quoted(self.out, bytes),
            'x' | 'X' => self.layout.hexadecimal(self.out, bytes, verb),
            _ => {
                let items: Vec<Value> = bytes.iter().copied().map(Value::Uint8).collect();
                self.list(value, &items, verb, depth);
            }
        }
    }

    fn byte_elements(&mut self, bytes: &[u8]) {
        self.out.push(b'{');
        for (index, byte) in bytes.iter().enumerate() {
            self.separator(index);
            self.value(&Value::Uint8(*byte), 'v', 1);
        }
        self.out.push(b'}');
    }

    fn list(&mut self, value: &Value, items: &[Value], verb: char, depth: usize) {
        let go_syntax = self.layout.sharp_v;
        if go_syntax {
            self.type_name(value);
            if matches!(value, Value::List(list) if list.is_nil()) {
                return self.out.extend_from_slice(b"(nil)");
            }
        }
        self.out.push(if go_syntax { b'{' } else { b'[' });
        for (index, item) in items.iter().enumerate() {
            self.separator(index);
            self.value(item, verb, depth + 1);
        }
        self.out.push(if go_syntax { b'}' } else { b']' });
    }

    fn map(&mut self, value: &Value, map: &Map, verb: char, depth: usize) {
        if self.open.iter().any(|open| open.is_same(map)) {
            return self.out.extend_from_slice(b"...");
        }
        let go_syntax = self.layout.sharp_v;
        if go_syntax {
            self.type_name(value);
            if map.is_nil() {
                return self.out.extend_from_slice(b"(nil)");
            }
            self.out.push(b'{');
        } else {
            self.out.extend_from_slice(b"map[");
        }
        self.open.push(map.clone());
        for (index, (key, item)) in map.entries().into_iter().enumerate() {
            self.separator(index);
            self.value(&Value::Str(key), verb, depth + 1);
            self.out.push(b':');
            self.value(&item, verb, depth + 1);
        }
        self.open.pop();
        self.out.push(if go_syntax { b'}' } else { b']' });
    }

    fn object(&mut self, value: &Value, object: &dyn Object, verb: char, depth: usize) {
        if self.prints_itself(verb)
            && let Some(text) = object.string()
        {
            return self.string(value, text.as_bytes(), verb);
        }
        if self.layout.sharp_v
            && verb == 'v'
            && !self.reporting
            && let Some(text) = object.go_string()
        {
            return self.layout.string(self.out, text.as_bytes());
        }
        if let Some(underlying) = object.underlying() {
            return self.underlying(value, &underlying, verb, depth);
        }
        match object.kind() {
            Kind::Ptr if depth == 0 => {
                self.out.push(b'&');
                self.fields(object, verb, depth);
            }
            Kind::Ptr | Kind::Func => self.pointer(value, verb),
            _ => self.fields(object, verb, depth),
        }
    }

    /// Whether `String` and `Error` methods are asked for this verb.
    fn prints_itself(&self, verb: char) -> bool {
        !self.reporting && !self.layout.sharp_v && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
    }

    /// A named type prints as what it is underneath, under its own name.
    fn underlying(&mut self, value: &Value, underlying: &Value, verb: char, depth: usize) {
        match underlying {
            Value::Map(map) => self.map(value, map, verb, depth),
            Value::List(items) => self.list(value, items, verb, depth),
            Value::Bytes(bytes) => self.bytes(value, bytes, verb, depth),
            Value::Int(i) | Value::Int64(i) => self.integer(value, Integer::signed(*i), verb),
            Value::Uint(i) | Value::Uint64(i) => self.unsigned(value, *i, verb),
            Value::Str(text) => self.string(value, text.as_bytes(), verb),
            // Object::underlying gives plain values; a further Object ends here.
            Value::Object(_) => self.type_name(underlying),
            other => self.value(other, verb, depth),
        }
    }

    fn fields(&mut self, object: &dyn Object, verb: char, depth: usize) {
        let (go_syntax, names) = (self.layout.sharp_v, self.layout.plus_v);
        if go_syntax {
            let name = object.type_name();
            self.out
                .extend_from_slice(name.strip_prefix('*').unwrap_or(&name).as_bytes());
        }
        self.out.push(b'{');
        for (index, (name, item)) in object.fields().iter().enumerate() {
            self.separator(index);
            if go_syntax || names {
                self.out.extend_from_slice(name.as_bytes());
                self.out.push(b':');
            }
            self.value(item, verb, depth + 1);
        }
        self.out.push(b'}');
    }

    fn separator(&mut self, index: usize) {
        if index > 0 {
            let text: &[u8] = if self.layout.sharp_v { b", " } else { b" " };
            self.out.extend_from_slice(text);
        }
    }

    fn type_name(&mut self, value: &Value) {
        self.out.extend_from_slice(value.type_name().as_bytes());
    }

    /// An address. Ours would differ from Go's and from run to run, so every address is
    /// the same.
    fn pointer(&mut self, value: &Value, verb: char) {
        let has_address = matches!(
            value.kind(),
            Kind::Ptr | Kind::Func | Kind::Map | Kind::Slice
        );
        const ADDRESS: u64 = 0xc0_0000_0000;
        match verb {
            _ if !has_address => self.wrong_verb(value, verb),
            'v' if self.layout.sharp_v => {
                self.out.push(b'(');
                self.type_name(value);
                self.out
                    .extend_from_slice(format!(")({ADDRESS:#x})").as_bytes());
            }
            'v' | 'p' => {
                let layout = Layout {
                    sharp: !self.layout.sharp,
                    ..self.layout.clone()
                };
                layout.integer(self.out, Integer::unsigned(ADDRESS), 16, 'x');
            }
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(value, Integer::unsigned(ADDRESS), verb),
            _ => self.wrong_verb(value, verb),
        }
    }

    /// `%!d(string=x)`
    fn wrong_verb(&mut self, value: &Value, verb: char) {
        let outer = std::mem::replace(&mut self.reporting, true);
        self.out.extend_from_slice(b"%!");
        self.out
            .extend_from_slice(verb.encode_utf8(&mut [0; 4]).as_bytes());
        self.out.push(b'(');
        if value.is_nil() {
            self.out.extend_from_slice(b"<nil>");
        } else {
            self.type_name(value);
            self.out.push(b'=');
            self.value(value, 'v', 0);
        }
        self.out.push(b')');
        self.reporting = outer;
    }
}
