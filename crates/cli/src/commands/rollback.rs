//! `rollback`: return a release to an earlier revision.

use pintle_actions::{RollbackOptions, ServerSide};

use super::Call;
use super::inputs;
use crate::args::command::EMPTY;
use crate::args::shared::{CLEANUP_ON_FAIL, DESCRIPTION, HISTORY_MAX, NO_HOOKS, apply, wait};
use crate::args::{Command, Count, parse_decimal};
use crate::connect::Connection;
use crate::console::Console;
use crate::errors::Failure;
use crate::output;

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
    let mut options = options(call)?;
    let connection = Connection::new(call.settings)?;
    // HELM: these are looked at when the cluster has answered.
    options.revision = u32::try_from(revision(call)?)
        .or_else(|_| connection.refuse(call.settings, "invalid release revision"))?;
    options.server_side =
        inputs::server_side(call.args).or_else(|text| connection.refuse(call.settings, &text))?;
    connection.run(Console::new(call.settings), async |session| {
        pintle_actions::rollback(session, &options).await
    })?;
    output::print("Rollback was a success! Happy Helming!\n")
}

/// HELM: what follows the revision is not looked at.
fn revision(call: &Call<'_>) -> Result<i64, Failure> {
    let text = call.args.arguments.get(1).map_or("0", String::as_str);
    parse_decimal(text)
        .map_err(|error| Failure::error(format!("could not convert revision to a number: {error}")))
}

fn options(call: &Call<'_>) -> Result<RollbackOptions, Failure> {
    let args = call.args;
    revision(call)?;
    let dry_run = inputs::dry_run(args, &apply::DRY_RUN)?;
    Ok(RollbackOptions {
        name: args.arguments.first().cloned().unwrap_or_default(),
        revision: 0,
        cleanup_on_fail: args.is_on(&CLEANUP_ON_FAIL),
        description: args.text_if_any(&DESCRIPTION),
        dry_run,
        server_side: ServerSide::Auto,
        force_conflicts: args.is_on(&apply::FORCE_CONFLICTS),
        force_replace: inputs::force_replace(args),
        history_max: args.int(&HISTORY_MAX),
        no_hooks: args.is_on(&NO_HOOKS),
        wait: inputs::wait_options(args, false),
    })
}
