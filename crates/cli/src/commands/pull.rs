//! `pull`: charts to files or folders.

use std::path::PathBuf;

use pintle_actions::{PullOptions, pull_all};

use super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::console::Console;
use crate::errors::Failure;

/// `--destination`
static DESTINATION: Flag = Flag::text(
    "destination",
    "folder for the archives; --untardir is below it",
)
.short('d')
.default(".");
/// `--prov`
static PROV: Flag = Flag::switch("prov", "fetch the signature too, without a look at it");
/// `--untar`
static UNTAR: Flag = Flag::switch("untar", "unpack the chart, and keep no archive");
/// `--untardir`
static UNTARDIR: Flag = Flag::text(
    "untardir",
    "with --untar: the folder that gets the chart's folder",
)
.default(".");

/// `pull`
pub static COMMAND: Command = Command {
    name: "pull",
    aliases: &["fetch"],
    arguments: "[chart URL | repo/chartname] [...]",
    count: Count::AtLeast(1),
    about: "download charts",
    long: "Downloads charts as archives, or with --untar as folders. A chart is named as\n\
           oci://REGISTRY/PATH/NAME, by the URL of its archive, or as REPOSITORY/NAME.",
    examples: "  {program} pull oci://registry.example/charts/web --version '^1.2'\n  \
               {program} pull https://charts.example.com/web-1.2.3.tgz --untar --untardir charts",
    flags: &[&chart::FLAGS, &[&DESTINATION, &PROV, &UNTAR, &UNTARDIR]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let mut charts = Vec::new();
    for reference in &args.arguments {
        charts.push(PullOptions {
            chart: inputs::chart_input(call, reference.clone())?,
            provenance: args.is_on(&PROV),
            destination: PathBuf::from(args.text(&DESTINATION)),
            untar: args
                .is_on(&UNTAR)
                .then(|| PathBuf::from(args.text(&UNTARDIR))),
        });
    }
    Ok(pull_all(charts, &Console::new(call.settings))?)
}
