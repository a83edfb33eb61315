//! `repo remove`: take repositories out of the list.

use pintle_actions::remove_repositories;

use super::super::Call;
use super::places;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::console::Console;
use crate::errors::Failure;

/// `repo remove`
pub static COMMAND: Command = Command {
    name: "remove",
    aliases: &["rm"],
    arguments: "[REPO1 [REPO2 ...]]",
    count: Count::AtLeast(1),
    about: "take chart repositories out of the list",
    long: "Takes chart repositories out of the list, and removes what was fetched of them.",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let console = Console::new(call.settings);
    let places = places(call.settings);
    Ok(remove_repositories(
        &places,
        &call.args.arguments,
        &console,
    )?)
}
