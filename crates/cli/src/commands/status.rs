//! `status`: show a release's state and objects.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, REVISION};
use crate::args::{Command, Count};
use crate::connect::Connection;
use crate::console::Console;
use crate::errors::Failure;
use crate::output::color::Paint;
use crate::output::format::Format;
use crate::output::status::StatusBlock;

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
    let format = Format::of(call.args);
    let input = super::shown::revision(call);
    let connection = Connection::new(call.settings)?;
    let mut status = connection.run(Console::new(call.settings), async |session| {
        pintle_actions::status(session, &input, format == Format::Table).await
    })?;
    // HELM: the chart is no part of the answer here.
    status.release.chart = None;
    format.print(&status.release, || {
        let mut block = StatusBlock::new(&status.release, Paint::of(call.settings));
        block.resources = Some(&status.tables);
        Ok(block.render())
    })
}
