//! `get hooks`: show the hooks of a release.

use super::super::Call;
use super::super::shown::get_release;
use crate::args::command::EMPTY;
use crate::args::shared::REVISION;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output::{self, status};

/// `get hooks`
pub static COMMAND: Command = Command {
    name: "hooks",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the hooks of a release",
    long: "Shows the hooks of a release as YAML documents.",
    examples: "  {program} get hooks web",
    flags: &[&[&REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    output::print(status::hooks(&get_release(call)?))
}
