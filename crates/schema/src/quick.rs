//! A quick look whether a schema is sound: what the meta-schemas demand, as plain code.
//!
//! Almost every schema is sound, and walking it along the meta-schema of 2020-12 costs more
//! than validating the values. What is accepted here the meta-schema accepts too; where in
//! doubt the answer is no, and the meta-schema decides (and words the error).

use crate::draft::Draft;
use crate::format::Format;
use crate::node::Node;
use crate::number::Number;
use crate::schema::Types;

/// Whether a schema is certainly sound; in doubt it is not.
pub(crate) fn is_sound(draft: Draft, node: &Node) -> bool {
    match node {
        Node::Bool(_) => draft >= Draft::D6,
        Node::Map(entries) => entries.iter().all(|(name, value)| {
            let Some(name) = name.as_str() else {
                return false;
            };
            keyword(draft, name, value) && (draft > Draft::D4 || has_partner(node, name))
        }),
        _ => false,
    }
}

/// Draft 4: `exclusiveMaximum` needs a `maximum`.
fn has_partner(schema: &Node, name: &str) -> bool {
    match name {
        "exclusiveMaximum" => schema.get("maximum").is_some(),
        "exclusiveMinimum" => schema.get("minimum").is_some(),
        _ => true,
    }
}

fn keyword(draft: Draft, name: &str, value: &Node) -> bool {
    match name {
        "default" | "const" => true,
        "title" | "description" | "$comment" | "format" | "contentMediaType"
        | "contentEncoding" | "id" => {
            matches!(value, Node::Str(_))
        }
        "$schema" => has_format(value, "uri"),
        "$id" => {
            value.as_str().is_some_and(|id| !id.contains('#')) && has_format(value, "uri-reference")
        }
        "$ref" => is_plain_reference(value) || has_format(value, "uri-reference"),
        "pattern" => has_format(value, "regex"),
        // Rare, and with rules of their own.
        "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$recursiveRef" | "$recursiveAnchor"
        | "$vocabulary" => false,
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => matches!(value, Node::Bool(_)),
        "examples" => value.as_list().is_some(),
        "maximum" | "minimum" => matches!(value, Node::Number(..)),
        "exclusiveMaximum" | "exclusiveMinimum" => match value {
            Node::Bool(_) => draft == Draft::D4,
            Node::Number(..) => draft > Draft::D4,
            _ => false,
        },
        "multipleOf" => matches!(value, Node::Number(number, _) if *number > Number::Int(0)),
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties"
        | "maxContains" | "minContains" => matches!(value, Node::Number(Number::Int(0..), _)),
        "type" => is_type(value),
        "enum" => value.as_list().is_some_and(|items| {
            draft >= Draft::D2019 || (!items.is_empty() && are_distinct(items))
        }),
        "required" => is_names(draft, value),
        _ => subschemas(draft, name, value),
    }
}

fn subschemas(draft: Draft, name: &str, value: &Node) -> bool {
    match name {
        "properties" | "definitions" | "$defs" | "dependentSchemas" => all_sound(draft, value),
        "patternProperties" => {
            let is_pattern = |text: &str| pintle_sprig::check_regex(text).is_ok();
            let names = value
                .as_map()
                .into_iter()
                .flat_map(|entries| entries.iter());
            all_sound(draft, value)
                && names
                    .map(|(name, _)| name.as_str())
                    .all(|name| name.is_some_and(is_pattern))
        }
        "dependencies" => value.as_map().is_some_and(|entries| {
            entries
                .iter()
                .all(|(_, node)| is_names(draft, node) || is_sound(draft, node))
        }),
        "dependentRequired" => value
            .as_map()
            .is_some_and(|entries| entries.iter().all(|(_, node)| is_names(draft, node))),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => is_list(draft, value),
        "items" => is_sound(draft, value) || (draft < Draft::D2020 && is_list(draft, value)),
        "additionalProperties" | "additionalItems" => {
            matches!(value, Node::Bool(_)) || is_sound(draft, value)
        }
        "not"
        | "contains"
        | "propertyNames"
        | "if"
        | "then"
        | "else"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "contentSchema" => is_sound(draft, value),
        // Unknown keywords may hold anything.
        _ => true,
    }
}

fn has_format(value: &Node, name: &str) -> bool {
    let format = Format::named(name);
    let text = value.as_str();
    format
        .zip(text)
        .is_some_and(|(format, text)| format.check(text).is_ok())
}

/// A pointer into the same document, in plain letters.
fn is_plain_reference(value: &Node) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-$".contains(&b);
    let pointer = value.as_str().and_then(|text| text.strip_prefix("#/"));
    pointer.is_some_and(|pointer| pointer.bytes().all(plain))
}

fn is_type(value: &Node) -> bool {
    let is_known = |node: &Node| node.as_str().is_some_and(|name| Types::named(name).0 != 0);
    match value {
        Node::List(items) => !items.is_empty() && items.iter().all(is_known) && are_distinct(items),
        one => is_known(one),
    }
}

/// A list of names, none twice.
fn is_names(draft: Draft, value: &Node) -> bool {
    let is_name = |node: &Node| matches!(node, Node::Str(_));
    value.as_list().is_some_and(|items| {
        (draft > Draft::D4 || !items.is_empty()) && items.iter().all(is_name) && are_distinct(items)
    })
}

fn are_distinct(items: &[Node]) -> bool {
    let mut seen = std::collections::HashSet::new();
    items.iter().all(|item| seen.insert(item))
}

fn all_sound(draft: Draft, value: &Node) -> bool {
    value
        .as_map()
        .is_some_and(|entries| entries.iter().all(|(_, node)| is_sound(draft, node)))
}

fn is_list(draft: Draft, value: &Node) -> bool {
    value
        .as_list()
        .is_some_and(|items| !items.is_empty() && items.iter().all(|node| is_sound(draft, node)))
}
