//! The documents that schemas stand in: loading them, and finding what in them has a URL
//! or an anchor of its own (`walk`).

mod walk;

use std::collections::{BTreeMap, HashMap, HashSet};

use pintle_go_value::Str;

use crate::draft::{Dialect, Draft, Holds, Vocabularies, standard_document};
use crate::limits::{DOCUMENTS, Halt};
use crate::loader::{Loader, Nothing};
use crate::node::{Node, Trouble};
use crate::pointer::{self, Lost, address, split};
use crate::words::double_quoted;
use crate::{quick, validate};
use walk::{Around, Walk};

/// Why a schema cannot be used.
#[derive(Debug)]
pub(crate) enum Fail {
    /// Helm's text.
    Text(String),
    /// A bound of ours.
    Halt(Halt),
}

impl From<String> for Fail {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Halt> for Fail {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl From<Trouble> for Fail {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Syntax(text) => Self::Text(text),
            Trouble::Halt(halt) => Self::Halt(halt),
        }
    }
}

/// A part of a document that has a URL of its own; the whole document is one.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) url: String,
    pub(crate) dialect: Dialect,
    /// Anchors, and where they are in the document.
    pub(crate) anchors: BTreeMap<Str, String>,
    pub(crate) dynamic_anchors: Vec<Str>,
}

/// The resources of a document by their place.
pub(crate) type Resources = BTreeMap<String, Resource>;

/// A document that holds schemas.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) url: String,
    pub(crate) root: Node,
    pub(crate) resources: Resources,
    places: HashMap<String, String>,
    /// Places of schemas that a reference found where no keyword of the standard leads.
    more: HashSet<String>,
}

impl Document {
    /// The resource that a place belongs to: its pointer and itself.
    pub(crate) fn resource_of<'a>(
        &'a self,
        mut pointer: &'a str,
    ) -> Option<(&'a str, &'a Resource)> {
        if self.resources.len() > 1 {
            loop {
                if let Some(found) = self.resources.get(pointer) {
                    return Some((pointer, found));
                }
                match pointer.rfind('/') {
                    Some(slash) => pointer = &pointer[..slash],
                    None => break,
                }
            }
        }
        self.resources.get("").map(|root| ("", root))
    }

    /// The dialect at a place.
    pub(crate) fn dialect_of(&self, pointer: &str) -> Dialect {
        let resource = self.resource_of(pointer);
        resource.map_or_else(
            || Dialect::plain(Draft::LATEST),
            |(_, found)| found.dialect.clone(),
        )
    }

    /// The place of a fragment of one of the document's URLs.
    ///
    /// # Errors
    /// There is no such anchor.
    pub(crate) fn place(&self, resource: &str, fragment: &str) -> Result<String, String> {
        if fragment.is_empty() || fragment.starts_with('/') {
            return Ok(format!("{resource}{fragment}"));
        }
        let found = self.resources.get(resource);
        let anchor = found.and_then(|found| found.anchors.get(fragment.as_bytes()));
        anchor.cloned().ok_or_else(|| {
            let url = found.map_or(&self.url, |found| &found.url);
            format!(
                "anchor in {} not found in schema {}",
                double_quoted(&address(url, fragment)),
                double_quoted(&self.url)
            )
        })
    }

    /// Where in this document a URL is, if it is in it.
    pub(crate) fn place_of_url(&self, url: &str) -> Option<&str> {
        if url == self.url {
            return Some("");
        }
        self.places.get(url).map(String::as_str)
    }

    /// What a pointer leads to.
    ///
    /// # Errors
    /// Nothing, in Helm's words.
    pub(crate) fn lookup(&self, place: &str) -> Result<&Node, String> {
        pointer::lookup(&self.root, place).map_err(|lost| {
            let quoted = double_quoted(&address(&self.url, place));
            match lost {
                Lost::Invalid => format!("invalid json-pointer {quoted}"),
                Lost::NotFound => format!("json-pointer in {quoted} not found"),
            }
        })
    }

    /// Whether a place was seen when schemas were collected.
    fn is_collected(&self, place: &str) -> bool {
        self.leads_to("", place)
            || self
                .more
                .iter()
                .any(|start| place.starts_with(start.as_str()) && self.leads_to(start, place))
    }

    /// Whether keywords that hold schemas lead from one place to another.
    fn leads_to(&self, start: &str, place: &str) -> bool {
        let Ok(mut node) = pointer::lookup(&self.root, start) else {
            return false;
        };
        let mut at = start.len();
        while at < place.len() {
            let draft = self.dialect_of(&place[..at]).draft;
            let Some((keyword, after)) = step(place, at) else {
                return false;
            };
            let (Some(holds), Some(value)) = (draft.holds(&keyword), node.get(&keyword)) else {
                return false;
            };
            (node, at) = (value, after);
            let further = match holds {
                Holds::One => false,
                Holds::Map | Holds::List => true,
                Holds::OneOrList => node.as_list().is_some() && at < place.len(),
            };
            if further {
                let Some((token, after)) = step(place, at) else {
                    return false;
                };
                let mut name = String::new();
                pointer::push(&mut name, &token);
                match pointer::lookup(node, &name) {
                    Ok(child) => (node, at) = (child, after),
                    Err(_) => return false,
                }
            }
        }
        true
    }

    fn add_anchors(&mut self, node: &Node, place: &str, resource: &str) -> Result<(), String> {
        let Some(found) = self.resources.get_mut(resource) else {
            return Ok(());
        };
        let draft = found.dialect.draft;
        let text = |keyword| node.get(keyword).and_then(Node::as_str);
        let mut names = Vec::new();
        if draft < Draft::D2019 {
            // In old drafts everything beside a `$ref` is ignored.
            if node.get("$ref").is_some() {
                return Ok(());
            }
            if let Some(id) = text(draft.id_keyword()) {
                let lost = |_| {
                    format!(
                        "error in parsing anchor at {}",
                        double_quoted(&address(&self.url, place))
                    )
                };
                let fragment = pointer::decode(split(id).1).map_err(lost)?;
                if !fragment.is_empty() && !fragment.starts_with('/') {
                    names.push(Str::from(&*fragment));
                }
            }
        } else {
            names.extend(text("$anchor").map(Str::from));
            if draft >= Draft::D2020
                && let Some(name) = text("$dynamicAnchor")
            {
                names.push(name.into());
                found.dynamic_anchors.push(name.into());
            }
        }
        for name in names {
            if let Some(known) = found.anchors.get(&name).filter(|known| *known != place) {
                return Err(format!(
                    "duplicate anchor {} in {} at {} and {}",
                    double_quoted(&name.to_text()),
                    double_quoted(&self.url),
                    double_quoted(known),
                    double_quoted(place)
                ));
            }
            found.anchors.insert(name, place.to_owned());
        }
        Ok(())
    }
}

/// The step of a pointer at a byte, and where the next one starts.
fn step(place: &str, at: usize) -> Option<(std::borrow::Cow<'_, str>, usize)> {
    let rest = place.get(at..)?.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    Some((pointer::unescape(&rest[..end])?, at + 1 + end))
}

/// All documents that one schema needs.
pub(crate) struct Store<'a> {
    loader: &'a dyn Loader,
    /// What has been read, by URL.
    read: HashMap<String, Node>,
    pub(crate) documents: Vec<Document>,
    by_url: HashMap<String, usize>,
    /// Whether the documents are the standard's own.
    pub(crate) is_standard: bool,
    /// How deep documents may nest.
    pub(crate) depth: usize,
}

impl<'a> Store<'a> {
    /// An empty store that reads through `loader`.
    pub(crate) fn new(loader: &'a dyn Loader, depth: usize) -> Self {
        Self {
            loader,
            read: HashMap::new(),
            documents: Vec::new(),
            by_url: HashMap::new(),
            is_standard: false,
            depth,
        }
    }

    /// A store that knows the standard's own documents.
    pub(crate) fn of_the_standard() -> Store<'static> {
        let mut store = Store::new(&Nothing, crate::limits::DEPTH_HERE);
        store.is_standard = true;
        store
    }

    /// Adds a document that needs no loading.
    pub(crate) fn add(&mut self, url: &str, root: Node) {
        self.read.insert(url.to_owned(), root);
    }

    /// The document of a URL, read if need be.
    pub(crate) fn document(&mut self, url: &str) -> Result<usize, Fail> {
        if let Some(known) = self.by_url.get(url) {
            return Ok(*known);
        }
        let root = self.load(url)?;
        let mut document = Document {
            url: url.to_owned(),
            root: root.clone(),
            resources: Resources::new(),
            places: HashMap::new(),
            more: HashSet::new(),
        };
        let mut walk = Walk {
            store: self,
            document: &mut document,
            place: String::new(),
        };
        let dialect = Dialect::plain(Draft::LATEST);
        let around = Around {
            url,
            place: "",
            dialect: &dialect,
        };
        walk.collect(&root, &around)?;
        let is_standard = ["http://json-schema.org/", "https://json-schema.org/"];
        if !is_standard.iter().any(|start| url.starts_with(start)) {
            self.check(&document, &root, "")?;
        }
        self.documents.push(document);
        self.by_url.insert(url.to_owned(), self.documents.len() - 1);
        Ok(self.documents.len() - 1)
    }

    /// Sees to it that a place of a document is known to be a schema.
    pub(crate) fn ensure(&mut self, document: usize, place: &str) -> Result<(), Fail> {
        if self.documents[document].is_collected(place) {
            return Ok(());
        }
        let mut changed = self.documents[document].clone();
        let node = changed.lookup(place)?.clone();
        let (resource, url, dialect) = match changed.resource_of(place) {
            Some((at, found)) => (at.to_owned(), found.url.clone(), found.dialect.clone()),
            None => (
                String::new(),
                changed.url.clone(),
                Dialect::plain(Draft::LATEST),
            ),
        };
        let mut walk = Walk {
            store: self,
            document: &mut changed,
            place: place.to_owned(),
        };
        let around = Around {
            url: &url,
            place: &resource,
            dialect: &dialect,
        };
        walk.collect(&node, &around)?;
        if !changed.resources.contains_key(place) {
            changed.add_anchors(&node, place, &resource)?;
        }
        changed.more.insert(place.to_owned());
        self.check(&changed, &node, place)?;
        self.documents[document] = changed;
        Ok(())
    }

    /// Checks a schema against its meta-schema.
    fn check(&self, document: &Document, node: &Node, place: &str) -> Result<(), Fail> {
        let dialect = document.dialect_of(place);
        if document.resources.len() == 1
            && dialect.own.is_none()
            && quick::is_sound(dialect.draft, node)
        {
            return Ok(());
        }
        validate::meta(dialect.meta(), node, &document.resources, self.depth).map_err(|fail| {
            match fail {
                Fail::Text(text) => Fail::Text(format!(
                    "{} is not valid against metaschema: {text}",
                    double_quoted(&address(&document.url, place))
                )),
                halt @ Fail::Halt(_) => halt,
            }
        })
    }

    /// A document by its URL.
    fn load(&mut self, url: &str) -> Result<Node, Fail> {
        if let Some(known) = self.read.get(url) {
            return Ok(known.clone());
        }
        if self.read.len() >= DOCUMENTS {
            return Err(Halt::Documents.into());
        }
        let node = match standard_document(url) {
            Some(text) => Node::read(text, self.depth)?,
            None => self.load_outside(url)?,
        };
        self.read.insert(url.to_owned(), node.clone());
        Ok(node)
    }

    fn load_outside(&self, url: &str) -> Result<Node, Fail> {
        let failed =
            |text: String| Fail::Text(format!("failing loading {}: {text}", double_quoted(url)));
        let parts = pintle_sprig::parse_url(url).map_err(failed)?;
        let text = match parts.scheme.as_str() {
            "file" => self.loader.file(&parts.path).map_err(failed)?,
            "http" | "https" => self.loader.http(url).map_err(failed)?,
            // HELM: a URN that nothing resolves allows everything.
            "urn" => {
                self.loader.unresolved_urn(url);
                return Ok(Node::Bool(true));
            }
            _ => {
                let text = double_quoted(&parts.text);
                return Err(failed(format!("no URLLoader registered for {text}")));
            }
        };
        Node::read(&text, self.depth).map_err(|trouble| match trouble {
            Trouble::Syntax(text) => failed(text),
            Trouble::Halt(halt) => Fail::Halt(halt),
        })
    }

    /// The draft that a schema names, be it through meta-schemas of its author's own.
    fn draft_of(
        &mut self,
        node: &Node,
        from: (&str, &str),
        fallback: Draft,
    ) -> Result<Draft, Fail> {
        let mut node = node.clone();
        let (mut document, mut place) = (from.0.to_owned(), from.1);
        let mut seen = HashSet::new();
        loop {
            let Some(named) = node.get("$schema").and_then(Node::as_str) else {
                return Ok(fallback);
            };
            if let Some(draft) = Draft::from_url(named) {
                return Ok(draft);
            }
            let url = split(named).0.to_owned();
            if let Err(error) = pintle_sprig::parse_url(&url) {
                let at = double_quoted(&address(&document, place));
                return Err(Fail::Text(format!("invalid $schema in {at}: {error}")));
            }
            if place.is_empty() && url == document {
                return Err(Fail::Text(format!(
                    "draft {} is not supported",
                    double_quoted(&url)
                )));
            }
            if !seen.insert(url.clone()) {
                return Err(Fail::Text(format!(
                    "cycle in resolving $schema in {}",
                    double_quoted(&url)
                )));
            }
            node = self.load(&url)?;
            (document, place) = (url, "");
        }
    }

    /// The dialect of a schema with a `$schema` of the given draft.
    fn dialect(&mut self, node: &Node, draft: Draft) -> Result<Dialect, Fail> {
        let named = node
            .get("$schema")
            .and_then(Node::as_str)
            .unwrap_or_default();
        if draft < Draft::D2019 || Draft::from_url(named).is_some() {
            return Ok(Dialect::plain(draft));
        }
        let url = split(named).0;
        let meta = self.load(url)?;
        let Some(listed) = meta.get("$vocabulary").and_then(Node::as_map) else {
            return Ok(Dialect::plain(draft));
        };
        let mut names = Vec::new();
        for (name, needed) in listed.iter() {
            if !matches!(needed, Node::Bool(true)) {
                continue;
            }
            let text = name.to_text();
            let short = text.strip_prefix(draft.vocabulary_prefix());
            let known = draft
                .vocabularies()
                .iter()
                .find(|known| Some(**known) == short);
            names.push(*known.ok_or_else(|| {
                let (name, url) = (double_quoted(&text), double_quoted(url));
                format!("unsupported vocabulary {name} in {url}")
            })?);
        }
        if !names.contains(&"core") {
            names.push("core");
        }
        let own = Some(std::sync::Arc::new(Vocabularies::new(draft, names)));
        Ok(Dialect { draft, own })
    }
}
