//! `show readme`: show the README of a chart.

use pintle_actions::ShowPart;

use super::super::Call;
use super::show_part;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `show readme`
pub static COMMAND: Command = Command {
    name: "readme",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show the README of a chart",
    long: "Shows the README of a chart.",
    examples: "  {program} show readme ./chart",
    flags: &[&chart::FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    show_part(call, ShowPart::Readme, None)
}
