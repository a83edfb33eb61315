//! The rules of the house as tables. A new crate is refused until it has a line here.

/// The layer of each crate: it may depend only on crates of a lower layer.
pub const LAYERS: &[(&str, u8)] = &[
    ("go-value", 0),
    ("semver", 0),
    ("go-template", 1),
    ("go-yaml", 1),
    ("jsonpath", 2),
    ("sprig", 2),
    ("chart", 2),
    ("manifest", 2),
    ("fetch", 2),
    ("schema", 3),
    ("values", 3),
    ("release", 3),
    ("provenance", 3),
    ("cluster", 3),
    ("plugin", 3),
    ("registry", 3),
    ("sandbox", 3),
    ("render", 4),
    ("plan", 4),
    ("repo", 4),
    ("storage", 4),
    ("actions", 5),
    ("serve", 5),
    ("tiller", 6),
    ("cli", 7),
];

/// Crates for development: nothing that is shipped may depend on them.
pub const DEVELOPMENT: &[&str] = &["testkit", "properties", "xtask"];

/// Crates that know no network, no files, no clock, no environment.
pub const PURE: &[&str] = &[
    "go-value",
    "semver",
    "go-template",
    "go-yaml",
    "jsonpath",
    "sprig",
    "chart",
    "manifest",
    "schema",
    "values",
    "release",
    "provenance",
    "plan",
    "render",
];

/// Packages that a pure crate may not pull in, not even indirectly.
pub const NOT_IN_PURE: &[&str] = &["tokio", "reqwest", "kube", "hyper"];

/// Modules of the standard library that a pure crate may not name.
pub const NOT_NAMED_IN_PURE: &[&str] = &["net", "process", "env", "fs"];

/// Packages that may not be anywhere in the tree: there is one TLS provider, ring.
pub const NOWHERE: &[&str] = &["aws-lc-rs", "aws-lc-sys", "openssl-sys"];

/// Names that say nothing about what a crate is for.
pub const EMPTY_NAMES: &[&str] = &["common", "util", "utils", "core", "types", "helpers"];

/// Whether a source file of a pure crate may touch files: the chart's disk reader alone.
pub fn may_touch_files(crate_name: &str, file: &str) -> bool {
    crate_name == "chart" && (file.starts_with("disk.") || file.starts_with("disk/"))
}

/// The layer of a crate, by the name of its folder.
pub fn layer(name: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, layer)| *layer)
}
