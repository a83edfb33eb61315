//! `sandbox export`: all objects as YAML.

use super::super::Call;
use super::running;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `sandbox export`
pub static COMMAND: Command = Command {
    name: "export",
    count: Count::None,
    about: "print all objects of the sandbox as YAML",
    long: "Prints all objects of the sandbox as YAML documents, in the order of their kinds and names.",
    examples: "  {program} sandbox export > objects.yaml",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    output::print(running(call)?.ask(call.settings, "GET", "/sandbox/objects")?)
}
