//! `get metadata`: show the chart, version and labels of a release.

use super::super::Call;
use super::super::shown::get_release;
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, REVISION};
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::metadata::ReleaseMetadata;

/// `get metadata`
pub static COMMAND: Command = Command {
    name: "metadata",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the chart, version and labels of a release",
    long: "Shows what a release was made from, and how and when.",
    examples: "  {program} get metadata web --output json",
    flags: &[&[&OUTPUT, &REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let metadata = ReleaseMetadata::from(&get_release(call)?);
    Format::of(call.args).print(&metadata, || Ok(metadata.lines()))
}
