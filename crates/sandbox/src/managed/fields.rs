//! Sets of fields, and `fieldsV1`, as which they are written.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

/// How deep a set may be that somebody sent.
const DEEPEST: usize = 128;

/// One step of the way to a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Element {
    /// A property, or an entry of a map: `f:NAME`.
    Field(String),
    /// An item of a list, by some of its properties, sorted: `k:{…}`.
    Key(Vec<(String, Value)>),
    /// An item of a list of texts and the like: `v:…`.
    Value(Value),
    /// An item by its index: `i:…`.
    Index(i64),
}

/// Which fields. A field may be in it without those below it, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(BTreeMap<Element, Node>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    own: bool,
    below: Set,
}

impl Element {
    pub(super) fn field(name: &str) -> Self {
        Self::Field(name.to_owned())
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Field(_) => 0,
            Self::Key(_) => 1,
            Self::Value(_) => 2,
            Self::Index(_) => 3,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(key) => {
                let key: Map<String, Value> = key.iter().cloned().collect();
                format!("k:{}", Value::Object(key))
            }
            Self::Value(value) => format!("v:{value}"),
            Self::Index(at) => format!("i:{at}"),
        }
    }

    /// Nothing for names of an unknown kind, which are skipped.
    fn read(name: &str) -> Result<Option<Self>, Malformed> {
        let (kind, rest) = name.split_once(':').ok_or(Malformed)?;
        let value = || serde_json::from_str::<Value>(rest).map_err(|_| Malformed);
        Ok(Some(match kind {
            "f" => Self::field(rest),
            "v" => Self::Value(value()?),
            "k" => match value()? {
                Value::Object(key) => Self::Key(key.into_iter().collect()),
                _ => return Err(Malformed),
            },
            "i" => Self::Index(rest.parse().map_err(|_| Malformed)?),
            _ if kind.len() == 1 => return Ok(None),
            _ => return Err(Malformed),
        }))
    }
}

impl Eq for Element {}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Element {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Field(one), Self::Field(two)) => one.cmp(two),
            (Self::Value(one), Self::Value(two)) => order(one, two),
            (Self::Index(one), Self::Index(two)) => one.cmp(two),
            (Self::Key(one), Self::Key(two)) => {
                let pairs = one.iter().zip(two).map(|((name, value), (other, than))| {
                    name.cmp(other).then_with(|| order(value, than))
                });
                let first = pairs.fold(Ordering::Equal, Ordering::then);
                first.then(one.len().cmp(&two.len()))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// Numbers before texts before booleans; what else there may be by its JSON.
fn order(one: &Value, two: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    };
    match (one, two) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a
                .as_f64()
                .partial_cmp(&b.as_f64())
                .unwrap_or(Ordering::Equal),
        },
        (Value::String(a), Value::String(b)) => a.cmp(b),
        _ => (rank(one), one.to_string()).cmp(&(rank(two), two.to_string())),
    }
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(out, ".{name}"),
            Self::Key(key) => {
                let parts: Vec<String> = key
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                write!(out, "[{}]", parts.join(","))
            }
            Self::Value(value) => write!(out, "[={value}]"),
            Self::Index(at) => write!(out, "[{at}]"),
        }
    }
}

/// Fields that somebody wrote in no way that is known.
#[derive(Debug)]
pub(super) struct Malformed;

impl Set {
    pub(super) fn is_empty(&self) -> bool {
        self.0
            .values()
            .all(|node| !node.own && node.below.is_empty())
    }

    pub(super) fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let node = self.0.entry(first.clone()).or_default();
        if rest.is_empty() {
            node.own = true;
        } else {
            node.below.insert(rest);
        }
    }

    /// Whether the field itself is in it.
    pub(super) fn has(&self, element: &Element) -> bool {
        self.0.get(element).is_some_and(|node| node.own)
    }

    /// Whether the field at the end of a path is in it.
    pub(super) fn has_path(&self, path: &[Element]) -> bool {
        match path {
            [] => false,
            [last] => self.has(last),
            [first, rest @ ..] => self.below(first).is_some_and(|below| below.has_path(rest)),
        }
    }

    /// What is in it below a field.
    pub(super) fn below(&self, element: &Element) -> Option<&Set> {
        self.0
            .get(element)
            .map(|node| &node.below)
            .filter(|below| !below.is_empty())
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut all = self.0.clone();
        for (element, node) in &other.0 {
            let into = all.entry(element.clone()).or_default();
            into.own |= node.own;
            into.below = into.below.union(&node.below);
        }
        Self(all)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.with(|element, node| {
            other
                .0
                .get(element)
                .map_or_else(Node::default, |than| Node {
                    own: node.own && than.own,
                    below: node.below.intersection(&than.below),
                })
        })
    }

    /// Without the fields of another, but with what is below them.
    pub(super) fn minus(&self, other: &Self) -> Self {
        self.with(|element, node| match other.0.get(element) {
            Some(than) => Node {
                own: node.own && !than.own,
                below: node.below.minus(&than.below),
            },
            None => node.clone(),
        })
    }

    /// Without the fields of another and all that is below them.
    pub(super) fn minus_all(&self, other: &Self) -> Self {
        self.with(|element, node| match other.0.get(element) {
            Some(than) if than.own => Node::default(),
            Some(than) => Node {
                own: node.own,
                below: node.below.minus_all(&than.below),
            },
            None => node.clone(),
        })
    }

    fn with(&self, change: impl Fn(&Element, &Node) -> Node) -> Self {
        let changed = self
            .0
            .iter()
            .map(|(element, node)| (element.clone(), change(element, node)));
        Self(
            changed
                .filter(|(_, node)| node.own || !node.below.is_empty())
                .collect(),
        )
    }

    /// With the fields of which only something below is in it, where `named` says so. `named`
    /// gives what to ask below.
    pub(super) fn with_named<T: Copy>(
        &self,
        at: T,
        named: &impl Fn(T, &Element) -> (T, bool),
    ) -> Self {
        self.with(|element, node| {
            let (below, is_named) = named(at, element);
            Node {
                own: node.own || (is_named && !node.below.is_empty()),
                below: node.below.with_named(below, named),
            }
        })
    }

    /// The way to each field, those of a level before those below it.
    pub(super) fn paths(&self) -> Vec<Vec<Element>> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found);
        found
    }

    fn collect(&self, before: &mut Vec<Element>, found: &mut Vec<Vec<Element>>) {
        for (element, node) in &self.0 {
            if node.own {
                let mut path = before.clone();
                path.push(element.clone());
                found.push(path);
            }
        }
        for (element, node) in &self.0 {
            before.push(element.clone());
            node.below.collect(before, found);
            before.pop();
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let entries = self.0.iter().map(|(element, node)| {
            let mut below = node.below.to_json();
            if let (true, false, Value::Object(map)) = (node.own, node.below.is_empty(), &mut below)
            {
                map.insert(".".to_owned(), Value::Object(Map::new()));
            }
            (element.name(), below)
        });
        Value::Object(entries.collect())
    }

    pub(super) fn from_json(fields: &Value) -> Result<Self, Malformed> {
        Self::read(fields, DEEPEST)
    }

    fn read(fields: &Value, depth: usize) -> Result<Self, Malformed> {
        let fields = match fields {
            Value::Object(fields) if depth > 0 => fields,
            Value::Null => return Ok(Self::default()),
            _ => return Err(Malformed),
        };
        let mut set = Self::default();
        for (name, below) in fields.iter().filter(|(name, _)| *name != ".") {
            if let Some(element) = Element::read(name)? {
                let below_it = Self::read(below, depth - 1)?;
                let own = below_it.0.is_empty() || below.get(".").is_some();
                let below = below_it;
                set.0.insert(element, Node { own, below });
            }
        }
        Ok(set)
    }
}

/// A path as messages have it: `.spec.containers[name="a"].image`.
pub(super) fn shown(path: &[Element]) -> String {
    let mut text = String::new();
    for element in path {
        // Writing to a text does not fail.
        let _ = write!(text, "{element}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(fields: &Value) -> Set {
        Set::from_json(fields).expect("well-formed")
    }

    #[test]
    fn they_are_read_as_they_are_written() {
        let fields = json!({"f:spec": {".": {}, "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}}}, "f:a": {"v:\"x\"": {}, "i:3": {}}}});
        assert_eq!(set(&fields).to_json(), fields);
        let paths: Vec<String> = set(&fields)
            .paths()
            .iter()
            .map(|path| shown(path))
            .collect();
        assert_eq!(
            paths,
            [
                ".spec",
                ".spec.a[=\"x\"]",
                ".spec.a[3]",
                ".spec.ports[port=80,protocol=\"TCP\"]",
                ".spec.ports[port=80,protocol=\"TCP\"].port"
            ]
        );
        assert_eq!(
            set(&json!({"x:new": {}, "f:a": {}})).to_json(),
            json!({"f:a": {}})
        );
        for fields in [
            json!([]),
            json!({"a": {}}),
            json!({"k:3": {}}),
            json!({"i:a": {}}),
        ] {
            assert!(Set::from_json(&fields).is_err(), "{fields}");
        }
    }

    #[test]
    fn arithmetic() {
        let one = set(&json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}}));
        let two = set(&json!({"f:a": {}, "f:d": {}}));
        assert_eq!(
            one.minus(&two).to_json(),
            json!({"f:a": {"f:b": {}}, "f:c": {}})
        );
        assert_eq!(one.minus_all(&two).to_json(), json!({"f:c": {}}));
        assert_eq!(one.intersection(&two).to_json(), json!({"f:a": {}}));
        assert_eq!(
            one.union(&two).to_json(),
            json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}, "f:d": {}})
        );
    }

    #[test]
    fn numbers_come_in_their_order() {
        let fields =
            set(&json!({"k:{\"port\":443}": {}, "k:{\"port\":80}": {}, "v:9": {}, "v:10": {}}));
        let paths: Vec<String> = fields.paths().iter().map(|path| shown(path)).collect();
        assert_eq!(paths, ["[port=80]", "[port=443]", "[=9]", "[=10]"]);
    }
}
