//! `help`: the help of a command, by its name.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::help::{help, usage};
use crate::args::{Command, Found, find};
use crate::errors::Failure;
use crate::output;
use crate::plugins;
use crate::quote::quote_raw;

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
    let root = plugins::root(call.settings);
    if let Ok(found) = find(root, &call.args.arguments) {
        return output::print(help(&found, call.program, call.settings));
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
    let usage = usage(&root, call.program, call.settings);
    output::complain(&format!(
        "Unknown help topic [{}]\n{usage}",
        words.join(" ")
    ));
    Ok(())
}
