//! The keywords of objects.

use pintle_go_value::Str;

use super::{Frame, Run, Token};
use crate::draft::Draft;
use crate::node::{Node, find, position};
use crate::problem::{Kind, Problem};
use crate::schema::{Additional, Dependency, ObjectRules, SchemaId};

impl<'a> Run<'a> {
    pub(super) fn object(&mut self, frame: &mut Frame<'_, 'a>, entries: &'a [(Str, Node)]) {
        let Some(rules) = &frame.schema.object else {
            return;
        };
        let limits = (rules.min, rules.max);
        self.length(
            frame,
            ("minProperties", "maxProperties"),
            entries.len(),
            limits,
        );
        let missing = missing(entries, &rules.required);
        if !missing.is_empty() {
            self.add(frame, Kind::Required(missing));
        }
        if frame.is_decided() {
            return;
        }
        self.dependencies(frame, entries, rules);
        if self.properties(frame, entries, rules) {
            self.later_rules(frame, entries, rules);
        }
    }

    fn dependencies(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        entries: &'a [(Str, Node)],
        rules: &'a ObjectRules,
    ) {
        for (name, dependency) in &rules.dependencies {
            if find(entries, name.as_bytes()).is_none() {
                continue;
            }
            match dependency {
                Dependency::Properties(names) => self.demands(frame, entries, name, names),
                Dependency::Schema(id) => {
                    let target = frame.other(*id);
                    let result = self.same(frame, target, "", false);
                    frame.add(result);
                }
            }
        }
    }

    fn demands(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        entries: &[(Str, Node)],
        name: &Str,
        names: &[Str],
    ) {
        let missing = missing(entries, names);
        if !missing.is_empty() {
            let property = name.clone();
            self.add(frame, Kind::Dependency { property, missing });
        }
    }

    /// Every property on its own; false when the verdict was known before the end.
    fn properties(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        entries: &'a [(Str, Node)],
        rules: &'a ObjectRules,
    ) -> bool {
        let mut unwanted = Vec::new();
        for (at, (name, value)) in entries.iter().enumerate() {
            if frame.is_decided() {
                return false;
            }
            let token = Token::Name(name.as_bytes());
            let mut seen = false;
            if let Some(found) = position(&rules.properties, name.as_bytes()) {
                seen = true;
                let result = self.part(frame, rules.properties[found].1, value, token);
                frame.add(result);
            }
            for (pattern, id) in &rules.patterns {
                if self.matches(pattern, name) {
                    seen = true;
                    let result = self.part(frame, *id, value, token);
                    frame.add(result);
                }
            }
            if !seen && let Some(additional) = rules.additional {
                seen = true;
                match additional {
                    Additional::Allowed(true) => {}
                    Additional::Allowed(false) => unwanted.push(name.clone()),
                    Additional::Schema(id) => {
                        let result = self.part(frame, id, value, token);
                        frame.add(result);
                    }
                }
            }
            if seen {
                frame.unseen.see(at);
            }
        }
        if !unwanted.is_empty() {
            self.add(frame, Kind::AdditionalProperties(unwanted));
        }
        true
    }

    /// The keywords that came after draft 4.
    fn later_rules(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        entries: &'a [(Str, Node)],
        rules: &'a ObjectRules,
    ) {
        if let Some(id) = rules.names {
            for (name, _) in entries {
                if let Err(problem) = self.name(frame, id, name) {
                    frame.problems.push(problem);
                }
            }
        }
        if frame.schema.draft <= Draft::D6 {
            return;
        }
        for (name, id) in &rules.dependent_schemas {
            if find(entries, name.as_bytes()).is_some() {
                let target = frame.other(*id);
                let result = self.same(frame, target, "", false);
                frame.add(result);
            }
        }
        for (name, names) in &rules.dependent_required {
            if find(entries, name.as_bytes()).is_some() {
                self.demands(frame, entries, name, names);
            }
        }
    }

    /// A name as a document of its own.
    fn name(&mut self, frame: &Frame<'_, 'a>, id: SchemaId, name: &Str) -> Result<(), Problem> {
        let value = Node::Str(name.clone());
        let mut inner = Run {
            bounds: self.bounds,
            path: Vec::new(),
        };
        let result = inner.root(frame.other(id), &value, frame.meta);
        self.bounds = inner.bounds;
        result.map_err(|causes| {
            let mut problem = self.problem(frame, Kind::PropertyName(name.clone()));
            problem.causes = causes.into_causes();
            problem
        })
    }
}

fn missing(entries: &[(Str, Node)], names: &[Str]) -> Vec<Str> {
    let is_missing = |name: &&Str| find(entries, name.as_bytes()).is_none();
    names.iter().filter(is_missing).cloned().collect()
}
