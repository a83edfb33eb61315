//! The tables that the words of a document make.

use pintle_go_value::{Map, Value};

use super::key::shown;
use super::strings::meaning;
use super::tables::{Node, Tables};
use super::words::{Kind, Word, Words};
use super::{Error, Places, numbers};
use crate::limits::MAX_DEPTH;

/// A document that is being read.
pub(super) struct Document<'a> {
    places: &'a Places,
    tables: Tables,
    /// The name of the present table.
    context: Vec<String>,
    /// The key of the present value in it.
    key: String,
    /// The line of the last name or key.
    line: usize,
    depth: usize,
}

impl<'a> Document<'a> {
    pub(super) fn new(places: &'a Places) -> Self {
        Self {
            places,
            tables: Tables::new(),
            context: Vec::new(),
            key: String::new(),
            line: 0,
            depth: 0,
        }
    }

    /// Reads all words.
    pub(super) fn read(mut self, mut words: Words) -> Result<Map, Error> {
        match self.items(&mut words) {
            Ok(()) => Ok(self.tables.into_map()),
            Err(error) => Err(Error {
                last_key: self.last_key(),
                ..error
            }),
        }
    }

    fn last_key(&self) -> String {
        let context = shown(&self.context);
        match (self.key.is_empty(), self.context.is_empty()) {
            (true, _) => context,
            (false, true) => self.key.clone(),
            (false, false) => format!("{context}.{}", self.key),
        }
    }

    fn items(&mut self, words: &mut Words) -> Result<(), Error> {
        while let Some(word) = words.words.next() {
            match word.kind {
                Kind::Table | Kind::Tables => self.head(word.kind == Kind::Tables, words)?,
                _ => {
                    let outer = self.context.clone();
                    self.entry(word, words)?;
                    self.context = outer;
                    self.key.clear();
                }
            }
        }
        words.error.take().map_or(Ok(()), Err)
    }

    /// The next word; at the end there is the error for which there is no next.
    fn next(words: &mut Words) -> Result<Word, Error> {
        let end = || Error::at(0, "unexpected EOF");
        words
            .words
            .next()
            .ok_or_else(|| words.error.take().unwrap_or_else(end))
    }

    fn here(&self, message: String) -> Error {
        Error::at(self.line, message)
    }

    fn head(&mut self, several: bool, words: &mut Words) -> Result<(), Error> {
        let first = Self::next(words)?;
        let name = self.name(first, Kind::HeadEnd, words)?;
        self.enter(name, several)?;
        self.tables.set_kind(&self.context, "", false);
        Ok(())
    }

    /// The parts of a name or key, to the word that ends it.
    fn name(&mut self, first: Word, end: Kind, words: &mut Words) -> Result<Vec<String>, Error> {
        self.line = first.line;
        let mut name = Vec::new();
        let mut part = first;
        while part.kind != end {
            name.push(meaning(&part)?);
            self.check_depth(self.context.len() + name.len(), &part)?;
            part = Self::next(words)?;
        }
        Ok(name)
    }

    /// DIFF: Go's library knows no limit.
    fn check_depth(&self, depth: usize, word: &Word) -> Result<(), Error> {
        if self.depth + depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("arrays and tables nest more than {MAX_DEPTH} deep");
        Err(Error::at(word.line, message))
    }

    /// Makes a table, or one more of several, the present one.
    fn enter(&mut self, name: Vec<String>, several: bool) -> Result<(), Error> {
        let parent = self.tables.parent_of(&name);
        let parent = parent.map_err(|message| self.here(message))?;
        let mut above = name.clone();
        let key = above.pop().unwrap_or_default();
        self.context = above;
        let entered = if several {
            self.tables.add_table(parent, &name)
        } else {
            let fresh = Node::Table(self.tables.fresh());
            self.tables.set(&self.context, &key, fresh)
        };
        entered.map_err(|message| self.here(message))?;
        self.context.push(key);
        Ok(())
    }

    fn enter_implicit(&mut self, name: Vec<String>, several: bool) -> Result<(), Error> {
        self.tables.mark_implicit(&name);
        self.enter(name, several)
    }

    /// A key and its value; gives the parts of the key and the value. The context is that of
    /// the key afterwards.
    fn entry(&mut self, first: Word, words: &mut Words) -> Result<(Vec<String>, Node), Error> {
        let name = self.name(first, Kind::KeyEnd, words)?;
        let (key, above) = name.split_last().unwrap_or((&self.key, &[]));
        let (key, above) = (key.clone(), above.to_vec());
        self.key.clone_from(&key);
        for part in above {
            let mut inner = self.context.clone();
            inner.push(part);
            self.enter_implicit(inner, false)?;
        }
        let word = Self::next(words)?;
        let node = self.value(&word, false, words)?;
        let set = self.tables.set(&self.context, &key, node.clone());
        set.map_err(|message| self.here(message))?;
        let is_array = matches!(node, Node::Array(_));
        self.tables.set_kind(&self.context, &key, is_array);
        Ok((name, node))
    }

    fn value(&mut self, word: &Word, in_array: bool, words: &mut Words) -> Result<Node, Error> {
        Ok(Node::Leaf(match word.kind {
            Kind::Array | Kind::Inline => {
                self.depth += 1;
                self.check_depth(self.context.len(), word)?;
                let node = if word.kind == Kind::Array {
                    self.array(words)
                } else {
                    self.inline(in_array, words)
                };
                self.depth -= 1;
                return node;
            }
            Kind::Integer => numbers::integer(word)?,
            Kind::Float => numbers::float(word)?,
            Kind::Time => numbers::time(word, self.places)?,
            Kind::Bool => Value::Bool(word.text == "true"),
            _ => Value::from(meaning(word)?),
        }))
    }

    fn array(&mut self, words: &mut Words) -> Result<Node, Error> {
        self.tables.set_kind(&self.context, &self.key, true);
        let mut items = Vec::new();
        loop {
            let word = Self::next(words)?;
            if word.kind == Kind::ArrayEnd {
                return Ok(Node::Array(items));
            }
            items.push(self.value(&word, true, words)?);
        }
    }

    /// An inline table, which is made twice: as a table of the document, which finds what is
    /// defined twice, and as the value.
    fn inline(&mut self, in_array: bool, words: &mut Words) -> Result<Node, Error> {
        let outer = self.context.clone();
        let outer_key = std::mem::take(&mut self.key);
        self.context.push(outer_key.clone());
        let name = self.context.clone();
        self.enter_implicit(name.clone(), in_array)?;
        let top = self.tables.fresh();
        loop {
            let word = Self::next(words)?;
            if word.kind == Kind::InlineEnd {
                break;
            }
            let (parts, node) = self.entry(word, words)?;
            let (key, above) = parts.split_last().unwrap_or((&outer_key, &[]));
            let mut table = top;
            for part in above {
                let inner = self.tables.table_in(table, part);
                table = inner.ok_or_else(|| {
                    let context = pintle_go_value::format::quoted::quote(&shown(&self.context));
                    self.here(format!("{context} is not a table"))
                })?;
            }
            self.tables.insert(table, key, node);
            self.context.clone_from(&name);
        }
        self.context = outer;
        self.key = outer_key;
        Ok(Node::Table(top))
    }
}
