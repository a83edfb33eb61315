//! The fields of documents that kyaml reads and changes: metadata and its annotations.
//!
//! HELM: what is not a map where one is expected is an error only where something is looked
//! for in it; null is passed over in silence; what is empty is taken away before an
//! annotation is set.

use pintle_go_yaml::node::{Kind, Node, Style, TextStyle, write_node};

const METADATA: &str = "metadata";
const ANNOTATIONS: &str = "annotations";

/// Sets an annotation; makes `metadata` and `annotations` where they are missing.
///
/// # Errors
/// One of them is not a map.
pub(super) fn set_annotation(root: &mut Node, key: &str, value: &str) -> Result<(), String> {
    clear_empty(root)?;
    let Some(metadata) = made(root, METADATA)? else {
        return Ok(());
    };
    let Some(annotations) = made(metadata, ANNOTATIONS)? else {
        return Ok(());
    };
    check_mapping(annotations)?;
    let text = |style: Style| Node {
        tag: Node::TEXT.to_owned(),
        style,
        ..Node::scalar(value)
    };
    match annotations.position(key) {
        // The style stays, and nothing else.
        Some(at) => annotations.content[at] = text(annotations.content[at].style),
        None => {
            let style = Style {
                text: TextStyle::SingleQuoted,
                ..Style::default()
            };
            annotations.content.extend([Node::scalar(key), text(style)]);
        }
    }
    Ok(())
}

/// Takes an annotation away, if it is there.
///
/// # Errors
/// What is looked into is not a map.
pub(super) fn clear_annotation(root: &mut Node, key: &str) -> Result<(), String> {
    let Some(metadata) = looked_up(root, METADATA)? else {
        return Ok(());
    };
    match looked_up(metadata, ANNOTATIONS)? {
        Some(annotations) => clear(annotations, key, false),
        None => Ok(()),
    }
}

/// Takes annotations and metadata away that have nothing in them.
///
/// # Errors
/// As [`clear_annotation`].
pub(super) fn clear_empty(root: &mut Node) -> Result<(), String> {
    if let Some(metadata) = looked_up(root, METADATA)? {
        clear(metadata, ANNOTATIONS, true)?;
    }
    clear(root, METADATA, true)
}

/// What kyaml knows of a document.
pub(super) struct Meta<'a> {
    pub(super) kind: &'a str,
    annotations: Option<&'a Node>,
}

impl<'a> Meta<'a> {
    /// The text of an annotation.
    pub(super) fn annotation(&self, key: &str) -> Option<&'a str> {
        let value = self.annotations?.field(key)?;
        Some(if value.is_null() { "" } else { &value.value })
    }
}

/// What is known of a document; none if it has nothing of what makes a resource.
pub(super) fn meta(root: &Node) -> Option<Meta<'_>> {
    let nothing = Meta {
        kind: "",
        annotations: None,
    };
    if root.is_null() {
        return Some(nothing);
    }
    let kind = filled(root, "kind");
    let metadata = filled(root, METADATA);
    let parts = ["name", "namespace", "labels", ANNOTATIONS];
    let mut known = kind.is_some() || filled(root, "apiVersion").is_some();
    known |= metadata.is_some_and(|node| parts.iter().any(|part| filled(node, part).is_some()));
    known.then(|| Meta {
        kind: kind.map_or("", |node| &node.value),
        annotations: metadata.and_then(|node| filled(node, ANNOTATIONS)),
    })
}

/// A field with something in it.
pub(super) fn filled<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let is_empty = |node: &Node| {
        node.is_null()
            || (matches!(node.kind, Kind::Mapping | Kind::Sequence) && node.content.is_empty())
    };
    node.field(name).filter(|found| !is_empty(found))
}

/// The field `name`, which is made where it is missing; none of null.
fn made<'a>(node: &'a mut Node, name: &str) -> Result<Option<&'a mut Node>, String> {
    if node.is_null() {
        return Ok(None);
    }
    check_mapping(node)?;
    let at = node.position(name).unwrap_or_else(|| {
        node.content.extend([Node::scalar(name), Node::mapping()]);
        node.content.len() - 1
    });
    Ok(node.content.get_mut(at))
}

fn looked_up<'a>(node: &'a mut Node, name: &str) -> Result<Option<&'a mut Node>, String> {
    if node.is_null() {
        return Ok(None);
    }
    check_mapping(node)?;
    let at = node.position(name);
    Ok(at.and_then(|at| node.content.get_mut(at)))
}

/// Takes the first field `name` away; with `if_empty` the first that has nothing inside.
fn clear(node: &mut Node, name: &str, if_empty: bool) -> Result<(), String> {
    check_mapping(node)?;
    let is_meant = |pair: &[Node]| {
        matches!(pair, [key, value]
            if key.value == name && (!if_empty || value.content.is_empty()))
    };
    if let Some(index) = node.content.chunks(2).position(is_meant) {
        node.content.drain(2 * index..2 * index + 2);
    }
    Ok(())
}

fn check_mapping(node: &Node) -> Result<(), String> {
    if node.is_null() || node.kind == Kind::Mapping {
        return Ok(());
    }
    let kind = match node.kind {
        Kind::Scalar => "ScalarNode",
        Kind::Sequence => "SequenceNode",
        Kind::Mapping => "MappingNode",
        Kind::Alias => "AliasNode",
    };
    Err(format!(
        "wrong node kind: expected MappingNode but got {kind}: node contents:\n{}",
        write_node(node)
    ))
}
