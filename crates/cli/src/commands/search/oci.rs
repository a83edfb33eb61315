//! `search oci`: a chart in a registry.
//!
//! DIFF: Helm has no such command.

use pintle_actions::input::ChartInput;
use pintle_actions::{ChartVersion, VersionsOptions, versions};
use pintle_registry::SCHEME;

use super::super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, chart};
use crate::args::{Command, Count, Flag};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::table::Table;

/// `--versions`
static VERSIONS: Flag =
    Flag::switch("versions", "list all versions, not only the newest").short('l');
/// `--version`
static RANGE: Flag = Flag::text("version", "only versions in this range, such as ^1.2");

/// `search oci`
pub static COMMAND: Command = Command {
    name: "oci",
    arguments: "REGISTRY/PATH",
    count: Count::Exactly(1),
    about: "look for a chart in a registry",
    long: "Shows the newest version of a chart in an OCI registry and what it says about itself, or with\n\
           --versions the list of its versions. REGISTRY/PATH is that of the chart; oci:// may stand\n\
           before it.",
    examples: "  {program} search oci registry.example/charts/web\n  \
               {program} search oci registry.example/charts/web --versions --version '>=1.0'",
    flags: &[&[
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &chart::DEVEL,
        &chart::INSECURE,
        &chart::KEY_FILE,
        &OUTPUT,
        &chart::PASSWORD,
        &chart::PLAIN_HTTP,
        &chart::USERNAME,
        &RANGE,
        &VERSIONS,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let newest = !args.is_on(&VERSIONS);
    let reference = args.arguments.first().map_or("", String::as_str);
    let reference = reference.strip_prefix(SCHEME).unwrap_or(reference);
    let options = VersionsOptions {
        chart: ChartInput {
            reference: format!("{SCHEME}{reference}"),
            version: args.text_if_any(&RANGE),
            devel: args.is_on(&chart::DEVEL),
            access: inputs::access(args, call.settings),
            ..ChartInput::default()
        },
        newest,
    };
    let found = versions(&options, &Console::new(call.settings))?;
    Format::of(args).print(&found, || Ok(table(&found, newest)))
}

fn table(found: &[ChartVersion], newest: bool) -> String {
    if found.is_empty() {
        return "No results found\n".to_owned();
    }
    let mut table = Table::new();
    if newest {
        table.row(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
        for one in found {
            let text = |field: &Option<String>| printable(field.as_deref().unwrap_or_default());
            table.row([
                one.name.clone(),
                one.version.clone(),
                text(&one.app_version),
                text(&one.description),
            ]);
        }
    } else {
        table.row(["NAME", "CHART VERSION"]);
        for one in found {
            table.row([one.name.clone(), one.version.clone()]);
        }
    }
    table.render()
}

/// What the chart's author wrote stays on its line and does not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
