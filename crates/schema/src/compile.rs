//! From documents to a [`Program`]: every schema that can be reached, each once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use pintle_go_value::Str;

use crate::documents::{Fail, Store};
use crate::draft::{Dialect, Draft};
use crate::keywords::Keywords;
use crate::limits::{Halt, SCHEMAS};
use crate::node::Node;
use crate::pointer::{self, split};
use crate::schema::{Combined, Program, Schema, SchemaId};
use crate::words::double_quoted;

/// A schema that waits to be compiled.
struct Waiting {
    id: SchemaId,
    /// The schema, unless a reference leads to it.
    node: Option<Node>,
}

/// Compiles schemas; those that they need are numbered at once and compiled later, so that
/// nothing here nests however deep schemas do.
pub(crate) struct Compiler<'s, 'a> {
    store: &'s mut Store<'a>,
    schemas: Vec<Schema>,
    known: Vec<HashMap<String, SchemaId>>,
    waiting: std::collections::VecDeque<Waiting>,
}

impl Store<'_> {
    /// Compiles the schema of a document, and all that it needs.
    ///
    /// # Errors
    /// Documents that cannot be had or are no schemas.
    pub(crate) fn compile(&mut self, url: &str) -> Result<Program, Fail> {
        let document = self.document(url)?;
        let mut compiler = Compiler::new(self);
        compiler.schema(document, String::new(), None)?;
        compiler.finish()
    }

    /// Compiles several documents into one schema that demands them all.
    pub(crate) fn compile_all(&mut self, draft: Draft, urls: Vec<String>) -> Result<Program, Fail> {
        let documents: Result<Vec<usize>, Fail> =
            urls.iter().map(|url| self.document(url)).collect();
        let mut compiler = Compiler::new(self);
        let mut root = Schema::new(usize::MAX, String::new());
        root.draft = draft;
        if draft >= Draft::D2020 {
            root.dynamic_anchor = Some("meta".into());
            root.dynamic_anchors = vec![("meta".into(), Program::ROOT)];
        }
        compiler.schemas.push(root);
        let all_of = documents?
            .into_iter()
            .map(|document| compiler.schema(document, String::new(), None));
        let all_of = all_of.collect::<Result<_, _>>()?;
        let combined = Combined {
            all_of,
            ..Combined::default()
        };
        compiler.schemas[0].combined = Some(Box::new(combined));
        compiler.finish()
    }
}

impl<'s, 'a> Compiler<'s, 'a> {
    fn new(store: &'s mut Store<'a>) -> Self {
        Self {
            store,
            schemas: Vec::new(),
            known: Vec::new(),
            waiting: std::collections::VecDeque::new(),
        }
    }

    fn finish(mut self) -> Result<Program, Fail> {
        while let Some(waiting) = self.waiting.pop_front() {
            self.compile_one(waiting)?;
        }
        Ok(Program {
            schemas: self.schemas,
            documents: self
                .store
                .documents
                .iter()
                .map(|document| document.url.clone())
                .collect(),
        })
    }

    /// The number of the schema at a place.
    fn schema(
        &mut self,
        document: usize,
        place: String,
        node: Option<&Node>,
    ) -> Result<SchemaId, Fail> {
        if self.schemas.len() >= SCHEMAS {
            return Err(Halt::Schemas.into());
        }
        if self.known.len() <= document {
            self.known.resize_with(document + 1, HashMap::new);
        }
        match self.known[document].entry(place) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(new) => {
                let id = SchemaId(self.schemas.len() as u32);
                self.schemas.push(Schema::new(document, new.key().clone()));
                new.insert(id);
                let node = node.cloned();
                self.waiting.push_back(Waiting { id, node });
                Ok(id)
            }
        }
    }

    fn compile_one(&mut self, waiting: Waiting) -> Result<(), Fail> {
        let (document, place) = {
            let schema = &self.schemas[waiting.id.0 as usize];
            (schema.document, schema.pointer.clone())
        };
        let node = match waiting.node {
            Some(node) => node,
            None => {
                self.store.ensure(document, &place)?;
                self.store.documents[document].lookup(&place)?.clone()
            }
        };
        let mut schema = Schema::new(document, place);
        let found = self.store.documents[document].resource_of(&schema.pointer);
        let (resource, url, dialect) = match found {
            Some((at, found)) => (at.to_owned(), found.url.clone(), found.dialect.clone()),
            None => (String::new(), String::new(), Dialect::plain(Draft::LATEST)),
        };
        schema.draft = dialect.draft;
        schema.resource = self.schema(document, resource.clone(), None)?;
        if schema.draft >= Draft::D2020 && resource == schema.pointer {
            schema.dynamic_anchors = self.dynamic_anchors(document, &resource)?;
        }
        match &node {
            Node::Bool(verdict) => schema.verdict = Some(*verdict),
            Node::Map(entries) if entries.is_empty() => schema.verdict = Some(true),
            Node::Map(entries) => {
                let mut keywords = Keywords {
                    subschemas: self,
                    entries,
                    dialect: &dialect,
                    document,
                    place: schema.pointer.clone(),
                    base: &url,
                };
                keywords.read(&mut schema)?;
            }
            _ => {}
        }
        self.schemas[waiting.id.0 as usize] = schema;
        Ok(())
    }

    fn dynamic_anchors(
        &mut self,
        document: usize,
        resource: &str,
    ) -> Result<Vec<(Str, SchemaId)>, Fail> {
        let Some(found) = self.store.documents[document].resources.get(resource) else {
            return Ok(Vec::new());
        };
        let dynamic = |name: &&Str| found.dynamic_anchors.contains(name);
        let names: Vec<Str> = found.anchors.keys().filter(dynamic).cloned().collect();
        let mut anchors = Vec::new();
        for name in names {
            let place = self.store.documents[document].resources[resource].anchors[&name].clone();
            anchors.push((name, self.schema(document, place, None)?));
        }
        Ok(anchors)
    }

    /// The schema below a keyword.
    pub(crate) fn below(
        &mut self,
        from: (usize, &str),
        steps: &[&str],
        node: &Node,
    ) -> Result<SchemaId, Fail> {
        let mut place = from.1.to_owned();
        for step in steps {
            pointer::push(&mut place, step);
        }
        self.schema(from.0, place, Some(node))
    }

    /// The schema that a reference means, seen from the URL of its resource.
    pub(crate) fn referred(
        &mut self,
        document: usize,
        base: &str,
        reference: &str,
    ) -> Result<SchemaId, Fail> {
        let parse_error = |url: &str, error: String| {
            Fail::Text(format!("error in parsing {}: {error}", double_quoted(url)))
        };
        let (url, fragment) = split(reference);
        let fragment = pointer::decode(fragment).map_err(|error| parse_error(reference, error))?;
        let url = if url.is_empty() {
            base.to_owned()
        } else {
            pintle_sprig::resolve_url(base, url).map_err(|(url, error)| parse_error(url, error))?
        };
        if let Some(resource) = self.store.documents[document].place_of_url(&url) {
            let resource = resource.to_owned();
            let place = self.store.documents[document].place(&resource, &fragment)?;
            return self.schema(document, place, None);
        }
        let other = self.store.document(&url)?;
        let place = self.store.documents[other].place("", &fragment)?;
        self.schema(other, place, None)
    }

    /// The URL of a document.
    pub(crate) fn url_of(&self, document: usize) -> &str {
        &self.store.documents[document].url
    }

    /// Whether formats count in a dialect. GO: in the standard's own schemas they always do.
    pub(crate) fn asserts_format(&self, dialect: &Dialect) -> bool {
        self.store.is_standard || dialect.has("format") || dialect.has("format-assertion")
    }
}
