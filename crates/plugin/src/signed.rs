//! What a signature says of a plugin.

use std::collections::BTreeMap;

use pintle_go_value::{List, Map, Value};

use crate::{Config, Error, Extism, Metadata, PlatformCommand, Runtime, Subprocess};

/// The first part of the text that is signed: the description, by the names of Go's fields.
///
/// # Errors
/// None for what was read.
pub fn signed_text(metadata: &Metadata) -> Result<String, Error> {
    let value = fields([
        ("APIVersion", text(&metadata.api_version)),
        ("Config", config(&metadata.config)),
        ("Name", text(&metadata.name)),
        ("Runtime", text(metadata.runtime.name())),
        ("RuntimeConfig", runtime(&metadata.runtime)),
        ("SourceURL", text(&metadata.source_url)),
        ("Type", text(&metadata.kind)),
        ("Version", text(&metadata.version)),
    ]);
    let bytes = pintle_go_yaml::emit(&value).map_err(|error| Error::new(error.shown()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn config(config: &Config) -> Value {
    match config {
        Config::Cli(cli) => fields([
            ("IgnoreFlags", Value::Bool(cli.ignores_flags)),
            ("LongHelp", text(&cli.long)),
            ("ShortHelp", text(&cli.short)),
            ("Usage", text(&cli.usage)),
        ]),
        Config::Getter(protocols) => fields([("Protocols", texts(protocols))]),
        Config::None => Value::Map(Map::new()),
    }
}

fn runtime(runtime: &Runtime) -> Value {
    match runtime {
        Runtime::Subprocess(programs) => subprocess(programs),
        Runtime::Extism(limits) => extism(limits),
    }
}

fn subprocess(programs: &Subprocess) -> Value {
    let hooks = programs.hooks.iter();
    let hooks = hooks.map(|(event, list)| (event.as_str(), commands(list)));
    let protocols = programs.protocols.iter().map(|one| {
        fields([
            ("PlatformCommand", commands(&one.commands)),
            ("Protocols", texts(&one.protocols)),
        ])
    });
    fields([
        ("PlatformCommand", commands(&programs.commands)),
        ("PlatformHooks", map_or_nil(hooks)),
        ("ProtocolCommands", list_or_nil(protocols)),
    ])
}

fn extism(limits: &Extism) -> Value {
    let number = |number: i64| Value::Int(number);
    let config: &BTreeMap<String, String> = &limits.config;
    let config = config
        .iter()
        .map(|(name, value)| (name.as_str(), text(value)));
    fields([
        ("AllowedHosts", texts(&limits.allowed_hosts)),
        ("Config", map_or_nil(config)),
        ("EntryFuncName", text(&limits.entry)),
        (
            "FileSystem",
            fields([("CreateTempDir", Value::Bool(limits.has_temp_dir))]),
        ),
        ("HostFunctions", texts(&limits.host_functions)),
        (
            "Memory",
            fields([
                ("MaxHTTPResponseBytes", number(limits.max_response)),
                ("MaxPages", number(i64::from(limits.max_pages))),
                ("MaxVarBytes", number(limits.max_variables)),
            ]),
        ),
        (
            "Timeout",
            number(i64::try_from(limits.timeout).unwrap_or(i64::MAX)),
        ),
    ])
}

fn commands(commands: &[PlatformCommand]) -> Value {
    list_or_nil(commands.iter().map(|one| {
        fields([
            ("Architecture", text(&one.arch)),
            ("Args", texts(&one.args)),
            ("Command", text(&one.command)),
            ("OperatingSystem", text(&one.os)),
        ])
    }))
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn texts(texts: &[String]) -> Value {
    list_or_nil(texts.iter().map(|one| text(one)))
}

/// GO: a list that was never made is null.
fn list_or_nil(items: impl Iterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.collect();
    if items.is_empty() {
        return Value::Nil;
    }
    Value::List(List::from(items))
}

fn map_or_nil<'a>(entries: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let map = Map::new();
    for (name, value) in entries {
        map.set(name, value);
    }
    if map.is_empty() {
        return Value::Nil;
    }
    Value::Map(map)
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let map = Map::new();
    for (name, value) in fields {
        map.set(name, value);
    }
    Value::Map(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first part of what `helm-4.3.1 plugin package --sign` signs for such plugins.
    #[test]
    fn the_text_is_helms() {
        let yaml = "apiVersion: v1\nname: my-plug\nversion: 1.2.3\ntype: cli/v1\nruntime: subprocess\n\
                    sourceURL: https://example.com/x\nconfig:\n  shortHelp: hi\nruntimeConfig:\n  \
                    platformCommand:\n  - command: echo\n    args: [hello]\n  platformHooks:\n    \
                    install: [{command: echo, args: [installing, $HELM_PLUGIN_DIR]}]\n";
        let metadata = crate::read_metadata(yaml.as_bytes()).unwrap();
        assert_eq!(
            signed_text(&metadata).unwrap(),
            "APIVersion: v1\nConfig:\n  IgnoreFlags: false\n  LongHelp: \"\"\n  ShortHelp: hi\n  \
             Usage: \"\"\nName: my-plug\nRuntime: subprocess\nRuntimeConfig:\n  PlatformCommand:\n  \
             - Architecture: \"\"\n    Args:\n    - hello\n    Command: echo\n    OperatingSystem: \"\"\n  \
             PlatformHooks:\n    install:\n    - Architecture: \"\"\n      Args:\n      - installing\n      \
             - $HELM_PLUGIN_DIR\n      Command: echo\n      OperatingSystem: \"\"\n  \
             ProtocolCommands: null\nSourceURL: https://example.com/x\nType: cli/v1\nVersion: 1.2.3\n"
        );
    }
}
