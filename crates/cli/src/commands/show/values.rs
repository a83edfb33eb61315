//! `show values`: show the default values of a chart.

use pintle_actions::ShowPart;

use super::super::Call;
use super::show_part;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;

/// `--jsonpath`
static JSONPATH: Flag = Flag::text(
    "jsonpath",
    "show what this JSONPath template makes of the values",
);

/// `show values`
pub static COMMAND: Command = Command {
    name: "values",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show the default values of a chart",
    long: "Shows the default values of a chart: values.yaml, as it is written. With --jsonpath shows\n\
           what a template makes of them, in the dialect that kubectl has: numbers are written with a\n\
           dot there, and when a key is missing nothing is shown at all.",
    examples: "  {program} show values ./chart > my-values.yaml\n\
           \x20 {program} show values ./chart --jsonpath '{.image.repository}:{.image.tag}'\n\
           \x20 {program} show values ./chart --jsonpath '{.ports[?(@.port > 80.0)].name}'",
    flags: &[&chart::FLAGS, &[&JSONPATH]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    show_part(call, ShowPart::Values, call.args.text_if_any(&JSONPATH))
}
