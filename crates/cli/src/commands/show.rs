//! `show`: what a chart says about itself; a file for each part.

mod all;
mod chart;
mod crds;
mod readme;
mod values;
mod versions;

use pintle_actions::{ShowOptions, ShowPart, show};

use super::{Call, inputs};
use crate::args::Command;
use crate::args::command::EMPTY;
use crate::console::Console;
use crate::errors::Failure;
use crate::heap;
use crate::output;

/// `show`
pub static COMMAND: Command = Command {
    name: "show",
    aliases: &["inspect"],
    about: "show what a chart says about itself",
    long: "Shows what a chart says about itself: its definition, its values, its README, its custom\n\
           resource definitions, or all of that.",
    subcommands: &[
        &all::COMMAND,
        &chart::COMMAND,
        &crds::COMMAND,
        &readme::COMMAND,
        &values::COMMAND,
        &versions::COMMAND,
    ],
    ..EMPTY
};

/// Shows one part of the chart that is named.
fn show_part(call: &Call<'_>, part: ShowPart, jsonpath: Option<String>) -> Result<(), Failure> {
    let reference = call.args.arguments.first().cloned().unwrap_or_default();
    let options = ShowOptions {
        chart: inputs::chart_input(call, reference)?,
        part,
        jsonpath,
    };
    heap::prepare();
    output::print(show(&options, &Console::new(call.settings))?)
}
