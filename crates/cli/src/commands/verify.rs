//! `verify`: check a chart's signature.

use std::path::Path;

use pintle_actions::provenance;

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;
use crate::output;

/// `--keyring`
static KEYRING: Flag = Flag::text("keyring", "file with the public keys that are trusted")
    .default_from(|settings| settings.paths.keyring.clone());

/// `verify`
pub static COMMAND: Command = Command {
    name: "verify",
    arguments: "PATH",
    count: Count::Exactly(1),
    about: "check a chart's signature",
    long: "Checks that the archive PATH is the one that was signed: the signature is the file PATH.prov,\n\
           the keys that are trusted are those of the keyring, as `gpg --export` writes it.\n\
           \n\
           Other commands check the same with --verify; package --sign makes signatures.",
    examples: "  {program} verify web-1.2.3.tgz --keyring keys.gpg",
    flags: &[&[&KEYRING]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let path = args.arguments.first().map_or("", String::as_str);
    let keyring = args.text(&KEYRING);
    let verified = provenance::verify(Path::new(path), Path::new(&keyring))?;
    output::print(provenance::told(&verified))
}
