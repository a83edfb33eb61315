//! Compiled schemas.

use std::sync::{Arc, OnceLock};

use pintle_go_value::Str;
use regex::Regex;

use crate::draft::Draft;
use crate::format::Format;
use crate::node::Node;
use crate::number::Number;
use crate::pointer;

/// A schema of a [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SchemaId(pub(crate) u32);

/// All schemas that one schema needs, compiled; they refer to each other by number.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) schemas: Vec<Schema>,
    /// The URLs of the documents they stand in.
    pub(crate) documents: Vec<String>,
}

impl Program {
    /// The schema to start with.
    pub(crate) const ROOT: SchemaId = SchemaId(0);

    /// How many schemas there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.schemas.len()
    }

    /// A schema by its number.
    pub(crate) fn get(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0 as usize]
    }

    /// Where a schema stands.
    pub(crate) fn location(&self, id: SchemaId) -> String {
        let schema = self.get(id);
        match self.documents.get(schema.document) {
            Some(url) => pointer::address(url, &schema.pointer),
            // HELM: the meta-schema that is made of an author's choice of vocabularies.
            None => "urn:mem:metaschema".into(),
        }
    }
}

/// The types a value may have, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Types(pub(crate) u8);

/// The names in the order in which they are printed.
const TYPE_NAMES: [&str; 7] = [
    "null", "boolean", "number", "integer", "string", "array", "object",
];

impl Types {
    pub(crate) const NUMBER: Self = Self(1 << 2);
    pub(crate) const INTEGER: Self = Self(1 << 3);

    /// The type of a value; numbers are numbers, integer or not.
    pub(crate) fn of(node: &Node) -> Self {
        match node {
            Node::Null => Self(1),
            Node::Bool(_) => Self(1 << 1),
            Node::Number(..) => Self::NUMBER,
            Node::Str(_) => Self(1 << 4),
            Node::List(_) => Self(1 << 5),
            Node::Map(_) => Self(1 << 6),
        }
    }

    /// The type of that name, or none.
    pub(crate) fn named(name: &str) -> Self {
        let at = TYPE_NAMES.iter().position(|known| *known == name);
        Self(at.map_or(0, |at| 1 << at))
    }

    /// Whether some type is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Either of both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names of all types in the set.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let names = TYPE_NAMES.iter().enumerate();
        names
            .filter(|(at, _)| self.0 & (1 << at) != 0)
            .map(|(_, name)| *name)
            .collect()
    }
}

/// A regular expression, compiled when first used: charts have many and use few.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) text: Str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// An expression in Go's syntax.
    ///
    /// # Errors
    /// Go's text.
    pub(crate) fn new(text: &Str) -> Result<Self, String> {
        pintle_sprig::check_regex(&text.to_text())?;
        Ok(Self {
            text: text.clone(),
            compiled: OnceLock::new(),
        })
    }

    /// Whether the expression has been compiled.
    pub(crate) fn is_ready(&self) -> bool {
        self.compiled.get().is_some()
    }

    /// Whether a text contains a match. An expression that is too large to compile, which
    /// Go would have refused, matches nothing.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let compile = || pintle_sprig::go_regex(&self.text.to_text()).ok();
        let regex = self.compiled.get_or_init(compile);
        let text = String::from_utf8_lossy(text);
        regex.as_ref().is_some_and(|regex| regex.is_match(&text))
    }
}

/// `additionalProperties` or `additionalItems`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Additional {
    Allowed(bool),
    Schema(SchemaId),
}

/// `items` of the drafts before 2020-12.
#[derive(Debug)]
pub(crate) enum Items {
    All(SchemaId),
    Each(Vec<SchemaId>),
}

/// One of `dependencies`.
#[derive(Debug)]
pub(crate) enum Dependency {
    Properties(Vec<Str>),
    Schema(SchemaId),
}

/// What is asked of objects.
#[derive(Debug, Default)]
pub(crate) struct ObjectRules {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) required: Vec<Str>,
    /// Sorted by name, like the other lists here.
    pub(crate) properties: Vec<(Str, SchemaId)>,
    pub(crate) patterns: Vec<(Pattern, SchemaId)>,
    pub(crate) additional: Option<Additional>,
    pub(crate) names: Option<SchemaId>,
    pub(crate) dependencies: Vec<(Str, Dependency)>,
    pub(crate) dependent_schemas: Vec<(Str, SchemaId)>,
    pub(crate) dependent_required: Vec<(Str, Vec<Str>)>,
}

/// What is asked of arrays.
#[derive(Debug, Default)]
pub(crate) struct ArrayRules {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) unique: bool,
    pub(crate) items: Option<Items>,
    pub(crate) additional: Option<Additional>,
    /// `prefixItems` and `items` of 2020-12.
    pub(crate) prefix: Vec<SchemaId>,
    pub(crate) rest: Option<SchemaId>,
    pub(crate) contains: Option<SchemaId>,
    pub(crate) min_contains: Option<i64>,
    pub(crate) max_contains: Option<i64>,
}

/// What is asked of strings.
#[derive(Debug, Default)]
pub(crate) struct StringRules {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) pattern: Option<Pattern>,
}

/// What is asked of numbers.
#[derive(Debug, Default)]
pub(crate) struct NumberRules {
    pub(crate) minimum: Option<Number>,
    pub(crate) maximum: Option<Number>,
    pub(crate) above: Option<Number>,
    pub(crate) below: Option<Number>,
    pub(crate) multiple_of: Option<Number>,
}

/// Schemas for the same value.
#[derive(Debug, Default)]
pub(crate) struct Combined {
    pub(crate) not: Option<SchemaId>,
    pub(crate) all_of: Vec<SchemaId>,
    pub(crate) any_of: Vec<SchemaId>,
    pub(crate) one_of: Vec<SchemaId>,
    pub(crate) condition: Option<SchemaId>,
    pub(crate) then: Option<SchemaId>,
    pub(crate) otherwise: Option<SchemaId>,
}

/// One compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The document it stands in, and where.
    pub(crate) document: usize,
    pub(crate) pointer: String,
    pub(crate) draft: Draft,
    /// The nearest schema around it that has a URL of its own.
    pub(crate) resource: SchemaId,
    /// Of such a schema: the anchors that `$dynamicRef` may mean.
    pub(crate) dynamic_anchors: Vec<(Str, SchemaId)>,
    pub(crate) dynamic_anchor: Option<Str>,
    pub(crate) recursive_anchor: bool,

    /// `true` or `false` in place of a schema.
    pub(crate) verdict: Option<bool>,
    pub(crate) types: Option<Types>,
    pub(crate) constant: Option<Node>,
    pub(crate) choices: Option<(Arc<[Node]>, Types)>,
    pub(crate) format: Option<Format>,
    pub(crate) reference: Option<SchemaId>,
    pub(crate) recursive_reference: Option<SchemaId>,
    pub(crate) dynamic_reference: Option<(SchemaId, Option<Str>)>,
    pub(crate) object: Option<Box<ObjectRules>>,
    pub(crate) array: Option<Box<ArrayRules>>,
    pub(crate) string: Option<Box<StringRules>>,
    pub(crate) number: Option<Box<NumberRules>>,
    pub(crate) combined: Option<Box<Combined>>,
    pub(crate) unevaluated_properties: Option<SchemaId>,
    pub(crate) unevaluated_items: Option<SchemaId>,
}

impl Schema {
    /// A schema that accepts everything.
    pub(crate) fn new(document: usize, pointer: String) -> Self {
        Self {
            document,
            pointer,
            draft: Draft::LATEST,
            resource: Program::ROOT,
            dynamic_anchors: Vec::new(),
            dynamic_anchor: None,
            recursive_anchor: false,
            verdict: None,
            types: None,
            constant: None,
            choices: None,
            format: None,
            reference: None,
            recursive_reference: None,
            dynamic_reference: None,
            object: None,
            array: None,
            string: None,
            number: None,
            combined: None,
            unevaluated_properties: None,
            unevaluated_items: None,
        }
    }

    /// Whether this schema looks at every property of an object.
    pub(crate) fn sees_all_properties(&self) -> bool {
        self.object
            .as_ref()
            .is_some_and(|rules| rules.additional.is_some())
    }

    /// How many of the first items of an array this schema looks at.
    pub(crate) fn items_seen(&self) -> usize {
        let Some(rules) = &self.array else {
            return 0;
        };
        if rules.additional.is_some() || rules.rest.is_some() {
            return usize::MAX;
        }
        match &rules.items {
            Some(Items::All(_)) => usize::MAX,
            Some(Items::Each(each)) => each.len(),
            None => rules.prefix.len(),
        }
    }
}
