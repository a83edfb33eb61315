//! The values of a render as a tree, with marks on what templates can read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pintle_go_value::{Str, Value};
use pintle_values::origin::Step;

/// A place in the tree.
pub(super) type Node = u32;

/// Several places: what an expression may stand for.
pub(super) type Nodes = BTreeSet<Node>;

/// The top of the values.
pub(super) const TOP: Node = 0;

/// What lies deeper belongs to the value above it.
const MAX_DEPTH: usize = 100;

/// More values than a chart and its users write.
const MAX_NODES: usize = 1_000_000;

#[derive(Debug, Default)]
struct Entry {
    children: BTreeMap<Step, Node>,
    /// Places whose contents may show up here as well: a parent's globals, and what `merge`
    /// and `set` put here.
    links: Nodes,
    /// The texts here, of all layers, that look like templates.
    texts: BTreeSet<Rc<str>>,
    /// Names that were asked for and are not there.
    missed: BTreeSet<Rc<str>>,
    touched: bool,
    whole: bool,
    tested: bool,
}

/// The values, of all layers together.
#[derive(Debug)]
pub(super) struct Tree {
    entries: Vec<Entry>,
    /// Whether not all values are in it.
    pub(super) is_cut: bool,
    /// How many links there are.
    pub(super) links: usize,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            entries: vec![Entry::default()],
            is_cut: false,
            links: 0,
        }
    }

    /// Adds a layer of values at a place.
    pub(super) fn add(&mut self, at: Node, value: &Value) {
        self.add_below(at, value, 0);
    }

    fn add_below(&mut self, at: Node, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            self.is_cut = true;
            return;
        }
        match value {
            Value::Map(map) => {
                for (key, value) in map.entries() {
                    self.note_text(at, &key);
                    let child = self.ensure(at, Step::Key(key));
                    self.add_below(child, &value, depth + 1);
                }
            }
            Value::List(list) => {
                for (index, value) in list.iter().enumerate() {
                    let child = self.ensure(at, Step::Index(index));
                    self.add_below(child, value, depth + 1);
                }
            }
            Value::Str(text) => self.note_text(at, text),
            _ => {}
        }
    }

    fn note_text(&mut self, at: Node, text: &Str) {
        if memchr::memmem::find(text.as_bytes(), b"{{").is_some() {
            let text = text.to_text();
            self.entry_mut(at).texts.insert(text.as_ref().into());
        }
    }

    /// The place one step on, made if it is not there.
    pub(super) fn ensure(&mut self, at: Node, step: Step) -> Node {
        if let Some(child) = self.entry(at).children.get(&step) {
            return *child;
        }
        if self.entries.len() >= MAX_NODES {
            self.is_cut = true;
            return at;
        }
        let child = self.entries.len() as Node;
        let whole = self.entry(at).whole;
        self.entries.push(Entry {
            whole,
            ..Entry::default()
        });
        self.entry_mut(at).children.insert(step, child);
        child
    }

    /// The place at a path with dots.
    pub(super) fn ensure_path(&mut self, at: Node, path: &str) -> Node {
        path.split('.')
            .fold(at, |at, key| self.ensure(at, Step::Key(key.into())))
    }

    /// The place under a key, made if it is not there.
    pub(super) fn ensure_key(&mut self, at: Node, key: &str) -> Node {
        self.ensure(at, Step::Key(key.into()))
    }

    fn entry(&self, at: Node) -> &Entry {
        &self.entries[at as usize]
    }

    fn entry_mut(&mut self, at: Node) -> &mut Entry {
        &mut self.entries[at as usize]
    }

    /// The places, and those whose contents show up there.
    fn linked(&self, nodes: &Nodes) -> Nodes {
        let mut all = nodes.clone();
        let mut open: Vec<Node> = nodes.iter().copied().collect();
        while let Some(node) = open.pop() {
            for link in &self.entry(node).links {
                if all.insert(*link) {
                    open.push(*link);
                }
            }
        }
        all
    }

    /// From now on the contents of `from` show up at `to` as well.
    pub(super) fn link(&mut self, to: Node, from: &Nodes) {
        for source in from {
            if *source == to || !self.entry_mut(to).links.insert(*source) {
                continue;
            }
            self.links += 1;
            if self.entry(to).whole {
                self.read_whole(&Nodes::from([*source]));
            }
        }
    }

    /// `.name` of these places.
    pub(super) fn field(&mut self, nodes: &Nodes, name: &str) -> Nodes {
        let step = Step::Key(name.into());
        let index = name.parse().ok().map(Step::Index);
        let mut found = Nodes::new();
        for node in self.linked(nodes) {
            let children = &self.entry(node).children;
            let child = children
                .get(&step)
                .or_else(|| children.get(index.as_ref()?));
            match child.copied() {
                Some(child) => {
                    self.entry_mut(child).touched = true;
                    found.insert(child);
                }
                None => {
                    self.entry_mut(node).missed.insert(name.into());
                }
            }
        }
        found
    }

    /// Every element of these places: what `range` goes through.
    pub(super) fn elements(&mut self, nodes: &Nodes) -> Nodes {
        let mut found = Nodes::new();
        for node in self.linked(nodes) {
            found.extend(self.entry(node).children.values().copied());
        }
        for child in &found {
            self.entry_mut(*child).touched = true;
        }
        found
    }

    /// The keys of maps at these places, and whether there are lists.
    pub(super) fn keys(&self, nodes: &Nodes) -> (BTreeSet<Rc<str>>, bool) {
        let mut found = BTreeSet::new();
        let mut has_lists = false;
        for node in self.linked(nodes) {
            for step in self.entry(node).children.keys() {
                match key(step) {
                    Some(key) => {
                        found.insert(key);
                    }
                    None => has_lists = true,
                }
            }
        }
        (found, has_lists)
    }

    /// Something depends on whether these places hold anything.
    pub(super) fn test(&mut self, nodes: &Nodes) {
        for node in self.linked(nodes) {
            self.entry_mut(node).tested = true;
        }
    }

    /// Everything at and below these places is read.
    pub(super) fn read_whole(&mut self, nodes: &Nodes) {
        let mut open: Vec<Node> = nodes.iter().copied().collect();
        while let Some(node) = open.pop() {
            let entry = self.entry_mut(node);
            if std::mem::replace(&mut entry.whole, true) {
                continue;
            }
            entry.touched = true;
            open.extend(entry.children.values());
            open.extend(&entry.links);
        }
    }

    /// The texts at and below these places that look like templates.
    pub(super) fn texts(&self, nodes: &Nodes) -> BTreeSet<Rc<str>> {
        let mut texts = BTreeSet::new();
        let mut seen = nodes.clone();
        let mut open: Vec<Node> = nodes.iter().copied().collect();
        while let Some(node) = open.pop() {
            let entry = self.entry(node);
            texts.extend(entry.texts.iter().cloned());
            let next = entry.children.values().chain(&entry.links);
            open.extend(next.copied().filter(|node| seen.insert(*node)));
        }
        texts
    }

    /// The uppermost of these values that nothing reads, as paths.
    pub(super) fn unread(&self, given: &Value) -> Vec<Vec<Step>> {
        let mut found = Vec::new();
        self.unread_below(TOP, given, &mut Vec::new(), &mut found);
        found
    }

    /// Whether all of it is unread.
    fn unread_below(
        &self,
        at: Node,
        given: &Value,
        path: &mut Vec<Step>,
        found: &mut Vec<Vec<Step>>,
    ) -> bool {
        let entry = self.entry(at);
        if entry.whole || path.len() > MAX_DEPTH {
            return false;
        }
        let children = parts(given);
        if children.is_empty() {
            return !entry.touched;
        }
        if self.decides_by_being(at) {
            return false;
        }
        let before = found.len();
        let mut all = !entry.touched && at != TOP;
        for (step, value) in children {
            let Some(child) = entry.children.get(&step) else {
                continue;
            };
            path.push(step);
            if self.unread_below(*child, &value, path, found) {
                found.push(path.clone());
            } else {
                all = false;
            }
            path.pop();
        }
        if all {
            found.truncate(before);
        }
        all
    }

    /// Whether something depends on this not being empty, and nothing in it is read.
    fn decides_by_being(&self, at: Node) -> bool {
        let entry = self.entry(at);
        entry.tested && !entry.children.values().any(|child| self.is_read(*child))
    }

    fn is_read(&self, at: Node) -> bool {
        let entry = self.entry(at);
        entry.touched || entry.children.values().any(|child| self.is_read(*child))
    }

    /// The names that templates ask for at a path: those that are there and are read, and those
    /// that are not there.
    pub(super) fn asked(&self, path: &[Step]) -> BTreeSet<Rc<str>> {
        let mut at = TOP;
        for step in path {
            match self.entry(at).children.get(step) {
                Some(child) => at = *child,
                None => return BTreeSet::new(),
            }
        }
        let read = |(step, child): (&Step, &Node)| self.is_read(*child).then(|| key(step))?;
        let mut names: BTreeSet<Rc<str>> =
            self.entry(at).children.iter().filter_map(read).collect();
        names.extend(self.entry(at).missed.iter().cloned());
        names
    }
}

fn key(step: &Step) -> Option<Rc<str>> {
    match step {
        Step::Key(key) => Some(key.to_text().as_ref().into()),
        Step::Index(_) => None,
    }
}

fn parts(value: &Value) -> Vec<(Step, Value)> {
    match value {
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            entries
                .map(|(key, value)| (Step::Key(key), value))
                .collect()
        }
        Value::List(list) => {
            let items = list.iter().enumerate();
            items
                .map(|(index, value)| (Step::Index(index), value.clone()))
                .collect()
        }
        _ => Vec::new(),
    }
}
