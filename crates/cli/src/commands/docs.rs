//! `docs`: the help of all commands as files.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::completion::scripts::{self, Shell};
use crate::errors::Failure;
use crate::pages::{self, man, markdown};
use crate::quote::quote;
use crate::settings::Settings;

/// `--dir`
static FOLDER: Flag =
    Flag::text("dir", "directory to which documentation is written").default("./");

/// `--type`
static TYPE: Flag = Flag::text(
    "type",
    "the type of documentation to generate (markdown, man, bash)",
)
.default("markdown");

/// `--generate-headers`
static HEADERS: Flag = Flag::switch(
    "generate-headers",
    "start Markdown files with a title for site generators",
);

/// `docs`
pub static COMMAND: Command = Command {
    name: "docs",
    count: Count::None,
    about: "write the help of all commands as Markdown or man pages",
    long: "Writes a file for each command into a folder that is there: as Markdown, or as pages for man.\n\
           With --type bash it writes the script that completes command lines.",
    examples: "  {program} docs --dir site/commands --generate-headers\n\
           \x20 {program} docs --dir man1 --type man",
    flags: &[&[&FOLDER, &TYPE, &HEADERS]],
    hidden: true,
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let folder = args.text(&FOLDER);
    let write: pages::Write<'_> = match args.text(&TYPE).as_str() {
        "markdown" | "mdown" | "md" if args.is_on(&HEADERS) => &markdown::titled,
        "markdown" | "mdown" | "md" => &markdown::page,
        "man" => &man::page,
        "bash" => {
            let script = scripts::script(Shell::Bash, call.program, true);
            return pages::write(&folder, "completions.bash", &script);
        }
        other => {
            let other = quote(other);
            return Err(Failure::error(format!(
                "unknown doc type {other}. Try 'markdown' or 'man'"
            )));
        }
    };
    // The defaults that are told are those without the flags of this call.
    let defaults = Settings::from_environment(&call.settings.environment);
    pages::write_all(&folder, call.program, &defaults, write)
}
