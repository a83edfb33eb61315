//! `get values`: show the values of a release.

use super::super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, REVISION};
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;

/// `--all`
static ALL: Flag = Flag::switch("all", "show the chart's own values too").short('a');

/// `get values`
pub static COMMAND: Command = Command {
    name: "values",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the values of a release",
    long: "Shows the values that the user gave for a release; with --all, those that templates saw.",
    examples: "  {program} get values web\n\
           \x20 {program} get values web --all --output json",
    flags: &[&[&ALL, &OUTPUT, &REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    Err(super::super::unfinished(call))
}
