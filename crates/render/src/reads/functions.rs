//! What functions do with values: which they hand on, and which they read.

use super::flow::Flow;
use super::meaning::{Facts, Meaning, UNKNOWN};
use super::texts;

impl Flow {
    /// The result of a function. One that is not known here reads its arguments whole.
    pub(super) fn function(&mut self, name: &str, arguments: &[Meaning]) -> Meaning {
        let name = name
            .strip_prefix("must")
            .map_or_else(|| name.to_owned(), lowered);
        let at = |index: usize| arguments.get(index).cloned().unwrap_or_default();
        let last = || arguments.last().cloned().unwrap_or_default();
        match &*name {
            "include" => {
                self.read_whole(&at(0));
                let names = at(0).known_texts();
                let names = names.unwrap_or_else(|| vec![UNKNOWN.to_string().into()]);
                Meaning::plain(self.call_named(&names, &at(1)).of_text())
            }
            "tpl" => Meaning::plain(self.tpl(&at(0), &at(1)).of_text()),
            "dict" => self.dict(arguments),
            "list" | "tuple" => {
                let mut list = Meaning::default();
                for (index, argument) in arguments.iter().enumerate() {
                    list.put(Some(&index.to_string()), argument.clone());
                }
                list
            }
            "splitList" => match (at(0).exact_texts(), at(1).exact_texts()) {
                (Some(by), Some(texts)) => texts::split(&by, &texts),
                _ => Meaning::plain(self.read_all(arguments)),
            },
            "get" => self.key(&at(0), &at(1)),
            "hasKey" => {
                self.key(&at(0), &at(1));
                Meaning::plain(Facts::default())
            }
            "index" => {
                let keys = arguments.iter().skip(1);
                keys.fold(at(0), |value, key| self.key(&value, key))
            }
            "dig" => self.dig(arguments),
            "pluck" => {
                let mut all = Meaning::default();
                for map in arguments.iter().skip(1) {
                    all.join(&self.key(map, &at(0)));
                }
                Meaning::list_of(all)
            }
            "default" => self.first_of(arguments, 1),
            "coalesce" | "or" | "and" => self.first_of(arguments, 0),
            "ternary" => {
                self.test(&at(2));
                at(0).joined(&at(1))
            }
            "required" => {
                self.read_whole(&at(0));
                at(1)
            }
            "empty" | "not" => {
                self.test(&last());
                Meaning::plain(Facts::default())
            }
            "kindOf" | "kindIs" | "typeOf" | "typeIs" | "typeIsLike" => {
                Meaning::plain(Facts::default())
            }
            "len" => {
                self.elements(&at(0));
                Meaning::plain(Facts::GIVEN)
            }
            "deepCopy" => made(at(0)),
            "omit" => made(at(0)),
            "unset" => at(0),
            "pick" => self.pick(arguments),
            "set" => self.set(&at(0), &at(1), &at(2)),
            "merge" | "mergeOverwrite" => self.merge(arguments),
            "keys" => {
                let mut all = Meaning::default();
                for map in arguments {
                    self.elements(map);
                    all.join(&self.keys(map));
                }
                Meaning::list_of(all)
            }
            "values" => Meaning::list_of(self.elements(&at(0))),
            "first" => self.key(&at(0), &Meaning::text("0")),
            "last" => self.elements(&at(0)),
            "rest" | "initial" | "reverse" | "slice" => {
                self.read_all(arguments.get(1..).unwrap_or_default());
                at(0).unordered()
            }
            "append" | "push" | "prepend" => {
                let more = Meaning::list_of(at(1));
                at(0).unordered().joined(&more)
            }
            "concat" => arguments.iter().fold(Meaning::default(), |all, list| {
                all.joined(&list.clone().unordered())
            }),
            "compact" => {
                let elements = self.elements(&at(0));
                self.test(&elements);
                at(0).unordered()
            }
            "chunk" => Meaning::list_of(at(1).unordered()),
            "print" | "printf" | "cat" => {
                let facts = self.read_all(arguments);
                match texts::printed(&name, arguments) {
                    Some(texts) => Meaning::any_of(texts),
                    None => Meaning::plain(facts),
                }
            }
            _ => Meaning::plain(self.read_all(arguments)),
        }
    }

    fn dict(&mut self, arguments: &[Meaning]) -> Meaning {
        let mut map = made(Meaning::default());
        for pair in arguments.chunks(2) {
            self.read_whole(&pair[0]);
            let value = pair.get(1).cloned().unwrap_or_default();
            match pair[0].exact_texts() {
                Some(keys) => {
                    for key in keys {
                        map.put(Some(&key), value.clone());
                    }
                }
                None => map.put(None, value),
            }
        }
        map
    }

    /// The element under a key, which may not be known.
    fn key(&mut self, value: &Meaning, key: &Meaning) -> Meaning {
        self.read_whole(key);
        let Some(keys) = key.exact_texts() else {
            return self.elements(value);
        };
        let mut found = Meaning::default();
        for key in keys {
            found.join(&self.field(value, &key));
        }
        found
    }

    /// `dig KEY… DEFAULT MAP`
    fn dig(&mut self, arguments: &[Meaning]) -> Meaning {
        let Some((map, rest)) = arguments.split_last() else {
            return Meaning::default();
        };
        let Some((default, keys)) = rest.split_last() else {
            return map.clone();
        };
        let found = keys
            .iter()
            .fold(map.clone(), |value, key| self.key(&value, key));
        found.joined(default)
    }

    /// One of the arguments, by whether they are empty; the first `skipped` are not asked.
    fn first_of(&mut self, arguments: &[Meaning], skipped: usize) -> Meaning {
        for argument in arguments.iter().skip(skipped) {
            self.test(argument);
        }
        let all = arguments.iter();
        all.fold(Meaning::default(), Meaning::joined)
    }

    fn pick(&mut self, arguments: &[Meaning]) -> Meaning {
        let Some((map, keys)) = arguments.split_first() else {
            return Meaning::default();
        };
        let mut picked = made(Meaning::default());
        for key in keys {
            match key.exact_texts() {
                Some(names) => {
                    for name in names {
                        let value = self.field(map, &name);
                        picked.put(Some(&name), value);
                    }
                }
                None => picked.join(map),
            }
        }
        picked
    }

    /// `set MAP KEY VALUE` changes whatever MAP stands for.
    fn set(&mut self, map: &Meaning, key: &Meaning, value: &Meaning) -> Meaning {
        self.read_whole(key);
        let mut change = Meaning::default();
        match key.exact_texts() {
            Some(keys) => {
                for key in keys {
                    change.put(Some(&key), value.clone());
                }
            }
            None => change.put(None, value.clone()),
        }
        self.change(map, &change);
        map.clone().joined(&change)
    }

    /// The first map gets what the others have.
    fn merge(&mut self, arguments: &[Meaning]) -> Meaning {
        let Some((map, more)) = arguments.split_first() else {
            return Meaning::default();
        };
        let change = more.iter().fold(Meaning::default(), Meaning::joined);
        self.change(map, &change);
        map.clone().joined(&change)
    }

    /// What `map` stands for has the contents of `change` from now on.
    fn change(&mut self, map: &Meaning, change: &Meaning) {
        if self.is_fresh {
            return;
        }
        for node in &map.nodes {
            self.tree.link(*node, &change.nodes);
            for (key, value) in &change.fields {
                let child = self.tree.ensure_key(*node, key);
                self.tree.link(child, &value.nodes);
                let mut more = value.clone();
                more.nodes.clear();
                self.read_whole(&more);
                self.lose(value);
            }
            if let Some(elements) = &change.elements {
                self.read_whole(elements);
                self.lose(elements);
            }
        }
        for chart in &map.scopes {
            self.charts[*chart].added.join(change);
        }
        if map.facts.has(Facts::MADE) {
            self.heap.join(change);
        }
        if map.facts.has(Facts::ANY) {
            self.read_whole(change);
            self.lose(change);
        }
    }

    /// Facts about something that is put where it is not followed.
    fn lose(&mut self, value: &Meaning) {
        self.lost = self.lost.with(value.as_text());
    }
}

/// A map that may be changed later.
fn made(mut map: Meaning) -> Meaning {
    map.facts = map.facts.with(Facts::MADE);
    map
}

/// `mustMerge` is `merge`.
fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
