//! `repo`: the user's list of chart repositories; a file for each command.

mod add;
mod index;
mod list;
mod remove;
mod update;

use std::path::PathBuf;
use std::time::Duration;

use pintle_actions::RepositoryPlaces;

use crate::args::command::EMPTY;
use crate::args::{Command, Flag, Kind, Parsed};
use crate::settings::Settings;

/// `repo`
pub static COMMAND: Command = Command {
    name: "repo",
    arguments: "add|remove|list|index|update [ARGS]",
    about: "add, list, remove and update chart repositories, and make their indexes",
    long: "Keeps the list of chart repositories, and what was fetched of them. Charts of a repository\n\
           are then named by its name: REPOSITORY/CHART.",
    subcommands: &[
        &add::COMMAND,
        &index::COMMAND,
        &list::COMMAND,
        &remove::COMMAND,
        &update::COMMAND,
    ],
    ..EMPTY
};

/// `--timeout`
static TIMEOUT: Flag = Flag::new(
    "timeout",
    Kind::Duration,
    "how long the download of an index may take",
)
.default("2m0s");

/// Where the list of repositories is, and what is kept of them.
pub fn places(settings: &Settings) -> RepositoryPlaces {
    RepositoryPlaces {
        list: PathBuf::from(&settings.paths.repository_config),
        cache: PathBuf::from(&settings.paths.repository_cache),
        content: PathBuf::from(&settings.paths.content_cache),
    }
}

/// `--timeout`. GO: none at all is no limit, and a negative one has passed already.
fn timeout(args: &Parsed<'_>) -> Duration {
    const NO_LIMIT: Duration = Duration::from_hours(24 * 365);
    match args.nanoseconds(&TIMEOUT) {
        0 => NO_LIMIT,
        some => Duration::from_nanos(u64::try_from(some).unwrap_or(0)),
    }
}
