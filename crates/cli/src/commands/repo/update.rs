//! `repo update`: fetch the indexes of repositories anew.

use pintle_actions::{UpdateOptions, update_repositories};

use super::super::Call;
use super::{TIMEOUT, places, timeout};
use crate::args::Command;
use crate::args::command::EMPTY;
use crate::connect;
use crate::console::Console;
use crate::errors::Failure;

/// `repo update`
pub static COMMAND: Command = Command {
    name: "update",
    aliases: &["up"],
    arguments: "[REPO1 [REPO2 ...]]",
    about: "fetch what chart repositories have to offer",
    long: "Fetches the indexes of chart repositories anew, all of them or those that are named, several\n\
           at once. They are kept for the other commands.",
    examples: "  {program} repo update\n\
           \x20 {program} repo update podinfo",
    flags: &[&[&TIMEOUT]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let options = UpdateOptions {
        names: call.args.arguments.clone(),
        timeout: timeout(call.args),
        client: connect::fetch_client(call.settings),
    };
    let console = Console::new(call.settings);
    Ok(update_repositories(
        &places(call.settings),
        &options,
        &console,
    )?)
}
