//! `registry logout`: forget a credential.

use pintle_actions::Error;
use pintle_registry::{Store, logout};

use super::super::Call;
use crate::access;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `registry logout`
pub static COMMAND: Command = Command {
    name: "logout",
    arguments: "[host]",
    count: Count::AtLeast(1),
    about: "log out of a registry",
    long: "Forgets the user name and password for a registry. What Docker keeps is left alone.",
    examples: "  {program} registry logout registry.example",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let registry = call.args.arguments.first().map_or("", String::as_str);
    let store = Store::new(access::places(call.settings));
    logout(&store, registry).map_err(Error::from)?;
    output::print(format!("Removing login credentials for {registry}\n"))
}
