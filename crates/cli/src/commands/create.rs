//! `create`: create a new chart.

use std::path::Path;

use pintle_actions::{CreateOptions, create};

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::console::Console;
use crate::env;
use crate::errors::Failure;
use crate::output;

/// `--starter`
static STARTER: Flag = Flag::text(
    "starter",
    "chart to start from: a path from the root, or a name in the folder starters of HELM_DATA_HOME",
)
.short('p');
/// `--chart-api-version`
static API_VERSION: Flag = Flag::text("chart-api-version", "apiVersion of the chart: v2 or v3")
    .default("v2")
    .hidden();

/// `create`
pub static COMMAND: Command = Command {
    name: "create",
    arguments: "NAME",
    count: Count::Exactly(1),
    about: "create a new chart",
    long: "Creates a chart that can be installed as it is, and is made to be changed:\n\
           \n  \
           web/\n  \
           ├── .helmignore    what does not belong to the chart\n  \
           ├── Chart.yaml     what the chart is\n  \
           ├── values.yaml    what its users may set\n  \
           ├── charts/        charts that it depends on\n  \
           └── templates/     what it installs, with a test\n\
           \n\
           NAME may be a path; its last part is the name of the chart. Files that exist are overwritten,\n\
           others are left alone. With --starter the chart is a copy of another, in which <CHARTNAME>\n\
           becomes its name.",
    examples: "  {program} create web\n  {program} create charts/web --starter /srv/starters/small",
    flags: &[&[&STARTER, &API_VERSION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let path = args.arguments.first().cloned().unwrap_or_default();
    output::print(format!("Creating {path}\n"))?;
    let options = CreateOptions {
        path,
        starter: args.text_if_any(&STARTER),
        starters: Path::new(&call.settings.paths.data_home).join("starters"),
        is_v3: is_v3(call)?,
    };
    Ok(create(&options, &Console::new(call.settings))?)
}

/// HELM: charts of version 3 are an experiment, to be switched on.
fn is_v3(call: &Call<'_>) -> Result<bool, Failure> {
    match call.args.text(&API_VERSION).as_str() {
        "v2" | "" => Ok(false),
        "v3" if call
            .settings
            .environment
            .get_if_any(env::HELM_EXPERIMENTAL_CHART_V3)
            .is_some() =>
        {
            Ok(true)
        }
        "v3" => Err(Failure::error(
            "this feature has been marked as experimental and is not enabled by default. Please set HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature",
        )),
        other => Err(Failure::error(format!(
            "unsupported chart API version: {other} (supported: v2, v3)"
        ))),
    }
}
