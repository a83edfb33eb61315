//! `get all`: show everything about a release.

use super::super::Call;
use super::super::shown::{get_release, values_texts};
use crate::args::command::EMPTY;
use crate::args::shared::REVISION;
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;
use crate::go_struct::print_template;
use crate::output;
use crate::output::color::Paint;
use crate::output::status::StatusBlock;
use crate::release_struct::release_struct;

/// `--template`
static TEMPLATE: Flag = Flag::text("template", "a Go template for the output");

/// `get all`
pub static COMMAND: Command = Command {
    name: "all",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show everything about a release",
    long: "Shows everything about a release: its state, values, hooks, manifest and notes.\n\
           \n\
           A template given by --template sees the release as .Release, with the names of Go's fields:\n\
           .Release.Name, .Release.Info.Status, .Release.Chart.Metadata.Version and so on.",
    examples: "  {program} get all web\n\
           \x20 {program} get all web --template '{{.Release.Name}}'",
    flags: &[&[&REVISION, &TEMPLATE]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let release = get_release(call)?;
    if let Some(template) = call.args.text_if_any(&TEMPLATE) {
        return print_template(&template, &release_struct(&release)?);
    }
    let mut block = StatusBlock::new(&release, Paint::of(call.settings));
    block.chart = true;
    block.values = Some(values_texts(&release)?);
    output::print(block.render())
}
