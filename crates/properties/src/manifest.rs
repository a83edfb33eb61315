//! Rendered text.

use std::collections::BTreeMap;
use std::sync::Arc;

use pintle_go_value::compare::deep_equal;
use pintle_manifest::{Head, annotate, classify, split, take_annotation};

use crate::parts;

/// An entry that no outline takes: with it, a document is read the long way.
const ODD: &str = "\n? pintle-odd\n: 1\n";

/// Documents are pieces of their text, the shortcut to their head says the same as the long
/// way, and an annotation that was added can be taken out again.
pub(crate) fn documents(input: &[u8]) {
    let text = parts::text(input);
    let mut at = 0;
    for document in split(&text) {
        let Some(found) = text[at..].find(document) else {
            panic!("{document:?} is no piece of the text after {at}");
        };
        at += found + document.len();
        head(document);
        annotation(document);
    }
    let file: Arc<str> = text.into();
    let _ = classify(&BTreeMap::from([("web/templates/a.yaml".to_owned(), file)]));
}

fn head(document: &str) {
    if pintle_go_yaml::outline(document).is_some() {
        let long = Head::read(&format!("{document}{ODD}"));
        assert_eq!(Head::read(document), long);
    }
}

fn annotation(document: &str) {
    const KEY: &str = "pintle.example/it's";
    const VALUE: &str = "a 'word': # and more";
    let Ok(with) = annotate(document, KEY, VALUE) else {
        return;
    };
    let Ok((without, value)) = take_annotation(&with, KEY) else {
        panic!("what was annotated cannot be read: {with:?}");
    };
    assert_eq!(value.as_deref(), Some(VALUE));
    let (before, after) = (
        pintle_go_yaml::parse(document.as_bytes()),
        pintle_go_yaml::parse(without.as_bytes()),
    );
    let (Ok(before), Ok(after)) = (before, after) else {
        panic!("an annotation came and went, and left {without:?}");
    };
    // Annotations and metadata that were there but empty go as well.
    if !document.contains("annotations") && !document.contains("metadata") {
        assert!(deep_equal(&before, &after), "{document:?} {without:?}");
    }
}
