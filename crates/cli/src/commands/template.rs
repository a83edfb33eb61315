//! `template`: render a chart without installing it.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::release::naming;
use crate::args::shared::{apply, chart, release, values, wait};
use crate::args::{Command, Count, Flag, Kind};
use crate::errors::Failure;

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
        &["force-replace", "force-conflicts"],
        &["force", "force-conflicts"],
    ],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    Err(super::unfinished(call))
}
