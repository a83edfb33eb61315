//! Keywords that hold schemas for the same value, and references to them.

use super::{Frame, Run, Target, Token};
use crate::draft::Draft;
use crate::node::Node;
use crate::problem::{Kind, Problem};
use crate::schema::{Combined, SchemaId};

impl<'a> Run<'a> {
    /// Follows a reference.
    pub(super) fn reference(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        target: Target<'a>,
        keyword: &'static str,
    ) -> Result<(), Problem> {
        self.same(frame, target, keyword, false).map_err(|found| {
            let mut problem = self.problem(frame, Kind::Reference);
            problem.causes = found.into_causes();
            problem
        })
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost schema of the kind that is meant.
    pub(super) fn dynamic_references(&mut self, frame: &mut Frame<'_, 'a>) {
        if frame.schema.draft < Draft::D2019 {
            return;
        }
        if let Some(id) = frame.schema.recursive_reference {
            let mut target = frame.other(id);
            if target.schema().recursive_anchor {
                target = outermost(frame, target, |found| {
                    let resource = found.other(found.schema().resource);
                    resource.schema().recursive_anchor.then_some(found)
                });
            }
            let result = self.reference(frame, target, "$recursiveRef");
            frame.add(result);
        }
        if let Some((id, anchor)) = &frame.schema.dynamic_reference {
            let mut target = frame.other(*id);
            if anchor.is_some() && target.schema().dynamic_anchor == *anchor {
                target = outermost(frame, target, |found| {
                    let resource = found.other(found.schema().resource);
                    let mut anchors = resource.schema().dynamic_anchors.iter();
                    let named = anchors.find(|(name, _)| Some(name) == anchor.as_ref());
                    named.map(|(_, id)| found.other(*id))
                });
            }
            let result = self.reference(frame, target, "$dynamicRef");
            frame.add(result);
        }
    }

    pub(super) fn combined(&mut self, frame: &mut Frame<'_, 'a>) {
        let Some(rules) = &frame.schema.combined else {
            return;
        };
        if let Some(id) = rules.not
            && self.quietly(frame, id)
        {
            self.add(frame, Kind::Failed("not"));
        }
        if !rules.all_of.is_empty() {
            self.all_of(frame, &rules.all_of);
        }
        if !rules.any_of.is_empty() {
            self.any_of(frame, &rules.any_of);
        }
        if !rules.one_of.is_empty() {
            self.one_of(frame, &rules.one_of);
        }
        self.condition(frame, rules);
    }

    /// Whether the value is valid, without reasons.
    fn quietly(&mut self, frame: &mut Frame<'_, 'a>, id: SchemaId) -> bool {
        let target = frame.other(id);
        self.same(frame, target, "", true).is_ok()
    }

    fn all_of(&mut self, frame: &mut Frame<'_, 'a>, schemas: &[SchemaId]) {
        let mut problems = Vec::new();
        for id in schemas {
            let target = frame.other(*id);
            if let Err(problem) = self.same(frame, target, "", false) {
                problems.push(problem);
                if frame.quiet {
                    break;
                }
            }
        }
        if !problems.is_empty() {
            self.add_with(frame, Kind::Failed("allOf"), problems);
        }
    }

    fn any_of(&mut self, frame: &mut Frame<'_, 'a>, schemas: &[SchemaId]) {
        let mut problems = Vec::new();
        let mut matched = false;
        for id in schemas {
            let target = frame.other(*id);
            match self.same(frame, target, "", false) {
                Err(problem) => problems.push(problem),
                Ok(()) => {
                    matched = true;
                    // The others may still look at what nobody has looked at.
                    if frame.unseen.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched {
            self.add_with(frame, Kind::Failed("anyOf"), problems);
        }
    }

    fn one_of(&mut self, frame: &mut Frame<'_, 'a>, schemas: &[SchemaId]) {
        let mut problems = Vec::new();
        let mut matched = None;
        for (at, id) in schemas.iter().enumerate() {
            let target = frame.other(*id);
            match (self.same(frame, target, "", matched.is_some()), matched) {
                (Err(problem), None) => problems.push(problem),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(at),
                (Ok(()), Some(first)) => {
                    self.add(frame, Kind::OneOf(Some((first, at))));
                    break;
                }
            }
        }
        if matched.is_none() {
            self.add_with(frame, Kind::OneOf(None), problems);
        }
    }

    fn condition(&mut self, frame: &mut Frame<'_, 'a>, rules: &Combined) {
        let Some(condition) = rules.condition else {
            return;
        };
        let next = if self.quietly(frame, condition) {
            rules.then
        } else {
            rules.otherwise
        };
        if let Some(id) = next {
            let target = frame.other(id);
            let result = self.same(frame, target, "", false);
            frame.add(result);
        }
    }

    /// `unevaluatedProperties` and `unevaluatedItems`.
    pub(super) fn unevaluated(&mut self, frame: &mut Frame<'_, 'a>) {
        match (
            frame.value,
            frame.schema.unevaluated_properties,
            frame.schema.unevaluated_items,
        ) {
            (Node::Map(entries), Some(id), _) => {
                for (at, (name, value)) in entries.iter().enumerate() {
                    if frame.unseen.has(at) {
                        let result = self.part(frame, id, value, Token::Name(name.as_bytes()));
                        frame.add(result);
                    }
                }
                frame.unseen.clear();
            }
            (Node::List(items), _, Some(id)) => {
                for (at, item) in items.iter().enumerate() {
                    if frame.unseen.has(at) {
                        let result = self.part(frame, id, item, Token::Index(at));
                        frame.add(result);
                    }
                }
                frame.unseen.clear();
            }
            _ => {}
        }
    }
}

/// The outermost schema on the way here that something is found for.
fn outermost<'a>(
    frame: &Frame<'_, 'a>,
    fallback: Target<'a>,
    find: impl Fn(Target<'a>) -> Option<Target<'a>>,
) -> Target<'a> {
    let mut target = fallback;
    let mut scope = Some(&frame.scope);
    while let Some(found) = scope {
        target = find(found.target).unwrap_or(target);
        scope = found.parent;
    }
    target
}
