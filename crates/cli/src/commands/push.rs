//! `push`: a chart to a registry.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use pintle_actions::{PushOptions, push};

use super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count};
use crate::console::Console;
use crate::errors::Failure;
use crate::output;

/// `push`
pub static COMMAND: Command = Command {
    name: "push",
    arguments: "[chart] [remote]",
    count: Count::AtLeast(2),
    about: "push a chart to a registry",
    long: "Pushes the archive of a chart to an OCI registry, below the path of [remote]: the name of the\n\
           chart is added to it, and its version is the tag. A signature that lies beside the archive\n\
           (the same name and .prov) goes with it. What the registry has already is not sent again.",
    examples: "  {program} push web-1.2.3.tgz oci://registry.example/charts",
    flags: &[&[
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &chart::INSECURE,
        &chart::KEY_FILE,
        &chart::PASSWORD,
        &chart::PLAIN_HTTP,
        &chart::USERNAME,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let [archive, remote, ..] = call.args.arguments.as_slice() else {
        return Err(Failure::error(
            "two arguments are needed: an archive and a registry",
        ));
    };
    let options = PushOptions {
        archive: PathBuf::from(archive),
        remote: remote.clone(),
        access: inputs::access(call.args, call.settings),
        zone: TimeZone::system(),
    };
    output::print(push(&options, &Console::new(call.settings))?)
}
