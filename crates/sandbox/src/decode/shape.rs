//! A value through the eyes of its schema, as Go's JSON reader puts it into structs and its
//! writer takes it out again.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::empties::{self, Empty};
use super::time;
use super::tree::Tree;
use crate::quantity::Quantity;
use crate::schema::{self, Kind, Schema};

/// Reads values. What it finds is in its fields.
#[derive(Debug, Default)]
pub(super) struct Shaper {
    /// Fields that there are not, or twice, in the order in which they come.
    pub strict: Vec<String>,
    /// The first value of a wrong type.
    pub mismatch: Option<String>,
    /// The Go struct that holds the field being read.
    holder: String,
    /// Its path in messages about types.
    path: String,
    /// Its path in messages about unknown fields.
    exact: String,
    seen: BTreeSet<String>,
    /// Inside of what Go reads by itself, where unknown fields are not told.
    silent: bool,
}

/// A value that stops the reading: Go's types that read themselves.
pub(super) type Stop = String;

impl Shaper {
    /// What is kept of a value.
    pub(super) fn value(&mut self, schema: Schema<'_>, tree: Tree) -> Result<Value, Stop> {
        if matches!(tree, Tree::Null) && schema.kind() != Kind::Any {
            return Ok(match schema.kind() {
                Kind::Object if schema.additional().is_none() => {
                    self.structure(schema, Vec::new())?
                }
                _ => empties::zero(schema),
            });
        }
        match schema.kind() {
            Kind::Any => self.any(schema, tree),
            Kind::Object => self.object(schema, tree),
            Kind::List => self.list(schema, tree),
            Kind::Boolean => match tree {
                Tree::Bool(value) => Ok(value.into()),
                other => Ok(self.wrong(&other, "bool", schema)),
            },
            Kind::Integer => Ok(self.integer(schema, tree)),
            Kind::Number => match tree {
                Tree::Number(number) => Ok(number.into()),
                other => Ok(self.wrong(&other, "float64", schema)),
            },
            Kind::Text => self.text(schema, tree),
            Kind::IntOrText => match &tree {
                Tree::Text(text) => Ok(text.as_str().into()),
                Tree::Number(number) if is_i32(number) => Ok(number.clone().into()),
                other => Err(self.told(other, "int32", true)),
            },
            Kind::Quantity => {
                let text = match tree {
                    Tree::Text(text) => text,
                    Tree::Number(number) => number.to_string(),
                    _ => String::new(),
                };
                let quantity = Quantity::parse(text.trim()).ok_or(NO_QUANTITY)?;
                Ok(quantity.to_string().into())
            }
        }
    }

    fn any(&mut self, schema: Schema<'_>, tree: Tree) -> Result<Value, Stop> {
        let name = schema.go_name().unwrap_or_default();
        let nested = name
            .strip_prefix("JSONSchemaPropsOr")
            .and(schema::builtin().named(PROPS));
        let Some(nested) = nested else {
            return Ok(tree.into());
        };
        // A schema, a list of schemas, a boolean or texts: Go reads these by itself.
        let before = std::mem::replace(&mut self.silent, true);
        let value = match tree {
            Tree::Object(_) => self.value(nested, tree),
            Tree::List(items) => items
                .into_iter()
                .map(|item| match item {
                    Tree::Object(_) => self.value(nested, item),
                    other => Ok(other.into()),
                })
                .collect(),
            other => Ok(other.into()),
        };
        self.silent = before;
        value
    }

    fn integer(&mut self, schema: Schema<'_>, tree: Tree) -> Value {
        let small = schema.format() == "int32";
        match &tree {
            Tree::Number(number) if small && is_i32(number) => number.clone().into(),
            Tree::Number(number) if !small && number.is_i64() => number.clone().into(),
            other => {
                let of = if small { "int32" } else { "int64" };
                if self.mismatch.is_none() {
                    self.mismatch = Some(self.told(other, of, true));
                }
                empties::zero(schema)
            }
        }
    }

    fn text(&mut self, schema: Schema<'_>, tree: Tree) -> Result<Value, Stop> {
        let format = schema.format();
        let text = match tree {
            Tree::Text(text) => text,
            other if format == "byte" => return Ok(self.wrong(&other, "[]uint8", schema)),
            other if format == "date-time" => return Err(self.told(&other, "string", false)),
            other => return Ok(self.wrong(&other, "string", schema)),
        };
        match format {
            "byte" => match STANDARD.decode(text.replace(['\r', '\n'], "")) {
                Ok(bytes) => Ok(STANDARD.encode(bytes).into()),
                Err(_) => {
                    let at = bad_base64(text.as_bytes());
                    self.mismatch
                        .get_or_insert_with(|| format!("illegal base64 data at input byte {at}"));
                    Ok("".into())
                }
            },
            "date-time" => {
                let micro = schema.go_name() == Some("MicroTime");
                Ok(time::canonical(&text, micro)?.into())
            }
            _ => Ok(text.into()),
        }
    }

    fn list(&mut self, schema: Schema<'_>, tree: Tree) -> Result<Value, Stop> {
        let Tree::List(trees) = tree else {
            let of = format!("[]{}", schema.items().map(go_type).unwrap_or_default());
            return Ok(self.wrong(&tree, &of, schema));
        };
        let Some(schema) = schema.items() else {
            return Ok(Tree::List(trees).into());
        };
        let length = self.exact.len();
        let mut items = Vec::with_capacity(trees.len());
        for (at, tree) in trees.into_iter().enumerate() {
            self.exact.push_str(&format!("[{at}]"));
            items.push(self.value(schema, tree)?);
            self.exact.truncate(length);
        }
        Ok(items.into())
    }

    fn object(&mut self, schema: Schema<'_>, tree: Tree) -> Result<Value, Stop> {
        let Tree::Object(entries) = tree else {
            return Ok(self.wrong(&tree, &go_type(schema), schema));
        };
        if let Some(of) = schema.additional() {
            let length = self.exact.len();
            let mut map = Map::new();
            for (name, tree) in entries {
                self.step(&name);
                if map.contains_key(&name) {
                    self.tell("duplicate");
                }
                let value = self.value(of, tree)?;
                self.exact.truncate(length);
                map.insert(name, value);
            }
            return Ok(map.into());
        }
        if schema.properties().next().is_none() {
            // A whole object of any kind, or what somebody else understands.
            return Ok(Tree::Object(entries).into());
        }
        self.structure(schema, entries)
    }

    fn structure(
        &mut self,
        schema: Schema<'_>,
        entries: Vec<(String, Tree)>,
    ) -> Result<Value, Stop> {
        let name = schema.go_name().unwrap_or_default().to_owned();
        let holder = std::mem::replace(&mut self.holder, name);
        let (path, exact) = (self.path.len(), self.exact.len());
        let mut map = Map::new();
        let mut given = BTreeSet::new();
        for (name, tree) in entries {
            self.step(&name);
            if let Some(field) = schema.property(&name) {
                if !given.insert(name.clone()) {
                    self.tell("duplicate");
                }
                if path > 0 {
                    self.path.push('.');
                }
                self.path.push_str(&name);
                map.remove(&name);
                if !matches!(tree, Tree::Null) {
                    let value = self.value(field, tree)?;
                    // GO: an empty list that is always there comes back from the store as none.
                    let none = value.as_array().is_some_and(Vec::is_empty);
                    let stays = || empties::empty(schema, &name, field) != Empty::Vanishes;
                    if !none && (!empties::is_zero(&value) || stays()) {
                        map.insert(name, value);
                    }
                }
                self.path.truncate(path);
            } else {
                self.tell("unknown");
            }
            self.exact.truncate(exact);
        }
        for (name, field) in schema.properties() {
            if map.contains_key(name) {
                continue;
            }
            if empties::always(schema, name, field) {
                let value = self.value(field, Tree::Null)?;
                map.insert(name.to_owned(), value);
            } else if let Some(value) = empties::unset(&self.holder, name, field) {
                map.insert(name.to_owned(), value);
            }
        }
        self.holder = holder;
        Ok(map.into())
    }

    fn step(&mut self, name: &str) {
        if !self.exact.is_empty() {
            self.exact.push('.');
        }
        self.exact.push_str(name);
    }

    fn tell(&mut self, what: &str) {
        let told = format!("{what} field \"{}\"", self.exact);
        if !self.silent && self.seen.insert(told.clone()) {
            self.strict.push(told);
        }
    }

    /// Notes a value of a wrong type; nothing is there instead.
    fn wrong(&mut self, found: &Tree, of: &str, schema: Schema<'_>) -> Value {
        if self.mismatch.is_none() {
            self.mismatch = Some(self.told(found, of, false));
        }
        empties::zero(schema)
    }

    /// GO: `json.UnmarshalTypeError`.
    fn told(&self, found: &Tree, of: &str, whole: bool) -> String {
        let found = found.called(whole);
        if self.path.is_empty() {
            return format!("json: cannot unmarshal {found} into Go value of type {of}");
        }
        let (holder, path) = (&self.holder, &self.path);
        format!("json: cannot unmarshal {found} into Go struct field {holder}.{path} of type {of}")
    }
}

/// What the real server says of a text that is no amount.
const NO_QUANTITY: &str = "quantities must match the regular expression \
    '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const PROPS: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

fn is_i32(number: &serde_json::Number) -> bool {
    number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())
}

/// GO: where a text stops to be base64.
fn bad_base64(text: &[u8]) -> usize {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let line = |byte: u8| matches!(byte, b'\r' | b'\n');
    let mut place = 0;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            byte if line(*byte) => {}
            byte if is_digit(*byte) => place += 1,
            b'=' if place % 4 >= 2 => {
                // Two follow two digits, one follows three, and nothing follows these.
                let missing = 4 - place % 4;
                let rest: Vec<u8> = text[at..].iter().copied().filter(|b| !line(*b)).collect();
                let right = rest.iter().take(missing).all(|byte| *byte == b'=');
                return match right {
                    true if rest.len() >= missing => at + missing,
                    true => text.len(),
                    false => at,
                };
            }
            _ => return at,
        }
    }
    text.len() - place % 4
}

/// How messages name the Go type of a value.
fn go_type(schema: Schema<'_>) -> String {
    if let Some(name) = schema.name() {
        let mut parts = name.rsplit('.');
        let (of, package) = (parts.next(), parts.next());
        return format!("{}.{}", package.unwrap_or_default(), of.unwrap_or_default());
    }
    match schema.kind() {
        Kind::Object => match schema.additional() {
            Some(of) if of.kind() == Kind::Quantity => "v1.ResourceList".to_owned(),
            Some(of) => format!("map[string]{}", go_type(of)),
            None => "map[string]interface {}".to_owned(),
        },
        Kind::List => format!("[]{}", schema.items().map(go_type).unwrap_or_default()),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer if schema.format() == "int32" => "int32".to_owned(),
        Kind::Integer => "int64".to_owned(),
        Kind::Number => "float64".to_owned(),
        Kind::Text if schema.format() == "byte" => "[]uint8".to_owned(),
        Kind::Text => "string".to_owned(),
        Kind::IntOrText => "intstr.IntOrString".to_owned(),
        Kind::Quantity => "resource.Quantity".to_owned(),
        Kind::Any => "interface {}".to_owned(),
    }
}
