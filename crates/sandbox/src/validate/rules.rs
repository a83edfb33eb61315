//! The rules of kinds as they are written in `*.rules`, and how they are gone through.
//!
//! A paragraph has a name: `group/Kind`, or that of a part which others `use(…)`. Each line is
//!
//! ```text
//! PATH[,PATH…] [as(NAME)] [shown(FIELD…)|as-text] CHECK… ["why"] [if CONDITION [and CONDITION…]]
//! ```
//!
//! A path leads from the value that the lines around it are about; `[]` goes to all items of a
//! list, `{}` to all entries of a map, `-` is the value itself. Lines that are set in further are about what the line above
//! them leads to, when it is there. The first check that finds something ends its line.
//!
//! - `as(NAME)`: where it is said to be, seen from the value around; `^` is that without its index
//! - `shown(FIELD…)`: as the server prints a type of its own, by these fields; `as-text`: as text
//! - `required`: must not be empty; `missing`: is found to be, without a look
//! - `forbidden`: must not be there; `invalid`: is wrong (mostly on a condition)
//! - `one-of(…)`: when it is there; `must-be(…)`: always; `unsupported(…)`: is none, without a look
//! - `in(LEAST..MOST)`; `above(PATH)`, `from(PATH)`, `same(PATH)`, `unlike(PATH)`: beside another value
//! - `unique`, `unique(WHERE)`: unlike all before it in its list, or in all lists of that name
//! - `already-told`: goes on only when something was found there
//! - `choice "none" "more"`: exactly one of the parts below it
//! - `use(PARAGRAPH)`
//! - a name of `texts` (on what is not empty; with `!` always), or a function of its own
//!
//! Conditions look from the value around: `path` and `!path` (there or not), `path=a|b`,
//! `path!=a|b` (what is absent or empty is the empty text).

mod read;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::found::{At, Found};
use super::texts;
use crate::object;

/// A rule that needs code.
pub(super) type Own = fn(&mut Found, &At<'_>);

#[derive(Debug)]
struct Rule {
    paths: Vec<Vec<Step>>,
    named: Option<String>,
    shown: Shown,
    checks: Vec<Check>,
    conditions: Vec<Condition>,
    inner: Vec<Rule>,
    /// Whether it looks at what is not there, too.
    minds_absence: bool,
}

#[derive(Debug, PartialEq)]
enum Step {
    Child(String),
    Items,
    Entries,
}

/// How a value is told.
#[derive(Debug, Default)]
enum Shown {
    #[default]
    Value,
    Text,
    /// By these fields: how they are written, and how the server calls them.
    Fields(Vec<(String, String)>),
}

#[derive(Debug)]
enum Check {
    Required(String),
    Missing(String),
    Forbidden(String),
    Invalid(String),
    OneOf(Vec<String>, Choice),
    In(i64, i64, String),
    Beside(Relation, String, String),
    Unique(Option<String>, String),
    AlreadyTold,
    Exactly(String, String),
    Use(String),
    Text(texts::Rule, bool),
    Own(Own),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    WhenSet,
    Always,
    Known,
}

#[derive(Debug, Clone, Copy)]
enum Relation {
    Above,
    From,
    Same,
    Unlike,
}

#[derive(Debug)]
struct Condition {
    path: String,
    is: Is,
}

#[derive(Debug)]
enum Is {
    Set(bool),
    Among(Vec<String>, bool),
}

static BOOK: LazyLock<BTreeMap<String, Vec<Rule>>> = LazyLock::new(|| read::book().0);

/// How many paragraphs may be gone through inside of each other.
const DEPTH: usize = 200;

/// Goes through the rules of a paragraph.
pub(super) fn check(found: &mut Found, paragraph: &str, at: &At<'_>) {
    let Some(rules) = BOOK.get(paragraph) else {
        return;
    };
    if found.depth == DEPTH {
        return found.forbidden(at, "the schema is too deep");
    }
    found.depth += 1;
    run(found, rules, at);
    found.depth -= 1;
}

fn run(found: &mut Found, rules: &[Rule], base: &At<'_>) {
    for rule in rules {
        let begins = rule.minds_absence || rule.paths.iter().any(|path| begins(path, base.value));
        if begins && rule.conditions.iter().all(|one| one.holds(base.value)) {
            for path in &rule.paths {
                reach(found, rule, base, path, base);
            }
        }
    }
}

/// Whether there is anything on a path.
fn begins(path: &[Step], base: &Value) -> bool {
    match path.first() {
        Some(Step::Child(name)) => base.get(name).is_some_and(|value| !value.is_null()),
        _ => true,
    }
}

/// Follows a path to the places that it leads to.
fn reach(found: &mut Found, rule: &Rule, base: &At<'_>, path: &[Step], at: &At<'_>) {
    match path {
        [] => rule.apply(found, base, at),
        [Step::Items, rest @ ..] => {
            for item in at.items() {
                reach(found, rule, base, rest, &item);
            }
        }
        [Step::Entries, rest @ ..] => {
            for (_, entry) in at.entries() {
                reach(found, rule, base, rest, &entry);
            }
        }
        [Step::Child(name), rest @ ..] => {
            let is_there = at.value.get(name).is_some_and(|value| !value.is_null());
            if is_there || rule.minds_absence {
                reach(found, rule, base, rest, &at.child(name));
            }
        }
    }
}

impl Condition {
    fn holds(&self, base: &Value) -> bool {
        let value = object::at(base, &self.path);
        match &self.is {
            Is::Set(there) => value.is_null() != *there,
            Is::Among(texts, among) => texts.iter().any(|text| is(value, text)) == *among,
        }
    }
}

/// Whether a value is what a text says.
fn is(value: &Value, text: &str) -> bool {
    match value {
        Value::Null => text.is_empty(),
        Value::String(value) => value == text,
        Value::Array(list) => list.is_empty() && text.is_empty(),
        Value::Object(map) => map.is_empty() && text.is_empty(),
        Value::Bool(value) => (if *value { "true" } else { "false" }) == text,
        Value::Number(number) => text
            .parse()
            .is_ok_and(|text: i64| number.as_i64() == Some(text)),
    }
}

impl Check {
    /// Whether it looks at what is not there, too.
    fn minds_absence(&self) -> bool {
        match self {
            Self::Required(_) | Self::Missing(_) | Self::Invalid(_) => true,
            Self::OneOf(_, choice) => *choice != Choice::WhenSet,
            Self::Text(_, always) => *always,
            _ => false,
        }
    }
}

impl Rule {
    fn apply(&self, found: &mut Found, base: &At<'_>, at: &At<'_>) {
        let place = match &self.named {
            Some(name) => &at.named(renamed(base, name)),
            None => at,
        };
        for check in &self.checks {
            if !self.passes(check, found, base, place) {
                return;
            }
        }
        let is_choice = matches!(self.checks.last(), Some(Check::Exactly(..)));
        if at.is_set() && !is_choice {
            run(found, &self.inner, at);
        }
    }

    /// Whether a check finds nothing.
    fn passes(&self, check: &Check, found: &mut Found, base: &At<'_>, at: &At<'_>) -> bool {
        let before = found.causes.len();
        match check {
            Check::Required(why) if at.is_empty() || at.number() == Some(0) => {
                found.required(at, why);
            }
            Check::Missing(why) => found.required(at, why),
            Check::Forbidden(why) if at.is_set() => found.forbidden(at, why),
            Check::Invalid(why) => found.told_invalid(at, &self.told(at), why),
            Check::OneOf(_, Choice::WhenSet) if !at.is_set() => {}
            Check::OneOf(choices, when)
                if *when == Choice::Known || !choices.iter().any(|one| one == at.text()) =>
            {
                let told = if at.is_set() {
                    self.told(at)
                } else {
                    "\"\"".to_owned()
                };
                found.told_unsupported(at, &told, choices);
            }
            Check::In(least, most, why)
                if at.number().is_some_and(|one| one < *least || one > *most) =>
            {
                found.invalid(at, why);
            }
            Check::Beside(relation, other, why) => {
                let other = object::at(base.value, other);
                let (own, than) = (at.number().unwrap_or(0), other.as_i64().unwrap_or(0));
                let good = match relation {
                    Relation::Above => own > than,
                    Relation::From => own >= than,
                    Relation::Same => at.value == other,
                    Relation::Unlike => at.value != other,
                };
                if at.is_set() && !good {
                    found.invalid(at, why);
                }
            }
            Check::Unique(scope, why)
                if !at.is_empty() && !found.is_first(at, scope.as_deref()) =>
            {
                match why.as_str() {
                    "" => found.duplicate(at),
                    why => found.invalid(at, why),
                }
            }
            Check::AlreadyTold => return found.has_told(&at.path),
            Check::Exactly(none, more) => self.exactly(found, at, (none, more)),
            Check::Use(paragraph) if at.value.is_object() => self::check(found, paragraph, at),
            Check::Text(whys, always) if *always || !at.is_empty() => {
                found.all(at, whys(at.text()));
            }
            Check::Own(check) if at.is_set() => check(found, at),
            _ => {}
        }
        before == found.causes.len()
    }

    /// One of the parts must be there, and no other.
    fn exactly(&self, found: &mut Found, at: &At<'_>, (none, more): (&str, &str)) {
        let mut seen = false;
        for part in &self.inner {
            let Some([Step::Child(name)]) = part.paths.first().map(Vec::as_slice) else {
                continue;
            };
            if at.value.get(name).is_none_or(Value::is_null) {
                continue;
            }
            let place = at.child(name);
            if seen {
                found.forbidden(&place, more);
            } else {
                run(found, &part.inner, &place);
            }
            seen = true;
        }
        if !seen {
            found.required(at, none);
        }
    }

    fn told(&self, at: &At<'_>) -> String {
        match &self.shown {
            Shown::Value => at.value.to_string(),
            Shown::Text => Value::from(at.text()).to_string(),
            Shown::Fields(fields) if fields.is_empty() => "\"\"".to_owned(),
            // GO: as the server prints its own type.
            Shown::Fields(fields) => {
                let field = |(name, own): &(String, String)| {
                    format!("\"{own}\":{}", at.value.get(name).unwrap_or(&Value::Null))
                };
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("{{{}}}", fields.join(","))
            }
        }
    }
}

fn renamed(base: &At<'_>, name: &str) -> String {
    match name.strip_prefix('^') {
        Some(rest) => {
            let list = base
                .path
                .rfind('[')
                .map_or(&*base.path, |at| &base.path[..at]);
            format!("{list}{rest}")
        }
        None if base.path.is_empty() => name.to_owned(),
        None => format!("{}.{name}", base.path),
    }
}
