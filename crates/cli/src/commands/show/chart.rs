//! `show chart`: show the definition of a chart.

use pintle_actions::ShowPart;

use super::super::Call;
use super::show_part;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `show chart`
pub static COMMAND: Command = Command {
    name: "chart",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show the definition of a chart",
    long: "Shows the definition of a chart: Chart.yaml, as it is understood, without comments.",
    examples: "  {program} show chart ./chart",
    flags: &[&chart::FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    show_part(call, ShowPart::Chart, None)
}
