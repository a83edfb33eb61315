//! `get manifest`: show the manifest of a release.

use super::super::Call;
use super::super::shown::get_release;
use crate::args::command::EMPTY;
use crate::args::shared::REVISION;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `get manifest`
pub static COMMAND: Command = Command {
    name: "manifest",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the manifest of a release",
    long: "Shows the objects of a release as they were rendered, as YAML documents.",
    examples: "  {program} get manifest web --revision 2",
    flags: &[&[&REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let release = get_release(call)?;
    output::print(format!("{}\n", release.manifest))
}
