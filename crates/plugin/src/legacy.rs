//! `plugin.yaml` as plugins of Helm 2 and 3 write it. Fields that there are not are passed over
//! (`useTunnel` of Helm 2 among them).

use std::collections::BTreeMap;

use pintle_go_value::format::quoted::{is_printable, quote};
use pintle_go_yaml::node::Node;

use crate::decode::{Decoder, Entries};
use crate::metadata::{
    Cli, Config, Metadata, ProtocolCommand, Runtime, Subprocess, is_name, is_version,
    platform_commands, platform_hooks, texts,
};
use crate::{Error, GETTER, PlatformCommand};

const COMMANDS: &str = "[]plugin.PlatformCommand";

/// A description before it is checked.
struct Legacy {
    name: String,
    version: String,
    cli: Cli,
    commands: Vec<PlatformCommand>,
    command: String,
    platform_hooks: BTreeMap<String, Vec<PlatformCommand>>,
    hooks: BTreeMap<String, String>,
    downloaders: Vec<Downloader>,
}

struct Downloader {
    protocols: Vec<String>,
    command: String,
}

/// Reads and checks it.
///
/// # Errors
/// Helm's text of what is wrong.
pub(crate) fn read(root: &Node) -> Result<Metadata, Error> {
    let mut decoder = Decoder::new(root);
    let entries = decoder
        .map(root, "plugin.MetadataLegacy")
        .unwrap_or_default();
    let legacy = decode(&mut decoder, &entries);
    decoder.finish().map_err(Error::new)?;
    check(&legacy)?;
    Ok(convert(legacy))
}

fn decode<'a>(decoder: &mut Decoder<'a>, entries: &Entries<'a>) -> Legacy {
    let commands = decoder.list(entries, "platformCommand", COMMANDS);
    let hooks = decoder.field(entries, "hooks");
    let named_hooks = decoder.field(entries, "platformHooks");
    let mut downloaders = Vec::new();
    for item in decoder.list(entries, "downloaders", "[]plugin.Downloaders") {
        let fields = decoder.map(item, "plugin.Downloaders").unwrap_or_default();
        downloaders.push(Downloader {
            protocols: decoder.texts(&fields, "protocols"),
            command: decoder.text(&fields, "command"),
        });
    }
    Legacy {
        name: decoder.text(entries, "name"),
        version: decoder.text(entries, "version"),
        cli: Cli {
            // HELM: there is no line of usage; `usage` is what is said in one line.
            usage: String::new(),
            short: in_one_line(&decoder.text(entries, "usage")),
            long: decoder.text(entries, "description"),
            ignores_flags: decoder.flag(entries, "ignoreFlags"),
        },
        commands: platform_commands(decoder, commands),
        command: decoder.text(entries, "command"),
        platform_hooks: platform_hooks(decoder, named_hooks),
        hooks: texts(decoder, hooks, "plugin.Hooks"),
        downloaders,
    }
}

fn check(legacy: &Legacy) -> Result<(), Error> {
    let Legacy { name, version, .. } = legacy;
    if !is_name(name) {
        return Err(Error::new(format!(
            "invalid plugin name {}: must contain only a-z, A-Z, 0-9, _ and -",
            quote(name)
        )));
    }
    if !version.is_empty() && !is_version(version) {
        return Err(Error::new(format!(
            "invalid plugin version {}: must be valid semver",
            quote(version)
        )));
    }
    if !legacy.commands.is_empty() && !legacy.command.is_empty() {
        return Err(Error::new("both platformCommand and command are set"));
    }
    if !legacy.platform_hooks.is_empty() && !legacy.hooks.is_empty() {
        return Err(Error::new("both platformHooks and hooks are set"));
    }
    for (at, downloader) in legacy.downloaders.iter().enumerate() {
        if downloader.command.is_empty() {
            return Err(Error::new(format!("downloader {at} has empty command")));
        }
        if downloader.protocols.is_empty() {
            return Err(Error::new(format!("downloader {at} has no protocols")));
        }
        if let Some(empty) = downloader.protocols.iter().position(String::is_empty) {
            return Err(Error::new(format!(
                "downloader {at} has empty protocol at index {empty}"
            )));
        }
    }
    Ok(())
}

/// HELM: a plugin with downloaders is a getter and nothing else.
fn convert(legacy: Legacy) -> Metadata {
    let mut commands = legacy.commands;
    if commands.is_empty() && !legacy.command.is_empty() {
        commands.push(of_text(legacy.command));
    }
    // HELM: hooks in one line go to a shell, which replaces variables itself.
    let in_lines = legacy.platform_hooks.is_empty() && !legacy.hooks.is_empty();
    let hooks = if in_lines {
        let hooks = legacy.hooks.into_iter();
        hooks
            .map(|(event, line)| (event, vec![shell(line)]))
            .collect()
    } else {
        legacy.platform_hooks
    };
    let protocols: Vec<ProtocolCommand> = legacy
        .downloaders
        .into_iter()
        .map(|downloader| ProtocolCommand {
            protocols: downloader.protocols,
            commands: vec![of_text(downloader.command)],
        })
        .collect();
    let (kind, config) = if protocols.is_empty() {
        (crate::CLI, Config::Cli(legacy.cli))
    } else {
        let all = protocols.iter().flat_map(|one| one.protocols.clone());
        (GETTER, Config::Getter(all.collect()))
    };
    Metadata {
        api_version: "legacy".to_owned(),
        name: legacy.name,
        version: legacy.version,
        kind: kind.to_owned(),
        source_url: String::new(),
        config,
        runtime: Runtime::Subprocess(Subprocess {
            commands,
            hooks,
            expands_hooks: !in_lines,
            protocols,
        }),
    }
}

fn of_text(command: String) -> PlatformCommand {
    PlatformCommand {
        command,
        ..PlatformCommand::default()
    }
}

fn shell(line: String) -> PlatformCommand {
    PlatformCommand {
        args: vec!["-c".to_owned(), line],
        ..of_text("sh".to_owned())
    }
}

/// Blanks of every kind become blanks; what does not print is left out.
fn in_one_line(text: &str) -> String {
    let shown = |c: char| match c {
        _ if c.is_whitespace() => Some(' '),
        _ => is_printable(c).then_some(c),
    };
    text.chars().filter_map(shown).collect()
}
