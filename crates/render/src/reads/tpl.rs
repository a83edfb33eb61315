//! Texts that are executed as templates: those given to `tpl`.

use std::rc::Rc;
use std::sync::Arc;

use pintle_go_template::Set;

use super::flow::{Flow, HOLE, Id};
use super::meaning::{Facts, Meaning, UNKNOWN};
use super::texts;
use super::tree::{self, Nodes};

impl Flow {
    /// Executes a text that may not be a template at all.
    fn call_text(&mut self, text: &str, dot: &Meaning, root: &Meaning) -> Facts {
        let known = self.texts.get(text).copied();
        match known.unwrap_or_else(|| self.learn_text(text)) {
            Some(id) => self.call(id, dot, Some(root)),
            None => {
                // A template made by a template, of pieces that make no sense apart.
                self.read_whole(dot);
                self.read_whole(root);
                Facts::ANY
            }
        }
    }

    /// Parses a text. What is unknown in it may be any template by itself.
    fn learn_text(&mut self, text: &str) -> Option<Id> {
        const NAME: &str = "gotpl";
        self.news += 1;
        self.texts.insert(text.into(), None);
        let is_built = text.contains(UNKNOWN);
        let whole = text.replace(UNKNOWN, &format!("{{{{template \"{HOLE}\" .}}}}"));
        let mut set = Set::new(Arc::clone(&self.functions));
        let template = match set.add(NAME, whole) {
            Ok(()) => set.syntax(NAME),
            Err(_) if is_built => None,
            Err(_) => Some(texts::salvaged(text, &self.functions)),
        };
        let id = self.templates.len();
        self.templates.push(Rc::new(template?));
        self.texts.insert(text.into(), Some(id));
        for name in set.names().into_iter().filter(|name| *name != NAME) {
            if let Some(template) = set.syntax(name) {
                let number = self.templates.len();
                self.templates.push(Rc::new(template));
                self.defined.entry(name.into()).or_default().push(number);
            }
        }
        Some(id)
    }

    /// Executes whatever may stand where a text has a piece that is not known.
    pub(super) fn fill(&mut self, dot: &Meaning, root: &Meaning) -> Facts {
        let texts = self.tree.texts(&Nodes::from([tree::TOP]));
        let mut output = Facts::ANY.with(Facts::GIVEN);
        for text in texts.iter().chain(&self.files.clone()) {
            output = output.with(self.call_text(text, dot, root));
        }
        output
    }

    /// The templates that `tpl` may find in what it is given, executed with this dot.
    pub(super) fn tpl(&mut self, text: &Meaning, dot: &Meaning) -> Facts {
        self.read_whole(text);
        let facts = text.as_text();
        if text.facts.has(Facts::BRACES) {
            // A template made by a template, in a way that was not followed.
            self.read_whole(dot);
        }
        let mut texts = text.texts.clone();
        let unknown = text.facts.has(Facts::ANY) || text.inner().next().is_some();
        texts.extend(if unknown {
            self.tree.texts(&Nodes::from([tree::TOP]))
        } else {
            self.tree.texts(&text.nodes)
        });
        if facts.has(Facts::FILES) {
            texts.extend(self.files.iter().cloned());
        }
        // What was between braces is gone.
        let mut output = facts.without_braces();
        for text in &texts {
            // A piece that is not known may be a template even where nothing else is.
            if text.contains("{{") || text.contains(UNKNOWN) {
                output = output.with(self.call_text(text, dot, dot));
            }
        }
        output
    }
}
