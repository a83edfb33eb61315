//! The tables of a document while it is read: a tree whose tables are named by number,
//! since several places may show the same one.

use std::collections::{BTreeMap, HashSet};

use pintle_go_value::{ElementType, List, Map, Value};

use super::key::shown;

/// The number of a table.
pub(super) type Table = usize;

/// What is under a key.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Leaf(Value),
    /// `[…]`
    Array(Vec<Node>),
    Table(Table),
    /// `[[name]]`, and for a while the tables in an array
    Tables(Vec<Table>),
}

/// All tables; number 0 is the document.
#[derive(Debug)]
pub(super) struct Tables {
    all: Vec<BTreeMap<String, Node>>,
    /// Names of tables that are only there since other names have them in front.
    implicit: HashSet<String>,
    /// Names of arrays. GO: kept by name alone, so that they outlive what they are of.
    arrays: HashSet<String>,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            all: vec![BTreeMap::new()],
            implicit: HashSet::new(),
            arrays: HashSet::new(),
        }
    }

    /// A table that is nowhere yet.
    pub(super) fn fresh(&mut self) -> Table {
        self.all.push(BTreeMap::new());
        self.all.len() - 1
    }

    pub(super) fn insert(&mut self, table: Table, key: &str, node: Node) {
        self.all[table].insert(key.to_owned(), node);
    }

    /// The table under a key, which is made when nothing is there.
    pub(super) fn table_in(&mut self, table: Table, key: &str) -> Option<Table> {
        match self.all[table].get(key) {
            Some(Node::Table(inner)) => Some(*inner),
            Some(_) => None,
            None => {
                let inner = self.fresh();
                self.insert(table, key, Node::Table(inner));
                Some(inner)
            }
        }
    }

    /// The table to which a name leads now: of several, the last.
    fn step(&self, table: Table, key: &str) -> Option<Table> {
        match self.all[table].get(key)? {
            Node::Table(inner) => Some(*inner),
            Node::Tables(all) => all.last().copied(),
            Node::Leaf(_) | Node::Array(_) => None,
        }
    }

    pub(super) fn mark_implicit(&mut self, name: &[String]) {
        self.implicit.insert(shown(name));
    }

    /// Notes whether a name is that of an array.
    pub(super) fn set_kind(&mut self, context: &[String], key: &str, is_array: bool) {
        let mut name = context.to_vec();
        if !key.is_empty() || name.is_empty() {
            name.push(key.to_owned());
        }
        let name = shown(&name);
        if is_array {
            self.arrays.insert(name);
        } else {
            self.arrays.remove(&name);
        }
    }

    /// Makes the tables above a name, and gives the one it is in.
    ///
    /// # Errors
    /// What is in the way.
    pub(super) fn parent_of(&mut self, name: &[String]) -> Result<Table, String> {
        let above = name.len().saturating_sub(1);
        let mut table = 0;
        for depth in 0..above {
            let key = &name[depth];
            if !self.all[table].contains_key(key) {
                self.mark_implicit(&name[..=depth]);
                let inner = self.fresh();
                self.insert(table, key, Node::Table(inner));
            }
            table = self.step(table, key).ok_or_else(|| {
                let name = shown(&name[..=depth]);
                format!("Key '{name}' was already created as a hash.")
            })?;
        }
        Ok(table)
    }

    /// Adds a table to those under a name, in the table that [`Self::parent_of`] gave.
    ///
    /// # Errors
    /// What is in the way.
    pub(super) fn add_table(&mut self, parent: Table, name: &[String]) -> Result<(), String> {
        let fresh = self.fresh();
        let key = name.last().cloned().unwrap_or_default();
        let node = self.all[parent]
            .entry(key)
            .or_insert_with(|| Node::Tables(Vec::new()));
        match node {
            Node::Tables(all) => {
                all.push(fresh);
                Ok(())
            }
            _ => Err(format!(
                "Key '{}' was already created and cannot be used as an array.",
                shown(name)
            )),
        }
    }

    /// Sets a key in the table to which `context` leads.
    ///
    /// # Errors
    /// What is there already.
    pub(super) fn set(&mut self, context: &[String], key: &str, node: Node) -> Result<(), String> {
        let defined = |name: &[String]| format!("Key '{}' has already been defined.", shown(name));
        let mut table = 0;
        for depth in 0..context.len() {
            table = self
                .step(table, &context[depth])
                .ok_or_else(|| defined(&context[..=depth]))?;
        }
        if self.all[table].contains_key(key) {
            let mut name = context.to_vec();
            name.push(key.to_owned());
            let text = shown(&name);
            // What was made for the names below it may be defined itself, once; and an
            // array takes its place.
            if !self.implicit.remove(&text) {
                return Err(defined(&name));
            }
            if !self.arrays.contains(&text) {
                return Ok(());
            }
        }
        self.insert(table, key, node);
        Ok(())
    }

    /// The document.
    pub(super) fn into_map(mut self) -> Map {
        let mut made = vec![None; self.all.len()];
        self.map(0, &mut made)
    }

    /// What is in two places is one map in both.
    fn map(&mut self, table: Table, made: &mut [Option<Map>]) -> Map {
        if let Some(map) = &made[table] {
            return map.clone();
        }
        let map = Map::new();
        made[table] = Some(map.clone());
        for (key, node) in std::mem::take(&mut self.all[table]) {
            map.set(key, self.value(node, made));
        }
        map
    }

    fn value(&mut self, node: Node, made: &mut [Option<Map>]) -> Value {
        match node {
            Node::Leaf(value) => value,
            Node::Array(items) => {
                let items: Vec<Value> = items
                    .into_iter()
                    .map(|item| self.value(item, made))
                    .collect();
                List::new(items).into()
            }
            Node::Table(table) => self.map(table, made).into(),
            Node::Tables(tables) => {
                let maps = tables.into_iter().map(|table| self.map(table, made).into());
                List::typed(ElementType::Map, maps.collect()).into()
            }
        }
    }
}
