//! `package`: charts to archives.

use pintle_actions::dependency::{DependencyOptions, update};
use pintle_actions::provenance::{Signing, no_passphrase, sign};
use pintle_actions::{Error, PackageOptions, WithoutMessages, absolute, check_path, package};

use super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::console::Console;
use crate::env;
use crate::errors::Failure;
use crate::output;
use crate::prompt;
use crate::quote::quote;

/// `--app-version`
static APP_VERSION: Flag = Flag::text(
    "app-version",
    "version of what the chart installs, instead of the chart's own",
);
/// `--dependency-update`
static DEPENDENCY_UPDATE: Flag = Flag::switch(
    "dependency-update",
    "first fetch the charts that the chart depends on, as dependency update does",
)
.short('u');
/// `--destination`
static DESTINATION: Flag = Flag::text("destination", "folder for the archives; made if need be")
    .short('d')
    .default(".");
/// `--key`
static KEY: Flag = Flag::text(
    "key",
    "whose key to sign with: part of a name or address in it",
);
/// `--keyring`
static KEYRING: Flag = Flag::text("keyring", "file with the secret keys for --sign")
    .default_from(|settings| settings.paths.keyring.clone());
/// `--passphrase-file`
static PASSPHRASE_FILE: Flag = Flag::text(
    "passphrase-file",
    "file whose first line is the key's passphrase, or - for stdin",
);
/// `--sign`
static SIGN: Flag = Flag::switch("sign", "sign the archives with a PGP key");
/// `--version`
static VERSION: Flag = Flag::text("version", "version of the chart, instead of its own");

/// `package`
pub static COMMAND: Command = Command {
    name: "package",
    arguments: "[CHART_PATH] [...]",
    about: "make archives of charts",
    long: "Makes an archive of each chart: NAME-VERSION.tgz, what repositories and registries keep.\n\
           \n\
           The same chart gives the same bytes, as long as its files keep their times; with the variable\n\
           SOURCE_DATE_EPOCH all have that one. What .helmignore names is left out. Symbolic links are\n\
           followed, and said to be.",
    examples: "  {program} package ./web\n\
           \x20 {program} package ./web ./db --version 1.2.3 --destination ./archives\n\
           \x20 {program} package ./web --sign --key someone@example.com --keyring ~/.gnupg/secring.gpg",
    count: Count::Any,
    flags: &[&[
        &APP_VERSION,
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &DEPENDENCY_UPDATE,
        &DESTINATION,
        &chart::INSECURE,
        &KEY,
        &chart::KEY_FILE,
        &KEYRING,
        &PASSPHRASE_FILE,
        &chart::PASSWORD,
        &chart::PLAIN_HTTP,
        &SIGN,
        &chart::USERNAME,
        &VERSION,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    if args.arguments.is_empty() {
        return Err(Failure::error(
            "need at least one argument, the path to the chart",
        ));
    }
    let options = PackageOptions {
        version: args.text_if_any(&VERSION),
        app_version: args.text_if_any(&APP_VERSION),
        destination: args.text(&DESTINATION),
        source_date: source_date(call)?,
    };
    let mut signing = signing(call)?;
    let console = Console::new(call.settings);
    for path in &args.arguments {
        if args.is_on(&DEPENDENCY_UPDATE) {
            update_dependencies(call, path, &options, &console)?;
        }
        let archive = package(path, &options, &console)?;
        if let Some(signing) = &mut signing {
            sign(&archive, signing, &ask_passphrase)?;
        }
        output::print(format!(
            "Successfully packaged chart and saved it to: {}\n",
            archive.display()
        ))?;
    }
    Ok(())
}

/// HELM: nothing is told of it but what goes wrong.
fn update_dependencies(
    call: &Call<'_>,
    path: &str,
    options: &PackageOptions,
    console: &Console,
) -> Result<(), Failure> {
    check_path(path)?;
    let options = DependencyOptions {
        chart: absolute(path)?,
        source_date: options.source_date,
        access: inputs::access(call.args, call.settings),
        ..DependencyOptions::default()
    };
    Ok(update(&options, &WithoutMessages(console))?)
}

/// The flags for `--sign`, if that is on.
fn signing(call: &Call<'_>) -> Result<Option<Signing>, Failure> {
    let args = call.args;
    if !args.is_on(&SIGN) {
        return Ok(None);
    }
    let required = |flag: &Flag| {
        args.text_if_any(flag).ok_or_else(|| {
            Failure::error(format!("--{} is required for signing a package", flag.name))
        })
    };
    Ok(Some(Signing {
        key: required(&KEY)?,
        keyring: required(&KEYRING)?.into(),
        passphrase_file: args.text_if_any(&PASSPHRASE_FILE),
        passphrase: None,
    }))
}

/// The passphrase of a key, from the terminal.
///
/// # Errors
/// There is no terminal.
pub fn ask_passphrase(name: &str) -> Result<Vec<u8>, Error> {
    prompt::password(&format!("Password for key {} >  ", quote(name)))
        .map(String::into_bytes)
        .map_err(no_passphrase)
}

/// `SOURCE_DATE_EPOCH`.
///
/// # Errors
/// It is no number of seconds.
pub fn source_date(call: &Call<'_>) -> Result<Option<i64>, Failure> {
    let environment = &call.settings.environment;
    let Some(text) = environment.get_if_any(env::SOURCE_DATE_EPOCH) else {
        return Ok(None);
    };
    let seconds: i64 = text.parse().map_err(|error: std::num::ParseIntError| {
        use std::num::IntErrorKind::{NegOverflow, PosOverflow};
        let reason = match error.kind() {
            PosOverflow | NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        wrong_date(&format!(
            "strconv.ParseInt: parsing {}: {reason}",
            quote(text)
        ))
    })?;
    if seconds < 0 {
        return Err(wrong_date("must not be negative"));
    }
    Ok(Some(seconds))
}

fn wrong_date(reason: &str) -> Failure {
    Failure::error(format!("invalid SOURCE_DATE_EPOCH: {reason}"))
        .hint("it is a number of seconds since 1970, as `date +%s` prints")
}
