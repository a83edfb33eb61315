//! `show all`: show everything.

use pintle_actions::ShowPart;

use super::super::Call;
use super::show_part;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count};
use crate::errors::Failure;

/// `show all`
pub static COMMAND: Command = Command {
    name: "all",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show everything",
    long: "Shows everything that a chart says about itself: its definition, its values, its README and\n\
           its custom resource definitions.",
    examples: "  {program} show all ./chart",
    flags: &[&chart::FLAGS],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    show_part(call, ShowPart::All, None)
}
