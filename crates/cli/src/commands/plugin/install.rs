//! `plugin install`: plugins from wherever they are.

use pintle_actions::{InstallPluginOptions, install_plugin};

use super::places;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::commands::{Call, inputs};
use crate::console::Console;
use crate::errors::Failure;

/// `--keyring`
static KEYRING: Flag = Flag::text("keyring", "file with the public keys that are trusted")
    .default_from(|settings| settings.paths.keyring.clone());
/// `--verify`
static VERIFY: Flag = Flag::switch(
    "verify",
    "check the signature of an archive; --verify=false to trust whoever sends it",
)
.default("true");
/// `--version`
static VERSION: Flag = Flag::text(
    "version",
    "version, range or tag of a plugin in a repository of Git (default: what its main branch has)",
);

/// `plugin install`
pub static COMMAND: Command = Command {
    name: "install",
    aliases: &["add"],
    arguments: "[options] <path|url>",
    count: Count::Exactly(1),
    about: "install a plugin",
    long: "Installs a plugin: an archive (.tgz) by its path, URL or oci://REGISTRY/PATH/NAME:VERSION, the\n\
           repository of Git that has it, or a folder, which is linked to and stays where it is.\n\
           \n\
           Archives must be signed: the signature is the file beside them with .prov behind the name, or in\n\
           the registry with them. Repositories cannot be checked and need --verify=false: what they hold\n\
           is then run as you.",
    examples: "  {program} plugin install ./my-plugin\n\
           \x20 {program} plugin install https://example.com/my-plugin-1.2.3.tgz --keyring keys.gpg\n\
           \x20 {program} plugin install https://example.com/my-plugin.git --version '^1.2' --verify=false",
    flags: &[&[
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &chart::INSECURE,
        &chart::KEY_FILE,
        &KEYRING,
        &chart::PASSWORD,
        &chart::PLAIN_HTTP,
        &chart::USERNAME,
        &VERIFY,
        &VERSION,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let options = InstallPluginOptions {
        source: args.arguments.first().cloned().unwrap_or_default(),
        version: args.text(&VERSION),
        verify: args.is_on(&VERIFY),
        keyring: args.text(&KEYRING).into(),
        places: places(call.settings),
        access: inputs::access(args, call.settings),
    };
    Ok(install_plugin(&options, &Console::new(call.settings))?)
}
