//! What an expression may stand for, as far as values are concerned.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::tree::Nodes;

/// Where a text is not known; no text of a template has this character.
pub(super) const UNKNOWN: char = '\u{1}';

/// More texts than this are just any text.
const MAX_TEXTS: usize = 64;

/// Maps in maps: deeper ones are thrown together.
const MAX_DEPTH: u8 = 6;

thread_local! {
    /// How many parts of meanings were joined on this thread: what a search costs.
    static WORK: Cell<u64> = const { Cell::new(0) };
}

/// How many parts of meanings were joined on this thread so far.
pub(super) fn work() -> u64 {
    WORK.get()
}

/// Facts about a [`Meaning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Facts(u8);

impl Facts {
    /// A text, number or other thing that is not known.
    pub(super) const ANY: Self = Self(1);
    /// Made from values.
    pub(super) const GIVEN: Self = Self(2);
    /// Made from files of the chart, or such files themselves.
    pub(super) const FILES: Self = Self(4);
    /// Made from a constant with `{{` in it.
    pub(super) const BRACES: Self = Self(8);
    /// A map that a template made, and that functions may change later.
    pub(super) const MADE: Self = Self(16);
    /// Everything in it lies on one level: each name leads to itself.
    pub(super) const FLAT: Self = Self(32);

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without_braces(self) -> Self {
        Self(self.0 & !Self::BRACES.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What a text made of it inherits.
    pub(super) fn of_text(self) -> Self {
        Self(self.0 & (Self::GIVEN.0 | Self::FILES.0 | Self::BRACES.0)).with(Self::ANY)
    }
}

/// What an expression may stand for: any of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Meaning {
    /// Values.
    pub(super) nodes: Nodes,
    /// What the templates of a chart see as their dot, by the chart's number.
    pub(super) scopes: BTreeSet<usize>,
    /// What a map has under these keys, or a list at these indices.
    pub(super) fields: BTreeMap<Rc<str>, Meaning>,
    /// What a list holds, or a map under keys that are not known.
    pub(super) elements: Option<Rc<Meaning>>,
    /// Texts, with [`UNKNOWN`] for pieces that are not known.
    pub(super) texts: BTreeSet<Rc<str>>,
    pub(super) facts: Facts,
    depth: u8,
}

impl Meaning {
    /// Something that no value leads on from.
    pub(super) fn plain(facts: Facts) -> Self {
        Self {
            facts: facts.with(Facts::ANY),
            ..Self::default()
        }
    }

    pub(super) fn values(nodes: Nodes) -> Self {
        Self {
            nodes,
            ..Self::default()
        }
    }

    pub(super) fn scope(chart: usize) -> Self {
        Self {
            scopes: BTreeSet::from([chart]),
            ..Self::default()
        }
    }

    pub(super) fn text(text: &str) -> Self {
        Self {
            texts: BTreeSet::from([text.into()]),
            ..Self::default()
        }
    }

    pub(super) fn any_of(texts: BTreeSet<Rc<str>>) -> Self {
        Self {
            texts,
            ..Self::default()
        }
    }

    pub(super) fn list_of(element: Self) -> Self {
        let mut list = Self::default();
        list.put(None, element);
        list
    }

    /// The same without its order: any element may be anywhere.
    pub(super) fn unordered(mut self) -> Self {
        for (_, element) in std::mem::take(&mut self.fields) {
            self.join_elements(&element);
        }
        self
    }

    /// Puts something under a key, or under any.
    pub(super) fn put(&mut self, key: Option<&str>, value: Self) {
        let value = value.bounded();
        self.depth = self.depth.max(value.depth + 1);
        match key {
            Some(key) => self.fields.entry(key.into()).or_default().join(&value),
            None => self.join_elements(&value),
        }
    }

    fn join_elements(&mut self, more: &Self) {
        let mut elements = self.elements.take().unwrap_or_default();
        Rc::make_mut(&mut elements).join(more);
        self.elements = Some(elements);
    }

    /// Either of the two.
    pub(super) fn join(&mut self, other: &Self) {
        let parts = other.nodes.len() + other.fields.len() + other.texts.len();
        WORK.set(WORK.get() + 1 + parts as u64);
        self.nodes.extend(&other.nodes);
        self.scopes.extend(&other.scopes);
        for (key, value) in &other.fields {
            self.fields.entry(Rc::clone(key)).or_default().join(value);
        }
        if let Some(more) = &other.elements {
            self.join_elements(more);
        }
        self.texts.extend(other.texts.iter().cloned());
        self.facts = self.facts.with(other.facts);
        self.depth = self.depth.max(other.depth);
        if self.texts.len() > MAX_TEXTS {
            self.facts = self.facts.with(Facts::ANY).with(self.braces());
            self.texts.clear();
        }
    }

    pub(super) fn joined(mut self, other: &Self) -> Self {
        self.join(other);
        self
    }

    /// [`Facts::BRACES`] if a text has them.
    fn braces(&self) -> Facts {
        if self.texts.iter().any(|text| text.contains("{{")) {
            Facts::BRACES
        } else {
            Facts::default()
        }
    }

    /// What a text made of this inherits.
    pub(super) fn as_text(&self) -> Facts {
        let mut facts = self.facts.of_text().with(self.braces());
        if !self.nodes.is_empty() || !self.scopes.is_empty() {
            facts = facts.with(Facts::GIVEN);
        }
        for inner in self.inner() {
            facts = facts.with(inner.as_text());
        }
        facts
    }

    /// What lies in it, one step on.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Self> {
        self.fields.values().chain(self.elements.as_deref())
    }

    /// The same with what is nested too deep on one level.
    fn bounded(self) -> Self {
        if self.depth < MAX_DEPTH {
            return self;
        }
        let mut flat = Self::plain(Facts::FLAT);
        self.flatten_into(&mut flat);
        flat
    }

    fn flatten_into(&self, flat: &mut Self) {
        flat.nodes.extend(&self.nodes);
        flat.scopes.extend(&self.scopes);
        flat.facts = flat.facts.with(self.facts).with(self.braces());
        for inner in self.inner() {
            inner.flatten_into(flat);
        }
    }

    /// The texts it may be; `None` if it may be any.
    pub(super) fn known_texts(&self) -> Option<Vec<Rc<str>>> {
        let any = self.facts.has(Facts::ANY) || !self.nodes.is_empty() || !self.scopes.is_empty();
        let known = !any && !self.texts.is_empty();
        known.then(|| self.texts.iter().cloned().collect())
    }

    /// The same as exact texts.
    pub(super) fn exact_texts(&self) -> Option<Vec<Rc<str>>> {
        let texts = self.known_texts()?;
        let exact = texts.iter().all(|text| !text.contains(UNKNOWN));
        exact.then_some(texts)
    }
}
