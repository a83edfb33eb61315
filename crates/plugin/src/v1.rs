//! `plugin.yaml` as Helm 4 has it.

use pintle_go_value::format::quoted::quote;
use pintle_go_value::{Map, Value};
use pintle_go_yaml::node::{self, Document, Node};

use crate::decode::{Decoder, Entries};
use crate::metadata::{
    Cli, Config, Extism, Metadata, ProtocolCommand, Runtime, Subprocess, is_name, is_version,
    platform_commands, platform_hooks, texts,
};
use crate::{CLI, Error, GETTER, POST_RENDERER};

const FIELDS: [&str; 8] = [
    "apiVersion",
    "config",
    "name",
    "runtime",
    "runtimeConfig",
    "sourceURL",
    "type",
    "version",
];

const GO_MAP: &str = "map[string]interface {}";

/// Reads and checks it; `value` is the same document.
///
/// # Errors
/// Helm's text of what is wrong.
pub(crate) fn read(root: &Node, value: &Value) -> Result<Metadata, Error> {
    let mut decoder = Decoder::new(root);
    let go_type = "plugin.MetadataV1";
    let entries = decoder.map(root, go_type).unwrap_or_default();
    decoder.check_names(&entries, &FIELDS, go_type);
    for name in ["config", "runtimeConfig"] {
        if let Some(node) = decoder.field(&entries, name) {
            decoder.map(node, GO_MAP);
        }
    }
    let mut text = |name| decoder.text(&entries, name);
    let (name, version) = (text("name"), text("version"));
    let (kind, runtime) = (text("type"), text("runtime"));
    let source_url = text("sourceURL");
    decoder.finish().map_err(Error::new)?;
    check(&name, &version, &kind, &runtime)?;
    let failed =
        |error: String| Error::new(format!("failed to convert MetadataV1 to Metadata: {error}"));
    let config = config(&kind, &part(value, "config")).map_err(failed)?;
    let runtime = runtime_config(&runtime, &part(value, "runtimeConfig")).map_err(failed)?;
    if let Config::Getter(protocols) = &config {
        check_protocols(protocols)?;
    }
    Ok(Metadata {
        api_version: "v1".to_owned(),
        name,
        version,
        kind,
        source_url,
        config,
        runtime,
    })
}

fn check(name: &str, version: &str, kind: &str, runtime: &str) -> Result<(), Error> {
    if !is_name(name) {
        return Err(
            Error::new("invalid plugin `name`").with_hint("a name has only a-z, A-Z, 0-9, _ and -")
        );
    }
    if version.is_empty() {
        return Err(Error::new("plugin `version` is required"));
    }
    if !is_version(version) {
        return Err(Error::new(format!(
            "invalid plugin `version` {}: must be valid semver",
            quote(version)
        )));
    }
    for (text, field) in [(kind, "type"), (runtime, "runtime")] {
        if text.is_empty() {
            return Err(Error::new(format!("`{field}` missing")));
        }
    }
    Ok(())
}

fn check_protocols(protocols: &[String]) -> Result<(), Error> {
    let failed = |reason: String| Error::new(format!("config validation failed: {reason}"));
    if protocols.is_empty() {
        return Err(failed("getter has no protocols".to_owned()));
    }
    match protocols.iter().position(String::is_empty) {
        Some(at) => Err(failed(format!("getter has empty protocol at index {at}"))),
        None => Ok(()),
    }
}

/// HELM: a part of the file is written anew before it is read, and lines are counted in that.
fn part(value: &Value, name: &str) -> Vec<u8> {
    let part = match value {
        Value::Map(map) => map.get(name),
        _ => None,
    };
    let part = match part {
        Some(Value::Map(map)) => map,
        _ => Map::new(),
    };
    pintle_go_yaml::emit(&Value::Map(part)).unwrap_or_default()
}

/// Decodes a part.
fn decoded<T>(
    text: &[u8],
    go_type: &str,
    read: impl for<'a> FnOnce(&mut Decoder<'a>, &Entries<'a>) -> T,
) -> Result<T, String> {
    let document = node::parse_document(text).map_err(|error| error.text().to_owned())?;
    let Document { root, .. } = document.unwrap_or_default();
    let mut decoder = Decoder::new(&root);
    let entries = decoder.map(&root, go_type).unwrap_or_default();
    let read = read(&mut decoder, &entries);
    decoder.finish()?;
    Ok(read)
}

fn config(kind: &str, text: &[u8]) -> Result<Config, String> {
    match kind {
        CLI => decoded(text, "schema.ConfigCLIV1", |decoder, entries| {
            let known = ["usage", "shortHelp", "longHelp", "ignoreFlags"];
            decoder.check_names(entries, &known, "schema.ConfigCLIV1");
            Config::Cli(Cli {
                usage: decoder.text(entries, "usage"),
                short: decoder.text(entries, "shortHelp"),
                long: decoder.text(entries, "longHelp"),
                ignores_flags: decoder.flag(entries, "ignoreFlags"),
            })
        }),
        GETTER => decoded(text, "schema.ConfigGetterV1", |decoder, entries| {
            decoder.check_names(entries, &["protocols"], "schema.ConfigGetterV1");
            Config::Getter(decoder.texts(entries, "protocols"))
        }),
        POST_RENDERER => decoded(text, "schema.ConfigPostRendererV1", |decoder, entries| {
            decoder.check_names(entries, &[], "schema.ConfigPostRendererV1");
            Config::None
        }),
        "test/v1" => decoded(text, "schema.ConfigTestV1", |decoder, entries| {
            decoder.check_names(entries, &[], "schema.ConfigTestV1");
            Config::None
        }),
        other => Err(format!("unknown plugin type {}", quote(other))),
    }
}

fn runtime_config(name: &str, text: &[u8]) -> Result<Runtime, String> {
    let config = match name {
        "subprocess" => decoded(text, "plugin.RuntimeConfigSubprocess", subprocess),
        "extism/v1" => decoded(text, "plugin.RuntimeConfigExtismV1", extism),
        other => return Err(format!("unsupported plugin runtime type: {}", quote(other))),
    };
    config
        .map_err(|reason| format!("failed to unmarshal runtimeConfig for {name} runtime: {reason}"))
}

fn subprocess<'a>(decoder: &mut Decoder<'a>, entries: &Entries<'a>) -> Runtime {
    const COMMANDS: &str = "[]plugin.PlatformCommand";
    let commands = decoder.list(entries, "platformCommand", COMMANDS);
    let hooks = decoder.field(entries, "platformHooks");
    let mut protocols = Vec::new();
    for item in decoder.list(
        entries,
        "protocolCommands",
        "[]plugin.SubprocessProtocolCommand",
    ) {
        let fields = decoder.map(item, "plugin.SubprocessProtocolCommand");
        let fields = fields.unwrap_or_default();
        let commands = decoder.list(&fields, "platformCommand", COMMANDS);
        protocols.push(ProtocolCommand {
            protocols: decoder.texts(&fields, "protocols"),
            commands: platform_commands(decoder, commands),
        });
    }
    Runtime::Subprocess(Subprocess {
        commands: platform_commands(decoder, commands),
        hooks: platform_hooks(decoder, hooks),
        // HELM: only hooks of legacy plugins have their variables replaced.
        expands_hooks: false,
        protocols,
    })
}

fn extism<'a>(decoder: &mut Decoder<'a>, entries: &Entries<'a>) -> Runtime {
    let part = |decoder: &mut Decoder<'a>, name: &str, go_type: &str| {
        let node = decoder.field(entries, name);
        node.and_then(|node| decoder.map(node, go_type))
            .unwrap_or_default()
    };
    let memory = part(decoder, "memory", "plugin.RuntimeConfigExtismV1Memory");
    let files = part(
        decoder,
        "fileSystem",
        "plugin.RuntimeConfigExtismV1FileSystem",
    );
    let config = decoder.field(entries, "config");
    Runtime::Extism(Box::new(Extism {
        max_pages: decoder.number(&memory, "maxPages", "uint32"),
        max_response: decoder.number(&memory, "maxHttpResponseBytes", "int64"),
        max_variables: decoder.number(&memory, "maxVarBytes", "int64"),
        config: texts(decoder, config, "map[string]string"),
        allowed_hosts: decoder.texts(entries, "allowedHosts"),
        has_temp_dir: decoder.flag(&files, "createTempDir"),
        timeout: decoder.number(entries, "timeout", "uint64"),
        host_functions: decoder.texts(entries, "hostFunctions"),
        entry: decoder.text(entries, "entryFuncName"),
    }))
}
