//! What a `plugin.yaml` says.

use pintle_go_value::{Map, Value};
use pintle_semver::Version;

use crate::{Error, PlatformCommand};

/// A plugin's description, whichever form it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its name.
    pub name: String,
    /// Its version; empty when a legacy plugin has none.
    pub version: String,
    /// What it is for: `cli/v1`, `getter/v1`, `postrenderer/v1`.
    pub kind: String,
    /// How it runs.
    pub runtime: Runtime,
}

/// How a plugin runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// As a program of the machine.
    Subprocess(Vec<PlatformCommand>),
    /// As WebAssembly, which cannot be run yet.
    Extism,
}

const KINDS: [&str; 4] = ["cli/v1", "getter/v1", "postrenderer/v1", "test/v1"];

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

/// Reads a `plugin.yaml`.
///
/// # Errors
/// Helm's text of what is wrong.
pub(crate) fn read(text: &[u8]) -> Result<Metadata, Error> {
    let value = pintle_go_yaml::parse(text).map_err(|error| {
        Error::new(format!(
            "failed to peek plugin.yaml API version: {}",
            error.text()
        ))
    })?;
    let Value::Map(map) = value else {
        return Err(Error::new("failed to peek plugin.yaml API version: EOF"));
    };
    match string(&map, "apiVersion").as_str() {
        "" => legacy(&map),
        "v1" => v1(&map),
        other => Err(Error::new(format!("invalid plugin apiVersion: {other:?}"))),
    }
}

fn v1(map: &Map) -> Result<Metadata, Error> {
    if let Some(field) = unknown_field(map) {
        return Err(Error::new(format!(
            "yaml: unmarshal errors:\n  field {field} not found in type plugin.MetadataV1"
        )));
    }
    let (name, version, kind) = (
        string(map, "name"),
        string(map, "version"),
        string(map, "type"),
    );
    let runtime = string(map, "runtime");
    if !is_name(&name) {
        return Err(Error::new("invalid plugin `name`"));
    }
    if version.is_empty() {
        return Err(Error::new("plugin `version` is required"));
    }
    if Version::parse_strict(&version).is_err() {
        return Err(Error::new(format!(
            "invalid plugin `version` {version:?}: must be valid semver"
        )));
    }
    for (text, field) in [(&kind, "type"), (&runtime, "runtime")] {
        if text.is_empty() {
            return Err(Error::new(format!("`{field}` missing")));
        }
    }
    let failed = "failed to convert MetadataV1 to Metadata: ";
    if !KINDS.contains(&kind.as_str()) {
        return Err(Error::new(format!("{failed}unknown plugin type {kind:?}")));
    }
    let runtime = match runtime.as_str() {
        "subprocess" => {
            Runtime::Subprocess(platform_commands(table(map, "runtimeConfig").as_ref()))
        }
        "extism/v1" => Runtime::Extism,
        other => {
            return Err(Error::new(format!(
                "{failed}unsupported plugin runtime type: {other:?}"
            )));
        }
    };
    Ok(Metadata {
        name,
        version,
        kind,
        runtime,
    })
}

/// HELM: a legacy plugin with downloaders is a getter and nothing else.
fn legacy(map: &Map) -> Result<Metadata, Error> {
    let (name, version) = (string(map, "name"), string(map, "version"));
    if !is_name(&name) {
        return Err(Error::new(format!(
            "invalid plugin name {name:?}: must contain only a-z, A-Z, 0-9, _ and -"
        )));
    }
    if !version.is_empty() && Version::parse_strict(&version).is_err() {
        return Err(Error::new(format!(
            "invalid plugin version {version:?}: must be valid semver"
        )));
    }
    let mut commands = platform_commands(Some(map));
    let command = string(map, "command");
    if !command.is_empty() {
        if !commands.is_empty() {
            return Err(Error::new("both platformCommand and command are set"));
        }
        commands.push(PlatformCommand {
            command,
            ..PlatformCommand::default()
        });
    }
    let downloads = matches!(map.get("downloaders"), Some(Value::List(list)) if !list.is_empty());
    Ok(Metadata {
        name,
        version,
        kind: if downloads { "getter/v1" } else { "cli/v1" }.to_owned(),
        runtime: Runtime::Subprocess(commands),
    })
}

fn platform_commands(map: Option<&Map>) -> Vec<PlatformCommand> {
    let Some(Value::List(list)) = map.and_then(|map| map.get("platformCommand")) else {
        return Vec::new();
    };
    let read = |value: Value| match value {
        Value::Map(map) => Some(PlatformCommand {
            os: string(&map, "os"),
            arch: string(&map, "arch"),
            command: string(&map, "command"),
            args: strings(&map, "args"),
        }),
        _ => None,
    };
    list.iter().cloned().filter_map(read).collect()
}

fn unknown_field(map: &Map) -> Option<String> {
    map.keys()
        .into_iter()
        .map(|key| key.to_string())
        .find(|key| !FIELDS.contains(&key.as_str()))
}

/// `^[A-Za-z0-9_-]+$`
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

fn string(map: &Map, key: &str) -> String {
    match map.get(key) {
        Some(Value::Str(text)) => text.to_string(),
        _ => String::new(),
    }
}

fn strings(map: &Map, key: &str) -> Vec<String> {
    let Some(Value::List(list)) = map.get(key) else {
        return Vec::new();
    };
    let text = |value: Value| match value {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    };
    list.iter().cloned().filter_map(text).collect()
}

fn table(map: &Map, key: &str) -> Option<Map> {
    match map.get(key) {
        Some(Value::Map(map)) => Some(map),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn both_forms_are_read() {
        let text = "apiVersion: v1\nname: a\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n\
                    runtimeConfig:\n  platformCommand:\n  - os: linux\n    command: x\n    args: [why]\n";
        let metadata = read(text.as_bytes()).unwrap();
        assert_eq!(metadata.kind, "postrenderer/v1");
        let Runtime::Subprocess(commands) = metadata.runtime else {
            panic!("not a program")
        };
        assert_eq!(commands[0].args, ["why"]);
        let metadata = read(b"name: a\ncommand: x y\n").unwrap();
        assert_eq!(metadata.kind, "cli/v1");
        let getter = "name: a\ndownloaders:\n- command: x\n  protocols: [s3]\n";
        assert_eq!(read(getter.as_bytes()).unwrap().kind, "getter/v1");
    }

    // What Helm 4.3.1 says of such files, after `failed to load plugin "…": `.
    #[test]
    fn errors_are_helms() {
        let v1 = "apiVersion: v1\nname: a\nversion: 1.0.0\n";
        assert_eq!(
            error("apiVersion: v2\n"),
            "invalid plugin apiVersion: \"v2\""
        );
        assert_eq!(
            error("apiVersion: v1\nname: a b\n"),
            "invalid plugin `name`"
        );
        assert_eq!(
            error("apiVersion: v1\nname: a\n"),
            "plugin `version` is required"
        );
        assert_eq!(error(v1), "`type` missing");
        assert_eq!(error(&format!("{v1}type: cli/v1\n")), "`runtime` missing");
        assert_eq!(
            error(&format!("{v1}type: x\nruntime: subprocess\n")),
            "failed to convert MetadataV1 to Metadata: unknown plugin type \"x\""
        );
        assert_eq!(
            error(&format!("{v1}type: cli/v1\nruntime: other\n")),
            "failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: \"other\""
        );
        assert_eq!(
            error("name: ä\n"),
            "invalid plugin name \"ä\": must contain only a-z, A-Z, 0-9, _ and -"
        );
    }
}
