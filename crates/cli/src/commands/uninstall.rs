//! `uninstall`: uninstall releases.

use pintle_actions::{Cascade, UninstallOptions};

use super::Call;
use super::inputs;
use crate::args::command::EMPTY;
use crate::args::shared::{DESCRIPTION, NO_HOOKS, wait};
use crate::args::{Command, Count, Flag};
use crate::connect::Connection;
use crate::console::Console;
use crate::errors::Failure;
use crate::output;

/// `--cascade`
static CASCADE: Flag = Flag::text(
    "cascade",
    "when to delete what belongs to an object: background (after it), foreground (before it) or orphan (never)",
)
.default("background");
/// `--dry-run`
static DRY_RUN: Flag = Flag::switch("dry-run", "delete nothing");
/// `--ignore-not-found`
static IGNORE_NOT_FOUND: Flag = Flag::switch(
    "ignore-not-found",
    "a release that does not exist is no failure",
);
/// `--keep-history`
static KEEP_HISTORY: Flag = Flag::switch("keep-history", "keep the records of the release");

/// `uninstall`
pub static COMMAND: Command = Command {
    name: "uninstall",
    aliases: &["del", "delete", "un"],
    suggested_for: &["remove", "rm"],
    arguments: "RELEASE_NAME [...]",
    count: Count::AtLeast(1),
    about: "uninstall releases",
    long: "Deletes the objects of releases from the cluster, and all records of the releases unless\n\
           --keep-history is given. Several releases are taken one after the other; the first failure\n\
           ends the command.",
    examples: "  {program} uninstall web\n\
           \x20 {program} uninstall web shop --keep-history\n\
           \x20 {program} uninstall web --cascade foreground --wait",
    flags: &[&[
        &CASCADE,
        &DESCRIPTION,
        &DRY_RUN,
        &IGNORE_NOT_FOUND,
        &KEEP_HISTORY,
        &NO_HOOKS,
        &wait::WAIT,
        &wait::TIMEOUT,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let cascade = cascade(call)?;
    let connection = Connection::new(call.settings)?;
    for name in &call.args.arguments {
        let options = options(call, name, cascade);
        let outcome = connection.run(Console::new(call.settings), async |session| {
            pintle_actions::uninstall(session, &options).await
        })?;
        if !outcome.info.is_empty() {
            output::print(format!("{}\n", outcome.info))?;
        }
        output::print(format!("release \"{name}\" uninstalled\n"))?;
    }
    Ok(())
}

fn options(call: &Call<'_>, name: &str, cascade: Cascade) -> UninstallOptions {
    let args = call.args;
    UninstallOptions {
        name: name.to_owned(),
        cascade,
        description: args.text_if_any(&DESCRIPTION),
        dry_run: args.is_on(&DRY_RUN),
        ignore_not_found: args.is_on(&IGNORE_NOT_FOUND),
        keep_history: args.is_on(&KEEP_HISTORY),
        no_hooks: args.is_on(&NO_HOOKS),
        wait: inputs::wait_options(args, false),
    }
}

fn cascade(call: &Call<'_>) -> Result<Cascade, Failure> {
    match call.args.text(&CASCADE).as_str() {
        "background" => Ok(Cascade::Background),
        "foreground" => Ok(Cascade::Foreground),
        "orphan" => Ok(Cascade::Orphan),
        other => Err(Failure::error(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}
