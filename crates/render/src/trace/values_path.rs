//! What a chain of names means as a path in the values.

use pintle_go_template::Read;
use pintle_go_value::{List, Map, Value};

/// How many maps and lists of the values are known; more are not looked for.
const MAX_KNOWN: usize = 100_000;

/// Where the maps and lists of the values are, found by identity: however a template got hold
/// of a map (`with`, a variable, `dict`), it is still the same one.
#[derive(Debug, Default)]
pub struct ValuesIndex {
    maps: Vec<(Map, Vec<String>)>,
    lists: Vec<(List, Vec<String>)>,
}

/// A chain of names followed through the values.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The path from the top of the values, as far as it could be followed and one step on.
    /// An index of a list is written `[0]`.
    pub path: Vec<String>,
    /// How many names of the chain the path takes up.
    pub used: usize,
    /// What is there; none when the last step leads nowhere.
    pub value: Option<Value>,
    /// The map that lacks or has the last step.
    pub parent: Option<Map>,
}

impl ValuesIndex {
    /// Looks through all values.
    pub fn new(values: &Map) -> Self {
        let mut index = Self::default();
        let mut open = vec![(Value::Map(values.clone()), Vec::new())];
        while let Some((value, path)) = open.pop() {
            if index.maps.len() + index.lists.len() >= MAX_KNOWN {
                break;
            }
            let under = |step: String| {
                let mut path: Vec<String> = path.clone();
                path.push(step);
                path
            };
            match value {
                Value::Map(map) => {
                    for (key, value) in map.entries() {
                        open.push((value, under(key.to_text().into_owned())));
                    }
                    index.maps.push((map, path));
                }
                Value::List(list) => {
                    for (place, value) in list.iter().enumerate() {
                        open.push((value.clone(), under(format!("[{place}]"))));
                    }
                    index.lists.push((list, path));
                }
                _ => {}
            }
        }
        index
    }

    /// The path of a map or list of the values.
    fn path_of(&self, value: &Value) -> Option<&[String]> {
        match value {
            Value::Map(map) => {
                let mut all = self.maps.iter();
                let found = all.find(|(known, _)| known.is_same(map))?;
                Some(&found.1)
            }
            Value::List(list) => {
                let mut all = self.lists.iter();
                let found = all.find(|(known, _)| known.is_same(list))?;
                Some(&found.1)
            }
            _ => None,
        }
    }

    /// Follows what a template read. `None` when it does not lead through the values.
    pub fn resolve(&self, read: &Read) -> Option<Resolved> {
        let mut found: Option<Resolved> = None;
        let mut current = read.from.clone();
        let start = |value: &Value, used| {
            self.path_of(value).map(|path| Resolved {
                path: path.to_vec(),
                used,
                value: Some(value.clone()),
                parent: None,
            })
        };
        found = start(&current, 0).or(found);
        for (place, name) in read.names.iter().enumerate() {
            let Value::Map(map) = &current else { break };
            let next = map.get(name.as_bytes()).filter(|value| !value.is_nil());
            if let Some(known) = &mut found {
                known.path.push(name.to_string());
                known.used = place + 1;
                known.value.clone_from(&next);
                known.parent = Some(map.clone());
            }
            let Some(next) = next else { break };
            if let Some(known) = start(&next, place + 1) {
                let parent = found.as_ref().and_then(|found| found.parent.clone());
                found = Some(Resolved { parent, ..known });
            }
            current = next;
        }
        // A map alone tells nothing: something in it must have been asked for.
        found.filter(|found| !found.path.is_empty())
    }
}
