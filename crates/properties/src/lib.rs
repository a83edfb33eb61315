//! What must hold for any input at all.
//!
//! What it is: the bodies of the fuzz targets (see `docs/fuzzing.md`). Each takes bytes, does
//! with them what Pintle does with a stranger's file, and panics where a promise is broken:
//! what was written reads back the same, a shortcut agrees with the long way, the same input
//! gives the same answer, limits hold. A test replays the seeds and everything that fuzzing
//! ever found, with a stable compiler and without a fuzzer.
//! What it is not: a fuzzer. That is the crate in `fuzz`, which stands outside the workspace
//! because it needs a nightly compiler.
//!
//! ```
//! let yaml = pintle_properties::find("yaml").unwrap();
//! (yaml.check)(b"a: [1, 2]\n");
//! ```
//!
//! - `parts`: one input that holds several texts
//! - `template`: templates parsed and executed
//! - `yaml`, `json`: read and written
//! - `jsonpath`: what is picked out of values
//! - `set`: `--set` and its relatives
//! - `schema`: values against a schema
//! - `index`: indexes of repositories
//! - `archive`, `chart`: charts as archives and as files
//! - `manifest`: rendered text to documents
//! - `plugin`: plugins
//! - `provenance`: signatures of charts
//! - `patch`: changes of objects in the sandbox
//! - `registry`: what registries say, files with credentials
//! - `sandbox`: bodies that clients send to a sandbox; `requests`: whole requests, selectors
//! - `serve`: what clients send to a server, READMEs as pages
//! - `versions`, `syntax`: small languages

mod archive;
mod chart;
mod index;
mod json;
mod jsonpath;
mod manifest;
mod parts;
mod patch;
mod plugin;
mod provenance;
mod registry;
mod requests;
mod sandbox;
mod schema;
mod serve;
mod set;
mod syntax;
mod template;
mod versions;
mod yaml;

/// Something that must hold for any input.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the fuzz target, its seeds and its dictionary.
    pub name: &'static str,
    /// Panics where a promise is broken.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    target("template", template::parse),
    target("execute", template::execute),
    target("yaml", yaml::read),
    target("yaml_write", yaml::write),
    target("json", json::read),
    target("jsonpath", jsonpath::print),
    target("set", set::set),
    target("schema", schema::validate),
    target("archive", archive::archive),
    target("chart", chart::files),
    target("index", index::index),
    target("manifest", manifest::documents),
    target("patch", patch::patches),
    target("plugin", plugin::plugins),
    target("provenance", provenance::signatures),
    target("registry", registry::registry),
    target("sandbox_body", sandbox::body),
    target("sandbox_definition", sandbox::definition),
    target("sandbox_protobuf", sandbox::protobuf),
    target("sandbox_request", requests::requests),
    target("sandbox_selector", requests::selectors),
    target("serve", serve::serve),
    target("versions", versions::versions),
    target("syntax", syntax::syntax),
];

const fn target(name: &'static str, check: fn(&[u8])) -> Target {
    Target { name, check }
}

/// The one of this name.
pub fn find(name: &str) -> Option<Target> {
    TARGETS.iter().find(|target| target.name == name).copied()
}

/// Runs one of them; a name that is not among them panics.
pub fn run(name: &str, input: &[u8]) {
    match find(name) {
        Some(target) => (target.check)(input),
        None => panic!("{name} is no target"),
    }
}
