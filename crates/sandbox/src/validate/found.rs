//! A place in an object, and what was found wrong.

use std::collections::BTreeSet;

use serde_json::Value;

use super::texts;
use crate::object::each;
use crate::status::Cause;

static NOTHING: Value = Value::Null;

/// A value and where it is.
#[derive(Debug, Clone)]
pub(super) struct At<'v> {
    pub value: &'v Value,
    pub path: String,
}

impl<'v> At<'v> {
    pub fn root(value: &'v Value) -> Self {
        Self {
            value,
            path: String::new(),
        }
    }

    /// The same value under another name.
    pub fn named(&self, path: impl Into<String>) -> Self {
        Self {
            value: self.value,
            path: path.into(),
        }
    }

    pub fn child(&self, name: &str) -> Self {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Self {
            value: self.value.get(name).unwrap_or(&NOTHING),
            path,
        }
    }

    /// A place further in.
    pub fn down(&self, names: &[&str]) -> Self {
        names.iter().fold(self.clone(), |at, name| at.child(name))
    }

    /// The entry of a map.
    pub fn key(&self, name: &str) -> Self {
        Self {
            value: self.value.get(name).unwrap_or(&NOTHING),
            path: format!("{}[{name}]", self.path),
        }
    }

    pub fn items(&self) -> Vec<Self> {
        let list = each(self.value).enumerate();
        list.map(|(index, value)| Self {
            value,
            path: format!("{}[{index}]", self.path),
        })
        .collect()
    }

    pub fn entries(&self) -> Vec<(&'v str, Self)> {
        let map = self.value.as_object().into_iter().flatten();
        map.map(|(name, _)| (name.as_str(), self.key(name)))
            .collect()
    }

    pub fn text(&self) -> &'v str {
        self.value.as_str().unwrap_or_default()
    }

    pub fn number(&self) -> Option<i64> {
        self.value.as_i64()
    }

    pub fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    pub fn is(&self, text: &str) -> bool {
        self.value == text
    }

    pub fn is_empty(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        }
    }
}

/// What is wrong.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub causes: Vec<Cause>,
    /// What was met so far: of what, and what.
    met: BTreeSet<(String, String)>,
    /// How many paragraphs of rules are being gone through.
    pub depth: usize,
}

impl Found {
    /// All that was found, each once.
    pub fn finish(self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = Vec::new();
        for cause in self.causes {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }

    pub fn required(&mut self, at: &At<'_>, why: &str) {
        self.causes.push(Cause::required(&at.path, why));
    }

    pub fn invalid(&mut self, at: &At<'_>, why: &str) {
        self.causes.push(Cause::invalid(&at.path, at.value, why));
    }

    pub fn invalid_as(&mut self, at: &At<'_>, value: impl Into<Value>, why: &str) {
        let cause = Cause::invalid(&at.path, &value.into(), why);
        self.causes.push(cause);
    }

    pub fn forbidden(&mut self, at: &At<'_>, why: &str) {
        self.causes.push(Cause::forbidden(&at.path, why));
    }

    pub fn duplicate(&mut self, at: &At<'_>) {
        self.causes.push(Cause::duplicate(&at.path, at.value));
    }

    /// The same of a value that is told in its own way.
    pub fn told_invalid(&mut self, at: &At<'_>, told: &str, why: &str) {
        let end = if why.is_empty() { "" } else { ": " };
        self.tell(
            "FieldValueInvalid",
            at,
            format!("Invalid value: {told}{end}{why}"),
        );
    }

    pub fn told_unsupported(&mut self, at: &At<'_>, told: &str, choices: &[impl AsRef<str>]) {
        let quoted = |one| format!("\"{one}\"");
        let choices: Vec<String> = choices.iter().map(|one| quoted(one.as_ref())).collect();
        let choices = choices.join(", ");
        let message = format!("Unsupported value: {told}: supported values: {choices}");
        self.tell("FieldValueNotSupported", at, message);
    }

    pub fn tell(&mut self, reason: &'static str, at: &At<'_>, message: String) {
        self.causes.push(Cause::new(reason, &at.path, message));
    }

    /// All that is wrong with a text.
    pub fn all(&mut self, at: &At<'_>, whys: Vec<String>) {
        for why in whys {
            self.invalid_as(at, at.text(), &why);
        }
    }

    /// One of a few, when it is said at all.
    pub fn one_of(&mut self, at: &At<'_>, choices: &[&str]) {
        if at.is_set() && !choices.contains(&at.text()) {
            self.told_unsupported(at, &at.value.to_string(), choices);
        }
    }

    /// Whether something was found in a place.
    pub fn has_told(&self, path: &str) -> bool {
        self.causes
            .iter()
            .any(|cause| cause.field.starts_with(path))
    }

    /// Notes that something was met; whether it was not before.
    pub fn note(&mut self, of: &str, what: &str) -> bool {
        self.met.insert((of.to_owned(), what.to_owned()))
    }

    pub fn is_noted(&self, of: &str, what: &str) -> bool {
        self.met.contains(&(of.to_owned(), what.to_owned()))
    }

    /// Whether a value is the first such one in its list, or in all lists of a name.
    pub fn is_first(&mut self, at: &At<'_>, scope: Option<&str>) -> bool {
        let list = at.path.rfind('[').map_or(&*at.path, |end| &at.path[..end]);
        let field = at.path.rsplit(']').next().unwrap_or_default();
        let own = format!("{list}{field}");
        self.note(scope.unwrap_or(&own), at.text())
    }

    /// Labels of an object, or those that it selects by.
    pub fn labels(&mut self, at: &At<'_>) {
        for (name, value) in at.value.as_object().into_iter().flatten() {
            for why in texts::qualified(name) {
                self.invalid_as(at, name.as_str(), &why);
            }
            let value = value.as_str().unwrap_or_default();
            for why in texts::label_value(value) {
                self.invalid_as(at, value, &why);
            }
        }
    }
}
