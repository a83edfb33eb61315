//! `status`: show a release's state and objects.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, REVISION};
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `status`
pub static COMMAND: Command = Command {
    name: "status",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show a release's state and objects",
    long: "Shows the state of a release: when it was deployed and how that ended, its objects in the\n\
           cluster, its last test run and its notes.",
    examples: "  {program} status web\n\
           \x20 {program} status web --revision 2 --output json",
    flags: &[&[&OUTPUT, &REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    Err(super::unfinished(call))
}
