//! `search repo`: find charts of the repositories on the list.

use pintle_actions::search_repositories;
use pintle_repo::search::SearchOptions;
use serde::Serialize;

use super::super::Call;
use super::super::repo::places;
use super::{FAIL_ON_NO_RESULT, MAX_COL_WIDTH};
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Flag};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::table::Table;

/// `--devel`
static DEVEL: Flag = Flag::switch(
    "devel",
    "find development versions too, as --version '>0.0.0-0' would",
);
/// `--regexp`
static REGEXP: Flag = Flag::switch(
    "regexp",
    "the keyword is a regular expression, in Go's syntax",
)
.short('r');
/// `--version`
static VERSION: Flag = Flag::text("version", "find versions of this range alone (^2.0.0)");
/// `--versions`
static VERSIONS: Flag = Flag::switch(
    "versions",
    "show every version that is found, not the newest of each chart alone",
)
.short('l');

/// `search repo`
pub static COMMAND: Command = Command {
    name: "repo",
    arguments: "[keyword]",
    about: "find charts of the repositories on the list",
    long: "Finds charts of the repositories on the list, by their names, descriptions and keywords, in\n\
           what was fetched of them last (repo update). Without a keyword it finds all of them.",
    examples: "  {program} search repo database\n\
           \x20 {program} search repo nginx --version ^1.0.0 --versions",
    flags: &[&[
        &DEVEL,
        &FAIL_ON_NO_RESULT,
        &MAX_COL_WIDTH,
        &OUTPUT,
        &REGEXP,
        &VERSION,
        &VERSIONS,
    ]],
    run: Some(run),
    ..EMPTY
};

#[derive(Serialize)]
struct Row {
    name: String,
    version: String,
    app_version: String,
    description: String,
}

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let words = &args.arguments;
    let options = SearchOptions {
        words: (!words.is_empty()).then(|| words.join(" ")),
        is_regexp: args.is_on(&REGEXP),
        version: args.text_if_any(&VERSION),
        devel: args.is_on(&DEVEL),
        every_version: args.is_on(&VERSIONS),
    };
    let hits = search_repositories(
        &places(call.settings),
        &options,
        &Console::new(call.settings),
    )?;
    if hits.is_empty() && args.is_on(&FAIL_ON_NO_RESULT) {
        return Err(Failure::error("no results found"));
    }
    let rows: Vec<Row> = hits
        .into_iter()
        .map(|hit| Row {
            name: hit.name,
            version: hit.version,
            app_version: hit.app_version,
            description: hit.description,
        })
        .collect();
    Format::of(args).print(&rows, || {
        if rows.is_empty() {
            return Ok("No results found\n".to_owned());
        }
        let mut table = Table::within(usize::try_from(args.int(&MAX_COL_WIDTH)).unwrap_or(0));
        table.row(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
        for row in &rows {
            table.row(
                [&row.name, &row.version, &row.app_version, &row.description].map(String::as_str),
            );
        }
        Ok(table.render())
    })
}
