//! What a post-renderer gets, and what becomes of its answer.
//!
//! HELM: all files go to the plugin as one stream, hooks among them; each document carries the
//! name of its file in an annotation, by which the answer is taken apart again. Notes and the
//! definitions of `crds/` are not sent.
//! DIFF: documents keep the layout that their author gave them; Helm's YAML library lays them
//! out anew (indentation, blank lines).

use std::collections::BTreeMap;
use std::sync::Arc;

use pintle_go_value::Value;
use pintle_manifest::{annotate, split, take_annotation};
use pintle_plugin::PostRenderer;

use crate::{Class, Error};

/// The annotation with a document's file.
const FILE: &str = "postrenderer.helm.sh/postrender-filename";

type Files = BTreeMap<String, Arc<str>>;

/// Sends rendered files through a plugin.
///
/// # Errors
/// A document that is no YAML, a plugin that fails, an answer that is no YAML; in Helm's words.
pub(crate) fn post_render(files: &Files, plugin: &PostRenderer) -> Result<Files, Error> {
    let failed = |text: String| Error::new(Class::Render, text);
    let stream =
        merged(files).map_err(|reason| failed(format!("error merging manifests: {reason}")))?;
    let answer = plugin.run(&stream).map_err(|error| {
        let mut found = failed(format!("error while running post render on files: {error}"));
        found.hints.extend(error.hint().map(str::to_owned));
        found
    })?;
    taken_apart(&answer).map_err(|reason| {
        failed(format!(
            "error while parsing post rendered output: {reason}"
        ))
    })
}

fn merged(files: &Files) -> Result<String, String> {
    let mut documents = Vec::new();
    for (path, text) in files {
        let base = path.rsplit('/').next().unwrap_or_default();
        if base.starts_with('_') {
            continue;
        }
        for document in split(text) {
            for one in members(document).map_err(|error| parsing(path, &error))? {
                let text = annotate(&one, FILE, path);
                documents.push(text.map_err(|error| format!("annotating {path}: {error}"))?);
            }
        }
    }
    Ok(documents.join("---\n"))
}

fn parsing(path: &str, reason: &str) -> String {
    format!("parsing {path}: MalformedYAMLError: {reason}")
}

/// The documents that a document stands for: none when it has comments alone, the items of a
/// list.
fn members(document: &str) -> Result<Vec<String>, String> {
    let value =
        pintle_go_yaml::parse(document.as_bytes()).map_err(|error| error.text().to_owned())?;
    let map = match value {
        Value::Nil => return Ok(Vec::new()),
        Value::Map(map) => map,
        _ => return Ok(vec![document.to_owned()]),
    };
    let is_list = matches!(map.get("kind"), Some(Value::Str(kind))
        if [&b"List"[..], b"ResourceList"].contains(&kind.as_bytes()));
    match map.get("items") {
        Some(Value::List(items)) if is_list => {
            let item = |item: Value| {
                let text = pintle_go_yaml::emit(&item).map_err(|error| error.text().to_owned())?;
                Ok(String::from_utf8_lossy(&text).into_owned())
            };
            items.iter().cloned().map(item).collect()
        }
        _ => Ok(vec![document.to_owned()]),
    }
}

fn taken_apart(answer: &str) -> Result<Files, String> {
    let broken = |error: String| format!("error parsing YAML: MalformedYAMLError: {error}");
    let documents = split(answer);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for document in &documents {
        let members = match documents.len() {
            1 => members(document),
            _ => whole(document),
        };
        for one in members.map_err(broken)? {
            let (text, file) = take_annotation(&one, FILE).map_err(broken)?;
            let file = file.filter(|name| !name.is_empty());
            let file = file.unwrap_or_else(|| format!("generated-by-postrender-{count}.yaml"));
            let text = text.trim_end().to_owned() + "\n";
            found.entry(file).or_default().push(text);
            count += 1;
        }
    }
    let joined = |(file, documents): (String, Vec<String>)| (file, documents.join("---\n").into());
    Ok(found.into_iter().map(joined).collect())
}

/// The document, unless it has comments alone.
fn whole(document: &str) -> Result<Vec<String>, String> {
    let value =
        pintle_go_yaml::parse(document.as_bytes()).map_err(|error| error.text().to_owned())?;
    Ok(match value {
        Value::Nil => Vec::new(),
        _ => vec![document.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        let owned = pairs
            .iter()
            .map(|(path, text)| ((*path).to_owned(), Arc::from(*text)));
        owned.collect()
    }

    // The stream that a plugin of Helm 4.3.1 reads for such files.
    #[test]
    fn files_become_a_stream() {
        let files = files(&[
            ("c/templates/_helpers.tpl", "kind: Never\n"),
            (
                "c/templates/a.yaml",
                "kind: A\n---\n# nothing\n---\nkind: B\nmetadata:\n  name: b\n",
            ),
            ("c/templates/b.yaml", "\n"),
        ]);
        assert_eq!(
            merged(&files).unwrap(),
            "kind: A\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'\n\
             ---\nkind: B\nmetadata:\n  name: b\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'\n"
        );
    }

    #[test]
    fn an_answer_becomes_files_again() {
        let before = files(&[
            (
                "c/templates/a.yaml",
                "kind: A\n---\nkind: B\nmetadata:\n  name: b\n",
            ),
            ("c/templates/b.yaml", "kind: C\n"),
        ]);
        let stream = merged(&before).unwrap();
        assert_eq!(taken_apart(&stream).unwrap(), before);
        let more = format!("{stream}---\nkind: New\n");
        let after = taken_apart(&more).unwrap();
        assert_eq!(&*after["generated-by-postrender-3.yaml"], "kind: New\n");
        assert!(taken_apart("a: b: c\n").is_err());
    }

    #[test]
    fn a_list_is_sent_as_its_items() {
        let list = files(&[("a", "kind: List\nitems:\n- kind: A\n- kind: B\n")]);
        let stream = merged(&list).unwrap();
        assert_eq!(stream.matches("---\n").count(), 1);
        assert!(stream.starts_with("kind: A\n"));
    }
}
