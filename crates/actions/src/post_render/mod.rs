//! What a post-renderer gets, and what becomes of its answer.
//!
//! HELM: all files go to the plugin as one stream, hooks among them; each document carries the
//! name of its file in an annotation, by which the answer is taken apart again. Notes and the
//! definitions of `crds/` are not sent. Both ways documents pass through a YAML library
//! (kyaml), which keeps comments and styles and lays everything else out anew.
//!
//! - [`resources`]: from text to documents and back, as kyaml does
//! - [`fields`]: the fields of documents that kyaml reads and changes

mod fields;
mod resources;

use std::collections::BTreeMap;

use pintle_go_value::SharedStr;
use pintle_manifest::split;
use pintle_plugin::PostRenderer;

use crate::{Class, Error};
use fields::{clear_annotation, meta, set_annotation};
use resources::{parse_all, write_all};

/// The annotation with a document's file.
const FILE: &str = "postrenderer.helm.sh/postrender-filename";

type Files = BTreeMap<String, SharedStr>;

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

/// All documents of `files`, each with the name of its file.
fn merged(files: &Files) -> Result<String, String> {
    let mut documents = Vec::new();
    for (path, text) in files {
        let base = path.rsplit('/').next().unwrap_or_default();
        if base.starts_with('_') {
            continue;
        }
        for document in split(text) {
            let found = parse_all(document).map_err(|error| format!("parsing {path}: {error}"))?;
            for mut one in found {
                set_annotation(&mut one.root, FILE, path)
                    .map_err(|error| format!("annotating {path}: {error}"))?;
                documents.push(one);
            }
        }
    }
    write_all(documents).map_err(|error| format!("writing merged docs: {error}"))
}

/// The files that the documents of `answer` say they are from.
fn taken_apart(answer: &str) -> Result<Files, String> {
    let documents = parse_all(answer).map_err(|error| format!("error parsing YAML: {error}"))?;
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (index, mut one) in documents.into_iter().enumerate() {
        let meta = meta(&one.root).ok_or("getting metadata: missing Resource metadata")?;
        let file = match meta.annotation(FILE) {
            None | Some("") => format!("generated-by-postrender-{index}.yaml"),
            Some(name) => name.to_owned(),
        };
        clear_annotation(&mut one.root, FILE)
            .map_err(|error| format!("clearing filename annotation: {error}"))?;
        found.entry(file).or_default().push(one);
    }
    let written = |(file, documents): (String, Vec<_>)| {
        let text = write_all(documents).map_err(|error| format!("re-writing {file}: {error}"))?;
        Ok((file, text.into()))
    };
    found.into_iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        let owned = pairs
            .iter()
            .map(|(path, text)| ((*path).to_owned(), SharedStr::from(*text)));
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
