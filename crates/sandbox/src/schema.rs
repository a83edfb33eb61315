//! What an object of a kind may look like: the types of built-in kinds and of custom ones.
//!
//! Decoding, defaulting, pruning, patches and server-side apply all walk an object beside its
//! [`Schema`]. Schemas may be recursive, so they live in an [`Arena`] and a [`Schema`] is a place
//! in it.

mod build;
mod builtin;

use serde_json::Value;

pub use build::Builder;
pub use builtin::{builtin, metadata};

/// Many schemas, which may name each other.
#[derive(Debug, Default)]
pub struct Arena {
    nodes: Vec<Node>,
}

/// One place of an arena.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    arena: &'a Arena,
    at: Id,
}

/// A place of an arena, without the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

/// What a value is, as far as JSON goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Anything at all.
    #[default]
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number; [`Schema::format`] says how large.
    Integer,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list; [`Schema::items`].
    List,
    /// Named properties ([`Schema::property`]), or a map when there is [`Schema::additional`].
    Object,
    /// A whole number or a text, of a port say.
    IntOrText,
    /// An amount, `100m` say: a text or a number.
    Quantity,
}

/// How the items of a list are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListType {
    /// Not at all: who sets the list sets all of it.
    #[default]
    Atomic,
    /// By their value.
    Set,
    /// By some of their properties: [`Schema::map_keys`].
    Map,
}

/// What a strategic merge patch does with a list or an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatchRule {
    /// Items, or properties, are merged; otherwise what comes replaces what was.
    pub merge: bool,
    /// Properties that are not in `$retainKeys` go.
    pub retain_keys: bool,
    /// The property that tells items apart.
    pub merge_key: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The definition that this is: what is not said here is said there.
    pub same_as: Option<Id>,
    /// `io.k8s.api.apps.v1.Deployment`
    pub name: Option<String>,
    pub kind: Kind,
    pub properties: Vec<(String, Id)>,
    pub additional: Option<Id>,
    pub items: Option<Id>,
    pub required: Vec<String>,
    pub default: Option<Value>,
    pub format: String,
    pub list_type: Option<ListType>,
    pub map_keys: Vec<String>,
    pub atomic: bool,
    pub patch: PatchRule,
    pub nullable: bool,
    /// Properties that are not named are kept.
    pub open: bool,
    /// A whole object, with `apiVersion`, `kind` and `metadata`.
    pub embedded: bool,
}

impl Arena {
    /// The schema of a place.
    pub fn schema(&self, at: Id) -> Schema<'_> {
        Schema { arena: self, at }
    }

    pub(crate) fn node(&self, at: Id) -> &Node {
        &self.nodes[at.0 as usize]
    }
}

impl<'a> Schema<'a> {
    fn own(self) -> &'a Node {
        self.arena.node(self.at)
    }

    /// Where what is said of the structure is said.
    fn definition(self) -> &'a Node {
        match self.own().same_as {
            Some(at) => self.arena.node(at),
            None => self.own(),
        }
    }

    fn other(self, at: Id) -> Self {
        Self { at, ..self }
    }

    /// The name of the definition, `io.k8s.api.apps.v1.Deployment` say.
    pub fn name(self) -> Option<&'a str> {
        self.definition().name.as_deref()
    }

    /// The name of its Go type, `Deployment` say, as messages of the real server have it.
    pub fn go_name(self) -> Option<&'a str> {
        self.name()
            .map(|name| name.rsplit('.').next().unwrap_or(name))
    }

    /// What a value is.
    pub fn kind(self) -> Kind {
        self.definition().kind
    }

    /// The schema of a property that is named.
    pub fn property(self, name: &str) -> Option<Schema<'a>> {
        let properties = &self.definition().properties;
        let at = properties
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
            .ok()?;
        Some(self.other(properties[at].1))
    }

    /// All properties that are named, sorted.
    pub fn properties(self) -> impl Iterator<Item = (&'a str, Schema<'a>)> {
        let properties = self.definition().properties.iter();
        properties.map(move |(name, at)| (name.as_str(), self.other(*at)))
    }

    /// The schema of the values of a map.
    pub fn additional(self) -> Option<Schema<'a>> {
        self.definition().additional.map(|at| self.other(at))
    }

    /// The schema of a value under a name, be it a property or an entry of a map.
    pub fn field(self, name: &str) -> Option<Schema<'a>> {
        self.property(name).or_else(|| self.additional())
    }

    /// The schema of the items of a list.
    pub fn items(self) -> Option<Schema<'a>> {
        self.definition().items.map(|at| self.other(at))
    }

    /// Properties that must be there.
    pub fn required(self) -> &'a [String] {
        &self.definition().required
    }

    /// What a value is when it is not given.
    pub fn default(self) -> Option<&'a Value> {
        self.own()
            .default
            .as_ref()
            .or(self.definition().default.as_ref())
    }

    /// `int32`, `byte`, `date-time` and so on, or nothing.
    pub fn format(self) -> &'a str {
        &self.definition().format
    }

    /// How the items of a list are told apart.
    pub fn list_type(self) -> ListType {
        let own = self.own().list_type;
        own.or(self.definition().list_type).unwrap_or_default()
    }

    /// The properties that tell items of a [`ListType::Map`] apart.
    pub fn map_keys(self) -> &'a [String] {
        let own = &self.own().map_keys;
        if own.is_empty() {
            &self.definition().map_keys
        } else {
            own
        }
    }

    /// Whether who sets a property of it sets all of it.
    pub fn is_atomic(self) -> bool {
        self.own().atomic || self.definition().atomic
    }

    /// What a strategic merge patch does.
    pub fn patch(self) -> &'a PatchRule {
        &self.own().patch
    }

    /// Whether `null` is a value.
    pub fn is_nullable(self) -> bool {
        self.own().nullable || self.definition().nullable
    }

    /// Whether properties that are not named are kept (`x-kubernetes-preserve-unknown-fields`).
    pub fn is_open(self) -> bool {
        self.own().open || self.definition().open
    }

    /// Whether it is a whole object of any kind (`x-kubernetes-embedded-resource`).
    pub fn is_embedded(self) -> bool {
        self.own().embedded || self.definition().embedded
    }
}
