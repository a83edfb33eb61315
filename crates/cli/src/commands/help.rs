//! `help`: the help of a command, by its name.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::help::{help, usage};
use crate::args::{Command, Found, find};
use crate::errors::Failure;
use crate::output;
use crate::output::color::Paint;
use crate::plugins;
use crate::quote::quote_raw;
use crate::settings::Settings;

/// `help`
pub static COMMAND: Command = Command {
    name: "help",
    arguments: "[command]",
    about: "help about any command",
    long: "Shows the help of a command: {program} help install, {program} help get values.",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    // The defaults that are told are those without the flags of this call.
    let defaults = Settings::from_environment(&call.settings.environment);
    let root = plugins::root(call.settings);
    if let Ok(found) = find(root, &call.args.arguments) {
        let help = help(&found, call.program, &defaults);
        return output::print(output::help::painted(&help, Paint::of(call.settings)));
    }
    // HELM: a wrong topic is answered on stderr, and is no failure.
    let words: Vec<String> = call
        .args
        .arguments
        .iter()
        .map(|word| quote_raw(word))
        .collect();
    let root = Found {
        command: root,
        path: Vec::new(),
        words: Vec::new(),
    };
    let usage = usage(&root, call.program, &defaults);
    output::complain(&format!(
        "Unknown help topic [{}]\n{usage}",
        words.join(" ")
    ));
    Ok(())
}
