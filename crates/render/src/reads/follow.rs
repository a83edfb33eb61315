//! One step on from what an expression stands for: fields, elements, and the end of the way.

use super::flow::Flow;
use super::meaning::{Facts, Meaning};
use super::tree::Nodes;

impl Flow {
    pub(super) fn fields(&mut self, value: Meaning, names: &[Box<str>]) -> Meaning {
        names
            .iter()
            .fold(value, |value, name| self.field(&value, name))
    }

    /// `.name` of something.
    pub(super) fn field(&mut self, value: &Meaning, name: &str) -> Meaning {
        let mut found = self.own_field(value, name);
        let mut scopes = value.scopes.clone();
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            found.join(&self.own_field(&heap, name));
            scopes.extend(&heap.scopes);
            self.heap = heap;
        }
        for chart in &scopes {
            let added = std::mem::take(&mut self.charts[*chart].added);
            found.join(&self.own_field(&added, name));
            found.join(&self.in_scope(*chart, name));
            self.charts[*chart].added = added;
        }
        found
    }

    fn own_field(&mut self, value: &Meaning, name: &str) -> Meaning {
        let mut found = Meaning::values(self.tree.field(&value.nodes, name));
        // HELM: methods of `.Values`.
        match name {
            "AsMap" => found.nodes.extend(&value.nodes),
            "Table" | "PathValue" | "YAML" => self.tree.read_whole(&value.nodes),
            _ => {}
        }
        if let Some(field) = value.fields.get(name) {
            found.join(field);
        }
        if let Some(elements) = &value.elements {
            found.join(elements);
        }
        if value.facts.has(Facts::FLAT) {
            found.join(value);
        }
        if value.facts.has(Facts::ANY) {
            found.join(&Meaning::plain(value.facts.of_text().with(self.lost)));
        }
        found
    }

    fn in_scope(&self, chart: usize, name: &str) -> Meaning {
        let scope = &self.charts[chart];
        match name {
            "Values" => Meaning::values(Nodes::from([scope.values])),
            "Subcharts" => {
                let mut charts = Meaning::default();
                for (name, number) in &scope.subcharts {
                    charts.put(Some(name), Meaning::scope(*number));
                }
                charts
            }
            "Files" => Meaning::plain(Facts::FILES),
            _ => Meaning::plain(Facts::default()),
        }
    }

    /// What `range` over something has as its dot.
    pub(super) fn elements(&mut self, value: &Meaning) -> Meaning {
        let mut found = self.own_elements(value);
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            found.join(&self.own_elements(&heap));
            self.heap = heap;
        }
        for chart in value.scopes.iter().copied() {
            for name in ["Values", "Subcharts", "Files", "Release"] {
                found.join(&self.in_scope(chart, name));
            }
            for added in self.charts[chart].added.inner() {
                found.join(added);
            }
        }
        found
    }

    fn own_elements(&mut self, value: &Meaning) -> Meaning {
        let mut found = Meaning::values(self.tree.elements(&value.nodes));
        for inner in value.inner() {
            found.join(inner);
        }
        if value.facts.has(Facts::FLAT) {
            found.join(value);
        }
        if value.facts.has(Facts::ANY) || found == Meaning::default() {
            found.join(&Meaning::plain(value.facts.of_text().with(self.lost)));
        }
        found
    }

    /// What `range` over something has as its key.
    pub(super) fn keys(&self, value: &Meaning) -> Meaning {
        let mut found = Meaning::default();
        let loose = value
            .facts
            .has(Facts::ANY.with(Facts::MADE).with(Facts::FLAT))
            || !value.scopes.is_empty()
            || value.elements.is_some();
        if loose {
            found.join(&Meaning::plain(value.facts.of_text()));
        }
        let (keys, has_indices) = self.tree.keys(&value.nodes);
        found.texts.extend(keys);
        if has_indices {
            found.join(&Meaning::plain(Facts::default()));
        }
        found.texts.extend(value.fields.keys().cloned());
        if found.texts.is_empty() {
            found.join(&Meaning::plain(Facts::default()));
        }
        // Cuts what is too much.
        found.join(&Meaning::default());
        found
    }

    /// Everything in it is read.
    pub(super) fn read_whole(&mut self, value: &Meaning) {
        self.read_own(value);
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            self.read_own(&heap);
            self.heap = heap;
        }
    }

    fn read_own(&mut self, value: &Meaning) {
        self.tree.read_whole(&value.nodes);
        for chart in &value.scopes {
            let values = Nodes::from([self.charts[*chart].values]);
            self.tree.read_whole(&values);
        }
        for inner in value.inner() {
            self.read_own(inner);
        }
    }

    /// The same for all arguments; gives facts about a text made of them.
    pub(super) fn read_all(&mut self, arguments: &[Meaning]) -> Facts {
        arguments.iter().fold(Facts::ANY, |facts, argument| {
            self.read_whole(argument);
            facts.with(argument.as_text())
        })
    }

    /// Something depends on whether it is empty.
    pub(super) fn test(&mut self, value: &Meaning) {
        self.tree.test(&value.nodes);
    }
}
