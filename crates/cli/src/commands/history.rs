//! `history`: show the revisions of a release.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Count, Flag, Kind};
use crate::connect::Connection;
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::releases::{Revised, history_table};

/// `--max`
static MAX: Flag = Flag::new(
    "max",
    Kind::Int,
    "show this many revisions at most, the newest",
)
.default("256");
/// `--show-rollback-revision`
static SHOW_ROLLBACK: Flag = Flag::switch(
    "show-rollback-revision",
    "add a column with the revision that was returned to",
);

/// `history`
pub static COMMAND: Command = Command {
    name: "history",
    aliases: &["hist"],
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the revisions of a release",
    long: "Shows the revisions of a release, the oldest first.",
    examples: "  {program} history web\n\
           \x20 {program} history web --max 5 --show-rollback-revision",
    flags: &[&[&MAX, &OUTPUT, &SHOW_ROLLBACK]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let name = args.arguments.first().cloned().unwrap_or_default();
    let connection = Connection::new(call.settings)?;
    // HELM: a number below zero shows nothing, as zero does.
    let max = usize::try_from(args.int(&MAX)).unwrap_or(0);
    let releases = connection.run(Console::new(call.settings), async |session| {
        pintle_actions::history(session, &name, max).await
    })?;
    let revisions: Vec<Revised> = releases.iter().map(Revised::from).collect();
    let rollbacks = args.is_on(&SHOW_ROLLBACK);
    Format::of(args).print(&revisions, || Ok(history_table(&revisions, rollbacks)))
}
