//! `dependency update`: find versions, put them in place, write the lock.

use pintle_actions::dependency::{Verify, update};

use super::{FLAGS, options};
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::commands::Call;
use crate::console::Console;
use crate::errors::Failure;

/// `dependency update`
pub static COMMAND: Command = Command {
    name: "update",
    aliases: &["up"],
    arguments: "CHART",
    count: Count::AtMost(1),
    about: "put the newest charts that Chart.yaml allows into charts/",
    long: "Finds the newest versions that Chart.yaml allows, puts their archives into charts/ and writes\n\
           Chart.lock. Archives in charts/ that nothing declares any more are removed.",
    examples: "  {program} dependency update ./web\n  {program} dependency update ./web --verify --keyring keys.gpg",
    flags: &[&FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let options = options(call, Verify::Always)?;
    Ok(update(&options, &Console::new(call.settings))?)
}
