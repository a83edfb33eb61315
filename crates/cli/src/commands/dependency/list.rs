//! `dependency list`: what is declared, and what is there.

use pintle_actions::dependency::list;

use super::chart_path;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag, Kind};
use crate::commands::Call;
use crate::console::Console;
use crate::errors::Failure;
use crate::output;
use crate::output::table::Table;

/// `--max-col-width`
static MAX_COL_WIDTH: Flag = Flag::new(
    "max-col-width",
    Kind::Uint,
    "cut off texts of the table that are wider; 0 for none",
)
.default("80");

/// `dependency list`
pub static COMMAND: Command = Command {
    name: "list",
    aliases: &["ls"],
    arguments: "CHART",
    count: Count::AtMost(1),
    about: "list the charts that a chart depends on",
    long: "Lists the charts that a chart, a folder or an archive, depends on, and whether they are there.",
    examples: "  {program} dependency list ./web",
    flags: &[&[&MAX_COL_WIDTH]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let found = list(&chart_path(call), &Console::new(call.settings))?;
    let mut page = String::new();
    if found.declares {
        let width = call.args.int(&MAX_COL_WIDTH);
        let mut table = Table::within(usize::try_from(width).unwrap_or(0));
        table.row(["NAME", "VERSION", "REPOSITORY", "STATUS"]);
        for row in found.rows {
            table.row(row);
        }
        page.push_str(&table.render());
        page.push('\n');
    }
    for warning in found.warnings {
        page.push_str(&warning);
        page.push('\n');
    }
    output::print(page)
}
