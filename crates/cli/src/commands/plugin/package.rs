//! `plugin package` and `plugin verify`: archives of plugins, and who signed them.

use std::path::Path;

use pintle_actions::provenance::Signing;
use pintle_actions::{PackagePluginOptions, package_plugin, verify_plugin};

use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::commands::{Call, package};
use crate::console::Console;
use crate::errors::Failure;
use crate::output;

/// `--destination`
static DESTINATION: Flag = Flag::text("destination", "folder for the archive; made if need be")
    .short('d')
    .default(".");
/// `--key`
static KEY: Flag = Flag::text(
    "key",
    "whose key to sign with: part of a name or address in it",
);
/// `--keyring` of `package`
static SECRET_KEYRING: Flag = Flag::text("keyring", "file with the secret keys for --sign")
    .default_from(|settings| settings.paths.keyring.clone());
/// `--keyring` of `verify`
static KEYRING: Flag = Flag::text("keyring", "file with the public keys that are trusted")
    .default_from(|settings| settings.paths.keyring.clone());
/// `--passphrase-file`
static PASSPHRASE_FILE: Flag = Flag::text(
    "passphrase-file",
    "file whose first line is the key's passphrase, or - for stdin",
);
/// `--sign`
static SIGN: Flag = Flag::switch(
    "sign",
    "sign the archive with a PGP key; --sign=false for none",
)
.default("true");

/// `plugin package`
pub static PACKAGE: Command = Command {
    name: "package",
    arguments: "[PATH]",
    count: Count::Exactly(1),
    about: "make an archive of a plugin",
    long: "Makes an archive of the plugin in the folder PATH, NAME-VERSION.tgz, and a signature of it,\n\
           NAME-VERSION.tgz.prov. Without a signature it can be installed with --verify=false alone.\n\
           \n\
           The same plugin gives the same bytes, as long as its files keep their times; with the variable\n\
           SOURCE_DATE_EPOCH all have that one.",
    examples: "  {program} plugin package ./my-plugin --key someone@example.com --keyring ~/.gnupg/secring.gpg\n\
           \x20 {program} plugin package ./my-plugin --sign=false --destination archives",
    flags: &[&[&DESTINATION, &KEY, &SECRET_KEYRING, &PASSPHRASE_FILE, &SIGN]],
    run: Some(run_package),
    ..EMPTY
};

/// `plugin verify`
pub static VERIFY: Command = Command {
    name: "verify",
    arguments: "[PATH]",
    count: Count::Exactly(1),
    about: "check a plugin's signature",
    long: "Checks that the archive PATH is the one that was signed: the signature is the file PATH.prov,\n\
           the keys that are trusted are those of the keyring, as `gpg --export` writes it.",
    examples: "  {program} plugin verify my-plugin-1.2.3.tgz --keyring keys.gpg",
    flags: &[&[&KEYRING]],
    run: Some(run_verify),
    ..EMPTY
};

fn run_package(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let signing = args.is_on(&SIGN).then(|| Signing {
        key: args.text(&KEY),
        keyring: args.text(&SECRET_KEYRING).into(),
        passphrase_file: args.text_if_any(&PASSPHRASE_FILE),
        passphrase: None,
    });
    let source_date = package::source_date(call)?;
    let options = PackagePluginOptions {
        path: args.arguments.first().cloned().unwrap_or_default(),
        destination: args.text(&DESTINATION),
        signing,
        source_date: source_date.and_then(|seconds| u64::try_from(seconds).ok()),
    };
    let console = Console::new(call.settings);
    Ok(package_plugin(options, &package::ask_passphrase, &console)?)
}

fn run_verify(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let path = args.arguments.first().map_or("", String::as_str);
    let keyring = args.text(&KEYRING);
    output::print(verify_plugin(path, Path::new(&keyring))?)
}
