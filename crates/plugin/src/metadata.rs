//! What a `plugin.yaml` says.

use std::collections::BTreeMap;

use pintle_go_value::Value;
use pintle_go_value::format::quoted::quote;
use pintle_go_yaml::node::{self, Document, Kind, Node};
use pintle_semver::Version;

use crate::decode::Decoder;
use crate::{Error, PlatformCommand, legacy, v1};

/// A plugin's description, whichever form it was written in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// The form: `legacy` or `v1`.
    pub api_version: String,
    /// Its name.
    pub name: String,
    /// Its version; empty when a legacy plugin has none.
    pub version: String,
    /// What it is for: `cli/v1`, `getter/v1`, `postrenderer/v1`.
    pub kind: String,
    /// Where it comes from; may be empty.
    pub source_url: String,
    /// What its kind needs to know.
    pub config: Config,
    /// How it runs.
    pub runtime: Runtime,
}

/// What plugins of a kind say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Config {
    /// Of commands.
    Cli(Cli),
    /// Of getters: the schemes of URLs.
    Getter(Vec<String>),
    /// Nothing: of post-renderers.
    #[default]
    None,
}

/// What a command says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cli {
    /// Its line in the help; the first word is the command.
    pub usage: String,
    /// One line about it.
    pub short: String,
    /// All about it.
    pub long: String,
    /// Whether it gets no arguments at all.
    pub ignores_flags: bool,
}

/// How a plugin runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// As programs of the machine.
    Subprocess(Subprocess),
    /// As WebAssembly.
    Extism(Box<Extism>),
}

impl Default for Runtime {
    fn default() -> Self {
        Self::Subprocess(Subprocess::default())
    }
}

impl Runtime {
    /// Its name in plugin.yaml.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Subprocess(_) => "subprocess",
            Self::Extism(_) => "extism/v1",
        }
    }
}

/// The programs of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subprocess {
    /// The plugin itself, for each kind of machine.
    pub commands: Vec<PlatformCommand>,
    /// What is run when it is installed, updated, deleted.
    pub hooks: BTreeMap<String, Vec<PlatformCommand>>,
    /// Whether variables are replaced in the arguments of hooks.
    pub expands_hooks: bool,
    /// What fetches URLs, by their schemes.
    pub protocols: Vec<ProtocolCommand>,
}

/// What fetches URLs of some schemes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProtocolCommand {
    /// The schemes.
    pub protocols: Vec<String>,
    /// The program, for each kind of machine.
    pub commands: Vec<PlatformCommand>,
}

/// What a WebAssembly plugin may do. Zero stands for the default of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extism {
    /// Pages of 64 KiB that it may have.
    pub max_pages: u32,
    /// The largest answer of a server, in bytes.
    pub max_response: i64,
    /// The most bytes in its variables.
    pub max_variables: i64,
    /// What it is configured with.
    pub config: BTreeMap<String, String>,
    /// Servers it may ask.
    pub allowed_hosts: Vec<String>,
    /// Whether it gets a folder of its own, as `/tmp`.
    pub has_temp_dir: bool,
    /// How long it may run, in milliseconds.
    pub timeout: u64,
    /// Functions of the host that it wants.
    pub host_functions: Vec<String>,
    /// The function that is called.
    pub entry: String,
}

const PEEK: &str = "failed to peek plugin.yaml API version: ";

/// Reads a `plugin.yaml`.
///
/// # Errors
/// Helm's text of what is wrong.
pub fn read_metadata(text: &[u8]) -> Result<Metadata, Error> {
    let peek = |reason: &str| Error::new(format!("{PEEK}{reason}"));
    let document = node::parse_document(text).map_err(|error| peek(error.text()))?;
    let Some(Document { root, .. }) = document else {
        return Err(peek("EOF").with_hint("the file is empty: a plugin has a name at least"));
    };
    // GO: nothing but comments is no document either, unless one is announced.
    let is_announced = text
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"---"));
    if root.is_null() && root.value.is_empty() && !is_announced {
        return Err(peek("EOF").with_hint("the file is empty: a plugin has a name at least"));
    }
    match api_version(&root).map_err(|reason| peek(&reason))?.as_str() {
        "" => legacy::read(&root),
        "v1" => v1::read(&root, &value_of(text)?),
        other => Err(
            Error::new(format!("invalid plugin apiVersion: {}", quote(other)))
                .with_hint("v1 is the only one; plugins of Helm 2 and 3 have none"),
        ),
    }
}

fn api_version(root: &Node) -> Result<String, String> {
    let mut decoder = Decoder::new(root);
    let entries = decoder.map(root, "plugin.apiVersion").unwrap_or_default();
    let version = decoder.text(&entries, "apiVersion");
    decoder.finish()?;
    Ok(version)
}

fn value_of(text: &[u8]) -> Result<Value, Error> {
    pintle_go_yaml::parse(text).map_err(|error| Error::new(error.text()))
}

/// `^[A-Za-z0-9_-]+$`: CVE-2020-15186.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

/// Whether it is a version as plugins have it: no path can be one (CVE-2026-35204).
pub(crate) fn is_version(version: &str) -> bool {
    Version::parse_strict(version).is_ok()
}

/// The commands of a field, one for each kind of machine.
pub(crate) fn platform_commands<'a>(
    decoder: &mut Decoder<'a>,
    items: &'a [Node],
) -> Vec<PlatformCommand> {
    let mut commands = Vec::new();
    for item in items {
        let Some(entries) = decoder.map(item, "plugin.PlatformCommand") else {
            // GO: null is a command with nothing in it.
            commands.push(PlatformCommand::default());
            continue;
        };
        commands.push(PlatformCommand {
            os: decoder.text(&entries, "os"),
            arch: decoder.text(&entries, "arch"),
            command: decoder.text(&entries, "command"),
            args: decoder.texts(&entries, "args"),
        });
    }
    commands
}

/// The commands of hooks, by event.
pub(crate) fn platform_hooks<'a>(
    decoder: &mut Decoder<'a>,
    node: Option<&'a Node>,
) -> BTreeMap<String, Vec<PlatformCommand>> {
    let entries = node.and_then(|node| decoder.map(node, "plugin.PlatformHooks"));
    let mut hooks = BTreeMap::new();
    for (key, value) in entries.unwrap_or_default() {
        let items = decoder.items(value, "[]plugin.PlatformCommand");
        hooks.insert(key.value.clone(), platform_commands(decoder, items));
    }
    hooks
}

/// A map of texts.
pub(crate) fn texts<'a>(
    decoder: &mut Decoder<'a>,
    node: Option<&'a Node>,
    go_type: &str,
) -> BTreeMap<String, String> {
    let entries = node.and_then(|node| decoder.map(node, go_type));
    let mut texts = BTreeMap::new();
    for (key, value) in entries.unwrap_or_default() {
        if key.kind == Kind::Scalar {
            texts.insert(key.value.clone(), decoder.text_of(value));
        }
    }
    texts
}
