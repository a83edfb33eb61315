//! What in a document has a URL or an anchor of its own.

use std::collections::BTreeMap;

use super::{Document, Fail, Resource, Store};
use crate::draft::{Dialect, Draft, Holds};
use crate::node::Node;
use crate::pointer::{self, address};
use crate::words::double_quoted;

/// A walk over the schemas of a document.
pub(super) struct Walk<'s, 'a, 'd> {
    pub(super) store: &'s mut Store<'a>,
    pub(super) document: &'d mut Document,
    pub(super) place: String,
}

/// The resource around a schema.
pub(super) struct Around<'x> {
    pub(super) url: &'x str,
    pub(super) place: &'x str,
    pub(super) dialect: &'x Dialect,
}

impl Walk<'_, '_, '_> {
    /// Notes what has a URL or an anchor, here and below.
    pub(super) fn collect(&mut self, node: &Node, around: &Around<'_>) -> Result<(), Fail> {
        let is_root = self.place.is_empty();
        if is_root && matches!(node, Node::Bool(_)) {
            self.add_resource(around.url, around.dialect.clone());
        }
        if node.as_map().is_none() {
            return Ok(());
        }
        let named = node.get("$schema").and_then(Node::as_str).is_some();
        let mut draft = around.dialect.draft;
        if named {
            let url = self.document.url.clone();
            draft = self.store.draft_of(node, (&url, &self.place), draft)?;
        }
        let mut id = draft.id_of(node);
        // A `$schema` counts only where a document or resource begins.
        let begins = is_root || !id.is_empty();
        if !begins {
            draft = around.dialect.draft;
            id = draft.id_of(node);
        }
        if id.is_empty() && !is_root {
            self.document.add_anchors(node, &self.place, around.place)?;
            return self.collect_below(node, draft, around);
        }
        let url = self.url_of(id, around.url)?;
        let named = (named && begins).then_some(draft);
        self.add_found(node, &url, named, around.dialect)?;
        let place = self.document.places.get(&url).cloned().unwrap_or_default();
        self.document.add_anchors(node, &self.place, &place)?;
        let dialect = self.document.dialect_of(&place);
        let inside = Around {
            url: &url,
            place: &place,
            dialect: &dialect,
        };
        self.collect_below(node, draft, &inside)
    }

    /// The URL of a schema with an id.
    fn url_of(&self, id: &str, base: &str) -> Result<String, String> {
        if id.is_empty() {
            return Ok(base.to_owned());
        }
        pintle_sprig::resolve_url(base, id).map_err(|_| {
            let at = address(&self.document.url, &self.place);
            format!("error in parsing id at {}", double_quoted(&at))
        })
    }

    fn add_found(
        &mut self,
        node: &Node,
        url: &str,
        named: Option<Draft>,
        fallback: &Dialect,
    ) -> Result<(), Fail> {
        if let Some(known) = self.document.places.get(url) {
            if *known == self.place {
                return Ok(());
            }
            return Err(Fail::Text(format!(
                "duplicate id {} in {} at {} and {}",
                double_quoted(url),
                double_quoted(&self.document.url),
                double_quoted(&self.place),
                double_quoted(known)
            )));
        }
        let dialect = match named {
            Some(draft) => self.store.dialect(node, draft)?,
            None => fallback.clone(),
        };
        self.add_resource(url, dialect);
        Ok(())
    }

    fn add_resource(&mut self, url: &str, dialect: Dialect) {
        let resource = Resource {
            url: url.to_owned(),
            dialect,
            anchors: BTreeMap::new(),
            dynamic_anchors: Vec::new(),
        };
        let place = self.place.clone();
        self.document.places.insert(url.to_owned(), place.clone());
        self.document.resources.insert(place, resource);
    }

    fn collect_below(
        &mut self,
        node: &Node,
        draft: Draft,
        around: &Around<'_>,
    ) -> Result<(), Fail> {
        for (keyword, holds) in draft.subschemas() {
            let Some(value) = node.get(keyword) else {
                continue;
            };
            let length = self.place.len();
            pointer::push(&mut self.place, keyword);
            if matches!(holds, Holds::One | Holds::OneOrList) {
                self.collect(value, around)?;
            }
            if let (Holds::List | Holds::OneOrList, Node::List(items)) = (holds, value) {
                for (at, item) in items.iter().enumerate() {
                    self.below(&at.to_string(), item, around)?;
                }
            }
            if let (Holds::Map, Node::Map(entries)) = (holds, value) {
                for (name, child) in entries.iter() {
                    self.below(&name.to_text(), child, around)?;
                }
            }
            self.place.truncate(length);
        }
        Ok(())
    }

    fn below(&mut self, token: &str, node: &Node, around: &Around<'_>) -> Result<(), Fail> {
        let length = self.place.len();
        pointer::push(&mut self.place, token);
        self.collect(node, around)?;
        self.place.truncate(length);
        Ok(())
    }
}
