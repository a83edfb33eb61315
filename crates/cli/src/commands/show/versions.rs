//! `show versions`: which versions of a chart there are. Helm has no such command.

use pintle_actions::{VersionsOptions, versions};

use super::super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, chart};
use crate::args::{Command, Count};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;

/// `show versions`
pub static COMMAND: Command = Command {
    name: "versions",
    arguments: "[CHART]",
    count: Count::Exactly(1),
    about: "show which versions of a chart there are",
    long: "Shows which versions of a chart there are, the newest first. Development versions are shown\n\
           with --devel; --version takes a range.",
    examples: "  {program} show versions mine/web\n  \
               {program} show versions oci://registry.example/charts/web\n  \
               {program} show versions oci://registry.example/charts/web --version '^1.2' --output json",
    flags: &[&chart::FLAGS, &[&OUTPUT]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let reference = args.arguments.first().cloned().unwrap_or_default();
    let options = VersionsOptions {
        chart: inputs::chart_input(call, reference)?,
        newest: false,
    };
    let found = versions(&options, &Console::new(call.settings))?;
    let found: Vec<String> = found.into_iter().map(|one| one.version).collect();
    Format::of(args).print(&found, || {
        let lines = found.iter().flat_map(|version| [version.as_str(), "\n"]);
        Ok(lines.collect())
    })
}
