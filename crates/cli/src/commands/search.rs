//! `search`: find charts; a file for each place.

mod hub;
mod oci;
mod repo;

use crate::args::command::EMPTY;
use crate::args::{Command, Flag, Kind};

/// `search`
pub static COMMAND: Command = Command {
    name: "search",
    arguments: "[keyword]",
    about: "find charts",
    long: "Finds charts: among those of the repositories on your list, those that a hub knows, or in a\n\
           registry.",
    subcommands: &[&hub::COMMAND, &oci::COMMAND, &repo::COMMAND],
    ..EMPTY
};

/// `--fail-on-no-result`
static FAIL_ON_NO_RESULT: Flag = Flag::switch("fail-on-no-result", "fail when nothing is found");
/// `--max-col-width`
static MAX_COL_WIDTH: Flag = Flag::new(
    "max-col-width",
    Kind::Uint,
    "cut off texts of the table that are wider; 0 for none",
)
.default("50");
