//! From OpenAPI's words to nodes.

use crate::object::each;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Arena, Id, Kind, ListType, Node, PatchRule};

/// Puts schemas into an arena.
#[derive(Debug, Default)]
pub struct Builder {
    arena: Arena,
    names: BTreeMap<String, Id>,
}

impl Builder {
    /// The arena, and where its definitions are.
    pub fn finish(self) -> (Arena, BTreeMap<String, Id>) {
        (self.arena, self.names)
    }

    /// Adds definitions that may name each other by `#/components/schemas/NAME`.
    pub fn definitions(&mut self, definitions: &Map<String, Value>) {
        for name in definitions.keys() {
            let at = self.push(Node::default());
            self.names.insert(name.clone(), at);
        }
        for (name, schema) in definitions {
            let mut node = self.node(schema);
            node.name = Some(name.clone());
            if name.ends_with(".api.resource.Quantity") {
                node.kind = Kind::Quantity;
            }
            if let Some(at) = self.names.get(name) {
                self.arena.nodes[at.0 as usize] = node;
            }
        }
    }

    /// Adds one schema.
    pub fn add(&mut self, schema: &Value) -> Id {
        let node = self.node(schema);
        self.push(node)
    }

    pub(crate) fn push(&mut self, node: Node) -> Id {
        let at = Id(u32::try_from(self.arena.nodes.len()).unwrap_or(u32::MAX));
        self.arena.nodes.push(node);
        at
    }

    /// The node of a schema, whose parts are added before it.
    pub(crate) fn node(&mut self, schema: &Value) -> Node {
        let says = |name: &str| schema[name].as_bool() == Some(true);
        let text = |name: &str| schema[name].as_str();
        let texts = |name: &str| -> Vec<String> {
            let list = each(&schema[name]);
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let mut properties: Vec<(String, Id)> = match schema["properties"].as_object() {
            Some(map) => map
                .iter()
                .map(|(name, of)| (name.clone(), self.add(of)))
                .collect(),
            None => Vec::new(),
        };
        properties.sort();
        let additional = schema
            .get("additionalProperties")
            .filter(|of| of.is_object());
        let additional = match &schema["additionalProperties"] {
            Value::Bool(true) => Some(self.push(Node::default())),
            _ => additional.map(|of| self.add(of)),
        };
        let items = schema.get("items").filter(|of| of.is_object());
        let items = items.map(|of| self.add(of));
        let strategies = text("x-kubernetes-patch-strategy").unwrap_or_default();
        let has = |strategy: &str| strategies.split(',').any(|one| one == strategy);
        Node {
            same_as: self.reference(schema),
            name: None,
            kind: kind(schema),
            properties,
            additional,
            items,
            required: texts("required"),
            default: schema.get("default").cloned(),
            format: text("format").unwrap_or_default().to_owned(),
            list_type: match text("x-kubernetes-list-type") {
                Some("map") => Some(ListType::Map),
                Some("set") => Some(ListType::Set),
                Some("atomic") => Some(ListType::Atomic),
                _ => None,
            },
            map_keys: texts("x-kubernetes-list-map-keys"),
            atomic: text("x-kubernetes-map-type") == Some("atomic"),
            patch: PatchRule {
                merge: has("merge"),
                retain_keys: has("retainKeys"),
                merge_key: text("x-kubernetes-patch-merge-key").map(str::to_owned),
            },
            nullable: says("nullable"),
            open: says("x-kubernetes-preserve-unknown-fields"),
            embedded: says("x-kubernetes-embedded-resource"),
        }
    }

    /// `$ref`, by itself or as the one member of an `allOf` that a default stands beside.
    fn reference(&self, schema: &Value) -> Option<Id> {
        let of = match &schema["allOf"] {
            Value::Array(all) if all.len() == 1 => &all[0],
            _ => schema,
        };
        let name = of["$ref"].as_str()?.rsplit('/').next()?;
        self.names.get(name).copied()
    }
}

fn kind(schema: &Value) -> Kind {
    if schema["format"] == "int-or-string" || schema["x-kubernetes-int-or-string"] == true {
        return Kind::IntOrText;
    }
    match schema["type"].as_str() {
        Some("boolean") => Kind::Boolean,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("string") => Kind::Text,
        Some("array") => Kind::List,
        Some("object") => Kind::Object,
        _ if schema.get("properties").is_some() => Kind::Object,
        _ => Kind::Any,
    }
}
