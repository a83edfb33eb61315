//! Reads the keywords of one schema.
//!
//! Keywords of the wrong type are passed over: the meta-schema has refused them before,
//! unless it is of the author's own and allows them.

use std::sync::Arc;

use pintle_go_value::Str;

use crate::compile::Compiler;
use crate::documents::Fail;
use crate::draft::{Dialect, Draft};
use crate::format::Format;
use crate::node::{Entries, Node, find};
use crate::number::Number;
use crate::pointer::{self, split};
use crate::schema::{
    Additional, ArrayRules, Combined, Dependency, Items, NumberRules, ObjectRules, Pattern, Schema,
    SchemaId, StringRules, Types,
};
use crate::words::double_quoted;

/// The keywords of a schema, and what is needed to read them.
pub(crate) struct Keywords<'k, 's, 'a> {
    pub(crate) subschemas: &'k mut Compiler<'s, 'a>,
    pub(crate) entries: &'k Entries,
    pub(crate) dialect: &'k Dialect,
    pub(crate) document: usize,
    pub(crate) place: String,
    /// The URL of the resource, for references.
    pub(crate) base: &'k str,
}

/// Several schemas, by name or in order.
type Named = Vec<(Str, SchemaId)>;

impl<'k> Keywords<'k, '_, '_> {
    /// Reads all keywords that count in the dialect.
    pub(crate) fn read(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        let draft = schema.draft;
        schema.reference = self.reference("$ref")?;
        if draft >= Draft::D2019 || schema.reference.is_none() {
            if self.dialect.has("applicator") {
                self.applicators(schema)?;
            }
            if self.dialect.has("validation") {
                self.validation(schema)?;
            }
            if self.subschemas.asserts_format(self.dialect) {
                schema.format = self
                    .text("format")
                    .and_then(|name| Format::named(&name.to_text()));
            }
        }
        // GO: beside a `$ref`, old drafts ignore only the keywords of draft 4.
        if self.dialect.has("applicator") {
            self.later_applicators(schema)?;
        }
        if draft >= Draft::D6 && self.dialect.has("validation") {
            schema.constant = self.get("const").cloned();
        }
        if draft == Draft::D2019 {
            schema.recursive_reference = self.reference("$recursiveRef")?;
            schema.recursive_anchor = self.flag("$recursiveAnchor");
        }
        if draft >= Draft::D2020 {
            schema.recursive_reference = self.reference("$recursiveRef")?;
            schema.recursive_anchor = self.flag("$recursiveAnchor");
            self.dynamic(schema)?;
        }
        self.unevaluated(schema)
    }

    fn dynamic(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        schema.dynamic_anchor = self.text("$dynamicAnchor").cloned();
        let Some(target) = self.reference("$dynamicRef")? else {
            return Ok(());
        };
        let reference = self
            .text("$dynamicRef")
            .map(Str::to_text)
            .unwrap_or_default();
        let fragment = pointer::decode(split(&reference).1).unwrap_or_default();
        let is_anchor = !fragment.is_empty() && !fragment.starts_with('/');
        let anchor = is_anchor.then(|| Str::from(&*fragment));
        schema.dynamic_reference = Some((target, anchor));
        Ok(())
    }

    fn unevaluated(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        let counts = match schema.draft {
            Draft::D2019 => self.dialect.has("applicator"),
            Draft::D2020 => self.dialect.has("unevaluated"),
            _ => false,
        };
        if counts {
            schema.unevaluated_items = self.one("unevaluatedItems")?;
            schema.unevaluated_properties = self.one("unevaluatedProperties")?;
        }
        Ok(())
    }

    /// The keywords of draft 4 that hold schemas.
    fn applicators(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        let combined = Combined {
            all_of: self.list("allOf")?,
            any_of: self.list("anyOf")?,
            one_of: self.list("oneOf")?,
            not: self.one("not")?,
            ..Combined::default()
        };
        let is_empty =
            combined.all_of.is_empty() && combined.any_of.is_empty() && combined.one_of.is_empty();
        if !is_empty || combined.not.is_some() {
            schema.combined = Some(Box::new(combined));
        }
        if schema.draft < Draft::D2020 {
            self.old_items(schema)?;
        }
        let properties = self.map("properties")?;
        if !properties.is_empty() {
            object(schema).properties = properties;
        }
        let patterns = self.patterns()?;
        if !patterns.is_empty() {
            object(schema).patterns = patterns;
        }
        if let Some(additional) = self.additional("additionalProperties")? {
            object(schema).additional = Some(additional);
        }
        let dependencies = self.dependencies()?;
        if !dependencies.is_empty() {
            object(schema).dependencies = dependencies;
        }
        Ok(())
    }

    fn old_items(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        match self.get("items") {
            None => {}
            Some(Node::List(_)) => {
                array(schema).items = Some(Items::Each(self.list("items")?));
                array(schema).additional = self.additional("additionalItems")?;
            }
            Some(_) => array(schema).items = self.one("items")?.map(Items::All),
        }
        Ok(())
    }

    fn patterns(&mut self) -> Result<Vec<(Pattern, SchemaId)>, Fail> {
        let mut patterns = Vec::new();
        for (text, id) in self.map("patternProperties")? {
            patterns.push((self.pattern(&text, "patternProperties")?, id));
        }
        Ok(patterns)
    }

    fn pattern(&self, text: &Str, keyword: &str) -> Result<Pattern, Fail> {
        Pattern::new(text).map_err(|error| {
            let url = &self.subschemas.url_of(self.document);
            let mut place = self.place.clone();
            pointer::push(&mut place, keyword);
            let at = double_quoted(&pointer::address(url, &place));
            let text = double_quoted(&text.to_text());
            Fail::Text(format!("invalid regex {text} at {at}: {error}"))
        })
    }

    fn dependencies(&mut self) -> Result<Vec<(Str, Dependency)>, Fail> {
        let Some(entries) = self.get("dependencies").and_then(Node::as_map) else {
            return Ok(Vec::new());
        };
        let mut dependencies = Vec::with_capacity(entries.len());
        for (name, node) in entries.iter() {
            let dependency = match node {
                Node::List(items) => Dependency::Properties(strings(items)),
                _ => Dependency::Schema(self.below(&["dependencies", &name.to_text()], node)?),
            };
            dependencies.push((name.clone(), dependency));
        }
        Ok(dependencies)
    }

    /// The keywords of draft 4 that hold none.
    fn validation(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        schema.types = self.get("type").map(types).filter(|types| types.0 != 0);
        schema.choices = self.get("enum").and_then(Node::as_list).map(|items| {
            let types = items
                .iter()
                .map(Types::of)
                .fold(Types::default(), Types::or);
            (Arc::clone(items), types)
        });
        self.number_rules(schema);
        let (min, max) = (self.int("minLength"), self.int("maxLength"));
        let pattern = self
            .text("pattern")
            .map(|text| self.pattern(text, "pattern"))
            .transpose()?;
        if min.is_some() || max.is_some() || pattern.is_some() {
            schema.string = Some(Box::new(StringRules { min, max, pattern }));
        }
        let (min, max, unique) = (
            self.int("minItems"),
            self.int("maxItems"),
            self.flag("uniqueItems"),
        );
        if min.is_some() || max.is_some() || unique {
            let rules = array(schema);
            (rules.min, rules.max, rules.unique) = (min, max, unique);
        }
        let (min, max) = (self.int("minProperties"), self.int("maxProperties"));
        let required = self
            .get("required")
            .and_then(Node::as_list)
            .map(|items| strings(items));
        let required = required.unwrap_or_default();
        if min.is_some() || max.is_some() || !required.is_empty() {
            let rules = object(schema);
            (rules.min, rules.max, rules.required) = (min, max, required);
        }
        Ok(())
    }

    fn number_rules(&self, schema: &mut Schema) {
        let limit = |keyword, exclusive| {
            let inclusive = self.number(keyword);
            // Draft 4 has a switch where later drafts have a number.
            if self.flag(exclusive) {
                (None, inclusive)
            } else {
                (inclusive, self.number(exclusive))
            }
        };
        let (maximum, below) = limit("maximum", "exclusiveMaximum");
        let (minimum, above) = limit("minimum", "exclusiveMinimum");
        let rules = NumberRules {
            minimum,
            maximum,
            above,
            below,
            multiple_of: self.number("multipleOf"),
        };
        let all = [
            &rules.minimum,
            &rules.maximum,
            &rules.above,
            &rules.below,
            &rules.multiple_of,
        ];
        if all.iter().any(|rule| rule.is_some()) {
            schema.number = Some(Box::new(rules));
        }
    }

    /// The keywords that hold schemas and came after draft 4.
    fn later_applicators(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        if schema.draft >= Draft::D6 {
            if let Some(contains) = self.one("contains")? {
                array(schema).contains = Some(contains);
            }
            if let Some(names) = self.one("propertyNames")? {
                object(schema).names = Some(names);
            }
        }
        if schema.draft >= Draft::D7
            && let Some(condition) = self.one("if")?
        {
            let verdict = match self.get("if") {
                Some(Node::Bool(verdict)) => Some(*verdict),
                _ => None,
            };
            let then = if verdict == Some(false) {
                None
            } else {
                self.one("then")?
            };
            let otherwise = if verdict == Some(true) {
                None
            } else {
                self.one("else")?
            };
            let combined = schema.combined.get_or_insert_default();
            (combined.condition, combined.then, combined.otherwise) =
                (Some(condition), then, otherwise);
        }
        if schema.draft >= Draft::D2019 {
            self.dependents(schema)?;
        }
        if schema.draft >= Draft::D2020 {
            let (prefix, rest) = (self.list("prefixItems")?, self.one("items")?);
            if !prefix.is_empty() || rest.is_some() {
                let rules = array(schema);
                (rules.prefix, rules.rest) = (prefix, rest);
            }
        }
        Ok(())
    }

    fn dependents(&mut self, schema: &mut Schema) -> Result<(), Fail> {
        let schemas = self.map("dependentSchemas")?;
        if !schemas.is_empty() {
            object(schema).dependent_schemas = schemas;
        }
        if !self.dialect.has("validation") {
            return Ok(());
        }
        if schema
            .array
            .as_ref()
            .is_some_and(|rules| rules.contains.is_some())
        {
            let (min, max) = (self.int("minContains"), self.int("maxContains"));
            (array(schema).min_contains, array(schema).max_contains) = (min, max);
        }
        if let Some(entries) = self.get("dependentRequired").and_then(Node::as_map) {
            let lists = entries
                .iter()
                .filter_map(|(name, node)| Some((name.clone(), strings(node.as_list()?))));
            object(schema).dependent_required = lists.collect();
        }
        Ok(())
    }

    fn get(&self, keyword: &str) -> Option<&'k Node> {
        find(self.entries, keyword.as_bytes())
    }

    fn flag(&self, keyword: &str) -> bool {
        matches!(self.get(keyword), Some(Node::Bool(true)))
    }

    fn text(&self, keyword: &str) -> Option<&'k Str> {
        match self.get(keyword) {
            Some(Node::Str(text)) => Some(text),
            _ => None,
        }
    }

    fn number(&self, keyword: &str) -> Option<Number> {
        match self.get(keyword) {
            Some(Node::Number(number, _)) => Some(number.clone()),
            _ => None,
        }
    }

    fn int(&self, keyword: &str) -> Option<i64> {
        self.number(keyword)?.to_int()
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<SchemaId>, Fail> {
        let Some(reference) = self.text(keyword) else {
            return Ok(None);
        };
        let reference = reference.to_text();
        self.subschemas
            .referred(self.document, self.base, &reference)
            .map(Some)
    }

    fn below(&mut self, steps: &[&str], node: &Node) -> Result<SchemaId, Fail> {
        self.subschemas
            .below((self.document, &self.place), steps, node)
    }

    fn one(&mut self, keyword: &str) -> Result<Option<SchemaId>, Fail> {
        self.get(keyword)
            .map(|node| self.below(&[keyword], node))
            .transpose()
    }

    fn list(&mut self, keyword: &str) -> Result<Vec<SchemaId>, Fail> {
        let items = self.get(keyword).and_then(Node::as_list).into_iter();
        let items = items.flat_map(|items| items.iter()).enumerate();
        items
            .map(|(at, node)| self.below(&[keyword, &at.to_string()], node))
            .collect()
    }

    fn map(&mut self, keyword: &str) -> Result<Named, Fail> {
        let entries = self.get(keyword).and_then(Node::as_map).into_iter();
        let entries = entries.flat_map(|entries| entries.iter());
        entries
            .map(|(name, node)| Ok((name.clone(), self.below(&[keyword, &name.to_text()], node)?)))
            .collect()
    }

    fn additional(&mut self, keyword: &str) -> Result<Option<Additional>, Fail> {
        match self.get(keyword) {
            Some(Node::Bool(allowed)) => Ok(Some(Additional::Allowed(*allowed))),
            _ => Ok(self.one(keyword)?.map(Additional::Schema)),
        }
    }
}

fn object(schema: &mut Schema) -> &mut ObjectRules {
    schema.object.get_or_insert_default()
}

fn array(schema: &mut Schema) -> &mut ArrayRules {
    schema.array.get_or_insert_default()
}

fn strings(items: &[Node]) -> Vec<Str> {
    let texts = items.iter().filter_map(|item| match item {
        Node::Str(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

fn types(node: &Node) -> Types {
    match node {
        Node::Str(name) => Types::named(&name.to_text()),
        Node::List(items) => strings(items)
            .iter()
            .map(|name| Types::named(&name.to_text()))
            .fold(Types::default(), Types::or),
        _ => Types::default(),
    }
}
