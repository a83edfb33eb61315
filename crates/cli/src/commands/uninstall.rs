//! `uninstall`: uninstall releases.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{DESCRIPTION, NO_HOOKS, wait};
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;

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
    Err(super::unfinished(call))
}
