//! `repo index`: make the index of a folder of archives.

use std::path::PathBuf;

use pintle_actions::{IndexOptions, index_folder};

use super::super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::connect;
use crate::console::Console;
use crate::errors::Failure;

/// `--json`
static JSON: Flag = Flag::switch("json", "write JSON instead of YAML");
/// `--merge`
static MERGE: Flag = Flag::text(
    "merge",
    "an index whose entries are taken too, where the folder has not the same version",
);
/// `--url`
static URL: Flag = Flag::text("url", "the URL that the folder will have on its server");

/// `repo index`
pub static COMMAND: Command = Command {
    name: "index",
    arguments: "[DIR]",
    count: Count::Exactly(1),
    about: "make the index of a folder of archives",
    long: "Writes the index.yaml that makes a chart repository of a folder: of the archives in it, and\n\
           of those in the folders in it. What is no chart is passed over.",
    examples: "  {program} repo index . --url https://charts.example.com\n\
           \x20 {program} repo index new --merge old/index.yaml",
    flags: &[&[&JSON, &MERGE, &URL]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let folder = args.arguments.first().map(PathBuf::from);
    let options = IndexOptions {
        folder: folder.unwrap_or_default(),
        url: args.text(&URL),
        merge: args.text_if_any(&MERGE).map(PathBuf::from),
        json: args.is_on(&JSON),
    };
    let console = Console::new(call.settings);
    Ok(index_folder(
        &options,
        &connect::template_env(false),
        &console,
    )?)
}
