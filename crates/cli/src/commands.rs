//! The commands, one file each: flags, help, and one short function from settings over an
//! action to what is printed.

mod completion;
mod create;
mod dependency;
mod docs;
pub mod env;
mod get;
mod help;
mod history;
mod inputs;
mod install;
mod lint;
mod list;
mod package;
mod plugin;
mod pull;
mod push;
mod registry;
pub mod repo;
mod rollback;
mod sandbox;
mod search;
mod serve;
mod show;
mod shown;
mod status;
mod template;
mod uninstall;
mod upgrade;
mod values;
mod verify;
mod version;

use crate::args::command::EMPTY;
use crate::args::{Command, Parsed};
use crate::errors::Failure;
use crate::settings::Settings;

/// What runs a command.
pub type Run = fn(&Call<'_>) -> Result<(), Failure>;

/// A command about to run, with all it may know.
#[derive(Debug)]
pub struct Call<'a> {
    /// The program's name for people: `pintle`, or `helm` when called so.
    pub program: &'a str,
    /// The word the program was called by.
    pub invoked: &'a str,
    /// The command.
    pub command: &'static Command,
    /// Its flags and arguments.
    pub args: &'a Parsed<'a>,
    /// Environment and flags of all commands.
    pub settings: &'a Settings,
}

/// The program itself, above all commands.
pub static ROOT: Command = Command {
    about: "install and keep applications on Kubernetes",
    long: "Installs and keeps applications on Kubernetes: charts, values and releases, as Helm has them.\n\n\
           What to try first:\n  \
           {program} template web ./chart    see what a chart makes of its values\n  \
           {program} install web ./chart     install it\n  \
           {program} status web              see how it is\n  \
           {program} upgrade web ./chart     change it\n  \
           {program} rollback web            undo the change\n\n\
           Environment variables; flags win over them:\n{variables}\n\n\
           Folders for configuration, data and cache are named by HELM_*_HOME, else they are helm\n\
           in the folders that the XDG base directory specification names.",
    subcommands: &[
        &crate::completion::COMPLETE,
        &crate::completion::COMPLETE_PLAINLY,
        &completion::COMMAND,
        &create::COMMAND,
        &dependency::COMMAND,
        &docs::COMMAND,
        &env::COMMAND,
        &get::COMMAND,
        &help::COMMAND,
        &history::COMMAND,
        &install::COMMAND,
        &lint::COMMAND,
        &list::COMMAND,
        &package::COMMAND,
        &plugin::COMMAND,
        &pull::COMMAND,
        &push::COMMAND,
        &registry::COMMAND,
        &repo::COMMAND,
        &rollback::COMMAND,
        &sandbox::COMMAND,
        &search::COMMAND,
        &serve::COMMAND,
        &show::COMMAND,
        &status::COMMAND,
        &template::COMMAND,
        &uninstall::COMMAND,
        &upgrade::COMMAND,
        &values::COMMAND,
        &verify::COMMAND,
        &version::COMMAND,
    ],
    ..EMPTY
};
