//! `show crds`: show the custom resource definitions of a chart.

use pintle_actions::ShowPart;

use super::super::Call;
use super::show_part;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `show crds`
pub static COMMAND: Command = Command {
    name: "crds",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show the custom resource definitions of a chart",
    long: "Shows the custom resource definitions of a chart and of the charts it depends on.",
    examples: "  {program} show crds ./chart",
    flags: &[&chart::FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    show_part(call, ShowPart::Crds, None)
}
