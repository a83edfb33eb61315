//! `sandbox`: a Kubernetes API on this machine, to try charts with; a file for each command.

mod export;
mod kubeconfig;
mod reset;
mod start;
mod status;
mod stop;

use super::Call;
use crate::args::Command;
use crate::args::command::EMPTY;
use crate::errors::Failure;
use crate::sandbox::Place;

/// `sandbox`
pub static COMMAND: Command = Command {
    name: "sandbox",
    about: "a Kubernetes API on this machine, to try charts with",
    long: "A Kubernetes API on this machine, to try charts with: objects are validated, kept and come\n\
           alive as in a cluster, but no container runs. With --sandbox every command starts it when need\n\
           be and uses it instead of a cluster; kubectl and others do with the kubeconfig that it writes.\n\
           \n\
           Its objects are kept in PINTLE_SANDBOX_HOME, else in pintle/sandbox in XDG_STATE_HOME or\n\
           ~/.local/state.",
    examples: "  {program} --sandbox install web ./chart\n\
           \x20 KUBECONFIG=$({program} sandbox kubeconfig) kubectl get pods\n\
           \x20 {program} sandbox stop",
    subcommands: &[
        &export::COMMAND,
        &kubeconfig::COMMAND,
        &reset::COMMAND,
        &start::COMMAND,
        &status::COMMAND,
        &stop::COMMAND,
    ],
    ..EMPTY
};

/// The sandbox of this user, which must run.
fn running(call: &Call<'_>) -> Result<Place, Failure> {
    let place = Place::of(call.settings);
    if place.is_running()? {
        return Ok(place);
    }
    Err(Failure::error("the sandbox does not run")
        .hint(format!("'{} sandbox start' starts it", call.program)))
}
