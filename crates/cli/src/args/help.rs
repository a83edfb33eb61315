//! The text of `--help`, in cobra's layout.

use super::{Default, Flag, Found, Kind, global};
use crate::env;
use crate::quote::quote;
use crate::settings::Settings;

/// The help of a command: its text, then its usage.
pub fn help(found: &Found, program: &str, settings: &Settings) -> String {
    let text = long(found, program);
    format!("{text}\n\n{}", usage(found, program, settings))
}

/// What a command does, at length.
pub fn long(found: &Found, program: &str) -> String {
    let command = found.command;
    let text = if command.long.is_empty() {
        command.about
    } else {
        command.long
    };
    let text = text
        .replace("{program}", program)
        .replace("{variables}", &env::table());
    text.trim_end().to_owned()
}

/// The usage of a command: how it is called, what is below it, its flags.
pub fn usage(found: &Found, program: &str, settings: &Settings) -> String {
    let command = found.command;
    let path = found.path_text(program);
    let visible: Vec<_> = command
        .subcommands
        .iter()
        .filter(|one| !one.hidden)
        .collect();
    let mut text = String::from("Usage:");
    if command.run.is_some() {
        text += &format!("\n  {}", found.use_line(program));
    }
    if !visible.is_empty() {
        text += &format!("\n  {path} [command]");
    }
    if !command.aliases.is_empty() {
        let names = [&[command.name], command.aliases].concat().join(", ");
        text += &format!("\n\nAliases:\n  {names}");
    }
    if !command.examples.is_empty() {
        let examples = command.examples.replace("{program}", program);
        text += &format!("\n\nExamples:\n{}", examples.trim_end());
    }
    if !visible.is_empty() {
        text += "\n\nAvailable Commands:";
        let width = visible
            .iter()
            .map(|one| one.name.len())
            .max()
            .unwrap_or(0)
            .max(11);
        for one in &visible {
            text += &format!("\n  {:width$} {}", one.name, one.about);
        }
    }
    text + &flag_sections(found, program, settings) + &trailer(&visible, &path)
}

fn trailer(visible: &[&&'static super::Command], path: &str) -> String {
    if visible.is_empty() {
        return "\n".to_owned();
    }
    format!("\n\nUse \"{path} [command] --help\" for more information about a command.\n")
}

/// The flags of the command and, below the root, those of all commands.
fn flag_sections(found: &Found, program: &str, settings: &Settings) -> String {
    let own = own_flags(found, program, settings);
    if found.path.is_empty() {
        return format!("\n\nFlags:\n{own}");
    }
    format!(
        "\n\nFlags:\n{own}\n\nGlobal Flags:\n{}",
        all_flags(settings)
    )
}

/// The flags of a command itself, in two columns.
pub fn own_flags(found: &Found, program: &str, settings: &Settings) -> String {
    columns(&own_rows(found, program, settings))
}

/// The flags of all commands, in two columns.
pub fn all_flags(settings: &Settings) -> String {
    columns(&all_rows(settings))
}

/// A flag of a help text.
pub struct Row {
    /// The flag with the type of its value: `  -o, --output format`.
    pub head: String,
    /// What it does, and its default.
    pub help: String,
}

/// The flags of a command itself; the root's are those of all commands, too.
pub fn own_rows(found: &Found, program: &str, settings: &Settings) -> Vec<Row> {
    let help_text = format!("help for {}", found.path.last().copied().unwrap_or(program));
    let help = (&global::HELP, help_text.as_str());
    let own = found.command.own_flags().map(|flag| (flag, flag.help));
    let global = global::FLAGS.iter().map(|flag| (*flag, flag.help));
    if found.path.is_empty() {
        return rows(own.chain(global).chain([help]).collect(), settings);
    }
    rows(own.chain([help]).collect(), settings)
}

/// The flags of all commands.
pub fn all_rows(settings: &Settings) -> Vec<Row> {
    let global = global::FLAGS.iter().map(|flag| (*flag, flag.help));
    rows(global.collect(), settings)
}

fn rows(mut flags: Vec<(&'static Flag, &str)>, settings: &Settings) -> Vec<Row> {
    flags.retain(|(flag, _)| !flag.hidden);
    flags.sort_by_key(|(flag, _)| flag.name);
    let row = |(flag, help): &(&Flag, &str)| Row {
        head: head(flag),
        help: format!("{help}{}", default(flag, settings)),
    };
    flags.iter().map(row).collect()
}

/// Two columns: the flags with the types of their values, and the help texts.
fn columns(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.head.len()).max().unwrap_or(0) + 3;
    let lines: Vec<String> = rows
        .iter()
        .map(|Row { head, help }| format!("{head:width$}{help}"))
        .collect();
    lines.join("\n")
}

/// `  -o, --output format`
fn head(flag: &Flag) -> String {
    let mut head = match flag.short {
        Some(short) => format!("  -{short}, --{}", flag.name),
        None => format!("      --{}", flag.name),
    };
    let type_name = flag.kind.type_name();
    if !type_name.is_empty() {
        head.push(' ');
        head.push_str(type_name);
    }
    match (flag.kind, flag.bare) {
        (Kind::Bool, _) | (_, None) => {}
        (Kind::Text, Some(bare)) => head += &format!("[=\"{bare}\"]"),
        (_, Some(bare)) => head += &format!("[={bare}]"),
    }
    head
}

/// ` (default …)` for everything but a zero.
fn default(flag: &Flag, settings: &Settings) -> String {
    let text = flag.default_text(settings);
    match flag.kind {
        Kind::Map | Kind::PostRendererArguments if text.is_empty() => " (default [])".to_owned(),
        _ if text.is_empty() => String::new(),
        Kind::Bool if text == "false" => String::new(),
        Kind::Int | Kind::Uint | Kind::Float if text == "0" => String::new(),
        Kind::Text => format!(" (default {})", quote(&text)),
        _ if matches!(flag.default, Default::Zero) => String::new(),
        _ => format!(" (default {text})"),
    }
}
