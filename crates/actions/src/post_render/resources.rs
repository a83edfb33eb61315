//! From text to documents and back, as kyaml's `kio` does.

use pintle_go_yaml::node::{Document, Node, NodeWriter, parse_document};

use super::fields::{clear_annotation, clear_empty, filled, meta, set_annotation};

/// Annotations by which kyaml remembers where a document was; what it sets, it takes away.
const INDEX: &str = "internal.config.kubernetes.io/index";
const OLD_INDEX: &str = "config.kubernetes.io/index";
/// Says how the lists of a document are indented.
const LIST_INDENT: &str = "internal.config.kubernetes.io/seqindent";
/// Annotations that kyaml knows by an old and a new name: what one says, the other says too.
const RENAMED: [(&str, &str); 3] = [
    (
        "config.kubernetes.io/path",
        "internal.config.kubernetes.io/path",
    ),
    (OLD_INDEX, INDEX),
    ("config.k8s.io/id", "internal.config.kubernetes.io/id"),
];
/// A map with this key stands for the list below it.
const WRAPPED_LIST: &str = "bareSeqNodeWrappingKey";

/// The documents of `text`; a list that is the only document stands for its items.
///
/// # Errors
/// Text that is no YAML, a document that is no map; in Helm's words.
pub(super) fn parse_all(text: &str) -> Result<Vec<Document>, String> {
    let text = text.replace("\r\n", "\n");
    let texts = split_documents(&text)?;
    let mut documents = Vec::new();
    let mut index = 0;
    for (number, text) in texts.iter().enumerate() {
        // The separator took the line break with it.
        let last = number + 1 == texts.len();
        let text = if last {
            (*text).to_owned()
        } else {
            format!("{text}\n")
        };
        let document = parse_document(text.as_bytes())
            .map_err(|error| format!("MalformedYAMLError: {error}"))?;
        let Some(mut document) = document.filter(|document| !document.root.is_null()) else {
            continue;
        };
        remember(&mut document.root, index)?;
        if texts.len() == 1 && is_list(&document.root) {
            let items = document.root.position("items");
            let items = items.map(|at| std::mem::take(&mut document.root.content[at].content));
            let alone = |root| Document {
                root,
                ..Document::default()
            };
            documents.extend(items.unwrap_or_default().into_iter().map(alone));
        } else {
            documents.push(document);
            index += 1;
        }
    }
    Ok(documents)
}

/// `text` cut at lines that start with `---`, but for the first line and the last.
///
/// # Errors
/// Something else than a comment stands behind `---`.
fn split_documents(text: &str) -> Result<Vec<&str>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut documents = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("\n---") {
        let Some(length) = rest[start + 1..].find('\n') else {
            break;
        };
        let end = start + 1 + length;
        let separator = &rest[start..end];
        let behind = separator["\n---".len()..].trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            return Err(format!("invalid document separator: {}", separator.trim()));
        }
        documents.push(&rest[..start]);
        rest = &rest[end + 1..];
    }
    documents.push(rest);
    Ok(documents)
}

/// Sets the annotations that kyaml gives to what it reads.
fn remember(root: &mut Node, index: usize) -> Result<(), String> {
    for (old, new) in RENAMED {
        // Without metadata there is nothing to copy.
        let Some(meta) = meta(root) else { break };
        let said = |name| meta.annotation(name).unwrap_or_default().to_owned();
        match (said(old), said(new)) {
            (old_value, new_value) if old_value.is_empty() && !new_value.is_empty() => {
                set_annotation(root, old, &new_value)?;
            }
            (old_value, new_value) if new_value.is_empty() && !old_value.is_empty() => {
                set_annotation(root, new, &old_value)?;
            }
            _ => {}
        }
    }
    let index = index.to_string();
    set_annotation(root, OLD_INDEX, &index)?;
    set_annotation(root, INDEX, &index)
}

fn is_list(root: &Node) -> bool {
    let kind = meta(root).map_or("", |meta| meta.kind);
    matches!(kind, "List" | "ResourceList")
        && (root.field("items").is_some() || root.field("functionConfig").is_some())
}

/// The text of `documents`.
///
/// DIFF: kyaml writes a sole document as JSON when an annotation says that it is from a file
/// `*.json`.
///
/// # Errors
/// A document that is no map.
pub(super) fn write_all(documents: Vec<Document>) -> Result<String, String> {
    let mut writer = NodeWriter::new();
    let mut forgotten = Vec::with_capacity(documents.len());
    for mut document in documents {
        let wide = list_indent(&document.root) == Some("wide");
        for key in [INDEX, OLD_INDEX, LIST_INDENT] {
            clear_annotation(&mut document.root, key)?;
        }
        clear_empty(&mut document.root)?;
        forgotten.push((document, wide));
    }
    for (document, wide) in &forgotten {
        writer.indent_lists(*wide);
        match filled(&document.root, WRAPPED_LIST) {
            Some(list) => writer.node(list),
            None => writer.document(document),
        }
    }
    Ok(writer.finish())
}

fn list_indent(root: &Node) -> Option<&str> {
    let annotations = filled(root, "metadata")?.field("annotations")?;
    Some(&annotations.field(LIST_INDENT)?.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_from_a_json_file_stays_yaml() {
        let text = "kind: A\nmetadata:\n  annotations:\n    config.kubernetes.io/path: a.json\n";
        let documents = parse_all(text).unwrap();
        assert!(write_all(documents).unwrap().starts_with(text));
    }

    #[test]
    fn a_separator_takes_the_line_break_in_front_of_it() {
        let split = |text| split_documents(text);
        assert_eq!(split("a\n---\nb\n").unwrap(), ["a", "b\n"]);
        assert_eq!(split("---\na\n--- # x\nb").unwrap(), ["---\na", "b"]);
        assert_eq!(split("a\n---\n---\nb").unwrap(), ["a", "---\nb"]);
        assert_eq!(split("a\n---").unwrap(), ["a\n---"]);
        let error = split("a\n---b\nc\n").unwrap_err();
        assert_eq!(error, "invalid document separator: ---b");
    }
}
