//! `get notes`: show the notes of a release.

use super::super::Call;
use super::super::shown::get_release;
use crate::args::command::EMPTY;
use crate::args::shared::REVISION;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `get notes`
pub static COMMAND: Command = Command {
    name: "notes",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the notes of a release",
    long: "Shows the notes that the chart of a release has for its user.",
    examples: "  {program} get notes web",
    flags: &[&[&REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let notes = get_release(call)?.info.notes;
    if notes.is_empty() {
        return Ok(());
    }
    output::print(format!("NOTES:\n{notes}\n"))
}
