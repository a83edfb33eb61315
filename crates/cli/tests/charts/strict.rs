//! Values of real charts that are said to be unread: the output does not depend on them.
//!
//! `cargo xtask corpus --strict-values` does so for the whole corpus.

use pintle_testkit::skip;
use pintle_testkit::unread::{Subject, Verdict, check};

use crate::corpus::folder;

/// Charts and values files, with whether something of it is unread.
const CHARTS: [(&str, Option<&str>, bool); 2] = [
    ("codecentric/keycloakx-7.1.11", None, true),
    ("fluxcd/flux2-2.18.3", None, false),
];

#[test]
fn what_is_said_to_be_unread_changes_nothing() {
    let corpus = folder();
    if !corpus.join("manifest.tsv").exists() {
        skip(
            "what_is_said_to_be_unread_changes_nothing",
            "the shared corpus is not here (../shared/corpus)",
        );
        return;
    }
    for (chart, values, is_some) in CHARTS {
        let values = values.map(|file| format!("values/{file}"));
        let verdict = check(&Subject {
            program: &pintle_testkit::pintle!(),
            folder: &corpus,
            chart: &format!("charts/{chart}.tgz"),
            values: values.as_deref(),
        });
        let Verdict::Right(unread) = verdict else {
            panic!("{chart}: {verdict}");
        };
        assert_eq!(unread > 0, is_some, "{chart}: {unread} unread");
    }
}
