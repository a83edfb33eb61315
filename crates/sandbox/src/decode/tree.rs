//! JSON as it was written: in its order, with names that come twice.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Longer names are no simple keys of YAML, with what stands around them.
const LONGEST_NAME: usize = 500;

/// A JSON value.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// GO: what messages call a value of its type.
    pub(super) fn called(&self, whole: bool) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(_) => "bool".to_owned(),
            Self::Number(number) if whole => format!("number {number}"),
            Self::Number(_) => "number".to_owned(),
            Self::Text(_) => "string".to_owned(),
            Self::List(_) => "array".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }

    /// What is under a name: of two the last.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(entries) = self else {
            return None;
        };
        let found = entries.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// A text of YAML that is plain JSON, in the order of its names as YAML is read; nothing when
    /// the two might not read it the same.
    pub(super) fn plain(text: &[u8]) -> Option<Self> {
        let is_plain = |byte: &u8| matches!(byte, b'\n' | b' '..=b'~');
        if text.first() != Some(&b'{') || !text.iter().all(is_plain) {
            return None;
        }
        // Escapes that YAML does not know: of surrogates, and of a slash.
        let escapes = text.windows(3);
        let foreign = |three: &[u8]| matches!(three, [b'\\', b'u', b'd' | b'D'] | [b'\\', b'/', _]);
        if escapes.into_iter().any(foreign) {
            return None;
        }
        let mut tree: Self = serde_json::from_slice(text).ok()?;
        tree.sort().then_some(tree)
    }

    /// Sorts all names; whether none comes twice or is longer than YAML takes, and all numbers
    /// are whole.
    fn sort(&mut self) -> bool {
        match self {
            Self::Number(number) => number.is_i64(),
            Self::List(items) => items.iter_mut().all(Self::sort),
            Self::Object(entries) => {
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                entries.windows(2).all(|pair| pair[0].0 != pair[1].0)
                    && entries
                        .iter_mut()
                        .all(|(name, value)| name.len() < LONGEST_NAME && value.sort())
            }
            Self::Null | Self::Bool(_) | Self::Text(_) => true,
        }
    }

    /// Names that come twice in an object, as paths.
    pub(super) fn twice(&self, path: &mut String, found: &mut Vec<String>) {
        let length = path.len();
        match self {
            Self::Object(entries) => {
                let mut seen = std::collections::BTreeSet::new();
                for (name, value) in entries {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(name);
                    if !seen.insert(name) {
                        found.push(format!("duplicate field \"{path}\""));
                    }
                    value.twice(path, found);
                    path.truncate(length);
                }
            }
            Self::List(items) => {
                for (at, value) in items.iter().enumerate() {
                    path.push_str(&format!("[{at}]"));
                    value.twice(path, found);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(map) => {
                let entries = map.into_iter().map(|(name, value)| (name, value.into()));
                Self::Object(entries.collect())
            }
        }
    }
}

impl From<Tree> for Value {
    fn from(tree: Tree) -> Self {
        match tree {
            Tree::Null => Self::Null,
            Tree::Bool(value) => Self::Bool(value),
            Tree::Number(number) => Self::Number(number),
            Tree::Text(text) => Self::String(text),
            Tree::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Tree::Object(entries) => {
                let entries = entries
                    .into_iter()
                    .map(|(name, value)| (name, value.into()));
                Self::Object(entries.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Number::from_f64(value).map_or(Tree::Null, Tree::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Tree::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::Tree;

    fn as_yaml(text: &str) -> Value {
        let value = pintle_go_yaml::parse(text.as_bytes()).expect("YAML");
        let json = pintle_go_value::json::encode(&value, pintle_go_value::json::Options::default());
        serde_json::from_slice(&json.expect("JSON")).expect("JSON")
    }

    #[test]
    fn plain_json_is_read_as_yaml_reads_it() {
        for text in [
            r#"{"b": [1, -2, null, true, {}], "a": "x\u003cy\"\n", "": "\u0000"}"#,
            "{\n  \"a\": {\"c\": [], \"b\": \"no\"}\n}\n",
        ] {
            let tree = Tree::plain(text.as_bytes()).expect("plain");
            assert_eq!(Value::from(tree), as_yaml(text), "{text}");
        }
        for text in [
            r#"{"a": 1, "a": 2}"#,
            r#"{"a": 1e3}"#,
            r#"{"a": "\ud83d\ude00"}"#,
            r#"{"a": "b\/c"}"#,
            "{\"a\":\t1}",
            "{a: 1}",
            "a: 1",
            "{\"a\": \"\u{e9}\"}",
        ] {
            assert!(Tree::plain(text.as_bytes()).is_none(), "{text}");
        }
    }
}
