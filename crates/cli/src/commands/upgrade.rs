//! `upgrade`: upgrade a release to a chart.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::{
    CLEANUP_ON_FAIL, HISTORY_MAX, OUTPUT, apply, chart, release, values, wait,
};
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;

/// `--install`
static INSTALL: Flag = Flag::switch("install", "install when there is no such release").short('i');
/// `--reset-values`
static RESET_VALUES: Flag = Flag::switch("reset-values", "forget the values of the last revision");
/// `--reuse-values`
static REUSE_VALUES: Flag = Flag::switch(
    "reuse-values",
    "put the given values on top of all of the last revision's, the old chart's defaults included; --reset-values wins",
);
/// `--reset-then-reuse-values`
static RESET_THEN_REUSE_VALUES: Flag = Flag::switch(
    "reset-then-reuse-values",
    "put the given values on top of those given for the last revision; --reset-values and --reuse-values win",
);

/// `upgrade`
pub static COMMAND: Command = Command {
    name: "upgrade",
    arguments: "[RELEASE] [CHART]",
    count: Count::Exactly(2),
    about: "upgrade a release to a chart",
    long: "Upgrades a release to a chart, or to other values: renders it, changes the objects in the\n\
           cluster to what was rendered and records the result as the next revision.\n\
           \n\
           Values: when none are given, those of the last revision hold on; when any are given, they\n\
           alone hold, unless --reuse-values or --reset-then-reuse-values puts them on top of the last\n\
           ones. See install for where values come from.",
    examples: "  {program} upgrade web ./chart\n\
           \x20 {program} upgrade --install web ./chart --wait\n\
           \x20 {program} upgrade web ./chart --reset-then-reuse-values --set image.tag=1.2.4\n\
           \x20 {program} upgrade web ./chart --rollback-on-failure --timeout 10m",
    flags: &[
        &values::FLAGS,
        &chart::FLAGS,
        &release::FLAGS,
        &[
            &INSTALL,
            &RESET_VALUES,
            &REUSE_VALUES,
            &RESET_THEN_REUSE_VALUES,
            &HISTORY_MAX,
            &CLEANUP_ON_FAIL,
        ],
        &[
            &apply::DRY_RUN,
            &apply::SERVER_SIDE,
            &release::HIDE_NOTES,
            &release::HIDE_SECRET,
            &release::SUBCHART_NOTES,
            &OUTPUT,
        ],
        &[&wait::WAIT, &wait::JOBS, &wait::TIMEOUT],
    ],
    exclusive: apply::EXCLUSIVE,
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    Err(super::unfinished(call))
}
