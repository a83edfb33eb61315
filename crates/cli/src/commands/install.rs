//! `install`: install a chart.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::release::naming;
use crate::args::shared::{OUTPUT, apply, chart, release, values, wait};
use crate::args::{Command, Count};
use crate::errors::Failure;

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
    Err(super::unfinished(call))
}
