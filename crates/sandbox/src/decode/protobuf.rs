//! Objects in protobuf, as Kubernetes' Go clients write those of built-in kinds.
//!
//! A body is an envelope, which tells version and kind, around a message. What fields a message
//! has is in a table ([`data::protobuf`]); what comes of it here is the JSON that a client would
//! have sent otherwise, but that Go's empty values are in it, which the reader of JSON drops.

mod values;
mod wire;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::data;
use crate::object::{each, group_version, list, part_of};
use crate::schema::{self, Schema};
use wire::{BYTES, FIXED64, VARINT, Wire};

/// What every body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// How deep messages, lists and maps may be in each other.
const DEEPEST: usize = 100;

/// A message, and what it is said to be.
#[derive(Debug)]
pub(super) struct Envelope<'b> {
    pub api_version: String,
    pub kind: String,
    message: &'b [u8],
}

#[derive(Debug)]
struct Field {
    number: u32,
    /// Nothing when the fields of its message stand in its place.
    name: String,
    of: Type,
    shape: Shape,
}

#[derive(Debug)]
enum Type {
    Text,
    Bytes,
    Boolean,
    Int32,
    Int64,
    Double,
    Message(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    Many,
    Map,
}

static MESSAGES: LazyLock<BTreeMap<String, Vec<Field>>> = LazyLock::new(|| {
    let fields = |fields: &Value| -> Vec<Field> {
        let fields = each(fields);
        fields.filter_map(Field::told).collect()
    };
    let table = data::protobuf();
    let messages = table.iter();
    messages
        .map(|(name, told)| (name.clone(), fields(told)))
        .collect()
});

impl Field {
    /// From `[number, name, type, shape]`.
    fn told(told: &Value) -> Option<Self> {
        Some(Self {
            number: told[0].as_u64()?.try_into().ok()?,
            name: told[1].as_str()?.to_owned(),
            of: match told[2].as_str()? {
                "string" => Type::Text,
                "bytes" => Type::Bytes,
                "bool" => Type::Boolean,
                "int32" => Type::Int32,
                "int64" => Type::Int64,
                "double" => Type::Double,
                message => Type::Message(message.to_owned()),
            },
            shape: match told[3].as_str()? {
                "many" => Shape::Many,
                "map" => Shape::Map,
                _ => Shape::One,
            },
        })
    }

    /// GO: the name of the field of the Go struct, which messages have.
    fn go_name(&self) -> String {
        if self.name == "metadata" {
            return "ObjectMeta".to_owned();
        }
        let mut letters = self.name.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }

    fn wrong(&self, wire: u8) -> String {
        format!(
            "proto: wrong wireType = {wire} for field {}",
            self.go_name()
        )
    }
}

impl Type {
    fn wire(&self) -> u8 {
        match self {
            Self::Text | Self::Bytes | Self::Message(_) => BYTES,
            Self::Boolean | Self::Int32 | Self::Int64 => VARINT,
            Self::Double => FIXED64,
        }
    }
}

/// Opens the envelope.
///
/// # Errors
/// What the real server says of a body that is none.
pub(super) fn open(body: &[u8]) -> Result<Envelope<'_>, String> {
    if body.is_empty() {
        return Err("empty data".to_owned());
    }
    let Some(rest) = body.strip_prefix(MAGIC) else {
        let why = "provided data does not appear to be a protobuf message, \
            expected prefix [107 56 115 0]";
        return Err(why.to_owned());
    };
    if rest.is_empty() {
        return Err("empty body".to_owned());
    }
    let (mut api_version, mut kind, mut message) = (String::new(), String::new(), &rest[..0]);
    let mut wire = Wire(rest);
    while let Some((number, of)) = wire.field("Unknown")? {
        match (number, of) {
            (1, BYTES) => {
                let mut meta = Wire(wire.bytes()?);
                while let Some((number, of)) = meta.field("TypeMeta")? {
                    match (number, of) {
                        (1, BYTES) => api_version = text(meta.bytes()?),
                        (2, BYTES) => kind = text(meta.bytes()?),
                        _ => meta.skip(of)?,
                    }
                }
            }
            (2, BYTES) => message = wire.bytes()?,
            _ => wire.skip(of)?,
        }
    }
    Ok(Envelope {
        api_version,
        kind,
        message,
    })
}

impl Envelope<'_> {
    /// Says what it is when it does not say it itself.
    pub fn or_else(mut self, api_version: &str, kind: &str) -> Self {
        if self.api_version.is_empty() {
            api_version.clone_into(&mut self.api_version);
        }
        if self.kind.is_empty() {
            kind.clone_into(&mut self.kind);
        }
        self
    }

    /// The type of what is in it. Options of deletions are of every group.
    pub fn schema(&self) -> Option<Schema<'static>> {
        if self.kind == "DeleteOptions" {
            return schema::builtin().named(&format!("{META}.DeleteOptions"));
        }
        let (group, version) = group_version(&self.api_version);
        schema::builtin().of(group, version, &self.kind)
    }

    /// What is in it, as JSON: nothing but the header when its kind is not known.
    ///
    /// # Errors
    /// A message that cannot be read.
    pub fn object(&self) -> Result<Value, String> {
        let name = self.schema().and_then(Schema::name).unwrap_or_default();
        let mut object = message(name, self.message, 0, None)?;
        if let Value::Object(map) = &mut object {
            map.insert("apiVersion".to_owned(), self.api_version.as_str().into());
            map.insert("kind".to_owned(), self.kind.as_str().into());
        }
        Ok(object)
    }
}

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A message as JSON. One that comes twice adds to the first.
fn message(name: &str, bytes: &[u8], depth: usize, known: Option<Value>) -> Result<Value, String> {
    if let Some(value) = values::read(name, bytes, depth)? {
        return Ok(value);
    }
    let mut map = match known {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    };
    fields(name, bytes, depth, &mut map)?;
    Ok(map.into())
}

/// Reads the fields of a message into a map.
fn fields(
    name: &str,
    bytes: &[u8],
    depth: usize,
    map: &mut Map<String, Value>,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("exceeded max depth {DEEPEST}"));
    }
    let go_name = name.rsplit('.').next().unwrap_or(name);
    let known = MESSAGES.get(name).map(Vec::as_slice).unwrap_or_default();
    let mut wire = Wire(bytes);
    while let Some((number, of)) = wire.field(go_name)? {
        match known.iter().find(|field| field.number == number) {
            Some(field) => field.read(of, &mut wire, depth, map)?,
            None => wire.skip(of)?,
        }
    }
    Ok(())
}

impl Field {
    fn read(
        &self,
        of: u8,
        wire: &mut Wire<'_>,
        depth: usize,
        map: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let expected = match self.shape {
            Shape::Map => BYTES,
            _ => self.of.wire(),
        };
        if of != expected {
            return Err(self.wrong(of));
        }
        if let (Type::Message(name), "") = (&self.of, self.name.as_str()) {
            return fields(name, wire.bytes()?, depth + 1, map);
        }
        match self.shape {
            Shape::One => {
                let known = map.get_mut(&self.name).map(Value::take);
                let value = self.of.read(wire, depth + 1, known)?;
                map.insert(self.name.clone(), value);
            }
            Shape::Many => {
                let items = list(map, &self.name);
                items.push(self.of.read(wire, depth + 2, None)?);
            }
            Shape::Map => {
                let (key, value) = self.entry(wire.bytes()?, depth + 2)?;
                part_of(map, &self.name).insert(key, value);
            }
        }
        Ok(())
    }

    /// A key and a value.
    fn entry(&self, bytes: &[u8], depth: usize) -> Result<(String, Value), String> {
        let (mut key, mut value) = (String::new(), None);
        let mut wire = Wire(bytes);
        while let Some((number, of)) = wire.field(&self.go_name())? {
            match number {
                1 if of == BYTES => key = text(wire.bytes()?),
                2 if of == self.of.wire() => value = Some(self.of.read(&mut wire, depth, None)?),
                1 | 2 => return Err(self.wrong(of)),
                _ => wire.skip(of)?,
            }
        }
        let value = match value {
            Some(value) => value,
            // GO: an entry without a value has the empty one, as it would be written.
            None => self.of.read(&mut Wire(&[0; 8]), depth, None)?,
        };
        Ok((key, value))
    }
}

impl Type {
    fn read(
        &self,
        wire: &mut Wire<'_>,
        depth: usize,
        known: Option<Value>,
    ) -> Result<Value, String> {
        Ok(match self {
            Self::Text => text(wire.bytes()?).into(),
            Self::Bytes => values::base64(wire.bytes()?),
            Self::Boolean => (wire.varint()? != 0).into(),
            Self::Int32 => (wire.varint()? as i32).into(),
            Self::Int64 => (wire.varint()? as i64).into(),
            Self::Double => {
                let mut number = wire.double()?.into();
                super::whole_numbers(&mut number);
                number
            }
            Self::Message(name) => message(name, wire.bytes()?, depth, known)?,
        })
    }
}
