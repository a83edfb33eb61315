//! `sandbox kubeconfig`: how others reach the sandbox.

use super::super::Call;
use super::running;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;

/// `sandbox kubeconfig`
pub static COMMAND: Command = Command {
    name: "kubeconfig",
    count: Count::None,
    about: "print where the kubeconfig of the sandbox is",
    long: "Prints the path of the kubeconfig by which kubectl, Helm and others reach the sandbox.",
    examples: "  export KUBECONFIG=$({program} sandbox kubeconfig)",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let place = running(call)?;
    output::print(format!("{}\n", place.kubeconfig().display()))
}
