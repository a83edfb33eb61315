//! `get`: one thing about a release; a file for each.

mod all;
mod hooks;
mod manifest;
mod metadata;
mod notes;
mod values;

use crate::args::Command;
use crate::args::command::EMPTY;

/// `get`
pub static COMMAND: Command = Command {
    name: "get",
    about: "show one thing about a release",
    long: "Shows one thing about a release: its values, its manifest, its hooks, its notes, what it\n\
           was made from, or all of that.",
    subcommands: &[
        &all::COMMAND,
        &hooks::COMMAND,
        &manifest::COMMAND,
        &metadata::COMMAND,
        &notes::COMMAND,
        &values::COMMAND,
    ],
    ..EMPTY
};
