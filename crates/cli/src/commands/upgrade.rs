//! `upgrade`: upgrade a release to a chart.

use pintle_actions::{Reuse, ServerSide, UpgradeOptions};

use super::Call;
use super::inputs;
use super::shown::show_release;
use crate::args::command::EMPTY;
use crate::args::shared::{
    CLEANUP_ON_FAIL, DESCRIPTION, HISTORY_MAX, NO_HOOKS, OUTPUT, apply, chart, release, values,
    wait,
};
use crate::args::{Command, Count, Flag};
use crate::connect::Connection;
use crate::console::Console;
use crate::errors::Failure;
use crate::output::{self, format::Format};

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
        &[&values::STRICT],
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
    let format = Format::of(call.args);
    let mut options = options(call)?;
    let connection =
        Connection::new(call.settings)?.with_dns(call.args.is_on(&release::ENABLE_DNS));
    options.server_side = inputs::server_side(call.args)
        .or_else(|text| connection.refuse(call.settings, &text))
        .map_err(|error| error.prefixed("UPGRADE FAILED: "))?;
    let console = Console::for_format(call.settings, format);
    let outcome = connection.run_cancellable(&options.name, console, async |session| {
        Box::pin(pintle_actions::upgrade(session, &options)).await
    })?;
    if format == Format::Table && !outcome.installed {
        let name = &options.name;
        output::print(format!(
            "Release \"{name}\" has been upgraded. Happy Helming!\n"
        ))?;
    }
    let hide_notes = call.args.is_on(&release::HIDE_NOTES);
    show_release(call, format, &outcome.release, hide_notes)
}

fn options(call: &Call<'_>) -> Result<UpgradeOptions, Failure> {
    let args = call.args;
    let dry_run = inputs::dry_run(args, &apply::DRY_RUN)?;
    let undo = args.is_on(&release::ROLLBACK_ON_FAILURE) || args.is_on(&release::ATOMIC);
    let [name, reference] = args.arguments.as_slice() else {
        return Err(Failure::error("a release and a chart are needed"));
    };
    Ok(UpgradeOptions {
        name: name.clone(),
        chart: inputs::release_chart_input(call, reference.clone())?,
        values: inputs::values_input(args, call.settings),
        install: args.is_on(&INSTALL),
        reuse: reuse(call),
        history_max: args.int(&HISTORY_MAX),
        cleanup_on_fail: args.is_on(&CLEANUP_ON_FAIL),
        dry_run,
        server_side: ServerSide::Auto,
        wait: inputs::wait_options(args, undo),
        create_namespace: args.is_on(&release::CREATE_NAMESPACE),
        no_hooks: args.is_on(&NO_HOOKS),
        skip_crds: args.is_on(&release::SKIP_CRDS),
        rollback_on_failure: undo,
        take_ownership: args.is_on(&apply::TAKE_OWNERSHIP),
        force_conflicts: args.is_on(&apply::FORCE_CONFLICTS),
        force_replace: inputs::force_replace(args),
        description: args.text_if_any(&DESCRIPTION),
        labels: args.map(&release::LABELS),
        hide_secret: args.is_on(&release::HIDE_SECRET),
        render_subchart_notes: args.is_on(&release::SUBCHART_NOTES),
        skip_schema_validation: args.is_on(&release::SKIP_SCHEMA),
        disable_openapi_validation: args.is_on(&release::DISABLE_OPENAPI),
        post_renderer: inputs::post_renderer(args, call.settings),
        dialect: inputs::dialect(args),
    })
}

fn reuse(call: &Call<'_>) -> Reuse {
    if call.args.is_on(&RESET_VALUES) {
        Reuse::Reset
    } else if call.args.is_on(&REUSE_VALUES) {
        Reuse::Reuse
    } else if call.args.is_on(&RESET_THEN_REUSE_VALUES) {
        Reuse::ResetThenReuse
    } else {
        Reuse::Auto
    }
}
