//! `plugin`: the plugins on this machine.

mod install;
mod package;

use std::path::PathBuf;

use pintle_actions::{PluginPlaces, signing_status, uninstall_plugins, update_plugins};
use pintle_plugin::Plugin;

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Flag};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::{self, table::Table};
use crate::paths::join;
use crate::plugins;
use crate::settings::Settings;

/// `plugin`
pub static COMMAND: Command = Command {
    name: "plugin",
    about: "install, list, and remove plugins",
    long: "Plugins add commands, ways to fetch charts, and programs that change what was rendered. They\n\
           are programs, or WebAssembly, in folders below HELM_PLUGINS, each with a plugin.yaml.",
    subcommands: &[
        &install::COMMAND,
        &LIST,
        &package::PACKAGE,
        &UNINSTALL,
        &UPDATE,
        &package::VERIFY,
    ],
    ..EMPTY
};

/// `--type`
static TYPE: Flag = Flag::text(
    "type",
    "list only this kind: cli/v1, getter/v1 or postrenderer/v1",
);

static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    about: "list plugins",
    long: "Lists the plugins on this machine. PROVENANCE says whether a signature was installed with a\n\
           plugin and is of the archive that was installed; `plugin verify` looks at who signed it.",
    examples: "  {program} plugin list\n  {program} plugin list --type getter/v1",
    flags: &[&[&TYPE]],
    run: Some(list),
    ..EMPTY
};

static UNINSTALL: Command = Command {
    name: "uninstall",
    aliases: &["rm", "remove"],
    arguments: "<plugin>...",
    about: "remove plugins",
    long: "Removes plugins by their names, and what was kept of their archives.",
    examples: "  {program} plugin uninstall diff",
    run: Some(|call| {
        let console = Console::new(call.settings);
        Ok(uninstall_plugins(
            &call.args.arguments,
            &places(call.settings),
            &console,
        )?)
    }),
    ..EMPTY
};

static UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    arguments: "<plugin>...",
    about: "bring plugins up to date",
    long: "Brings plugins up to date that were installed from repositories (git, hg, svn, bzr).",
    examples: "  {program} plugin update diff",
    run: Some(|call| {
        let console = Console::new(call.settings);
        Ok(update_plugins(
            &call.args.arguments,
            &places(call.settings),
            &console,
        )?)
    }),
    ..EMPTY
};

/// Where plugins are.
fn places(settings: &Settings) -> PluginPlaces {
    let paths = &settings.paths;
    PluginPlaces {
        plugins: PathBuf::from(&paths.plugins),
        data: join(&[&paths.data_home, "plugins"]).into(),
        cache: join(&[&paths.cache_home, "plugins"]).into(),
        environment: settings.environment.all().clone(),
    }
}

/// HELM: HELM_NO_PLUGINS hides none here.
fn list(call: &Call<'_>) -> Result<(), Failure> {
    let kind = call.args.text(&TYPE);
    let found = plugins::all(call.settings)?;
    let wanted = |plugin: &&Plugin| kind.is_empty() || plugin.metadata.kind == kind;
    let places = places(call.settings);
    let mut table = Table::within(80);
    table.row([
        "NAME",
        "VERSION",
        "TYPE",
        "APIVERSION",
        "PROVENANCE",
        "SOURCE",
    ]);
    for Plugin { metadata, .. } in found.iter().filter(wanted) {
        let source = if metadata.source_url.is_empty() {
            "unknown"
        } else {
            &metadata.source_url
        };
        table.row([
            metadata.name.as_str(),
            &metadata.version,
            &metadata.kind,
            &metadata.api_version,
            signing_status(metadata, &places),
            &source.replace(|c: char| c.is_control(), ""),
        ]);
    }
    output::print(table.render())
}
