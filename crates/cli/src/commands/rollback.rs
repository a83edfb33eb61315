//! `rollback`: return a release to an earlier revision.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{CLEANUP_ON_FAIL, DESCRIPTION, HISTORY_MAX, NO_HOOKS, apply, wait};
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `rollback`
pub static COMMAND: Command = Command {
    name: "rollback",
    arguments: "<RELEASE> [REVISION]",
    count: Count::AtLeast(1),
    about: "return a release to an earlier revision",
    long: "Returns a release to an earlier revision: its objects become what they were then, and the\n\
           result is recorded as a new revision. Without REVISION, or with 0, it is the one before the\n\
           newest. See history for the revisions that there are.",
    examples: "  {program} rollback web\n\
           \x20 {program} rollback web 3 --wait",
    flags: &[
        &[&CLEANUP_ON_FAIL, &DESCRIPTION, &HISTORY_MAX, &NO_HOOKS],
        &[
            &apply::DRY_RUN,
            &apply::FORCE,
            &apply::FORCE_CONFLICTS,
            &apply::FORCE_REPLACE,
            &apply::SERVER_SIDE,
        ],
        &[&wait::WAIT, &wait::JOBS, &wait::TIMEOUT],
    ],
    exclusive: apply::EXCLUSIVE,
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    Err(super::unfinished(call))
}
