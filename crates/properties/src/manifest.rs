//! Rendered text.

use pintle_go_value::SharedStr;
use std::collections::BTreeMap;

use pintle_manifest::{Head, classify, split};

use crate::parts;

/// An entry that no outline takes: with it, a document is read the long way.
const ODD: &str = "\n? pintle-odd\n: 1\n";

/// Documents are pieces of their text, and the shortcut to their head says the same as the
/// long way.
pub(crate) fn documents(input: &[u8]) {
    let text = parts::text(input);
    let mut at = 0;
    for document in split(&text) {
        let Some(found) = text[at..].find(document) else {
            panic!("{document:?} is no piece of the text after {at}");
        };
        at += found + document.len();
        head(document);
    }
    let file: SharedStr = text.into();
    let _ = classify(&BTreeMap::from([("web/templates/a.yaml".to_owned(), file)]));
}

fn head(document: &str) {
    if pintle_go_yaml::outline(document).is_some() {
        let long = Head::read(&format!("{document}{ODD}"));
        assert_eq!(Head::read(document), long);
    }
}
