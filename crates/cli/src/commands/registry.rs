//! `registry`: the user's credentials for registries; a file for each command.

mod login;
mod logout;

use crate::args::Command;
use crate::args::command::EMPTY;

/// `registry`
pub static COMMAND: Command = Command {
    name: "registry",
    about: "log in to registries, and out",
    long: "Logs in to registries of charts, and out. Credentials are kept where Helm keeps them; those of\n\
           Docker, and of the credential helpers that either names, are used too.",
    subcommands: &[&login::COMMAND, &logout::COMMAND],
    ..EMPTY
};
