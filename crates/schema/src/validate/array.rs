//! The keywords of arrays.

use std::collections::HashMap;

use super::{Frame, Run, Token};
use crate::draft::Draft;
use crate::node::Node;
use crate::problem::Kind;
use crate::schema::{Additional, ArrayRules, Items, SchemaId};

impl<'a> Run<'a> {
    pub(super) fn array(&mut self, frame: &mut Frame<'_, 'a>, items: &'a [Node]) {
        let Some(rules) = &frame.schema.array else {
            return;
        };
        self.length(
            frame,
            ("minItems", "maxItems"),
            items.len(),
            (rules.min, rules.max),
        );
        if rules.unique && items.len() > 1 {
            self.unique(frame, items);
        }
        if frame.schema.draft < Draft::D2020 {
            self.old_items(frame, items, rules);
        } else {
            let seen = rules.prefix.len().min(items.len());
            self.each(frame, items, &rules.prefix);
            if let Some(id) = rules.rest {
                self.all_from(frame, items, seen, id);
            }
        }
        if let Some(id) = rules.contains {
            self.contains(frame, items, rules, id);
        }
    }

    fn unique(&mut self, frame: &mut Frame<'_, 'a>, items: &'a [Node]) {
        self.spend(
            items
                .iter()
                .map(|item| item.size(1 << 20) as u64)
                .sum::<u64>()
                / 4,
        );
        let mut first: HashMap<&Node, usize> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(before) = first.get(item) {
                self.add(frame, Kind::UniqueItems(*before, at));
                return;
            }
            first.insert(item, at);
        }
    }

    fn each(&mut self, frame: &mut Frame<'_, 'a>, items: &'a [Node], schemas: &[SchemaId]) {
        for (at, (item, id)) in items.iter().zip(schemas).enumerate() {
            let result = self.part(frame, *id, item, Token::Index(at));
            frame.add(result);
        }
    }

    fn all_from(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        items: &'a [Node],
        start: usize,
        id: SchemaId,
    ) {
        for (at, item) in items.iter().enumerate().skip(start) {
            let result = self.part(frame, id, item, Token::Index(at));
            frame.add(result);
        }
    }

    /// `items` and `additionalItems` before 2020-12.
    fn old_items(&mut self, frame: &mut Frame<'_, 'a>, items: &'a [Node], rules: &'a ArrayRules) {
        let seen = match &rules.items {
            None => 0,
            Some(Items::All(id)) => {
                self.all_from(frame, items, 0, *id);
                items.len()
            }
            Some(Items::Each(schemas)) => {
                self.each(frame, items, schemas);
                schemas.len().min(items.len())
            }
        };
        match rules.additional {
            Some(Additional::Allowed(false)) if seen < items.len() => {
                self.add(frame, Kind::AdditionalItems(items.len() - seen));
            }
            Some(Additional::Schema(id)) => self.all_from(frame, items, seen, id),
            _ => {}
        }
    }

    fn contains(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        items: &'a [Node],
        rules: &ArrayRules,
        id: SchemaId,
    ) {
        let mut problems = Vec::new();
        let mut matched = Vec::new();
        for (at, item) in items.iter().enumerate() {
            match self.part(frame, id, item, Token::Index(at)) {
                Err(problem) => problems.push(problem),
                Ok(()) => {
                    matched.push(at);
                    if frame.schema.draft >= Draft::D2020 {
                        frame.unseen.see(at);
                    }
                }
            }
        }
        let count = matched.len() as i64;
        if let Some(want) = rules.min_contains {
            if count < want {
                let got = matched.clone();
                self.add_with(frame, Kind::MinContains { got, want }, problems);
            }
        } else if matched.is_empty() {
            self.add_with(frame, Kind::Contains, problems);
        }
        if let Some(want) = rules.max_contains.filter(|max| count > *max) {
            self.add(frame, Kind::MaxContains { got: matched, want });
        }
    }
}
