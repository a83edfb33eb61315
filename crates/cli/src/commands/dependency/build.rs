//! `dependency build`: put in place what the lock says.

use pintle_actions::dependency::{Verify, build};

use super::{FLAGS, options};
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::commands::Call;
use crate::console::Console;
use crate::errors::Failure;

/// `dependency build`
pub static COMMAND: Command = Command {
    name: "build",
    arguments: "CHART",
    count: Count::AtMost(1),
    about: "put the charts of Chart.lock into charts/",
    long: "Puts the versions of Chart.lock into charts/, which is then as it was when the lock was made.\n\
           Without a lock this does what dependency update does.",
    examples: "  {program} dependency build ./web",
    flags: &[&FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let options = options(call, Verify::IfPossible)?;
    Ok(build(&options, &Console::new(call.settings))?)
}
