//! `sandbox reset`: as new.

use super::super::Call;
use super::running;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `sandbox reset`
pub static COMMAND: Command = Command {
    name: "reset",
    count: Count::None,
    about: "take everything out of the sandbox",
    long: "Takes everything out of the sandbox: it is as it was when it was new.",
    examples: "  {program} sandbox reset",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    running(call)?.ask(call.settings, "POST", "/sandbox/reset")?;
    output::print("the sandbox is as new\n")
}
