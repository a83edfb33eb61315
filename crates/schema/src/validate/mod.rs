//! Validates a value against a compiled schema.
//!
//! - this file: one check of one value (a [`Frame`]), its scope, its bounds
//! - `object`, `array`, `scalar`: the keywords of one type
//! - `combined`: keywords that hold other schemas for the same value, references among them
//! - `unseen`: what no keyword has looked at, for `unevaluated…`
//!
//! The order of checks is Helm's, since it shows in the text; where Helm visits a map in
//! random order, keys are visited in byte order here.

mod array;
mod combined;
mod object;
mod scalar;
mod unseen;

use crate::documents::{Fail, Resources};
use crate::limits::{Halt, PROBLEM, STEPS};
use crate::node::Node;
use crate::pointer;
use crate::problem::{Kind, Problem, listing};
use crate::schema::{Program, Schema, SchemaId, Types};
use crate::words::quote;

use unseen::Unseen;

/// Validates values.
///
/// # Errors
/// The problems as Helm lists them.
pub(crate) fn values(program: &Program, value: &Node, depth: usize) -> Result<(), Fail> {
    whole(program, value, None, depth).map_err(|(problems, halt)| match halt {
        Some(halt) => Fail::Halt(halt),
        None => Fail::Text(listing(&problems)),
    })
}

/// Validates a schema against a meta-schema.
///
/// # Errors
/// The problems, under a head line.
pub(crate) fn meta(
    program: &Program,
    schema: &Node,
    resources: &Resources,
    depth: usize,
) -> Result<(), Fail> {
    let meta = Meta {
        target: Target {
            program,
            id: Program::ROOT,
        },
        resources,
    };
    whole(program, schema, Some(meta), depth).map_err(|(problems, halt)| match halt {
        Some(halt) => Fail::Halt(halt),
        None => {
            let location = quote(program.location(Program::ROOT).as_bytes());
            Fail::Text(format!(
                "jsonschema validation failed with {location}\n{}",
                listing(&problems)
            ))
        }
    })
}

fn whole(
    program: &Program,
    value: &Node,
    meta: Option<Meta<'_>>,
    depth: usize,
) -> Result<(), (Vec<Problem>, Option<Halt>)> {
    if program.schemas.is_empty() {
        return Ok(());
    }
    let target = Target {
        program,
        id: Program::ROOT,
    };
    let mut run = Run {
        bounds: Bounds {
            steps: STEPS,
            depth,
            halt: None,
        },
        path: Vec::new(),
    };
    let result = run.root(target, value, meta);
    match (result, run.bounds.halt) {
        (Ok(()), None) => Ok(()),
        (Ok(()), halt) => Err((Vec::new(), halt)),
        (Err(problem), halt) => Err((problem.into_causes(), halt)),
    }
}

/// A schema of some program.
#[derive(Clone, Copy)]
struct Target<'a> {
    program: &'a Program,
    id: SchemaId,
}

impl PartialEq for Target<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.program, other.program)
    }
}

impl<'a> Target<'a> {
    fn schema(self) -> &'a Schema {
        self.program.get(self.id)
    }

    /// Another schema of the same program.
    fn other(self, id: SchemaId) -> Self {
        Self { id, ..self }
    }
}

/// Set when a schema is the value: parts of it may be written in other dialects.
#[derive(Clone, Copy)]
struct Meta<'a> {
    target: Target<'a>,
    resources: &'a Resources,
}

/// The chain of schemas that led to a check.
struct Scope<'s, 'a> {
    target: Target<'a>,
    /// The keyword, where it was a reference.
    keyword: &'static str,
    /// Equal for checks of the same value in one chain.
    value: usize,
    parent: Option<&'s Scope<'s, 'a>>,
}

impl<'s> Scope<'s, '_> {
    /// The same schema for the same value, further up.
    fn cycle(&self) -> Option<&'s Self> {
        let mut scope = self.parent;
        while let Some(found) = scope.filter(|found| found.value == self.value) {
            if found.target == self.target {
                return Some(found);
            }
            scope = found.parent;
        }
        None
    }

    /// How this schema was reached, keyword by keyword.
    fn keywords(&self) -> String {
        let mut steps = Vec::new();
        let mut scope = self;
        while let Some(parent) = scope.parent {
            if scope.keyword.is_empty() {
                let location = |scope: &Self| scope.target.program.location(scope.target.id);
                let (inner, outer) = (location(scope), location(parent));
                steps.push(inner.get(outer.len()..).unwrap_or_default().to_owned());
            } else {
                steps.push(format!("/{}", scope.keyword));
            }
            scope = parent;
        }
        steps.reverse();
        steps.concat()
    }
}

/// One step into a value.
#[derive(Clone, Copy)]
enum Token<'a> {
    Name(&'a [u8]),
    Index(usize),
}

/// What a validation may still spend.
#[derive(Clone, Copy)]
struct Bounds {
    steps: u64,
    depth: usize,
    halt: Option<Halt>,
}

/// A validation under way.
struct Run<'a> {
    bounds: Bounds,
    /// Where in the value we are.
    path: Vec<Token<'a>>,
}

/// One check of one value against one schema.
struct Frame<'s, 'a> {
    target: Target<'a>,
    schema: &'a Schema,
    value: &'a Node,
    scope: Scope<'s, 'a>,
    unseen: Unseen,
    problems: Vec<Problem>,
    /// Only whether something is wrong counts, not what.
    quiet: bool,
    meta: Option<Meta<'a>>,
}

impl<'a> Frame<'_, 'a> {
    fn add(&mut self, result: Result<(), Problem>) {
        if let Err(problem) = result {
            self.problems.push(problem);
        }
    }

    /// Whether the verdict is known and more problems are of no use.
    fn is_decided(&self) -> bool {
        self.quiet && !self.problems.is_empty()
    }

    fn other(&self, id: SchemaId) -> Target<'a> {
        self.target.other(id)
    }
}

impl<'a> Run<'a> {
    /// Validates a whole document.
    fn root(
        &mut self,
        target: Target<'a>,
        value: &'a Node,
        meta: Option<Meta<'a>>,
    ) -> Result<(), Problem> {
        let schema = target.schema();
        let frame = Frame {
            target,
            schema,
            value,
            scope: Scope {
                target,
                keyword: "",
                value: 0,
                parent: None,
            },
            unseen: Unseen::new(value, schema, false),
            problems: Vec::new(),
            quiet: false,
            meta,
        };
        self.check(frame).map(|_| ())
    }

    /// Validates the same value against another schema.
    fn same(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        target: Target<'a>,
        keyword: &'static str,
        quiet: bool,
    ) -> Result<(), Problem> {
        let (switched, meta) = self.switched(target, frame.meta);
        let inner = Frame {
            target: switched,
            schema: switched.schema(),
            value: frame.value,
            scope: Scope {
                target,
                keyword,
                value: frame.scope.value,
                parent: Some(&frame.scope),
            },
            unseen: Unseen::new(frame.value, target.schema(), !frame.unseen.is_empty()),
            problems: Vec::new(),
            quiet: frame.quiet || quiet,
            meta,
        };
        let seen = self.check(inner)?;
        frame.unseen.merge(&seen);
        Ok(())
    }

    /// Validates a part of the value.
    fn part(
        &mut self,
        frame: &Frame<'_, 'a>,
        id: SchemaId,
        value: &'a Node,
        token: Token<'a>,
    ) -> Result<(), Problem> {
        let target = frame.other(id);
        self.path.push(token);
        let (switched, meta) = self.switched(target, frame.meta);
        let inner = Frame {
            target: switched,
            schema: switched.schema(),
            value,
            scope: Scope {
                target,
                keyword: "",
                value: frame.scope.value + 1,
                parent: Some(&frame.scope),
            },
            unseen: Unseen::new(value, target.schema(), false),
            problems: Vec::new(),
            quiet: frame.quiet,
            meta,
        };
        let result = self.check(inner).map(|_| ());
        self.path.pop();
        result
    }

    /// The meta-schema of the dialect at this place of a schema.
    fn switched(
        &self,
        target: Target<'a>,
        meta: Option<Meta<'a>>,
    ) -> (Target<'a>, Option<Meta<'a>>) {
        let Some(found) = meta.filter(|meta| meta.resources.len() > 1 && meta.target == target)
        else {
            return (target, meta);
        };
        let Some(resource) = found.resources.get(&self.pointer()) else {
            return (target, meta);
        };
        let target = Target {
            program: resource.dialect.meta(),
            id: Program::ROOT,
        };
        (target, Some(Meta { target, ..found }))
    }

    /// The place in the value as a pointer.
    fn pointer(&self) -> String {
        let mut out = String::new();
        for token in &self.path {
            match token {
                Token::Name(name) => pointer::push_bytes(&mut out, name),
                Token::Index(at) => pointer::push(&mut out, &at.to_string()),
            }
        }
        out
    }

    /// A problem here.
    fn problem(&mut self, frame: &Frame<'_, 'a>, kind: Kind) -> Problem {
        if frame.quiet {
            return untold();
        }
        self.spend(PROBLEM + self.path.len() as u64);
        Problem {
            at: self.pointer(),
            kind,
            causes: Vec::new(),
        }
    }

    /// Notes a problem here.
    fn add(&mut self, frame: &mut Frame<'_, 'a>, kind: Kind) {
        let problem = self.problem(frame, kind);
        frame.problems.push(problem);
    }

    /// Notes a problem that others explain.
    fn add_with(&mut self, frame: &mut Frame<'_, 'a>, kind: Kind, causes: Vec<Problem>) {
        let mut problem = self.problem(frame, kind);
        problem.causes = causes;
        frame.problems.push(problem);
    }

    /// Takes steps from what is left of them.
    fn spend(&mut self, steps: u64) {
        match self.bounds.steps.checked_sub(steps) {
            Some(left) => self.bounds.steps = left,
            None => self.bounds.halt = self.bounds.halt.or(Some(Halt::Work)),
        }
    }

    fn check(&mut self, frame: Frame<'_, 'a>) -> Result<Unseen, Problem> {
        self.spend(1 + frame.unseen.size() as u64);
        let Some(below) = self.bounds.depth.checked_sub(1) else {
            self.bounds.halt = self.bounds.halt.or(Some(Halt::Depth));
            return Err(untold());
        };
        if self.bounds.halt.is_some() {
            return Err(untold());
        }
        self.bounds.depth = below;
        let result = self.check_within(frame);
        self.bounds.depth = below + 1;
        result
    }

    fn check_within(&mut self, mut frame: Frame<'_, 'a>) -> Result<Unseen, Problem> {
        match frame.schema.verdict {
            Some(true) => return Ok(frame.unseen),
            Some(false) => return Err(self.problem(&frame, Kind::FalseSchema)),
            None => {}
        }
        if let Some(kind) = cycle(&frame) {
            return Err(self.problem(&frame, kind));
        }
        if let Some(kind) = self.value_itself(&frame) {
            return Err(self.problem(&frame, kind));
        }
        if let Some(id) = frame.schema.reference {
            let target = frame.other(id);
            let result = self.reference(&mut frame, target, "$ref");
            if frame.schema.draft < crate::draft::Draft::D2019 {
                return result.map(|()| frame.unseen);
            }
            frame.add(result);
        }
        match frame.value {
            Node::Map(entries) => self.object(&mut frame, entries),
            Node::List(items) => self.array(&mut frame, items),
            Node::Str(text) => self.string(&mut frame, text),
            Node::Number(number, _) => self.number(&mut frame, number),
            Node::Null | Node::Bool(_) => {}
        }
        if !frame.is_decided() {
            self.dynamic_references(&mut frame);
            self.combined(&mut frame);
            self.unevaluated(&mut frame);
        }
        match frame.problems.len() {
            0 => Ok(frame.unseen),
            1 => Err(frame.problems.pop().unwrap_or_else(untold)),
            _ => {
                let mut group = self.problem(&frame, Kind::Group);
                group.causes = frame.problems;
                Err(group)
            }
        }
    }

    /// What `type`, `const`, `enum` and `format` say; after the first failure nothing else
    /// is looked at.
    fn value_itself(&mut self, frame: &Frame<'_, 'a>) -> Option<Kind> {
        let (schema, value) = (frame.schema, frame.value);
        let got = Types::of(value);
        if let Some(want) = schema.types {
            let is_integer = matches!(value, Node::Number(number, _) if number.is_integer());
            let matches = want.meets(got) || (is_integer && want.meets(Types::INTEGER));
            if !matches {
                return Some(Kind::Type { got, want });
            }
        }
        if let Some(want) = &schema.constant
            && want != value
        {
            return Some(Kind::Const(want.clone()));
        }
        if let Some((choices, types)) = &schema.choices {
            self.spend(choices.len() as u64 / 4);
            if !types.meets(got) || !choices.contains(value) {
                return Some(Kind::Enum(std::sync::Arc::clone(choices)));
            }
        }
        if let (Some(format), Node::Str(text)) = (schema.format, value)
            && let Err(why) = format.check(&text.to_text())
        {
            return Some(Kind::Format {
                got: text.clone(),
                want: format.name,
                why,
            });
        }
        None
    }
}

fn cycle(frame: &Frame<'_, '_>) -> Option<Kind> {
    let found = frame.scope.cycle()?;
    if frame.quiet {
        return Some(Kind::Untold);
    }
    Some(Kind::RefCycle(Box::new([
        frame.scope.keywords(),
        found.keywords(),
        frame.target.program.location(frame.target.id),
    ])))
}

/// A problem that nobody will be told.
fn untold() -> Problem {
    Problem {
        at: String::new(),
        kind: Kind::Untold,
        causes: Vec::new(),
    }
}
