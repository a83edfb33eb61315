//! `search hub`: find charts of a hub.

use pintle_actions::search_hub;
use serde::Serialize;

use super::super::Call;
use super::{FAIL_ON_NO_RESULT, MAX_COL_WIDTH};
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Flag};
use crate::connect;
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::table::Table;

/// `--endpoint`
static ENDPOINT: Flag =
    Flag::text("endpoint", "the hub that is asked").default("https://hub.helm.sh");
/// `--list-repo-url`
static LIST_REPO_URL: Flag =
    Flag::switch("list-repo-url", "show the URL of each chart's repository");

/// `search hub`
pub static COMMAND: Command = Command {
    name: "hub",
    arguments: "[KEYWORD]",
    about: "find charts of a hub, where many repositories are known",
    long: "Asks a hub for charts: Artifact Hub, unless --endpoint names another one with the same\n\
           interface for searches.",
    examples: "  {program} search hub database\n\
           \x20 {program} search hub database --list-repo-url --output json",
    flags: &[&[
        &ENDPOINT,
        &FAIL_ON_NO_RESULT,
        &LIST_REPO_URL,
        &MAX_COL_WIDTH,
        &OUTPUT,
    ]],
    run: Some(run),
    ..EMPTY
};

#[derive(Serialize)]
struct Row {
    url: String,
    version: String,
    app_version: String,
    description: String,
    repository: Repository,
}

#[derive(Serialize)]
struct Repository {
    url: String,
    name: String,
}

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let words = args.arguments.join(" ");
    let client = connect::fetch_client(call.settings);
    let found = search_hub(&args.text(&ENDPOINT), &words, &client)?;
    if found.is_empty() && args.is_on(&FAIL_ON_NO_RESULT) {
        return Err(Failure::error("no results found"));
    }
    let rows: Vec<Row> = found
        .into_iter()
        .map(|chart| Row {
            url: chart.url,
            version: chart.version,
            app_version: chart.app_version,
            description: chart.description,
            repository: Repository {
                url: chart.repository_url,
                name: chart.repository,
            },
        })
        .collect();
    let with_repository = args.is_on(&LIST_REPO_URL);
    Format::of(args).print(&rows, || {
        if rows.is_empty() {
            return Ok("No results found\n".to_owned());
        }
        let mut table = Table::within(usize::try_from(args.int(&MAX_COL_WIDTH)).unwrap_or(0));
        let columns = if with_repository { 5 } else { 4 };
        let head = [
            "URL",
            "CHART VERSION",
            "APP VERSION",
            "DESCRIPTION",
            "REPO URL",
        ];
        table.row(head.into_iter().take(columns));
        for row in &rows {
            let cells = [
                &row.url,
                &row.version,
                &row.app_version,
                &row.description,
                &row.repository.url,
            ];
            table.row(cells.into_iter().take(columns).map(|text| tame(text)));
        }
        Ok(table.render())
    })
}

/// What a stranger wrote, without what steers a terminal.
///
/// DIFF: Helm prints it as it is.
fn tame(text: &str) -> String {
    let visible = |letter: char| match letter {
        '\n' | '\t' => letter,
        _ if letter.is_control() => '\u{fffd}',
        _ => letter,
    };
    text.chars().map(visible).collect()
}
