//! `install`: install a chart.

use pintle_actions::InstallOptions;
use pintle_actions::input::release_name;

use super::Call;
use super::inputs;
use super::shown::show_release;
use crate::args::command::EMPTY;
use crate::args::shared::release::naming;
use crate::args::shared::{DESCRIPTION, NO_HOOKS, OUTPUT, apply, chart, release, values, wait};
use crate::args::{Command, Count};
use crate::connect::{self, Connection};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;

/// `install`
pub static COMMAND: Command = Command {
    name: "install",
    arguments: "[NAME] [CHART]",
    count: Count::AtLeast(1),
    about: "install a chart",
    long: "Installs a chart: renders it with the given values, creates its objects in the cluster and\n\
           records the result as revision 1 of a release.\n\
           \n\
           CHART is the path of a folder or archive, a URL, an oci:// reference, or REPOSITORY/NAME.\n\
           \n\
           Values come from the chart, then from every --values file in turn, then from --set-json,\n\
           --set, --set-string, --set-file and --set-literal, in this order wherever they stand in the\n\
           command line; later ones win.",
    examples: "  {program} install web ./chart\n\
           \x20 {program} install web ./chart --namespace shop --create-namespace --wait\n\
           \x20 {program} install web ./chart -f production.yaml --set image.tag=1.2.3\n\
           \x20 {program} install ./chart --generate-name\n\
           \x20 {program} install web ./chart --dry-run=server",
    flags: &[
        &values::FLAGS,
        &[&values::STRICT],
        &chart::FLAGS,
        &release::FLAGS,
        &naming::FLAGS,
        &[
            &apply::DRY_RUN,
            &apply::SERVER_SIDE_SWITCH,
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
    let options = options(call)?;
    let connection =
        Connection::new(call.settings)?.with_dns(call.args.is_on(&release::ENABLE_DNS));
    let console = Console::for_format(call.settings, format);
    let made = connection.run_cancellable(&options.name, console, async |session| {
        pintle_actions::install(session, &options).await
    });
    show_release(call, format, &made?, call.args.is_on(&release::HIDE_NOTES))
}

/// HELM: in front of every failure but that of `--dry-run`.
const PREFIX: &str = "INSTALLATION FAILED: ";

fn options(call: &Call<'_>) -> Result<InstallOptions, Failure> {
    let args = call.args;
    let dry_run = inputs::dry_run(args, &apply::DRY_RUN)?;
    let env = connect::template_env(false);
    let (name, reference) = release_name(&inputs::name_input(args, None), &env)
        .map_err(|error| error.prefixed(PREFIX))?;
    let undo = args.is_on(&release::ROLLBACK_ON_FAILURE) || args.is_on(&release::ATOMIC);
    Ok(InstallOptions {
        name,
        chart: inputs::release_chart_input(call, reference)?,
        values: inputs::values_input(args, call.settings),
        dry_run,
        apply_mode: inputs::apply_mode(args),
        wait: inputs::wait_options(args, undo),
        create_namespace: args.is_on(&release::CREATE_NAMESPACE),
        no_hooks: args.is_on(&NO_HOOKS),
        skip_crds: args.is_on(&release::SKIP_CRDS),
        replace: args.is_on(&naming::REPLACE),
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
