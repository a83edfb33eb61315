//! `values`: questions about the values of a chart. DIFF: Helm has nothing like it.

mod explain;

use crate::args::Command;
use crate::args::command::EMPTY;

/// `values`
pub static COMMAND: Command = Command {
    name: "values",
    about: "find out where values come from",
    long: "Answers questions about the values that a chart is rendered with.",
    subcommands: &[&explain::COMMAND],
    ..EMPTY
};
