//! What a push says of a chart, for people who look at the registry.

use std::collections::BTreeMap;

use pintle_chart::Metadata;

const TITLE: &str = "org.opencontainers.image.title";
const VERSION: &str = "org.opencontainers.image.version";

/// The annotations of a chart that was made at `created`.
pub(crate) fn annotations(metadata: &Metadata, created: &str) -> BTreeMap<String, String> {
    let authors: Vec<String> = metadata
        .maintainers
        .iter()
        .map(|person| match person.email.as_str() {
            "" => person.name.clone(),
            email => format!("{} ({email})", person.name),
        })
        .collect();
    let source = metadata.sources.first().map(String::as_str);
    let mut found = BTreeMap::new();
    for (name, value) in [
        (
            "org.opencontainers.image.description",
            metadata.description.as_str(),
        ),
        (TITLE, &metadata.name),
        (VERSION, &metadata.version),
        ("org.opencontainers.image.url", &metadata.home),
        ("org.opencontainers.image.created", created),
        (
            "org.opencontainers.image.source",
            source.unwrap_or_default(),
        ),
        ("org.opencontainers.image.authors", &authors.join(", ")),
    ] {
        if !value.trim().is_empty() {
            found.insert(name.to_owned(), value.to_owned());
        }
    }
    // HELM: the chart's own annotations win, but for its name and version.
    for (name, value) in &metadata.annotations {
        if name != TITLE && name != VERSION {
            found.insert(name.clone(), value.clone());
        }
    }
    found
}
