//! `dependency`: the charts that a chart depends on; a file for each command.

mod build;
mod list;
mod update;

use std::path::PathBuf;

use pintle_actions::dependency::{DependencyOptions, Verify};

use super::{Call, inputs, package};
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Flag};
use crate::errors::Failure;
use crate::paths::join;

/// `dependency`
pub static COMMAND: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    arguments: "update|build|list",
    about: "manage a chart's dependencies",
    long: "Manages the charts that a chart depends on. Chart.yaml declares them:\n\
           \n  \
           dependencies:\n  \
           - name: db\n    \
           version: ^1.2.0\n    \
           repository: https://charts.example.com\n\
           \n\
           A repository is a URL, the name of one on your list (\"@name\" or \"alias:name\"), a registry\n\
           (oci://HOST/PATH), or a folder beside the chart (file://../db); without one, the chart is\n\
           already in charts/. With --allow-git it may be a folder of a Git repository\n\
           (git+https://HOST/REPOSITORY//FOLDER@REVISION, with ?submodules=true\n\
           behind it when submodules belong to the chart).",
    subcommands: &[&build::COMMAND, &list::COMMAND, &update::COMMAND],
    ..EMPTY
};

/// `--skip-refresh`
static SKIP_REFRESH: Flag = Flag::switch(
    "skip-refresh",
    "take the indexes of repositories as they were fetched last",
);

/// The flags of `build` and `update`.
static FLAGS: [&Flag; 11] = [
    &chart::ALLOW_GIT,
    &chart::CA_FILE,
    &chart::CERT_FILE,
    &chart::INSECURE,
    &chart::KEY_FILE,
    &chart::KEYRING,
    &chart::PASSWORD,
    &chart::PLAIN_HTTP,
    &SKIP_REFRESH,
    &chart::USERNAME,
    &chart::VERIFY,
];

/// The chart that is named: the folder we are in without a name.
fn chart_path(call: &Call<'_>) -> PathBuf {
    let path = call.args.arguments.first().map_or(".", String::as_str);
    match join(&[path]) {
        empty if empty.is_empty() => PathBuf::from("."),
        path => PathBuf::from(path),
    }
}

/// `verify` is what `--verify` means.
fn options(call: &Call<'_>, verify: Verify) -> Result<DependencyOptions, Failure> {
    let args = call.args;
    Ok(DependencyOptions {
        chart: chart_path(call),
        verify: if args.is_on(&chart::VERIFY) {
            verify
        } else {
            Verify::Never
        },
        keyring: PathBuf::from(args.text(&chart::KEYRING)),
        skip_refresh: args.is_on(&SKIP_REFRESH),
        debug: call.settings.debug,
        source_date: package::source_date(call)?,
        access: inputs::access(args, call.settings),
    })
}
