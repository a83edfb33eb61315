//! `list`: list releases.

use pintle_actions::{ListOptions, StatusFilter};

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Count, Flag, Kind};
use crate::connect::{self, Connection};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::color::Paint;
use crate::output::format::Format;
use crate::output::local_time::LocalTime;
use crate::output::releases::{Listed, list_table};

/// `--all-namespaces`
static ALL_NAMESPACES: Flag =
    Flag::switch("all-namespaces", "list the releases of all namespaces").short('A');
/// `--date`
static DATE: Flag = Flag::switch("date", "sort by date instead of name").short('d');
/// `--deployed`
static DEPLOYED: Flag = Flag::switch("deployed", "list deployed releases");
/// `--failed`
static FAILED: Flag = Flag::switch("failed", "list failed releases");
/// `--filter`
static FILTER: Flag = Flag::text(
    "filter",
    "list releases whose names match this regular expression",
)
.short('f');
/// `--max`
static MAX: Flag = Flag::new(
    "max",
    Kind::Int,
    "list this many releases at most; 0 for all",
)
.short('m')
.default("256");
/// `--no-headers`
static NO_HEADERS: Flag = Flag::switch("no-headers", "leave the table's first line out");
/// `--offset`
static OFFSET: Flag = Flag::new(
    "offset",
    Kind::Int,
    "leave this many releases out at the start",
);
/// `--pending`
static PENDING: Flag = Flag::switch("pending", "list pending releases");
/// `--reverse`
static REVERSE: Flag = Flag::switch("reverse", "sort the other way round").short('r');
/// `--selector`
static SELECTOR: Flag = Flag::text(
    "selector",
    "list releases whose records have these labels: key=value, key!=value, key in (a,b)",
)
.short('l');
/// `--short`
static SHORT: Flag = Flag::switch("short", "list names alone").short('q');
/// `--superseded`
static SUPERSEDED: Flag = Flag::switch("superseded", "list superseded revisions");
/// `--time-format`
static TIME_FORMAT: Flag = Flag::text(
    "time-format",
    "layout of times, in Go's way: 2006-01-02 15:04:05Z0700",
);
/// `--uninstalled`
static UNINSTALLED: Flag = Flag::switch(
    "uninstalled",
    "list uninstalled releases whose records were kept",
);
/// `--uninstalling`
static UNINSTALLING: Flag =
    Flag::switch("uninstalling", "list releases that are being uninstalled");

/// `list`
pub static COMMAND: Command = Command {
    name: "list",
    aliases: &["ls"],
    count: Count::None,
    about: "list releases",
    long: "Lists the newest revision of every release in a namespace, whatever its status. Flags for\n\
           statuses restrict the list; several of them add up.",
    examples: "  {program} list\n\
           \x20 {program} list --all-namespaces --failed --pending\n\
           \x20 {program} list --filter '^web' --date --reverse --max 10\n\
           \x20 {program} list --short --output json",
    flags: &[&[
        &ALL_NAMESPACES,
        &DATE,
        &DEPLOYED,
        &FAILED,
        &FILTER,
        &MAX,
        &NO_HEADERS,
        &OFFSET,
        &OUTPUT,
        &PENDING,
        &REVERSE,
        &SELECTOR,
        &SHORT,
        &SUPERSEDED,
        &TIME_FORMAT,
        &UNINSTALLED,
        &UNINSTALLING,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let options = options(call);
    let connection = if args.is_on(&ALL_NAMESPACES) {
        Connection::over(call.settings, "")?
    } else {
        Connection::new(call.settings)?
    };
    let releases = connection.run(Console::new(call.settings), async |session| {
        pintle_actions::list(session, &options).await
    })?;
    let times = LocalTime::new(connect::template_env(false), args.text_if_any(&TIME_FORMAT));
    let listed: Vec<Listed> = releases
        .iter()
        .map(|release| Listed::new(release, |time| times.text(time)))
        .collect();
    let format = Format::of(args);
    if args.is_on(&SHORT) {
        let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
        return format.print(&names, || {
            Ok(names.iter().flat_map(|name| [*name, "\n"]).collect())
        });
    }
    let paint = Paint::of(call.settings);
    format.print(&listed, || {
        Ok(list_table(&listed, !args.is_on(&NO_HEADERS), paint))
    })
}

fn options(call: &Call<'_>) -> ListOptions {
    let args = call.args;
    // HELM: a number below zero is no limit, and no offset.
    let count = |flag| usize::try_from(args.int(flag)).unwrap_or(0);
    ListOptions {
        statuses: StatusFilter {
            deployed: args.is_on(&DEPLOYED),
            failed: args.is_on(&FAILED),
            pending: args.is_on(&PENDING),
            superseded: args.is_on(&SUPERSEDED),
            uninstalled: args.is_on(&UNINSTALLED),
            uninstalling: args.is_on(&UNINSTALLING),
        },
        by_date: args.is_on(&DATE),
        reverse: args.is_on(&REVERSE),
        filter: args.text_if_any(&FILTER),
        selector: args.text_if_any(&SELECTOR),
        max: count(&MAX),
        offset: count(&OFFSET),
    }
}
