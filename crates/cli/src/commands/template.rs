//! `template`: render a chart without installing it.

use std::path::PathBuf;

use pintle_actions::input::release_name;
use pintle_actions::{DryRun, TemplateOptions, source_map, template, template_on_server};

use super::Call;
use super::inputs;
use crate::args::command::EMPTY;
use crate::args::shared::release::naming;
use crate::args::shared::{NO_HOOKS, apply, chart, release, values, wait};
use crate::args::{Command, Count, Flag, Kind};
use crate::connect::{self, Connection};
use crate::console::Console;
use crate::errors::Failure;
use crate::heap;
use crate::output::{self, format};

/// `--api-versions`
static API_VERSIONS: Flag = Flag::new(
    "api-versions",
    Kind::List,
    "further API versions that templates see in .Capabilities",
)
.short('a');
/// `--dry-run`
static DRY_RUN: Flag = Flag::text(
    "dry-run",
    "client renders here alone, server asks the cluster too",
)
.bare("unset")
.default("client");
/// `--include-crds`
static INCLUDE_CRDS: Flag = Flag::switch("include-crds", "show custom resource definitions too");
/// `--is-upgrade`
static IS_UPGRADE: Flag = Flag::switch("is-upgrade", "render as for an upgrade");
/// `--kube-version`
static KUBE_VERSION: Flag = Flag::text("kube-version", "Kubernetes version that templates see");
/// `--output-dir`
static OUTPUT_DIR: Flag = Flag::text("output-dir", "write files to this folder instead");
/// `--release-name`
static RELEASE_NAME: Flag = Flag::switch(
    "release-name",
    "with --output-dir, write to a folder named after the release in it",
);
/// `--show-only`
static SHOW_ONLY: Flag = Flag::new(
    "show-only",
    Kind::Array,
    "show only what these templates make: paths in the chart, or patterns",
)
.short('s');
/// `--skip-tests`
static SKIP_TESTS: Flag = Flag::switch("skip-tests", "leave test hooks out");
/// `--source-map`
///
/// DIFF: Helm has no such flag.
static SOURCE_MAP: Flag = Flag::text(
    "source-map",
    "write to this file, as JSON, which template line wrote each line of the output",
);
/// `--validate`
static VALIDATE: Flag = Flag::switch("validate", "ask the cluster to check the objects")
    .deprecated("use '--dry-run=server' instead");
/// `--hide-notes`
static HIDE_NOTES: Flag = Flag::switch("hide-notes", "no effect").deprecated(NO_EFFECT);
/// `--render-subchart-notes`
static SUBCHART_NOTES: Flag =
    Flag::switch("render-subchart-notes", "no effect").deprecated(NO_EFFECT);

const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";

/// `template`
pub static COMMAND: Command = Command {
    name: "template",
    arguments: "[NAME] [CHART]",
    count: Count::AtLeast(1),
    about: "render a chart without installing it",
    long: "Renders a chart and shows the manifests; no cluster is asked.\n\
           \n\
           What templates would learn from the cluster has the defaults of this program:\n\
           --kube-version and --api-versions say otherwise. With --dry-run=server the cluster is asked\n\
           after all, for its capabilities and for objects that templates look up.",
    examples: "  {program} template web ./chart\n\
           \x20 {program} template web ./chart -f production.yaml --show-only templates/deployment.yaml\n\
           \x20 {program} template web ./chart --api-versions networking.k8s.io/v1 --kube-version 1.34\n\
           \x20 {program} template web ./chart --include-crds --output-dir rendered",
    flags: &[
        &values::FLAGS,
        &[&values::STRICT],
        &chart::FLAGS,
        &release::FLAGS,
        &naming::FLAGS,
        &[
            &API_VERSIONS,
            &DRY_RUN,
            &INCLUDE_CRDS,
            &IS_UPGRADE,
            &KUBE_VERSION,
            &OUTPUT_DIR,
            &RELEASE_NAME,
            &SHOW_ONLY,
            &SKIP_TESTS,
            &SOURCE_MAP,
            &VALIDATE,
            &HIDE_NOTES,
            &SUBCHART_NOTES,
        ],
        &[
            &apply::SERVER_SIDE_SWITCH,
            &wait::WAIT,
            &wait::JOBS,
            &wait::TIMEOUT,
        ],
    ],
    exclusive: &[
        &["validate", "dry-run"],
        &["source-map", "output-dir"],
        &["force-replace", "force-conflicts"],
        &["force", "force-conflicts"],
    ],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let env = connect::template_env(args.is_on(&release::ENABLE_DNS));
    // HELM: the deprecated --validate asks the cluster, as --dry-run=server does.
    let dry_run = if args.is_on(&VALIDATE) {
        DryRun::Server
    } else {
        inputs::dry_run_of_template(args, &DRY_RUN)?
    };
    let name = inputs::name_input(args, Some("release-name"));
    let (name, reference) = release_name(&name, &env)?;
    let options = options(call, name, reference)?;
    let console = Console::new(call.settings);
    heap::prepare();
    let rendered = match dry_run {
        DryRun::Server => {
            let take_ownership = args.is_on(&apply::TAKE_OWNERSHIP);
            let connection =
                Connection::new(call.settings)?.with_dns(args.is_on(&release::ENABLE_DNS));
            connection.run(console, async |session| {
                template_on_server(session, &options, take_ownership).await
            })
        }
        DryRun::Client | DryRun::None => template(&options, &env, &console),
    };
    match rendered {
        Ok(page) => {
            if let Some(file) = args.text_if_any(&SOURCE_MAP) {
                let text: String = page.pieces().collect();
                let map = source_map(&options, &env, &text)?;
                write_map(&file, &format::json(&map)?)?;
            }
            output::print_pieces(page.pieces())?;
            // The program ends here.
            std::mem::forget(page);
            Ok(())
        }
        Err(error) => {
            if let Some(text) = error.output.as_ref().filter(|_| call.settings.debug) {
                output::print(text)?;
            }
            Err(error.into())
        }
    }
}

fn write_map(file: &str, json: &str) -> Result<(), Failure> {
    std::fs::write(file, format!("{json}\n"))
        .map_err(|error| Failure::error(format!("cannot write the source map {file}: {error}")))
}

fn options(call: &Call<'_>, name: String, reference: String) -> Result<TemplateOptions, Failure> {
    let args = call.args;
    Ok(TemplateOptions {
        name,
        namespace: connect::namespace(call.settings),
        chart: inputs::chart_input(call, reference)?,
        values: inputs::values_input(args, call.settings),
        kube_version: args.text_if_any(&KUBE_VERSION),
        api_versions: args.list(&API_VERSIONS),
        include_crds: args.is_on(&INCLUDE_CRDS),
        skip_crds: args.is_on(&release::SKIP_CRDS),
        skip_tests: args.is_on(&SKIP_TESTS),
        no_hooks: args.is_on(&NO_HOOKS),
        skip_schema_validation: args.is_on(&release::SKIP_SCHEMA),
        is_upgrade: args.is_on(&IS_UPGRADE),
        show_only: args.list(&SHOW_ONLY),
        output_dir: args.text_if_any(&OUTPUT_DIR).map(PathBuf::from),
        release_name_folder: args.is_on(&RELEASE_NAME),
        post_renderer: inputs::post_renderer(args, call.settings),
        dialect: inputs::dialect(args),
    })
}
