//! `repo list`: show the list of repositories.

use pintle_actions::list_repositories;
use serde::Serialize;

use super::super::Call;
use super::places;
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;
use crate::output;
use crate::output::format::Format;
use crate::output::table::Table;

/// `--no-headers`
static NO_HEADERS: Flag = Flag::switch("no-headers", "leave the table's first line out");

/// `repo list`
pub static COMMAND: Command = Command {
    name: "list",
    aliases: &["ls"],
    count: Count::None,
    about: "show the list of chart repositories",
    long: "Shows the names and URLs of all chart repositories of the list.",
    examples: "  {program} repo list --output json",
    flags: &[&[&NO_HEADERS, &OUTPUT]],
    run: Some(run),
    ..EMPTY
};

#[derive(Serialize)]
struct Row {
    name: String,
    url: String,
}

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let rows: Vec<Row> = list_repositories(&places(call.settings))
        .into_iter()
        .map(|one| Row {
            name: one.name,
            url: one.url,
        })
        .collect();
    let format = Format::of(call.args);
    if rows.is_empty() && format == Format::Table {
        output::complain("no repositories to show\n");
        return Ok(());
    }
    format.print(&rows, || {
        let mut table = Table::new();
        if !call.args.is_on(&NO_HEADERS) {
            table.row(["NAME", "URL"]);
        }
        for row in &rows {
            table.row([row.name.as_str(), row.url.as_str()]);
        }
        Ok(table.render())
    })
}
